"""What `plan` says of a reflector, and what cannot be asked of one."""

from collections.abc import Callable
from subprocess import CompletedProcess

import pytest

Run = Callable[..., CompletedProcess[str]]


def test_the_plan_names_every_address_and_how_often_it_is_asked(lineclear: Run) -> None:
    ran = lineclear("plan", "--reflector", "192.0.2.10,192.0.2.11", "--reflector", "2001:db8::10")
    assert ran.returncode == 0, ran.stderr
    told = ran.stdout.partition("Your reflector, about 27 connections to the first address:\n")[2]
    assert told.splitlines() == [
        "  192.0.2.10",
        "  192.0.2.11",
        "  2001:db8::10",
        "  and at most 4 more addresses that it tells of, and 1 that it says is empty",
        "Nothing else is contacted.",
    ]


def test_the_plan_says_how_long_connections_are_silent(lineclear: Run) -> None:
    ran = lineclear("plan", "--reflector", "192.0.2.10", "--idle", "60")
    assert "27 connections to the first address and 24 left silent for up to 60 s:" in ran.stdout


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("--reflector", "a..b"), "correct the name"),
        (("--reflector", "192.0.2.10", "--reflector-pin", "f00"), "64 hex digits"),
        (("--reflector-pin", "ab" * 32), "needs a reflector"),
    ],
)
def test_what_cannot_be_is_said_with_its_fix(lineclear: Run, words: tuple[str, ...], says: str) -> None:
    ran = lineclear("plan", *words)
    assert ran.returncode == 2
    assert says in ran.stderr
