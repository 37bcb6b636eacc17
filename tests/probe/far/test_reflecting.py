"""The whole conversation of a run with a reflector on loopback."""

from msgspec.structs import replace
from tests.probe.far.conftest import Far, played

from lineclear.catalog import load
from lineclear.model import (
    Arrivals,
    IdleHold,
    LargeFlight,
    Plan,
    Redirection,
    Reflection,
    TcpConnect,
    Vantage,
)
from lineclear.plan import Options, make_plan
from lineclear.probe.far.reflecting import ask_reflector
from lineclear.probe.gather import gather
from lineclear.probe.wire import Wire


def plan_for(far: Far, idle_s: float = 0.0) -> Plan:
    """The plan of the list, with every address of the reflector dialled where it serves here."""
    ports = {443: True, 80: False, 4000: False, 4001: True}
    moved = tuple(
        Redirection(host=host, port=port, to_address="127.0.0.1", to_port=(far.secret if tls else far.plain).port)
        for host in ("127.0.0.1", "127.0.0.2")
        for port, tls in ports.items()
    )
    nobody = tuple(Redirection(host="127.0.0.3", port=port, to_address="127.0.0.1", to_port=1) for port in ports)
    options = Options(reflectors=("127.0.0.1",), redirections=(*moved, *nobody), idle_s=idle_s)
    return make_plan(load("ibkr"), Vantage(platform="linux"), options)


def test_everything_is_asked_and_everything_arrives(far: Far) -> None:
    steps = played(lambda run: ask_reflector(Wire(run), plan_for(far, idle_s=0.6)))
    said = [one for one in steps if isinstance(one, Reflection)]
    assert [one.failure for one in said if one.failure] == []
    assert {one.port for one in said} == {80, 443, 4000, 4001}
    assert sum(isinstance(one, LargeFlight) for one in steps) == 2
    assert sum(isinstance(one, IdleHold) for one in steps) == 24
    assert sum(isinstance(one, TcpConnect) for one in steps) == 4
    (told,) = (one for one in steps if isinstance(one, Arrivals))
    assert {one.nonce for one in said if one.seen} <= {nonce for nonce, _ in told.arrived}


def test_no_more_is_asked_of_nobody(far: Far) -> None:
    plan = plan_for(far)
    moved = tuple(replace(one, to_port=1) for one in plan.redirections)
    steps = played(lambda run: ask_reflector(Wire(run), replace(plan, redirections=moved)))
    assert {type(one) for one in steps} == {Reflection}
    assert {getattr(one, "stage", "") for one in steps} == {"connect"}


def test_a_whole_run_asks_it_once(far: Far) -> None:
    steps = played(lambda run: gather(Wire(run), replace(plan_for(far), targets=(), controls=(), names=())))
    assert sum(isinstance(one, Arrivals) for one in steps) == 1


def test_without_one_nothing_is_asked(far: Far) -> None:
    plan = replace(plan_for(far), reflector=None)
    assert played(lambda run: ask_reflector(Wire(run), plan)) == []
