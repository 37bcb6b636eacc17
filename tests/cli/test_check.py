"""`lineclear check` as a process, against the simulated edge."""

import json
import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from lineclear.catalog import load
from lineclear.simulate import Running, edge

Run = Callable[..., CompletedProcess[str]]
SRC = Path(__file__).parents[2] / "src"


@pytest.fixture(scope="module")
def healthy() -> Iterator[Running]:
    with edge(catalog=load("ibkr")) as running:
        yield running


@pytest.fixture(scope="module")
def silent() -> Iterator[Running]:
    with edge(faults=("silent",), catalog=load("ibkr")) as running:
        yield running


def test_success_is_the_first_word_and_the_exit_code(lineclear: Run, healthy: Running) -> None:
    ran = lineclear("check", *healthy.options)
    assert ran.returncode == 0
    assert "SUCCESS" in ran.stdout.splitlines()[0]
    assert ran.stderr == ""


def test_json_is_one_document_with_every_pair_of_the_list(lineclear: Run, healthy: Running) -> None:
    ran = lineclear("check", "--format", "json", *healthy.options)
    report = json.loads(ran.stdout)
    assert report["schema"] == "lineclear.report/1"
    assert report["verdict"] == "success"
    pairs = {(one["host"], one["port"]) for one in report["targets"]}
    assert len(pairs) == 47
    assert len({pair for pair in pairs if pair[1] != 80}) == 37
    assert all(one["ok"] is True for one in report["targets"])


def test_saved_evidence_gives_the_same_diagnosis(lineclear: Run, silent: Running, tmp_path: Path) -> None:
    saved = tmp_path / "evidence.json"
    first = lineclear("check", "--format", "json", "--save", str(saved), *silent.options)
    again = lineclear("diagnose", "--format", "json", str(saved))
    assert first.returncode == again.returncode == 1
    assert json.loads(first.stdout) == json.loads(again.stdout)


def test_output_goes_to_the_file_and_nothing_to_the_pipe(lineclear: Run, healthy: Running, tmp_path: Path) -> None:
    file = tmp_path / "ticket.md"
    ran = lineclear("check", "--format", "markdown", "--output", str(file), *healthy.options)
    assert (ran.returncode, ran.stdout) == (0, "")
    assert "SUCCESS" in file.read_text().upper()


def test_options_from_a_file(lineclear: Run, healthy: Running, tmp_path: Path) -> None:
    file = tmp_path / "edge.options"
    file.write_text("".join(f"{word}\n" for word in healthy.options))
    assert lineclear("check", f"@{file}", "--region", "europe").returncode == 0


def test_nagios_has_its_own_exit_codes(lineclear: Run, silent: Running) -> None:
    ran = lineclear("check", "--format", "nagios", *silent.options)
    assert ran.returncode == 2
    assert len(ran.stdout.splitlines()) == 1


def test_deadline_ends_it_with_what_is_known(lineclear: Run, silent: Running) -> None:
    ran = lineclear("check", "--format", "json", "--deadline", "0.5", *silent.options)
    report = json.loads(ran.stdout)
    assert report["interrupted"] is True
    assert report["verdict"] == "inconclusive"
    assert report["took_ms"] < 1500


def test_depth_tcp_never_says_success(lineclear: Run, healthy: Running) -> None:
    ran = lineclear("check", "--depth", "tcp", *healthy.options)
    assert ran.returncode == 3
    assert "INCONCLUSIVE" in ran.stdout.splitlines()[0]


@pytest.mark.skipif(sys.platform == "win32", reason="no SIGINT to a child there")
def test_interrupt_ends_cleanly_with_what_is_known(silent: Running) -> None:
    env = {**os.environ, "PYTHONPATH": str(SRC), "PYTHONUNBUFFERED": "1"}
    words = [sys.executable, "-m", "lineclear", "check", "--format", "json", *silent.options]
    with subprocess.Popen(words, env=env, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as child:
        seen = len(tuple(silent.log))
        while len(tuple(silent.log)) == seen and child.poll() is None:
            os.sched_yield()
        child.send_signal(signal.SIGINT)
        out, err = child.communicate(timeout=30)
    assert child.returncode == 130
    assert "Traceback" not in err
    assert json.loads(out)["interrupted"] is True


def test_plain_check_imports_only_what_it_uses(healthy: Running) -> None:
    heavy = "asyncio dns dataclasses tomllib psutil logging importlib.metadata subprocess concurrent typing_extensions"
    words = ["check", "--depth", "tcp", *healthy.options]
    program = (
        "import sys; from lineclear.cli import main\n"
        f"main({words!r})\n"
        f"print(sorted(set({heavy.split()!r}) & set(sys.modules)), file=sys.stderr)"
    )
    env = {**os.environ, "PYTHONPATH": str(SRC)}
    ran = subprocess.run([sys.executable, "-c", program], env=env, capture_output=True, text=True, check=True)
    assert ran.stderr == "[]\n"


def test_the_first_question_leaves_before_anything_slow_is_loaded() -> None:
    slow = "argparse typing re enum collections msgspec lineclear.model"
    program = (
        "import sys; before = set(sys.modules); from lineclear.cli import check\n"
        "from lineclear.probe import headstart, sockets; headstart.system_resolvers = lambda: []\n"
        "assert check.begin(['check']) is not None\n"
        f"print(sorted(set({slow.split()!r}) & (set(sys.modules) - before)))"
    )
    env = {**os.environ, "PYTHONPATH": str(SRC)}
    ran = subprocess.run([sys.executable, "-S", "-c", program], env=env, capture_output=True, text=True, check=True)
    assert ran.stdout == "[]\n"
