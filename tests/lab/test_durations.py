"""How long a check takes: what is counted, and of which runs."""

import pytest
from lab.durations import by_family, durations, spread
from lab.outcome import Outcome
from lab.scenario import Scenario


def timed(*took_s: float, family: str = "egress", words: tuple[str, ...] = ()) -> list[tuple[Scenario, Outcome]]:
    one = Scenario(name="one", family=family, says="", verdict="failure", words=words)
    return [(one, Outcome(name="one", check_s=seconds)) for seconds in took_s]


@pytest.mark.parametrize(
    ("took", "expected"),
    [
        ([3.0], (3.0, 3.0, 3.0)),
        ([2.0, 1.0], (1.0, 2.0, 2.0)),
        ([3.0, 1.0, 2.0], (2.0, 3.0, 3.0)),
        ([float(one) for one in range(10, 0, -1)], (5.0, 9.0, 10.0)),
        ([float(one) for one in range(11)], (5.0, 9.0, 10.0)),
    ],
)
def test_median_nine_of_ten_and_slowest_are_values_that_occurred(
    took: list[float], expected: tuple[float, float, float]
) -> None:
    assert spread(took) == expected


def test_a_check_that_holds_connections_silent_is_counted_apart() -> None:
    runs = [*timed(1.0, 2.0, 4.0), *timed(17.5, words=("--idle", "12"))]
    assert list(durations(runs)) == [
        "typical check: median 2.0 s, nine of ten within 4.0 s, slowest 4.0 s",
        "slowest check with --idle: 17.5 s",
    ]


def test_each_family_has_its_row() -> None:
    runs = [*timed(1.0, 2.0), *timed(9.0, family="paths"), *timed(17.5, family="paths", words=("--idle", "12"))]
    assert list(by_family(runs)) == [("egress", "2", "1.0", "2.0", "2.0"), ("paths", "1", "9.0", "9.0", "9.0")]


def test_where_nothing_ran_nothing_is_said() -> None:
    assert not [*durations([]), *by_family([])]
