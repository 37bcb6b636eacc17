"""Firewalls that do not let the application out."""

from lab.changes.filters import blocked
from lab.scenario import TWS, Scenario

SCENARIOS = (
    Scenario(
        name="drop-office",
        family="egress",
        says="The office router drops 4000 and 4001.",
        changes=(blocked("office"),),
        verdict="failure",
        codes=frozenset({"LC301"}),
        unusable=TWS,
    ),
)
