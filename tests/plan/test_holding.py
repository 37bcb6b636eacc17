"""Which connections are held silent, and for how long."""

import pytest
from msgspec.structs import replace
from tests.diagnose.scene import scene
from tests.diagnose.words import refused, silent

from lineclear.errors import UsageError
from lineclear.model import Evidence, Vantage
from lineclear.plan import Options, make_plan
from lineclear.plan.holding import ages, held


def held_in(evidence: Evidence, idle_s: float = 60.0) -> list[str]:
    plan = replace(evidence.plan, idle_s=idle_s)
    return [f"{target.name} {target.transport.value}" for target, _ in held(plan, evidence.observations)]


def test_each_half_as_long_as_the_one_before_and_one_not_at_all() -> None:
    assert ages(480.0) == (480.0, 240.0, 120.0, 60.0, 30.0, 0.0)


def test_none_unless_the_user_asks() -> None:
    assert ages(0.0) == ()
    assert held_in(scene(), idle_s=0.0) == []


def test_one_place_of_each_kind_of_session() -> None:
    assert held_in(scene()) == ["ndc1.ibllc.com:4000 tcp", "ndc1.ibllc.com:4001 tls"]


def test_where_somebody_accepted() -> None:
    assert held_in(scene(silent("ndc1.*:4000"), refused("*:4001"))) == ["ndc1_hb1.ibllc.com:4000 tcp"]


@pytest.mark.parametrize("idle_s", [-1.0, 7501.0, float("nan"), float("inf")])
def test_nobody_holds_a_connection_for_ever(idle_s: float) -> None:
    evidence = scene()
    with pytest.raises(UsageError) as refusal:
        make_plan(evidence.catalog, Vantage(platform="linux"), Options(idle_s=idle_s))
    assert "7500" in refusal.value.fix
