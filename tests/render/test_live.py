"""Progress: rows that fill in on a terminal, nothing anywhere else, and nothing left at the end."""

import io
import os
from collections.abc import Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from lineclear.cli.live import Live, progress, screen_of, understands_ansi, wants_color
from lineclear.model import (
    Control,
    ControlKind,
    Endpoint,
    Failure,
    Observation,
    PathTrace,
    Redirection,
    SystemLookup,
    TcpConnect,
    TlsHandshake,
)

from .measured import CATALOG, address, evidence

PLAN = evidence().plan


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    encoding = "utf-8"

    def isatty(self) -> bool:
        return True


def _screen(text: str) -> list[str]:
    """What a terminal shows after `text`: rows, and the two sequences that are used."""
    rows, at = [""], 0
    while at < len(text):
        if text[at] == "\x1b":
            end = next(i for i in range(at + 2, len(text)) if text[i].isalpha())
            count, verb = text[at + 2 : end], text[end]
            if verb == "F":
                rows = [*rows[: len(rows) - 1 - int(count)], *rows[len(rows) - 1 - int(count) :]]
                up = len(rows) - 1 - int(count)
                pending = up
            else:
                assert verb == "J"
                rows = [*rows[:pending], ""]
            at = end + 1
        elif text[at] == "\n":
            rows.append("")
            at += 1
        else:
            rows[-1] += text[at]
            at += 1
    return rows


def _live(stream: io.StringIO, environ: Mapping[str, str] | None = None, size: tuple[int, int] = (80, 24)) -> Live:
    ticks = iter(range(10_000))
    return Live(stream, environ or {}, clock=lambda: float(next(ticks)), size=lambda _: size)


def _connect(host: str, port: int, failure: Failure | None = None) -> TcpConnect:
    at = Endpoint(address=address(host), port=port)
    return TcpConnect(id="o1", at_ms=0, took_ms=1, endpoint=at, host=host, failure=failure)


def test_rows_fill_in() -> None:
    stream = Terminal()
    live = _live(stream)
    live.say("Looking at this machine")
    live.begin(CATALOG)
    live.planned(PLAN)
    live.seen(_connect("zdc1.ibllc.com", 4001))
    live.seen(_connect("zdc1.ibllc.com", 4000, Failure.TIMED_OUT))
    rows = _screen(stream.getvalue())
    assert rows[0].startswith("IBKR Host and Ports Documentation 2022-01: 2 of 23 tried, ")
    assert rows[5] == "  TWS Europe              xo..  1 of 4 answered, 1 did not"
    assert len([one for one in rows if one]) == 1 + len(CATALOG.services)


def test_nothing_is_left_at_the_end() -> None:
    stream = Terminal()
    live = _live(stream)
    live.begin(CATALOG)
    live.planned(PLAN)
    live.end()
    live.end()
    assert _screen(stream.getvalue()) == [""]


def test_the_first_line_needs_no_plan() -> None:
    stream = Terminal()
    _live(stream).say("Looking at this machine")
    assert stream.getvalue() == "Looking at this machine\n"


def test_a_second_look_that_succeeds_counts() -> None:
    stream = Terminal()
    live = _live(stream)
    live.begin(CATALOG)
    live.planned(PLAN)
    live.seen(_connect("gdc1.ibllc.com", 4000, Failure.TIMED_OUT))
    live.seen(_connect("gdc1.ibllc.com", 4000))
    live.seen(_connect("gdc1.ibllc.com", 4000, Failure.TIMED_OUT))
    assert "  IB CAM                  o.  1 of 2 answered" in _screen(stream.getvalue())


def test_what_fails_after_it_was_accepted_did_not_answer() -> None:
    stream = Terminal()
    live = _live(stream)
    live.begin(CATALOG)
    live.planned(PLAN)
    for port in (4000, 4001):
        live.seen(_connect("gdc1.ibllc.com", port))
    at = Endpoint(address=address("gdc1.ibllc.com"), port=4001)
    live.seen(TlsHandshake(id="o1", at_ms=0, took_ms=1, endpoint=at, host="gdc1.ibllc.com", failure=Failure.TIMED_OUT))
    live.seen(PathTrace(id="o1", at_ms=0, took_ms=1, endpoint=at, host="gdc1.ibllc.com"))
    assert "  IB CAM                  ox  1 of 2 answered, 1 did not" in _screen(stream.getvalue())


@pytest.mark.parametrize("port", [0, 4001])
def test_what_opens_where_nobody_is_does_not_count_until_it_proves_itself(port: int) -> None:
    nowhere = Endpoint(address="192.0.2.213", port=port or 4001)
    control = Control(kind=ControlKind.NOBODY_THERE, endpoint=nowhere, port=port)
    stream = Terminal()
    live = _live(stream)
    live.begin(CATALOG)
    live.planned(replace(PLAN, controls=(control,)))
    live.seen(_connect("gdc1.ibllc.com", 4001))
    live.seen(TcpConnect(id="o1", at_ms=0, took_ms=1, endpoint=nowhere))
    assert "  IB CAM                  .?  0 of 2 answered, 1 accepted by a box" in _screen(stream.getvalue())
    at = Endpoint(address=address("gdc1.ibllc.com"), port=4001)
    live.seen(TlsHandshake(id="o1", at_ms=0, took_ms=1, endpoint=at, host="gdc1.ibllc.com"))
    assert "  IB CAM                  .o  1 of 2 answered" in _screen(stream.getvalue())


def test_what_is_dialled_elsewhere_is_known_again() -> None:
    plan = replace(
        PLAN, redirections=(Redirection(host="gdc1.ibllc.com", port=4001, to_address="127.0.0.1", to_port=24001),)
    )
    stream = Terminal()
    live = _live(stream)
    live.begin(CATALOG)
    live.planned(plan)
    live.seen(_connect("gdc1.ibllc.com", 24001))
    assert "  IB CAM                  .o  1 of 2 answered" in _screen(stream.getvalue())


@pytest.mark.parametrize(
    "seen",
    [
        SystemLookup(id="o1", at_ms=0, took_ms=1, name="gdc1.ibllc.com"),
        TcpConnect(id="o1", at_ms=0, took_ms=1, endpoint=Endpoint(address="192.0.2.99", port=4001)),
        TlsHandshake(id="o1", at_ms=0, took_ms=1, endpoint=Endpoint(address="192.0.2.1", port=9), host="other.example"),
    ],
)
def test_other_steps_move_no_row(seen: Observation) -> None:
    stream = Terminal()
    live = _live(stream)
    live.begin(CATALOG)
    live.planned(PLAN)
    before = stream.getvalue()
    live.seen(seen)
    assert stream.getvalue() == before


def test_a_terminal_too_low_shows_one_line() -> None:
    stream = Terminal()
    live = _live(stream, size=(80, 9))
    live.begin(CATALOG)
    live.planned(PLAN)
    assert len([one for one in _screen(stream.getvalue()) if one]) == 1


@given(st.integers(1, 200))
def test_no_line_is_wider_than_the_terminal(columns: int) -> None:
    stream = Terminal()
    live = _live(stream, size=(columns, 24))
    live.begin(replace(CATALOG, title="ラインクリア\x1b[31m" * 9))
    live.planned(PLAN)
    assert all(len(one) <= max(columns - 1, 8) for one in _screen(stream.getvalue()))
    assert "[31m" not in stream.getvalue().replace("\\x1b[31m", "")


def test_redrawing_waits_a_little() -> None:
    stream = Terminal()
    live = Live(stream, {}, clock=lambda: 0.0, size=lambda _: (80, 24))
    live.begin(CATALOG)
    live.planned(PLAN)
    before = stream.getvalue()
    live.seen(_connect("gdc1.ibllc.com", 4000))
    assert stream.getvalue() == before


@pytest.mark.parametrize(("stream", "environ"), [(io.StringIO(), {}), (Terminal(), {"TERM": "dumb"})])
def test_elsewhere_it_is_silent(stream: io.StringIO, environ: dict[str, str]) -> None:
    live = _live(stream, environ)
    live.say("Looking")
    live.begin(CATALOG)
    live.planned(PLAN)
    live.seen(_connect("gdc1.ibllc.com", 4000))
    live.end()
    assert stream.getvalue() == ""


def test_progress_wipes_itself_away_whatever_happens(monkeypatch: pytest.MonkeyPatch) -> None:
    stream = Terminal()
    monkeypatch.setattr("sys.stderr", stream)
    monkeypatch.setenv("TERM", "xterm")

    def interrupted() -> None:
        with progress("auto") as live:
            live.begin(CATALOG)
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        interrupted()
    assert _screen(stream.getvalue()) == [""]


@pytest.mark.parametrize(
    ("environ", "is_tty", "choice", "expected"),
    [
        ({}, True, "auto", True),
        ({}, False, "auto", False),
        ({}, False, "always", True),
        ({}, True, "never", False),
        ({"NO_COLOR": "1"}, True, "auto", False),
        ({"NO_COLOR": ""}, True, "auto", True),
        ({"NO_COLOR": "1"}, True, "always", True),
        ({"NO_COLOR": "1", "CLICOLOR_FORCE": "1"}, True, "auto", False),
        ({"CLICOLOR_FORCE": "1"}, False, "auto", True),
        ({"CLICOLOR_FORCE": "0"}, False, "auto", False),
        ({"CLICOLOR": "0"}, True, "auto", False),
        ({"CLICOLOR": "1"}, True, "auto", True),
        ({"TERM": "dumb"}, True, "auto", False),
        ({"TERM": "dumb", "CLICOLOR_FORCE": "1"}, False, "auto", True),
    ],
)
def test_colours(environ: dict[str, str], *, is_tty: bool, choice: str, expected: bool) -> None:
    assert wants_color(environ, is_tty=is_tty, choice=choice) is expected


@pytest.mark.parametrize(
    ("environ", "platform", "expected"),
    [
        ({}, "linux", True),
        ({"TERM": "dumb"}, "linux", False),
        ({}, "win32", False),
        ({"WT_SESSION": "x"}, "win32", True),
        ({"ConEmuANSI": "ON"}, "win32", True),
    ],
)
def test_terminals(environ: dict[str, str], platform: str, *, expected: bool) -> None:
    assert understands_ansi(environ, platform) is expected


def test_the_screen_of_a_pipe() -> None:
    screen = screen_of(io.TextIOWrapper(io.BytesIO(), encoding="ascii"), environ={})
    assert (screen.width, screen.color, screen.ascii) == (80, False, True)


def test_the_screen_of_a_terminal() -> None:
    screen = screen_of(Terminal(), environ={"COLUMNS": "100", "TERM": "xterm"})
    assert (screen.width, screen.color, screen.ascii) == (100, True, False)


@pytest.mark.parametrize(("found", "used"), [((120, 50), (120, 50)), ((0, 0), (80, 24)), (OSError(), (80, 24))])
def test_the_size_of_a_terminal(
    monkeypatch: pytest.MonkeyPatch, found: tuple[int, int] | OSError, used: tuple[int, int]
) -> None:
    def size(_: int) -> os.terminal_size:
        if isinstance(found, OSError):
            raise found
        return os.terminal_size(found)

    monkeypatch.setattr(os, "get_terminal_size", size)
    monkeypatch.setattr(Terminal, "fileno", lambda _: 2)
    assert screen_of(Terminal(), environ={}).width == used[0]


def test_a_service_without_targets_has_no_row() -> None:
    stream = Terminal()
    live = _live(stream)
    live.begin(CATALOG)
    live.planned(replace(PLAN, targets=PLAN.targets[:2]))
    assert len([one for one in _screen(stream.getvalue()) if one]) == 2


def test_a_stream_without_encoding_gets_ascii() -> None:
    stream = io.StringIO()
    assert screen_of(stream, environ={}).ascii
