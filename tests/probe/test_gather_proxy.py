"""A proxy whose name has several addresses, as `localhost` does."""

import socket
import sys
from types import SimpleNamespace

import pytest

from lineclear.model import (
    Depth,
    Limits,
    Plan,
    Proxy,
    ProxyScheme,
    ProxyTunnel,
    Target,
    Transport,
)
from lineclear.probe.gather import gather
from lineclear.probe.reactor import Reactor
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

    async def tunnel(_wire: Wire, _proxy: Proxy, _address: str, host: str = "", port: int = 0) -> object:
        asked.append(f"{host}:{port}")
        return None if host else SimpleNamespace(connection=SimpleNamespace(close=lambda: None))

    async def connect(*_: object, **__: object) -> None:
        """Nobody accepts."""

    monkeypatch.setattr(Wire, "tunnel", tunnel)
    monkeypatch.setattr(Wire, "connect", connect)
    proxy = Proxy(scheme=ProxyScheme.HTTP, host="127.0.0.2", port=3128)
    reactor = Reactor()
    run = Run(reactor, Limits())
    reactor.run(gather(Wire(run), Plan(catalog="any", edition="1", proxies=(proxy,), targets=targets, depth=Depth.TCP)))
    reactor.close()
    assert sorted(asked) == [":0", "one.example:4000", "one.example:4001", "shop.example:443", "www.example:443"]
