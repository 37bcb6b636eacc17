"""`lineclear simulate` as a process: what it prints, how it ends, what it leaves behind."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from tests.simulate.conftest import telnet, wait_for

from lineclear.simulate import FAULTS

PROGRAM = (sys.executable, "-m", "lineclear", "simulate")
posix = pytest.mark.skipif(sys.platform == "win32", reason="signals of POSIX")


@contextmanager
def started(*words: str, folder: Path) -> Iterator[subprocess.Popen[str]]:
    """The program, running, with its options in `folder/edge.options` and its temporary files in `folder`."""
    environment = os.environ | {"TMPDIR": str(folder)}
    with subprocess.Popen(
        (*PROGRAM, "--options-file", str(folder / "edge.options"), *words),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        env=environment,
    ) as process:
        try:
            wait_for((folder / "edge.options").exists)
            yield process
        finally:
            process.kill()


@contextmanager
def heeded(number: signal.Signals) -> Iterator[None]:
    """What is started here heeds the signal, even where the tests themselves were told to ignore it (nohup)."""
    before = signal.signal(number, signal.SIG_DFL)
    try:
        yield
    finally:
        signal.signal(number, before)


def left_in(folder: Path) -> list[str]:
    return sorted(one.name for one in folder.iterdir())


def value_of(name: str, folder: Path) -> str:
    lines = (folder / "edge.options").read_text().splitlines()
    return next(one.partition(f"--{name}=")[2] for one in lines if one.startswith(f"--{name}="))


@posix
@pytest.mark.parametrize(("name", "code"), [("SIGINT", 130), ("SIGTERM", 143), ("SIGHUP", 129)])
def test_a_signal_ends_it_and_nothing_is_left(tmp_path: Path, name: str, code: int) -> None:
    with heeded(signal.Signals[name]), started(folder=tmp_path) as process:
        address, _, port = value_of("resolver", tmp_path).partition(":")
        assert telnet(address, int(port)) == "listens"
        process.send_signal(signal.Signals[name])
        assert process.wait(10) == code
    assert telnet(address, int(port)) == "refused"
    assert left_in(tmp_path) == []


def test_a_check_meets_the_reflector_beside_it(tmp_path: Path) -> None:
    words = ("--reflector", "--", "check", "--format", "json", "--save", str(tmp_path / "evidence.json"))
    ran = subprocess.run((*PROGRAM, *words), capture_output=True, text=True, timeout=120, check=False)
    assert ran.returncode == 0, ran.stderr
    found = {one["code"]: one for one in json.loads(ran.stdout)["findings"]}
    assert found["LC602"]["subject"] == "127.0.0.1"
    seen = [one for one in json.loads((tmp_path / "evidence.json").read_text())["observations"] if one.get("seen")]
    assert {one["seen"]["local"]["address"] for one in seen} == {"127.77.0.4", "127.77.0.5"}


def test_on_one_address_too(tmp_path: Path) -> None:
    with started("--reflector", "--one-address", folder=tmp_path):
        assert value_of("reflector", tmp_path) == "127.0.0.1"
        place = value_of("connect-to", tmp_path)
        assert place.startswith("127.0.0.1:80:127.0.0.1:")
        assert telnet("127.0.0.1", int(place.rpartition(":")[2])) == "closes when spoken to"


def test_no_fault_stands_before_the_reflector() -> None:
    ran = subprocess.run((*PROGRAM, "--reflector", "--fault", "silent"), capture_output=True, text=True, check=False)
    assert ran.returncode == 2
    assert "exclude each other" in ran.stderr


def test_it_ends_after_the_seconds_it_was_given(tmp_path: Path) -> None:
    with started("--seconds", "0.5", folder=tmp_path) as process:
        assert process.wait(10) == 0
    assert left_in(tmp_path) == []


@posix
def test_it_ends_with_whoever_started_it(tmp_path: Path) -> None:
    options = tmp_path / "edge.options"
    words = f'"{sys.executable}" -m lineclear simulate --options-file "{options}" --seconds 30 >/dev/null 2>&1 &'
    shell = ("sh", "-c", f'{words} while [ ! -e "{options}" ]; do :; done')
    subprocess.run(shell, check=True, timeout=20, env=os.environ | {"TMPDIR": str(tmp_path)})
    wait_for(lambda: left_in(tmp_path) == [])


def test_options_go_to_standard_output_and_words_to_standard_error(tmp_path: Path) -> None:
    with started("--seconds", "0.5", "--fault", "proxy-web-only", folder=tmp_path) as process:
        written = (tmp_path / "edge.options").read_text()
        printed, said = process.communicate(timeout=10)
    assert printed == written
    assert all(one.startswith("--") for one in printed.splitlines())
    assert printed.startswith("--catalog=ibkr\n")
    assert "26 hosts on loopback, with 1 fault" in said
    assert "https_proxy=http://127.77.0.3:" in said


def test_every_fault_is_listed() -> None:
    listed = subprocess.run((*PROGRAM, "--list-faults"), capture_output=True, text=True, check=True).stdout
    assert [line.split()[:2] for line in listed.splitlines()] == [[one.name, one.verdict.value] for one in FAULTS]


def test_a_command_runs_against_the_edge() -> None:
    ended = subprocess.run((*PROGRAM, "--", "plan"), capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr
    assert "127.77.0.53:" in ended.stdout
    assert "127.78.0.1:" in ended.stdout


def test_the_exit_code_of_the_command_is_ours() -> None:
    ended = subprocess.run((*PROGRAM, "--", "plan", "--no-such-option"), capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert "--no-such-option" in ended.stderr


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("--fault", "accept-silnt"), "Did you mean accept-silent?"),
        (("--fault", "dns-slow", "--fault", "dns-down"), "exclude one another"),
        (("--fault", "api-off"), "finds nothing to break"),
        (("--fault", "dns-hijack", "--one-address"), "more than one loopback address"),
        (("--catalog", "ibrk"), "Did you mean ibkr"),
        (("--options-file", os.devnull + "/x"), "cannot be written"),
    ],
)
def test_what_cannot_be_done_is_one_sentence_with_the_fix(words: tuple[str, ...], message: str) -> None:
    ended = subprocess.run((*PROGRAM, *words), capture_output=True, text=True, check=False)
    assert ended.returncode == 2
    assert message in ended.stderr
    assert "Traceback" not in ended.stderr
    assert ended.stdout == ""
