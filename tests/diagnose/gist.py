"""A diagnosis without any order, so that two can be compared where only the order of what was read differs."""

import re

from lineclear.model import Diagnosis, Finding


def gist(diagnosis: Diagnosis) -> dict[str, object]:
    """A diagnosis without any order: texts that list things become the things they list."""
    return {
        "verdict": diagnosis.verdict,
        "findings": sorted(map(_gist, diagnosis.findings), key=str),
        "services": sorted(
            (one.id, one.verdict.value, one.applies, tuple(sorted(one.targets))) for one in diagnosis.services
        ),
        "targets": sorted(
            (one.name, str(one.ok), one.verdict.value, one.proof.value, tuple(sorted(one.findings)), one.note)
            for one in diagnosis.targets
        ),
    }


def _gist(finding: Finding) -> tuple[object, ...]:
    listed = [
        sorted(re.split(r", | and |; ", text)) for text in (finding.subject, *(value for _, value in finding.facts))
    ]
    return (finding.code, finding.severity.value, sorted(finding.targets), sorted(finding.because), sorted(listed))
