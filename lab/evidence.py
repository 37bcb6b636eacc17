"""Evidence of right outcomes, kept in the tests: there the diagnosis is judged again, without root, in milliseconds."""

import gzip
from pathlib import Path

from lab.tables import Scored

FOLDER = Path(__file__).parents[1] / "tests" / "lab" / "evidence"


def store(scored: list[Scored]) -> None:
    """Write what is right; leave alone what was kept before of others."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    for scenario, outcome, mark in scored:
        if mark.right and outcome.evidence:
            (FOLDER / f"{scenario.name}.json.gz").write_bytes(gzip.compress(outcome.evidence, 9, mtime=0))


def kept() -> tuple[str, ...]:
    """Names of the scenarios whose evidence is kept."""
    return tuple(sorted(path.name.removesuffix(".json.gz") for path in FOLDER.glob("*.json.gz")))


def load(name: str) -> bytes:
    """The evidence of a scenario, as JSON."""
    return gzip.decompress((FOLDER / f"{name}.json.gz").read_bytes())
