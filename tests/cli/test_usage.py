import sys
from collections.abc import Callable
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from lineclear import __version__
from lineclear.cli import COMMANDS

Run = Callable[..., CompletedProcess[str]]


def test_version(lineclear: Run) -> None:
    ran = lineclear("--version")
    assert (ran.returncode, ran.stdout) == (0, f"lineclear {__version__}\n")


def test_help_names_every_command_and_shows_examples(lineclear: Run) -> None:
    ran = lineclear("--help")
    assert ran.returncode == 0
    assert "examples:" in ran.stdout
    assert all(name in ran.stdout for name in COMMANDS)


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_has_help(lineclear: Run, name: str) -> None:
    ran = lineclear(name, "--help")
    assert ran.returncode == 0
    assert ran.stdout.startswith(f"usage: lineclear {name}")
    assert ran.stderr == ""


WRONG = [
    (("chekc",), "check"),
    (("check", "--fromat", "json"), "--format"),
    (("check", "--format", "yaml"), "json"),
    (("check", "--catalog", "ibrk"), "ibkr"),
    (("check", "--region", "europ", "--service", "nosuch"), "nosuch"),
    (("check", "--deadline", "0"), "above 0"),
    (("check", "--connect-to", "a:b"), "HOST:PORT:ADDRESS:PORT"),
    (("check", "--resolve", "ndc1.ibllc.com"), "HOST:ADDRESS"),
    (("check", "--control", "x"), "nobody=192.0.2.1"),
    (("check", "--deadline", "nan"), "above 0"),
    (("check", "--deadline", "inf"), "above 0"),
    (("check", "--resolver", "dns.example"), "no name"),
    (("check", "--resolver", "127.0.0.1:²"), "not a port"),
    (("check", "--resolver", "[::1"), "not an address"),
    (("plan", "--resolver", "127.0.0.1:70000"), "not a port"),
    (("check", "--resolve", "ndc1.ibllc.com:999.1.1.1"), "not an address"),
    (("check", "--connect-to", "::gw.example:1"), "not an address"),
    (("check", "--connect-to", "::127.0.0.1:70000"), "not a port"),
    (("check", "--connect-to", ":²::1"), "Ports are numbers"),
    (("check", "--control", "nobody=x"), "not an address"),
    (("check", "--control", "answers=x:1"), "not an address"),
    (("check", "--control", "nobody=80@127.0.0.1:²"), "not a port"),
    (("check", "--reflector", "gw.example"), "its address"),
    (("check", "--expect-net", "10.0.0.0/33"), "not a network"),
    (("check", "--echo-url", "http://[::1"), "https://HOST/PATH"),
    (("check", "--echo-url", "http://127.0.0.1:99999/"), "https://HOST/PATH"),
    (("check", "@" + sys.executable), "not text"),
    (("check", "--public-roots", "/nowhere.pem"), "/nowhere.pem"),
    (("check", "--trust-store", "/dev/null"), "/dev/null"),
    (("check", "--jts", "/nowhere/jts.ini"), "/nowhere/jts.ini"),
    (("plan", "--reflector", "a..b"), "correct the name"),
    (("plan", "--only", "tws-erope"), "tws-europe"),
    (("diagnose", "/nowhere.json"), "/nowhere.json"),
    (("catalog", "lint", "/nowhere.toml"), "/nowhere.toml"),
    (("simulate", "--fault", "acept-silent"), "accept-silent"),
    (("completion", "tcsh"), "bash"),
    ((), "COMMAND"),
]


@pytest.mark.parametrize(("words", "fix"), WRONG, ids=[" ".join(words) or "nothing" for words, _ in WRONG])
def test_what_is_wrong_is_one_sentence_with_the_fix(lineclear: Run, words: tuple[str, ...], fix: str) -> None:
    ran = lineclear(*words)
    assert ran.returncode == 2, ran.stderr
    assert ran.stdout == ""
    assert "Traceback" not in ran.stderr
    assert ran.stderr.startswith("lineclear: ")
    assert len(ran.stderr.splitlines()) == 1
    assert fix in ran.stderr


def test_an_option_is_not_proposed_in_place_of_itself(lineclear: Run) -> None:
    assert "Did you mean" not in lineclear("check", "--format", "yaml").stderr


def test_plan_prints_everything_and_contacts_nothing(lineclear: Run) -> None:
    ran = lineclear("plan", "--resolver", "192.0.2.53")
    assert ran.returncode == 0
    assert "Names to look up (26), at: 192.0.2.53" in ran.stdout
    assert "Targets to connect to (47)" in ran.stdout
    assert "ndc1_hb1.ibllc.com:4001" in ran.stdout
    assert ran.stdout.endswith("Nothing else is contacted.\n")


def test_broken_evidence_is_a_sentence(lineclear: Run, tmp_path: Path) -> None:
    file = tmp_path / "evidence.json"
    file.write_text('{"schema": "lineclear.evidence/1", "tool": 3}')
    ran = lineclear("diagnose", str(file))
    assert ran.returncode == 2
    assert "$.tool" in ran.stderr


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_knows_every_command_and_choice(lineclear: Run, shell: str) -> None:
    script = lineclear("completion", shell).stdout
    assert all(name in script for name in COMMANDS)
    assert "nagios" in script
    assert "--public-roots" in script or "-l public-roots" in script


def test_manual_page_is_troff(lineclear: Run) -> None:
    page = lineclear("man").stdout
    assert page.startswith(".TH LINECLEAR 1")
    assert all(f".SH LINECLEAR {name.upper()}" in page for name in COMMANDS)
