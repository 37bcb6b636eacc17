"""What the evidence means. Pure: the same evidence gives the same diagnosis, today and in a year."""

from lineclear.model import Diagnosis, Evidence

from .fold import fold
from .standing import Standings
from .suspects import suspects
from .verdict import overall, service_results, target_results
from .view import View


def diagnose(evidence: Evidence) -> Diagnosis:
    """Verdicts and findings for one run's evidence; never raises for evidence that decodes."""
    found, standings = fold(Standings(View(evidence)))
    targets = target_results(standings, found)
    services = service_results(standings, targets)
    verdict = overall(services, found)
    return Diagnosis(
        verdict=verdict,
        findings=found,
        services=services,
        targets=targets,
        suspects=suspects(verdict, evidence.catalog),
    )


__all__ = ["diagnose"]
