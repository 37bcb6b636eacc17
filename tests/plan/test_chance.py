"""What loss alone may have done, and where to ask again."""

from typing import Any, TypeVar

import pytest
from tests.diagnose.network import Change
from tests.diagnose.scene import scene
from tests.diagnose.words import doors, silent, swallowed, without
from tests.diagnose.words_deep import sends_again

from lineclear.model import (
    Attempt,
    DnsQuery,
    Endpoint,
    Evidence,
    Failure,
    HttpExchange,
    Nudge,
    Observation,
    Purpose,
    TcpConnect,
    TcpListen,
    TcpSummary,
    TlsHandshake,
)
from lineclear.plan.chance import BOUND, Chances

Step = TypeVar("Step", bound=Observation)
GATEWAY = "zdc1.ibllc.com"
HERE = Endpoint(address="203.0.113.99", port=4000)
LOSSY = (doors("*", lost=1), sends_again(1, "*"))


def chances(*steps: Observation, changes: tuple[Change, ...] = LOSSY) -> Chances:
    """Of a line, by default one that loses every other SYN, and of some steps more."""
    return Chances([*scene(*changes).observations, *steps])


def step(kind: type[Step], at_ms: float = 100.0, took_ms: float = 1080.0, **fields: Any) -> Step:
    given = {"endpoint": HERE, "host": "here.example", **fields}
    return kind(id=f"x{at_ms}", at_ms=at_ms, took_ms=took_ms, **given)


def connect(*began_ms: float, took_ms: float = 1080.0, failure: Failure | None = Failure.TIMED_OUT) -> Observation:
    first = began_ms[0]
    attempts = tuple(Attempt(at_ms=one, connected=failure is None) for one in began_ms)
    return step(
        TcpConnect,
        first,
        took_ms,
        failure=failure,
        attempts=attempts,
        rtt_ms=None if failure else 40.0,
        retransmits=None,
    )


def is_doubtful(*steps: Observation) -> bool:
    return chances(*steps).may_have_failed("here.example", HERE)


def test_a_line_that_loses_nothing_leaves_no_doubt() -> None:
    calm = chances(connect(100.0), changes=())
    assert calm.share == 0.0
    assert not calm.may_have_failed("here.example", HERE)


def test_the_share_is_taken_at_the_upper_end() -> None:
    assert 0.5 < chances().share < 0.7
    assert chances(changes=(doors("*", lost=1), without(TcpSummary))).share > 0.5


def test_where_only_syns_are_eaten_data_tells_the_share() -> None:
    assert chances(changes=(doors("*", lost=1),)).share == 0.0


def test_what_a_filter_swallows_is_no_loss() -> None:
    assert chances(changes=(swallowed("*:4000"), sends_again(4, "*:4000"))).share == 0.0


def test_nobody_was_reached_so_nothing_was_lost() -> None:
    assert chances(changes=(silent("*"),)).share == 0.0


@pytest.mark.parametrize(
    ("began_ms", "took_ms", "doubtful"),
    [
        ((100.0,), 1080.0, True),
        ((100.0, 220.0, 340.0, 460.0, 580.0), 1000.0, True),
        (tuple(100.0 + 20.0 * turn for turn in range(40)), 1500.0, False),
        (tuple(100.0 + 20.0 * turn for turn in range(10)), 60_000.0, False),
    ],
)
def test_connects_are_proof_in_numbers(began_ms: tuple[float, ...], took_ms: float, doubtful: bool) -> None:
    assert is_doubtful(connect(*began_ms, took_ms=took_ms)) is doubtful


def test_a_connect_without_attempts_is_one() -> None:
    assert is_doubtful(step(TcpConnect, failure=Failure.TIMED_OUT))


OPEN = connect(50.0, took_ms=40.0, failure=None)
LISTENED = step(TcpListen, 90.0, 350.0)
SWALLOWED = step(Nudge, 450.0, 2000.0, acknowledged=False)


@pytest.mark.parametrize(
    ("end", "doubtful"),
    [
        (step(TlsHandshake, failure=Failure.TIMED_OUT, took_ms=2000.0), True),
        (step(TlsHandshake, failure=Failure.TIMED_OUT, took_ms=1e12), False),
        (step(TlsHandshake, failure=Failure.EOF), False),
        (step(HttpExchange, scheme="http", failure=Failure.TIMED_OUT, took_ms=3000.0), True),
        (SWALLOWED, True),
        (step(Nudge, 450.0, 2000.0, acknowledged=False, answered="no"), False),
        (step(TcpListen, failure=Failure.CONNECTION_RESET), False),
        (step(TlsHandshake, took_ms=80.0), False),
    ],
)
def test_only_silence_is_doubted(end: Observation, doubtful: bool) -> None:
    assert is_doubtful(OPEN, end) is doubtful


def test_a_cr_lf_speaks_for_every_host_behind_its_address() -> None:
    opened = TcpConnect(id="y1", at_ms=420.0, took_ms=40.0, endpoint=HERE, host="other.example")
    listened = TcpListen(id="y2", at_ms=460.0, took_ms=350.0, endpoint=HERE, host="other.example")
    found = chances(OPEN, LISTENED, SWALLOWED, opened, listened)
    assert found.may_have_failed("other.example", HERE)


def test_a_look_that_found_nothing_wrong_makes_the_others_chance() -> None:
    later = connect(*(5000.0 + 20.0 * turn for turn in range(40)), took_ms=1500.0)
    assert not is_doubtful(later)
    assert not chances(connect(100.0), later).may_have_failed("here.example", HERE)
    assert is_doubtful(OPEN, LISTENED, later)


def test_all_looks_count_together() -> None:
    assert not is_doubtful(*(connect(100.0 + 5000.0 * turn, took_ms=4000.0) for turn in range(10)))


def test_comparisons_are_no_looks() -> None:
    compared = step(TcpConnect, failure=None, purpose=Purpose.COMPARISON)
    assert is_doubtful(connect(50.0), compared)


def few(evidence: Evidence) -> list[str]:
    return [one.target.name for one in Chances(evidence.observations).doubtful(evidence.plan)]


def test_what_fails_by_itself_is_asked_again() -> None:
    assert few(scene(*LOSSY, silent(f"{GATEWAY}:4000"))) == [f"{GATEWAY}:4000"]
    assert few(scene(*LOSSY, doors(f"{GATEWAY}:4000", acknowledged=False))) == [f"{GATEWAY}:4000"]


def test_what_fails_everywhere_is_not() -> None:
    assert few(scene(*LOSSY, silent("*:4000"))) == []
    assert few(scene()) == []


def test_what_is_required_is_asked_first() -> None:
    names = few(scene(*LOSSY, silent("mcgw1*:4000", f"{GATEWAY}:4001")))
    assert names[0] == f"{GATEWAY}:4001"
    assert len(names) > 1


def test_a_name_that_is_proven_needs_no_page() -> None:
    assert few(scene(*LOSSY, doors("www.*.ca:443", http=Failure.TIMED_OUT))) == []


def question(kind: str, resends: int, failure: Failure | None = Failure.TIMED_OUT) -> DnsQuery:
    return DnsQuery(
        id=f"q{kind}{resends}",
        at_ms=1.0,
        took_ms=2000.0,
        failure=failure,
        name="here.example",
        type=kind,
        resolver=HERE,
        resends=resends,
    )


@pytest.mark.parametrize(
    ("asked", "may_be"),
    [
        ([question("A", 4), question("AAAA", 4)], True),
        ([question("A", 4), question("AAAA", 0, Failure.DNS_NO_ANSWER)], True),
        ([question("A", 40)], False),
        ([question("A", 4), question("A", 0, Failure.DNS_NXDOMAIN)], False),
        ([question("AAAA", 4)], False),
        ([OPEN], False),
    ],
)
def test_a_question_is_lost_like_any_packet(asked: list[Observation], may_be: bool) -> None:
    assert chances().may_have_silenced(asked) is may_be
    assert not chances(changes=()).may_have_silenced(asked)


def test_more_failures_at_once_than_chance_makes() -> None:
    found = chances()
    failed = connect(*(20.0 * turn for turn in range(8)), took_ms=1500.0)
    assert isinstance(failed, TcpConnect)
    assert found.may_have_made([failed], 50)
    assert not found.may_have_made([failed] * 12, 50)
    assert BOUND < 1e-4
