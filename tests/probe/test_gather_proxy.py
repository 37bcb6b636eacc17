"""A proxy whose name has several addresses, as `localhost` does."""

import contextlib
import socket
import sys
import threading
from types import SimpleNamespace

import pytest
from msgspec.structs import replace

from lineclear.model import (
    Control,
    ControlKind,
    Depth,
    Endpoint,
    HttpExchange,
    Limits,
    Plan,
    Proxy,
    ProxyScheme,
    ProxyTunnel,
    Redirection,
    Target,
    Transport,
)
from lineclear.probe.gather import gather
from lineclear.probe.loop.reactor import Reactor
from lineclear.probe.run import Run
from lineclear.probe.wire import Wire


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere loopback has one address")
def test_a_proxy_is_tried_at_each_of_its_addresses_until_one_listens(monkeypatch: pytest.MonkeyPatch) -> None:
    with socket.create_server(("127.0.0.2", 0)) as listener:
        proxy = Proxy(scheme=ProxyScheme.HTTP, host="proxy.example", port=listener.getsockname()[1])

        async def lookup(_wire: Wire, host: str) -> tuple[str, ...]:
            assert host == proxy.host
            return ("127.0.0.3", "127.0.0.2", "127.0.0.4")

        monkeypatch.setattr(Wire, "lookup", lookup)
        reactor = Reactor()
        run = Run(reactor, Limits())
        plan = Plan(catalog="any", edition="1", proxies=(proxy,), depth=Depth.TCP)
        reactor.run(gather(Wire(run), plan))
        reactor.close()
    tunnels = [one for one in run.observations if isinstance(one, ProxyTunnel)]
    assert [one.failure is None for one in tunnels] == [False, True]


def test_a_proxy_is_asked_for_every_required_site_and_one_target_of_each_other_port(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def target(host: str, port: int, transport: Transport, *, required: bool = True) -> Target:
        return Target(host=host, port=port, transport=transport, required=required)

    targets = (
        target("www.example", 443, Transport.HTTPS),
        target("shop.example", 443, Transport.HTTPS),
        target("old.example", 443, Transport.HTTPS, required=False),
        target("www.example", 80, Transport.HTTP),
        target("one.example", 4000, Transport.TCP),
        target("two.example", 4000, Transport.TCP),
        target("one.example", 4001, Transport.TLS),
    )
    asked: list[str] = []

    async def tunnel(_wire: Wire, _proxy: Proxy, _address: str, target: Target | None = None) -> object:
        asked.append(target.name if target else "")
        return None if target else SimpleNamespace(connection=SimpleNamespace(close=lambda: None))

    async def connect(*_: object, **__: object) -> None:
        """Nobody accepts."""

    monkeypatch.setattr(Wire, "tunnel", tunnel)
    monkeypatch.setattr(Wire, "connect", connect)
    proxy = Proxy(scheme=ProxyScheme.HTTP, host="127.0.0.2", port=3128)
    reactor = Reactor()
    run = Run(reactor, Limits())
    reactor.run(gather(Wire(run), Plan(catalog="any", edition="1", proxies=(proxy,), targets=targets, depth=Depth.TCP)))
    reactor.close()
    assert sorted(asked) == ["", "one.example:4000", "one.example:4001", "shop.example:443", "www.example:443"]


def test_who_accepts_for_nobody_on_the_web_is_asked_for_his_page() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.settimeout(10.0)
        heard: list[bytes] = []

        def serve() -> None:
            with contextlib.suppress(OSError):
                while True:
                    sock, _ = listener.accept()
                    with sock:
                        sock.settimeout(10.0)
                        heard.append(sock.recv(4096))
                        sock.sendall(b"HTTP/1.1 200 OK\r\n\r\n<html><title>Log in</title>")

        threading.Thread(target=serve, daemon=True).start()
        endpoint = Endpoint(address="127.0.0.1", port=listener.getsockname()[1])
        nobody = Control(kind=ControlKind.NOBODY_THERE, endpoint=endpoint, port=80)
        gateway = Control(kind=ControlKind.GATEWAY, endpoint=endpoint)
        steps = {
            (depth, control.kind): pages(
                Plan(catalog="any", edition="1", targets=(SITE,), controls=(control,), depth=depth)
            )
            for depth, control in ((Depth.FULL, nobody), (Depth.TCP, nobody), (Depth.FULL, gateway))
        }
        listener.shutdown(socket.SHUT_RDWR)
    (page,) = steps[Depth.FULL, ControlKind.NOBODY_THERE]
    assert (page.host, page.status, page.body_start) == ("", 200, "<html><title>Log in</title>")
    assert next(said for said in heard if said).startswith(b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\n")
    assert steps[Depth.TCP, ControlKind.NOBODY_THERE] == steps[Depth.FULL, ControlKind.GATEWAY] == []


SITE = Target(host="127.0.0.1", port=80, transport=Transport.HTTP)


def pages(plan: Plan) -> list[HttpExchange]:
    """The web requests of a run that were of no host."""
    limits = Limits(patience_floor_s=0.05, hedges=1, deadline_s=5.0)
    reactor = Reactor()
    run = Run(reactor, limits, redirections=(Redirection(to_address="127.0.0.1", to_port=1),))
    redirected = replace(plan, redirections=run.redirections, limits=limits)
    reactor.run(gather(Wire(run), redirected), deadline=run.began + limits.deadline_s)
    reactor.close()
    return [one for one in run.observations if isinstance(one, HttpExchange) and not one.host]
