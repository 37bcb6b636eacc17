"""A check of the simulated edge: every fault gets its verdict and its cause, and nothing dead is called alive.

The truth is the edge's own: what the scene says works, and what its servers saw.
"""

import json
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from typing import Any

import pytest
from _pytest.mark import ParameterSet
from msgspec import Struct
from msgspec.structs import replace

from lineclear.catalog import load
from lineclear.check import Trust, check
from lineclear.cli.parser import build
from lineclear.cli.selection import chosen_catalog, chosen_options
from lineclear.model import TLS_TRANSPORTS, Finding, Report, Severity, Verdict
from lineclear.simulate import FAULTS, Running, edge
from lineclear.simulate.faults import BY_NAME
from lineclear.simulate.session import environment, options

Key = tuple[str, ...]
"""A catalog, and the faults in it."""

PROGRAM = (sys.executable, "-m", "lineclear", "simulate")
EXIT = {Verdict.SUCCESS: 0, Verdict.FAILURE: 1, Verdict.INCONCLUSIVE: 3, Verdict.DEGRADED: 4}
GREETS = "server-speaks-first"
LISTENED_S = 1.5
"""How long a greeting of the edge's is waited for: on a busy machine it leaves late."""
HEALTHY: tuple[Key, ...] = (("ibkr",), ("local",))
TOGETHER: tuple[Key, ...] = (
    ("ibkr", "silent-4000", "dns-slow"),
    ("ibkr", "accept-all", "primary-down"),
    ("ibkr", "accept-all", "region-down"),
    ("ibkr", "accept-silent", "tls-interception-web-trusted"),
    ("ibkr", "backup-down", "auxiliary-down"),
    ("ibkr", "slow", "refused-4001"),
    ("ibkr", "slow", "accept-silent"),
    ("ibkr", GREETS, "plain-on-tls"),
    ("ibkr", "dns-hijack", "accept-silent"),
    ("ibkr", "dns-underscore", "primary-down"),
)


LATE = frozenset({"slow-names", "system-lookup-fails", "name-lookup-fails", "one-resolver-dead"})
"""Causes that a starved name server of the edge's brings about."""
WRONG_CAUSES: dict[Key, str] = {}
"""Known to be judged wrongly, and how."""
FALSE_SUCCESSES: dict[Key, str] = {}
"""Known to be called alive though dead, or dead though alive, and how."""


class Outcome(Struct, frozen=True, kw_only=True):
    """What a check said, and the edge it said it of."""

    report: Report
    running: Running

    @property
    def verdict(self) -> Verdict:
        return self.report.diagnosis.verdict

    @property
    def causes(self) -> set[str]:
        return {one.id for one in self.report.diagnosis.findings if one.severity is not Severity.INFO}

    @property
    def false_successes(self) -> set[str]:
        """Targets called usable that are not: by the scene, or because nobody there saw a whole connection."""
        return {one.name for one in self.report.diagnosis.targets if one.ok and not self._is_alive(one.host, one.port)}

    @property
    def false_proofs(self) -> set[str]:
        """Targets with the verdict Success of which a client that verifies would get nothing."""
        every = self.report.diagnosis.targets
        return {one.name for one in every if one.verdict is Verdict.SUCCESS and not self._works(one.host, one.port)}

    @property
    def false_failures(self) -> set[str]:
        every = self.report.diagnosis.targets
        return {one.name for one in every if one.ok is False and self._works(one.host, one.port)}

    def _works(self, host: str, port: int) -> bool:
        return self.running.works(host, port)

    def _is_alive(self, host: str, port: int) -> bool:
        scene, log = self.running.scene, self.running.log
        whole = "secured" if scene.door(host, port).transport in TLS_TRANSPORTS else "accepted"
        return scene.survives(host, port) and bool(log.of(host, port, whole))


def outcome(catalog: str, *faults: str) -> Outcome:
    """The library's check of an edge, pointed at it by the options the edge prints."""
    parser = build({"check": import_module("lineclear.cli.check")})
    with edge(faults, catalog=load(catalog)) as running:
        args = parser.parse_args(("check", *options(catalog, running)))
        wanted = chosen_options(args)
        if GREETS in faults:
            wanted = replace(wanted, limits=replace(wanted.limits, listen_s=LISTENED_S))
        report = check(
            chosen_catalog(args),
            wanted,
            trust=Trust(store=args.trust_store, public_roots=args.public_roots),
            environ=environment(running),
        )
    return Outcome(report=report, running=running)


def unhurried(catalog: str, *faults: str) -> Outcome:
    """The outcome; on a busy machine the edge itself is late with names, and then it is asked once more.

    What is dead and called alive stands.
    """
    meant = {code for one in faults for code in BY_NAME[one].codes}
    seen = outcome(catalog, *faults)
    late = (seen.causes - meant) & LATE and not seen.false_successes
    return outcome(catalog, *faults) if late else seen


@pytest.fixture(scope="module")
def outcomes(request: pytest.FixtureRequest) -> Iterator[Callable[[Key], Outcome]]:
    """Every check that the chosen tests ask for, once each and a few at a time: they mostly wait."""
    keys = dict.fromkeys(_keys(request.session.items))
    with ThreadPoolExecutor(3) as threads:
        results = {key: threads.submit(unhurried, *key) for key in keys}
        yield lambda key: results[key].result()
        threads.shutdown(cancel_futures=True)


def _keys(items: Iterable[pytest.Item]) -> Iterator[Key]:
    for one in items:
        if isinstance(one, pytest.Function) and one.module.__name__ == __name__ and hasattr(one, "callspec"):
            key: Key | None = one.callspec.params.get("key")  # type: ignore[assignment]
            yield from [key] if key else []


def _rows(keys: Iterable[Key], wrong: Mapping[Key, str] | None = None) -> list[ParameterSet]:
    """One row a key. `wrong`: what is known to come out wrong still, and why (a strict xfail)."""
    wrong = wrong or {}
    return [
        pytest.param(key, id="+".join(key[1:]) or f"healthy-{key[0]}", marks=_marks(key, wrong.get(key, "")))
        for key in keys
    ]


def _marks(key: Key, wrong: str) -> list[pytest.MarkDecorator]:
    if any(BY_NAME[one].linux_only for one in key[1:]) and sys.platform != "linux":
        return [pytest.mark.skip(reason="Linux only")]
    return [pytest.mark.xfail(reason=wrong)] if wrong else []


SINGLE: tuple[Key, ...] = tuple((one.catalog, one.name) for one in FAULTS)


@pytest.mark.parametrize("key", _rows(HEALTHY))
def test_a_healthy_edge_is_a_success_without_a_cause(outcomes: Callable[[Key], Outcome], key: Key) -> None:
    seen = outcomes(key)
    assert (seen.verdict, seen.causes) == (Verdict.SUCCESS, set())
    assert {one.ok for one in seen.report.diagnosis.targets} == {True}


@pytest.mark.parametrize("key", _rows(SINGLE, WRONG_CAUSES))
def test_a_fault_gets_its_verdict_and_its_cause(outcomes: Callable[[Key], Outcome], key: Key) -> None:
    seen, row = outcomes(key), BY_NAME[key[1]]
    assert (seen.verdict, seen.causes) == (row.verdict, set(row.codes))


@pytest.mark.parametrize("key", _rows((*HEALTHY, *SINGLE, *TOGETHER), FALSE_SUCCESSES))
def test_nothing_dead_is_called_alive_and_nothing_alive_dead(outcomes: Callable[[Key], Outcome], key: Key) -> None:
    seen = outcomes(key)
    assert (seen.false_successes, seen.false_proofs, seen.false_failures) == (set(), set(), set())


@pytest.mark.parametrize("key", _rows(TOGETHER))
def test_two_faults_together_are_no_success(outcomes: Callable[[Key], Outcome], key: Key) -> None:
    seen = outcomes(key)
    assert seen.verdict is not Verdict.SUCCESS
    assert seen.causes


@pytest.mark.parametrize("key", _rows((*SINGLE, *TOGETHER)))
def test_every_cause_cites_what_was_observed(outcomes: Callable[[Key], Outcome], key: Key) -> None:
    report = outcomes(key).report
    known = {one.id for one in report.evidence.observations}
    assert [one.id for one in report.diagnosis.findings if not _is_proven(one, known)] == []


def _is_proven(finding: Finding, known: set[str]) -> bool:
    return bool(finding.because) and all(one in known or one.startswith("vantage.") for one in finding.because)


def _checked_in_json(*words: str) -> tuple[int, Any]:
    ended = subprocess.run((*PROGRAM, *words, "--", "check", "--format", "json"), capture_output=True, check=False)
    return ended.returncode, json.loads(ended.stdout)


@pytest.mark.parametrize("name", ["accept-close", "dns-underscore", "accept-all", "proxy-web-only"])
def test_the_program_says_the_same_in_json(name: str) -> None:
    row = BY_NAME[name]
    code, said = _checked_in_json("--fault", name)
    assert (said["verdict"], code) == (row.verdict.value, EXIT[row.verdict])
    assert {one["id"] for one in said["findings"] if one["severity"] != "info"} == set(row.codes)
    assert len(said["targets"]) == 47


@pytest.mark.parametrize("words", [(), ("--one-address",)], ids=["many-addresses", "one-address"])
def test_the_program_finds_a_healthy_edge_healthy(words: tuple[str, ...]) -> None:
    code, said = _checked_in_json(*words)
    assert (said["verdict"], code) == ("success", 0)
    assert [one["id"] for one in said["findings"] if one["severity"] != "info"] == []
