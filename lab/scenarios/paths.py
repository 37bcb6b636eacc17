"""Far, lossy, and several ways out."""

from lab.changes.filters import blocked
from lab.changes.paths import SPREADS, farther, lossy, two_uplinks
from lab.scenario import TWS, Scenario

SCENARIOS = (
    Scenario(
        name="far-office",
        family="paths",
        says="Everything is 300 ms farther than usual.",
        changes=(farther(300),),
        verdict="success",
    ),
    Scenario(
        name="by-satellite",
        family="paths",
        says="Everything is 700 ms farther than usual.",
        changes=(farther(700),),
        verdict="degraded",
        codes=frozenset({"LC335"}),
    ),
    Scenario(
        name="some-loss",
        family="paths",
        says="One packet in fifty is lost, each way.",
        changes=(lossy(0.02),),
        verdict="success",
    ),
    Scenario(
        name="much-loss",
        family="paths",
        says="One packet in twelve is lost, each way.",
        changes=(lossy(0.08),),
        verdict="degraded",
        codes=frozenset({"LC334"}),
    ),
    *(
        Scenario(
            name=f"two-uplinks-{spread.replace(' ', '-')}",
            family="paths",
            says=f"The office leaves by two providers, {spread}.",
            changes=(two_uplinks(spread),),
            verdict="success",
        )
        for spread in SPREADS
    ),
    Scenario(
        name="two-uplinks-both-drop",
        family="paths",
        says="The office leaves by two providers, and drops 4000 and 4001.",
        changes=(two_uplinks("per connection"), blocked("office")),
        verdict="failure",
        codes=frozenset({"LC301"}),
        unusable=TWS,
    ),
)
