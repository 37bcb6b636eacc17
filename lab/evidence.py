"""Evidence of right outcomes, kept in the tests: there the diagnosis is judged again, without root, in milliseconds."""

import gzip
import re
from pathlib import Path

import msgspec

from lab.outcome import Outcome
from lab.tables import Scored
from lineclear.diagnose import diagnose
from lineclear.model import Severity, Verdict, evidence_from_json

_KERNEL = re.compile(rb"kernel (\d+\.\d+)[^\"]*")
"""Whose build it is does not belong into the tests."""
FOLDER = Path(__file__).parents[1] / "tests" / "lab" / "evidence"


def store(scored: list[Scored]) -> None:
    """Write what is right; leave alone what was kept before of others."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for scenario, outcome, mark in scored:
        if mark.right and outcome.evidence:
            plain = _KERNEL.sub(rb"kernel \1", outcome.evidence)
            (FOLDER / f"{scenario.name}.json.gz").write_bytes(gzip.compress(plain, 9, mtime=0))


def kept() -> tuple[str, ...]:
    """Names of the scenarios whose evidence is kept."""
    return tuple(sorted(path.name.removesuffix(".json.gz") for path in FOLDER.glob("*.json.gz")))


def load(name: str) -> bytes:
    """The evidence of a scenario, as JSON."""
    return gzip.decompress((FOLDER / f"{name}.json.gz").read_bytes())


def keep(outcome: Outcome, folder: Path) -> None:
    """Write a whole outcome, right or wrong, so that it can be judged again."""
    if outcome.evidence:
        folder.mkdir(parents=True, exist_ok=True)
        (folder / f"{outcome.name}.json.gz").write_bytes(gzip.compress(msgspec.json.encode(outcome), 6, mtime=0))


def again(name: str, folder: Path) -> Outcome | None:
    """An outcome kept before, its evidence judged by the diagnosis of today; None: there is none."""
    path = folder / f"{name}.json.gz"
    if not path.exists():
        return None
    outcome = msgspec.json.decode(gzip.decompress(path.read_bytes()), type=Outcome)
    diagnosis = diagnose(evidence_from_json(outcome.evidence, name))
    said = (f"{one.code}/{one.severity.value[0]}{len(one.targets)}[{one.subject[:30]}]" for one in diagnosis.findings)
    return msgspec.structs.replace(
        outcome,
        verdict=diagnosis.verdict.value,
        codes=frozenset(one.code for one in diagnosis.findings if one.severity is not Severity.INFO),
        ok={one.name: one.ok for one in diagnosis.targets},
        unreserved=frozenset(one.name for one in diagnosis.targets if one.verdict is Verdict.SUCCESS),
        said=", ".join(said),
    )
