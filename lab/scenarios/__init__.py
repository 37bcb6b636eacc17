"""Every scenario, by name. A family is a file; a scenario is an entry of its table."""

from lab.scenario import Scenario

from . import egress, healthy

FAMILIES = (healthy, egress)
SCENARIOS: dict[str, Scenario] = {one.name: one for family in FAMILIES for one in family.SCENARIOS}
