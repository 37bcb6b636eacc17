"""IPv4 and IPv6 side by side, one of them dead, or one alone."""

from lab.changes.families import dual_stack
from lab.scenario import NONE, Scenario

SCENARIOS = (
    Scenario(
        name="dual-stack",
        family="families",
        says="Every name has an IPv6 address too, and both families work.",
        changes=(dual_stack(),),
        verdict="success",
        unusable4=NONE,
        unusable6=NONE,
    ),
)
