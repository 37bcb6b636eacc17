"""Asking a program of the system: bounded in time, and silent about everything but its words."""

import sys

from lineclear.probe.survey.programs import output_of


def test_what_it_printed() -> None:
    assert output_of(sys.executable, "-c", "print('told')") == ("told\n", "")


def test_why_it_printed_nothing() -> None:
    assert output_of(sys.executable, "-c", "") == ("", f"{sys.executable} printed nothing")
    assert output_of("no-such-program-here")[1] == "no-such-program-here: no such file or directory"
    waiting = ("-c", "import threading; threading.Event().wait()")
    assert output_of(sys.executable, *waiting, patience_s=0.05)[1].endswith("did not answer within 0.05 s")
