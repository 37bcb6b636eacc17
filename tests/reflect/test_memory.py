import pytest

from lineclear.reflect import memory
from lineclear.reflect.memory import Bounds, Kept, Runs, Sources, source_of


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


class TestSources:
    def test_a_burst_and_then_the_rate(self) -> None:
        clock = Clock()
        sources = Sources(Bounds(burst=3, per_second=2), clock)
        assert [sources.admit("a") for _ in range(4)] == [True, True, True, False]
        clock.now += 0.5
        assert [sources.admit("a") for _ in range(2)] == [True, False]

    def test_one_source_does_not_take_anothers_turn(self) -> None:
        sources = Sources(Bounds(burst=1), Clock())
        assert sources.admit("a")
        assert not sources.admit("a")
        assert sources.admit("b")

    def test_open_at_a_time(self) -> None:
        sources = Sources(Bounds(per_source=2), Clock())
        assert [sources.admit("a") for _ in range(3)] == [True, True, False]
        sources.leave("a")
        assert sources.admit("a")

    def test_open_in_all(self) -> None:
        sources = Sources(Bounds(connections=2), Clock())
        assert [sources.admit(one) for one in "abc"] == [True, True, False]
        assert sources.open == 2

    def test_sources_that_are_gone_make_room(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(memory, "_MOST_SOURCES", 2)
        sources = Sources(Bounds(), Clock())
        assert [sources.admit(one) for one in "abc"] == [True, True, False]
        sources.leave("b")
        assert sources.admit("c")
        assert not sources.admit("d")


@pytest.mark.parametrize(
    ("address", "source"),
    [
        ("192.0.2.7", "192.0.2.7"),
        ("::ffff:192.0.2.7", "192.0.2.7"),
        ("2001:db8:1:2:3:4:5:6", "2001:db8:1:2"),
        ("2001:db8::6", "2001:db8:0:0"),
        ("2001:db8:1:2::", "2001:db8:1:2"),
        ("fe80::1%eth0", "fe80:0:0:0"),
        ("::1", "0:0:0:0"),
    ],
)
def test_who_a_limit_counts(address: str, source: str) -> None:
    assert source_of(address) == source


class TestKept:
    def test_all_together_are_bounded(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(memory, "_MOST_KEPT", 100)
        kept = Kept()
        assert kept.change(0, 60)
        assert not kept.change(0, 41)
        assert kept.change(41, 40)
        assert not kept.change(60, 61)
        assert kept.change(61, 0)
        assert kept.size == 40

    def test_who_keeps_less_is_never_too_much(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(memory, "_MOST_KEPT", 10)
        kept = Kept()
        assert not kept.change(0, 50)
        assert kept.change(50, 49)


def nonce(number: int) -> str:
    return f"{number:032x}"


class TestRuns:
    def test_what_arrived_is_told_to_its_own_run(self) -> None:
        runs = Runs(Clock())
        runs.note("r", nonce(1), 443)
        runs.note("r", nonce(2), 4000)
        runs.note("r", nonce(2), 4000)
        runs.note("s", nonce(3), 4000)
        assert runs.arrived("r") == ((nonce(1), 443), (nonce(2), 4000))
        assert runs.arrived("t") == ()

    def test_one_nonce_at_two_ports_arrived_twice(self) -> None:
        runs = Runs(Clock())
        runs.note("r", nonce(1), 80)
        runs.note("r", nonce(1), 65_535)
        assert runs.arrived("r") == ((nonce(1), 80), (nonce(1), 65_535))

    def test_old_runs_are_forgotten(self) -> None:
        clock = Clock()
        runs = Runs(clock)
        runs.note("r", nonce(1), 443)
        clock.now += 301
        runs.note("s", nonce(2), 443)
        assert runs.arrived("r") == ()
        assert runs.arrived("s")

    def test_a_run_that_goes_on_is_kept(self) -> None:
        clock = Clock()
        runs = Runs(clock)
        for one in range(3):
            runs.note("r", nonce(one), 443)
            clock.now += 200
        assert len(runs.arrived("r")) == 3

    def test_both_are_bounded(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(memory, "_MOST_RUNS", 3)
        monkeypatch.setattr(memory, "_MOST_NONCES", 2)
        runs = Runs(Clock())
        for run in range(9):
            for number in range(5):
                runs.note(f"r{run}", nonce(number), 443)
        assert [bool(runs.arrived(f"r{run}")) for run in range(9)] == [False] * 6 + [True] * 3
        assert runs.arrived("r8") == ((nonce(0), 443), (nonce(1), 443))

    def test_and_so_are_all_nonces_together(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(memory, "_MOST_ARRIVALS", 5)
        runs = Runs(Clock())
        for run in "abcd":
            for number in range(2):
                runs.note(run, nonce(number), 443)
        assert [len(runs.arrived(run)) for run in "abcd"] == [0, 0, 2, 2]
