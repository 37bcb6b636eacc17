"""Controls the user names: what answers, what nobody has, and a stand-in for nobody on another port."""

from lineclear.catalog import load
from lineclear.model import ControlKind, Vantage
from lineclear.plan import Options, make_plan


def test_those_named_take_the_place_of_the_usual_ones() -> None:
    options = Options(nobody=("4000@127.0.0.1:24000", "192.0.2.9"), answering=("127.0.0.1:25000",))
    controls = make_plan(load("ibkr"), Vantage(platform="linux"), options).controls
    first, *others, last = controls
    assert (first.kind, str(first.endpoint), first.port) == (ControlKind.NOBODY_THERE, "127.0.0.1:24000", 4000)
    assert {one.endpoint.address for one in others} == {"192.0.2.9"}
    assert {one.endpoint.port for one in others} == {80, 443, 4000, 4001}
    assert (last.kind, str(last.endpoint)) == (ControlKind.ANSWERS, "127.0.0.1:25000")
