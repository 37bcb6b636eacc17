"""The big table: for every fault and its near misses, the exact verdict, causes, severities and targets."""

import pytest
from tests.diagnose.rows import Row, said_of, targets_of
from tests.diagnose.table import TABLE

from lineclear.diagnose import diagnose
from lineclear.model import Severity


@pytest.mark.parametrize("row", TABLE, ids=lambda row: row.name)
def test_says_exactly_this(row: Row) -> None:
    diagnosis = diagnose(row.evidence)

    assert {
        "verdict": diagnosis.verdict.value,
        "errors": said_of(diagnosis, Severity.ERROR),
        "warnings": said_of(diagnosis, Severity.WARNING),
        "notes": said_of(diagnosis, Severity.INFO),
        "dead": [one.name for one in diagnosis.targets if one.ok is False],
        "unsure": [one.name for one in diagnosis.targets if one.ok is None],
    } == {
        "verdict": row.verdict.value,
        "errors": sorted(row.errors),
        "warnings": sorted(row.warnings),
        "notes": sorted(row.notes),
        "dead": targets_of(diagnosis, row.dead),
        "unsure": targets_of(diagnosis, row.unsure),
    }
