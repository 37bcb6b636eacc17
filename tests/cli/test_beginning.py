"""What `lineclear check` has under way before it has read its options: only what is wanted whatever they are."""

import pytest

from lineclear.catalog import load, select
from lineclear.cli import check
from lineclear.cli.usual import usual_ports
from lineclear.model import Vantage
from lineclear.plan import Options, make_plan
from lineclear.probe import headstart

USUAL = [
    "check",
    "check --depth tcp",
    "check --depth=full --verbose --no-nudge",
    "check --deadline 3 --deadline 0.5 --format json --output report.json",
    "check --save evidence.json --redact --color never",
]
OTHER = [
    "plan",
    "check --help",
    "check --fromat json",
    "check --format yaml",
    "check --depth names",
    "check --depth",
    "check --deadline 0",
    "check --deadline -1",
    "check --deadline nan",
    "check --output",
    "check --output --verbose",
    "check --verbose=yes",
    "check --lang de",
    "check @options",
    "check file",
    "check --catalog local",
    "check --edition observed",
    "check --region europe",
    "check --jts jts.ini",
    "check --resolver 192.0.2.53",
    "check --resolve ndc1.ibllc.com:192.0.2.7",
    "check --trust-store /dev/null",
]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[dict[str, tuple[int, ...]]]:
    found: list[dict[str, tuple[int, ...]]] = []

    def ask_early(_hosts: object, *, ports: dict[str, tuple[int, ...]]) -> headstart.HeadStart:
        found.append(ports)
        return headstart.HeadStart([], ports)

    monkeypatch.setattr(headstart, "ask_early", ask_early)
    return found


@pytest.mark.parametrize("line", USUAL)
def test_the_usual_list_is_begun_with(asked: list[dict[str, tuple[int, ...]]], line: str) -> None:
    assert check.begin(line.split()) is not None
    assert asked == [usual_ports()]


@pytest.mark.parametrize("line", OTHER)
def test_nothing_is_begun_that_may_not_be_wanted(asked: list[dict[str, tuple[int, ...]]], line: str) -> None:
    assert check.begin(line.split()) is None
    assert asked == []


def test_what_is_begun_is_what_the_plan_says() -> None:
    plan = make_plan(select(load("ibkr")), Vantage(platform="linux"), Options())
    pairs = [(host, port) for host, ports in usual_ports().items() for port in ports]
    assert sorted(pairs) == sorted((one.host, one.port) for one in plan.targets)
    assert tuple(usual_ports()) == plan.names
