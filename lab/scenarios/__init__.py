"""Every scenario, by name. A family is a file; a scenario is an entry of its table."""

from lab.scenario import Scenario

from . import egress, families, healthy, machine, names, pairs, paths, proxies, servers

FAMILIES = (healthy, egress, servers, names, families, proxies, machine, paths, pairs)
SCENARIOS: dict[str, Scenario] = {one.name: one for family in FAMILIES for one in family.SCENARIOS}
