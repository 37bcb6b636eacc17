"""How many SYNs were lost, and where more are worth sending."""

import pytest
from tests.diagnose.scene import scene
from tests.diagnose.words import at_first, doors, silent, without
from tests.diagnose.words_deep import overtaken, sends_again

from lineclear.model import Attempt, Endpoint, Evidence, Failure, Purpose, TcpConnect, TcpSummary
from lineclear.plan.sampling import is_loss, lost_segments, lost_syns, samples

LOST = Attempt(at_ms=0.0)
REFUSED = Attempt(at_ms=0.0, failure=Failure.CONNECTION_REFUSED)
WON = Attempt(at_ms=0.0, connected=True)
FEW = ("z*:400?",)


def connect(*attempts: Attempt, retransmits: int | None = None) -> TcpConnect:
    endpoint = Endpoint(address="203.0.113.1", port=1)
    return TcpConnect(
        id="o1", at_ms=0.0, took_ms=1.0, endpoint=endpoint, attempts=attempts, host="h", retransmits=retransmits
    )


@pytest.mark.parametrize(
    ("seen", "counted"),
    [
        (connect(WON), (0, 1)),
        (connect(LOST, LOST, WON), (2, 3)),
        (connect(LOST, WON, LOST), (1, 2)),
        (connect(REFUSED, WON), (0, 1)),
        (connect(WON, retransmits=2), (2, 3)),
        (connect(LOST, LOST), (0, 0)),
        (connect(), (0, 0)),
    ],
)
def test_what_was_sent_before_the_one_that_was_answered_is_lost(seen: TcpConnect, counted: tuple[int, int]) -> None:
    assert lost_syns(seen) == counted


def asked(evidence: Evidence) -> list[str]:
    """Where more SYNs would be sent, before any was."""
    first = [one for one in evidence.observations if getattr(one, "purpose", None) is not Purpose.COMPARISON]
    return [f"{host}:{endpoint.port}" for host, endpoint in samples(evidence.plan, first)]


def test_a_line_that_lost_nothing_is_left_alone() -> None:
    assert asked(scene()) == []
    assert asked(scene(silent("*:4000"))) == []


def test_one_may_be_chance() -> None:
    assert asked(scene(doors("zdc1.*:4000", lost=1), without(TcpSummary))) == []
    assert len(asked(scene(doors("zdc1.*:400?", lost=1), without(TcpSummary)))) == 3 * 24


def test_two_of_many_are_chance() -> None:
    evidence = scene(at_first(doors("zdc1.*:400?", lost=1)), overtaken(1))
    assert len(asked(evidence)) == 3 * 24
    assert samples(evidence.plan, evidence.observations) == ()


def life(data_segments: int, retransmits: int, rtt_ms: float = 40.0) -> TcpSummary:
    return TcpSummary(
        id="o2",
        at_ms=0.0,
        took_ms=0.0,
        endpoint=Endpoint(address="203.0.113.1", port=1),
        data_segments=data_segments,
        retransmits=retransmits,
        rtt_ms=rtt_ms,
        min_rtt_ms=40.0,
    )


def test_what_had_to_queue_was_perhaps_not_lost() -> None:
    assert lost_segments(life(5, 2)) == (2, 5)
    assert lost_segments(life(5, 2, rtt_ms=45.0)) == (2, 5)
    assert lost_segments(life(5, 2, rtt_ms=90.0)) == (0, 0)
    assert lost_segments(life(0, 2)) == (0, 0)


def test_segments_with_data_count_too() -> None:
    assert len(asked(scene(sends_again(1, "www.*:443")))) == 3 * 24


def test_what_is_proven_needs_no_more() -> None:
    assert asked(scene(sends_again(2, "*"))) == []


@pytest.mark.parametrize(
    ("lost", "sent", "proven"),
    [
        (0, 0, False),
        (9, 39, False),
        (4, 100, False),
        (7, 100, False),
        (10, 100, False),
        (11, 100, True),
        (30, 30, False),
        (40, 40, True),
    ],
)
def test_a_loss_is_proven_beyond_chance(lost: int, sent: int, proven: bool) -> None:
    assert is_loss(lost, sent) is proven


def test_where_several_are_lost_every_address_is_asked_three_times_more() -> None:
    names = asked(scene(doors(*FEW, lost=1), without(TcpSummary)))
    assert len(names) == 3 * len(set(names)) == 3 * 24
    assert not [name for name in names if name.startswith("mcgw1")]


def test_a_limit_that_eats_syns_alone_is_not_fed_more() -> None:
    assert asked(scene(doors("*:4000", lost=1))) == []


def test_answers_that_come_out_of_order_are_no_limit() -> None:
    assert len(asked(scene(doors(*FEW, lost=1), overtaken(2)))) == 3 * 24
