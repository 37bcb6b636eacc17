"""Every scenario, by name. A family is a file; a scenario is an entry of its table."""

from lab.scenario import Scenario

from . import (
    backends,
    disagreeing,
    egress,
    families,
    habits,
    healthy,
    injected,
    looking,
    machine,
    moments,
    names,
    observed,
    pairs,
    paths,
    proxies,
    resolving,
    scripts,
    servers,
    tempers,
)

FAMILIES = (
    healthy,
    egress,
    servers,
    backends,
    names,
    resolving,
    injected,
    families,
    proxies,
    disagreeing,
    scripts,
    looking,
    tempers,
    machine,
    paths,
    observed,
    habits,
    moments,
    pairs,
)
SCENARIOS: dict[str, Scenario] = {one.name: one for family in FAMILIES for one in family.SCENARIOS}
