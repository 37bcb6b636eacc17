"""A run with proxy auto-configurations: what is fetched, what is asked, and in which order."""

from __future__ import annotations

import importlib.util
import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from lineclear.model import (
    AnyObservation,
    AutoConfig,
    Depth,
    Limits,
    NotMeasured,
    PacEvaluation,
    PacFetch,
    Plan,
    Proxy,
    ProxyScheme,
    ProxyTunnel,
    Redirection,
    SystemLookup,
    Target,
    Transport,
)
from lineclear.plan.wpad import BY_DNS
from lineclear.probe import autoconfig
from lineclear.probe.gather import gather
from lineclear.probe.loop.reactor import Reactor
from lineclear.probe.run import Run
from lineclear.probe.wire import Wire

needs_engine = pytest.mark.skipif(importlib.util.find_spec("pacparser") is None, reason="pacparser is not installed")
SITE = Target(host="www.example", port=443, transport=Transport.HTTPS)
ELSEWHERE = Redirection(host="www.example", to_address="127.0.0.1", to_port=1)
PATIENT_S = 10.0


@pytest.fixture
def listener() -> Iterator[socket.socket]:
    """A proxy that hangs up."""
    with socket.create_server(("127.0.0.1", 0)) as found:
        found.settimeout(PATIENT_S)
        yield found
        found.shutdown(socket.SHUT_RDWR)


def hang_up(listener: socket.socket) -> None:
    def serve() -> None:
        while True:
            try:
                listener.accept()[0].close()
            except OSError:
                return

    threading.Thread(target=serve, daemon=True).start()


def seen(*autos: AutoConfig, proxies: tuple[Proxy, ...] = ()) -> list[AnyObservation]:
    """What a run leaves behind that has these auto-configurations in its plan."""
    reactor = Reactor()
    limits = Limits(patience_floor_s=0.05, hedges=1)
    run = Run(reactor, limits, redirections=(ELSEWHERE,))
    plan = Plan(
        catalog="any",
        edition="1",
        targets=(SITE,),
        auto_configs=autos,
        proxies=proxies,
        redirections=(ELSEWHERE,),
        depth=Depth.TCP,
        limits=limits,
    )
    reactor.run(gather(Wire(run), plan))
    reactor.close()
    return run.observations


def script(folder: Path, expression: str, name: str = "proxy.pac", source: str = "a test") -> AutoConfig:
    (folder / name).write_text(f"function FindProxyForURL(url, host) {{ return {expression}; }}")
    return AutoConfig(url=f"file://{folder}/{name}", source=source)


@needs_engine
def test_the_proxies_a_script_names_are_asked(tmp_path: Path, listener: socket.socket) -> None:
    hang_up(listener)
    port = listener.getsockname()[1]
    steps = seen(script(tmp_path, f'"PROXY 127.0.0.1:{port}; DIRECT"'))
    (evaluation,) = (one for one in steps if isinstance(one, PacEvaluation))
    assert evaluation.answers[0].said == f"PROXY 127.0.0.1:{port}; DIRECT"
    tunnels = [one for one in steps if isinstance(one, ProxyTunnel)]
    assert {one.proxy for one in tunnels} == {f"http://127.0.0.1:{port}"}
    assert [one.target for one in tunnels] == ["", "www.example:443"]


@needs_engine
def test_a_proxy_that_a_setting_names_too_is_asked_once(tmp_path: Path, listener: socket.socket) -> None:
    hang_up(listener)
    proxy = Proxy(scheme=ProxyScheme.HTTP, host="127.0.0.1", port=listener.getsockname()[1], source="a setting")
    steps = seen(script(tmp_path, f'"PROXY 127.0.0.1:{proxy.port}"'), proxies=(proxy,))
    assert len([one for one in steps if isinstance(one, ProxyTunnel) and not one.target]) == 1


@needs_engine
def test_names_of_the_list_are_not_looked_up_where_they_are_sent_elsewhere(tmp_path: Path) -> None:
    steps = seen(script(tmp_path, '"PROXY 127.0.0.1:1; " + dnsResolve(host)'))
    (evaluation,) = (one for one in steps if isinstance(one, PacEvaluation))
    assert evaluation.answers[0].said == "PROXY 127.0.0.1:1; 127.0.0.1"
    assert not any(isinstance(one, SystemLookup) for one in steps)


@needs_engine
def test_names_of_strangers_are_asked_of_the_system(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    asked = []

    async def lookup(_wire: Wire, host: str) -> tuple[str, ...]:
        asked.append(host)
        return ("192.0.2.9",) if host == "inside.example" else ()

    monkeypatch.setattr(Wire, "lookup", lookup)
    steps = seen(script(tmp_path, 'String([dnsResolve("inside.example"), dnsResolve("nobody.example")])'))
    (evaluation,) = (one for one in steps if isinstance(one, PacEvaluation))
    assert evaluation.answers[0].said == "192.0.2.9,"
    assert asked == ["inside.example", "nobody.example"]


@needs_engine
def test_what_is_looked_for_is_followed_until_one_is_there(tmp_path: Path) -> None:
    autos = (
        script(tmp_path, '"DIRECT"'),
        AutoConfig(url=f"file://{tmp_path}/nothing", source=BY_DNS),
        script(tmp_path, '"DIRECT"', "one.pac", BY_DNS),
        script(tmp_path, '"DIRECT"', "two.pac", BY_DNS),
    )
    steps = seen(*autos)
    fetched = [one.url.rpartition("/")[2] for one in steps if isinstance(one, PacFetch)]
    assert fetched == ["proxy.pac", "nothing", "one.pac"]
    assert [one.url.rpartition("/")[2] for one in steps if isinstance(one, PacEvaluation)] == ["proxy.pac", "one.pac"]


def test_what_cannot_be_followed_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(autoconfig, "engine", lambda: "")
    autos = (
        AutoConfig(url="http://pac.example/x", source="a test", had_query=True),
        AutoConfig(url="ftp://pac.example/x", source="a test"),
        script(tmp_path, '"DIRECT"'),
    )
    steps = [one for one in seen(*autos) if isinstance(one, NotMeasured) and one.verb == "auto-configuration"]
    assert [(one.subject, one.why) for one in steps] == [
        (autos[0].url, "its address has a query, which is not kept"),
        (autos[1].url, "its address is neither of the web nor of a file"),
        (autos[2].url, "pacparser is not installed (pip install 'lineclear[pac]')"),
    ]


def test_each_address_of_its_host_until_one_has_it(monkeypatch: pytest.MonkeyPatch) -> None:
    async def lookup(_wire: Wire, host: str) -> tuple[str, ...]:
        return ("127.0.0.3", "127.0.0.2") if host == "pac.example" else ()

    monkeypatch.setattr(Wire, "lookup", lookup)
    steps = seen(
        AutoConfig(url="http://pac.example:1/x", source="a test"), AutoConfig(url="http://gone.example/x", source="b")
    )
    assert [one.endpoint and one.endpoint.address for one in steps if isinstance(one, PacFetch)] == [
        "127.0.0.3",
        "127.0.0.2",
    ]
