"""The kernel's counts while a SYN is due, under a clock that only moves when somebody waits."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from lineclear.model import Endpoint, KernelCount
from lineclear.probe import tcp
from lineclear.probe.route import counts

if TYPE_CHECKING:
    from tests.probe.conftest import Answer, MakeScenario, Scenario

FAR = "192.0.2.1"
Line = Callable[..., "Answer"]


@pytest.fixture
def moving(monkeypatch: pytest.MonkeyPatch) -> Callable[["Scenario", tuple[float, ...]], None]:
    """Let both counts rise by one at some moments, in seconds since the run began."""

    def set_up(stage: "Scenario", moments: tuple[float, ...]) -> None:
        def count() -> int:
            return sum(stage.network.now - 1000.0 >= one for one in moments)

        monkeypatch.setattr(counts, "LINUX", True)
        monkeypatch.setattr(counts, "read_unsent", count)
        monkeypatch.setattr(counts, "read_loopback", count)

    return set_up


def seen(stage: "Scenario", address: str = FAR) -> list[tuple[str, int, int]]:
    async def main() -> None:
        endpoint = Endpoint(address=address, port=4000)
        counting = counts.Counting(stage.run, "gateway.example", endpoint)
        connection = await tcp.connect(stage.run, host="gateway.example", endpoint=endpoint, hedges=1, patience_s=1.5)
        await counting.conclude(connection is not None)
        if connection is not None:
            connection.close()

    stage.play(main())
    found = [one for one in stage.run.observations if isinstance(one, KernelCount)]
    return [(one.counter, one.due, one.quiet) for one in found]


Moving = Callable[["Scenario", tuple[float, ...]], None]


@pytest.mark.parametrize(
    ("moments", "told"),
    [((1.02,), (1, 0)), ((), (0, 0)), ((0.9,), (0, 1)), ((0.2, 0.5, 1.3), (0, 0)), ((0.85, 0.9, 1.0, 1.05), (2, 2))],
)
def test_a_silent_syn_shows_what_could_not_be_sent_when_it_was_due_again(
    scenario: "MakeScenario", answer: Line, moving: Moving, moments: tuple[float, ...], told: tuple[int, int]
) -> None:
    stage = scenario({FAR: [answer("lost")]})
    moving(stage, moments)
    assert seen(stage) == [(counts.UNSENT, *told)]


def test_a_reset_at_once_shows_what_came_over_loopback(scenario: "MakeScenario", answer: Line, moving: Moving) -> None:
    stage = scenario({FAR: [answer("refuse", 0.0001)]})
    moving(stage, (0.00005,))
    assert seen(stage) == [(counts.LOOPBACK, 1, 0)]


def test_nor_does_it_when_loopback_is_busy_anyway(scenario: "MakeScenario", answer: Line, moving: Moving) -> None:
    stage = scenario({FAR: [answer("refuse", 0.0001)]})
    moving(stage, (0.00005, 0.004))
    assert seen(stage) == [(counts.LOOPBACK, 1, 1)]


def test_a_reset_from_afar_is_not_counted(scenario: "MakeScenario", answer: Line, moving: Moving) -> None:
    stage = scenario({FAR: [answer("refuse", 0.02)]})
    moving(stage, (0.01,))
    assert seen(stage) == []
    assert stage.network.now < 1000.1


def test_an_accepted_syn_is_not_counted_and_nobody_waits(
    scenario: "MakeScenario", answer: Line, moving: Moving
) -> None:
    stage = scenario({FAR: [answer("accept", 0.08)]})
    moving(stage, (0.05, 1.02))
    assert seen(stage) == []
    assert stage.network.now < 1000.1


def test_a_kernel_that_says_nothing_leaves_nothing(
    scenario: "MakeScenario", answer: Line, moving: Moving, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = scenario({FAR: [answer("refuse", 0.0001), answer("lost")]})
    moving(stage, ())
    monkeypatch.setattr(counts, "read_unsent", lambda: None)
    monkeypatch.setattr(counts, "read_loopback", lambda: None)
    assert seen(stage) == []
    assert seen(stage) == []


def test_elsewhere_nothing_is_counted(
    scenario: "MakeScenario", answer: Line, moving: Moving, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = scenario({FAR: [answer("lost")]})
    moving(stage, (1.02,))
    monkeypatch.setattr(counts, "LINUX", False)
    assert seen(stage) == []


def test_a_look_that_comes_late_leaves_nothing(
    scenario: "MakeScenario", answer: Line, moving: Moving, monkeypatch: pytest.MonkeyPatch
) -> None:
    stage = scenario({FAR: [answer("lost")]})
    moving(stage, (1.02,))
    monkeypatch.setattr(counts, "_LATE_S", -0.001)
    assert seen(stage) == []


NETSTAT = "TcpExt: SyncookiesSent TCPRetransFail TCPSynRetrans\nTcpExt: 0 17 4\nIpExt: InNoRoutes\nIpExt: 0\n"
DEVICES = "Inter-|   Receive\n face |bytes    packets errs\n  lo:  8400      84    0\neth0: 99 1 0\n"


@pytest.mark.parametrize(
    ("read", "text", "found"),
    [
        (counts.read_unsent, NETSTAT, 17),
        (counts.read_unsent, NETSTAT.replace("TCPRetransFail", "Other"), None),
        (counts.read_unsent, NETSTAT.replace(" 17 ", " many "), None),
        (counts.read_unsent, "", None),
        (counts.read_loopback, DEVICES, 84),
        (counts.read_loopback, DEVICES.replace("lo:", "xx:"), None),
        (counts.read_loopback, "lo: 8400", None),
        (counts.read_loopback, "", None),
    ],
)
def test_the_files_as_the_kernel_writes_them(
    tmp_path: Path, read: Callable[[Path], int | None], text: str, found: int | None
) -> None:
    path = tmp_path / "file"
    assert read(path) is None
    path.write_text(text)
    assert read(path) == found
