"""Answers about refusals that a plan of today does not ask for, or that fit nothing."""

import pytest
from msgspec.structs import replace
from tests.diagnose.rows import GATEWAYS
from tests.diagnose.scene import scene
from tests.diagnose.words_deep import refused_by

from lineclear.diagnose import diagnose
from lineclear.model import AnswerOrigin, Evidence, Floor, Hop, PathTrace


def ids(evidence: Evidence) -> set[str]:
    return {one.id for one in diagnose(evidence).findings}


def answered(*floors: tuple[int, str]) -> Evidence:
    """The first router refuses, and the questions from how near were answered so."""
    evidence = scene(refused_by(1, *GATEWAYS))
    told = tuple(Floor(least=least, outcome=outcome) for least, outcome in floors)
    steps = (replace(one, floors=told) if isinstance(one, AnswerOrigin) else one for one in evidence.observations)
    return replace(evidence, observations=tuple(steps))


def test_what_arrives_with_all_of_its_hop_limit_comes_from_the_router() -> None:
    assert "refused-on-the-way" in ids(answered((0, "refused"), (64, "refused"), (127, "silent")))


@pytest.mark.parametrize(
    "floors",
    [
        ((0, "refused"), (63, "silent"), (64, "silent")),
        ((0, "refused"), (63, "refused"), (127, "silent")),
        ((0, "silent"), (63, "silent")),
        ((0, "connected"), (63, "silent")),
        (),
    ],
    ids=["from farther away", "from here or there", "no more", "open now", "nothing"],
)
def test_what_fits_no_place_names_nobody(floors: tuple[tuple[int, str], ...]) -> None:
    assert "egress-port-refused" in ids(answered(*floors))


def test_where_the_first_hop_refuses_it_may_be_this_machine() -> None:
    evidence = answered((0, "refused"), (64, "refused"), (65, "silent"))
    at_once = (Hop(limit=1, outcome="refused"),)
    steps = (
        replace(one, hops=at_once) if isinstance(one, PathTrace) and one.hops[-1].outcome == "refused" else one
        for one in evidence.observations
    )
    assert "egress-port-refused" in ids(replace(evidence, observations=tuple(steps)))
