"""A whole check of the real list, under a clock that only moves when somebody waits: how long, and how well it ends.

Networks are tables, so nothing is sent and nothing takes time: what is measured here is waiting alone.
"""

import errno
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from lineclear.catalog import load, select
from lineclear.diagnose import diagnose
from lineclear.model import (
    Evidence,
    Failure,
    Interface,
    Plan,
    Presence,
    Redirection,
    Route,
    TcpConnect,
    Vantage,
    Verdict,
)
from lineclear.plan import NOBODY, Options, make_plan
from lineclear.probe.gather import gather
from lineclear.probe.route import counts
from lineclear.probe.wire import Wire

if TYPE_CHECKING:
    from tests.probe.conftest import Answer, MakeScenario, Scenario

GATEWAY = "10.0.0.1"
CATALOG = select(load("ibkr"))
HOSTS = tuple(dict.fromkeys(one.host for one in CATALOG.requirements))
ADDRESS = {host: f"192.0.2.{number}" for number, host in enumerate(HOSTS, 1)}
VANTAGE = Vantage(
    platform="linux",
    interfaces=(Interface(name="eth0", up=Presence.YES, carrier=Presence.YES, addresses=("10.0.0.5/24",)),),
    routes=(Route(destination="0.0.0.0/0", gateway=GATEWAY, interface="eth0"),),
    ipv4=Presence.YES,
    ipv6=Presence.NO,
)
Line = Callable[..., "Answer"]
Table = dict[str, list["Answer"]]


def plan_of() -> Plan:
    elsewhere = tuple(Redirection(host=host, to_address=address) for host, address in ADDRESS.items())
    return make_plan(CATALOG, VANTAGE, Options(redirections=elsewhere))


def table(answer: Line, every: "Answer", **others: "Answer") -> Table:
    """What each host answers, and what controls do: nobody where nobody is, a refusal at the gateway."""
    hosts = {ADDRESS[host]: [others.get(host.partition(".")[0], every)] for host in HOSTS}
    nobody = {one: [answer("lost")] for one in NOBODY}
    return {**nobody, **hosts, GATEWAY: [answer("refuse", 0.0005)]}


NETWORKS: dict[str, Callable[[Line], Table]] = {
    "all silent": lambda answer: table(answer, answer("lost")),
    "all refused": lambda answer: table(answer, answer("refuse", 0.2)),
    "all rejected by a router": lambda answer: table(answer, answer("prohibited", 0.02)),
    "one silent": lambda answer: table(answer, answer("refuse", 0.05), zdc1=answer("lost")),
    "accepted, and never a word": lambda answer: table(answer, answer("accept", 0.08)),
    "accepted from afar, and never a word": lambda answer: table(answer, answer("accept", 0.7)),
    "closed at once": lambda answer: table(answer, answer("accept", 0.08, then=((0.0, b""),))),
    "this machine says no": lambda answer: table(answer, answer("here", number=errno.EPERM)),
}

AT_MOST_S = {
    "all silent": 5.5,
    "one silent": 5.5,
    "closed at once": 7.0,
    "accepted, and never a word": 12.0,
    "accepted from afar, and never a word": 17.0,
}
"""Where more than the usual five seconds are waited: a gateway needs three to show itself absent; TLS has its own, and
once more in small segments; the paths to who cuts wait for routers that answer once a second. From 700 ms away the
usual deadline of 15 s ends that, with all that was known before."""


@pytest.fixture
def stage(
    scenario: "MakeScenario", answer: Line, request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> "Scenario":
    async def ping(*_: object) -> None:
        """Echoes go by sockets that are not part of the table."""

    monkeypatch.setattr(Wire, "ping", ping)
    monkeypatch.setattr(Wire, "source", lambda *_: None)
    monkeypatch.setattr(counts, "LINUX", False)
    return scenario(NETWORKS[request.param](answer))


def checked(stage: "Scenario", deadline_s: float | None = None) -> tuple[float, Evidence]:
    """How long a check waits in all, and what it brings."""
    plan = plan_of()
    steps = stage.play(gather(Wire(stage.run), plan), deadline_s=deadline_s)
    evidence = Evidence(
        tool="test",
        started="2022-01-31T12:00:00Z",
        took_ms=stage.run.took_ms(1000.0),
        interrupted=stage.reactor.is_cut,
        interrupted_by=stage.reactor.cut_by,
        catalog=CATALOG,
        plan=plan,
        vantage=VANTAGE,
        observations=tuple(steps),
    )
    return stage.network.now - 1000.0, evidence


@pytest.mark.parametrize("deadline_s", [0.01, 0.2, 0.7, 1.3, 2.6, 4.0])
@pytest.mark.parametrize("stage", NETWORKS, indirect=True)
def test_a_deadline_ends_it_with_what_is_known(stage: "Scenario", deadline_s: float) -> None:
    took_s, evidence = checked(stage, deadline_s)
    assert took_s <= deadline_s + 0.02
    ids = [one.id for one in evidence.observations]
    assert len(ids) == len(set(ids))
    verdict = diagnose(evidence).verdict
    assert verdict is not Verdict.SUCCESS
    if evidence.interrupted:
        cut = [one for one in evidence.observations if isinstance(one, TcpConnect) and one.host]
        tried = {(one.host, one.endpoint.port) for one in cut if one.failure is not Failure.INTERRUPTED}
        assert all(one.ok is None or (one.host, one.port) in tried for one in diagnose(evidence).targets)


@pytest.mark.parametrize(
    ("stage", "at_most_s"), [(name, AT_MOST_S.get(name, 5.0)) for name in NETWORKS], indirect=["stage"]
)
def test_without_one_it_ends_by_itself_in_good_time(stage: "Scenario", at_most_s: float) -> None:
    took_s, evidence = checked(stage)
    assert took_s < at_most_s
    assert not evidence.interrupted
    assert diagnose(evidence).verdict is Verdict.FAILURE
