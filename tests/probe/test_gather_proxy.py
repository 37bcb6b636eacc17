"""A proxy whose name has several addresses, as `localhost` does."""

import socket
import sys

import pytest

from lineclear.model import Depth, Limits, Plan, Proxy, ProxyScheme, ProxyTunnel
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
