"""When a check ends: the deadline counts from the first moment, and Ctrl-C takes nothing away."""

import argparse
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator

import pytest

from lineclear import check as checking
from lineclear import render
from lineclear.catalog import load
from lineclear.check import check
from lineclear.cli.output import write_report
from lineclear.model import Limits, Plan, Report, UsageError
from lineclear.plan import Options
from lineclear.probe.headstart import HeadStart
from lineclear.simulate import Running, edge
from lineclear.simulate.session import options as words_of

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT to oneself there")
NOTHING = HeadStart([], {})


@pytest.fixture(scope="module")
def running() -> Iterator[Running]:
    with edge(catalog=load("local")) as living:
        yield living


def checked(running: Running, **words: object) -> Report:
    from lineclear.cli import check as command  # noqa: PLC0415
    from lineclear.cli.parser import build  # noqa: PLC0415
    from lineclear.cli.selection import chosen_options  # noqa: PLC0415

    args = build({"check": command}).parse_args(["check", *words_of("local", running)])
    return check(load("local"), chosen_options(args), head_start=NOTHING, **words)  # type: ignore[arg-type]


def test_the_deadline_counts_from_the_moment_that_is_given(running: Running) -> None:
    whole, late = checked(running), checked(running, since=-1e9)
    assert (whole.evidence.interrupted, late.evidence.interrupted_by) == (False, "deadline")


def test_an_interrupt_before_anything_is_sent_leaves_a_report(running: Running) -> None:
    def interrupt(_plan: Plan) -> None:
        os.kill(os.getpid(), signal.SIGINT)

    before = signal.getsignal(signal.SIGINT)
    report = checked(running, on_plan=interrupt, handle_interrupt=True)
    assert report.evidence.interrupted_by == "user"
    assert signal.getsignal(signal.SIGINT) is before


def test_an_interrupt_while_the_report_is_written_does_not_take_it_away(
    running: Running, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def slow(_report: Report) -> str:
        os.kill(os.getpid(), signal.SIGINT)
        return "all of it"

    before = signal.getsignal(signal.SIGINT)
    monkeypatch.setitem(render.FORMATS, "junit", slow)
    write_report(checked(running), argparse.Namespace(redact=False, format="junit", output=""))
    assert capsys.readouterr().out == "all of it"
    assert signal.getsignal(signal.SIGINT) is before


def test_a_reflector_whose_name_takes_too_long_is_given_up(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = threading.Event()
    monkeypatch.setattr(checking, "getaddrinfo", lambda *_: answers.wait())
    with pytest.raises(UsageError, match="has no address here"):
        checking.plan_for(load("ibkr"), Options(reflectors=("slow.example",), limits=Limits(deadline_s=0.01)))
    answers.set()


@pytest.mark.parametrize("before", ["default_int_handler", "SIG_IGN"])
def test_ctrl_c_just_ends_a_command_that_is_not_ready_unless_it_was_to_be_ignored(before: str) -> None:
    program = (
        "import signal; from lineclear import cli\n"
        f"signal.signal(signal.SIGINT, signal.{before})\n"
        "cli.run_and_leave = lambda: print(signal.getsignal(signal.SIGINT).name)\n"
        "from lineclear.command import command; command(); cli._hear_interrupts()\n"
        f"print(signal.getsignal(signal.SIGINT) is signal.{before})"
    )
    ran = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert ran.stdout.split() == ["SIG_DFL" if before == "default_int_handler" else "SIG_IGN", "True"]
