"""With a reflector outside: what the check says when somebody beyond the network helps."""

from lab.addresses import REFLECTORS
from lab.changes.filters import blocked, hosts_blocked
from lab.changes.observer import reflector
from lab.changes.paths import two_uplinks
from lab.changes.proxies import accepting_first
from lab.scenario import NONE, TWS, Change, Names, Scenario, on

_GATEWAYS = sorted({name.partition(":")[0] for name in TWS})


def _scenario(
    name: str,
    says: str,
    *changes: Change,
    code: str = "",
    verdict: str = "failure",
    unusable: Names = NONE,
    unknown: Names = NONE,
) -> Scenario:
    return Scenario(
        name=f"observed-{name}",
        family="observed",
        says=f"With a reflector: {says}",
        changes=(reflector(), *changes),
        verdict=verdict,
        codes=frozenset(code.split()),
        unusable=unusable,
        unknown=unknown,
        needs=("haproxy",) if "haproxy" in says else (),
        words=("--reflector", REFLECTORS[0]),
    )


SCENARIOS = (
    _scenario("healthy", "nothing is wrong.", verdict="success"),
    _scenario("drop-office", "the office router drops 4000 and 4001.", blocked("office"), code="LC301", unusable=TWS),
    _scenario(
        "addresses-dropped",
        "the office drops the addresses of every gateway, and allows their ports to others.",
        hosts_blocked("office", _GATEWAYS),
        code="LC306",
        unusable=TWS,
    ),
    _scenario(
        "accepted-first",
        "haproxy accepts 4000 and 4001 for everybody, and passes them on.",
        *accepting_first((4000, 4001)),
        code="LC318",
        verdict="inconclusive",
        unknown=on(4000),
    ),
    *(
        _scenario(
            f"two-uplinks-{spread.replace(' ', '-')}",
            f"the office leaves by two providers, {spread}.",
            two_uplinks(spread),
            code="LC601",
            verdict="degraded",
        )
        for spread in ("per connection", "per destination", "per source port")
    ),
)
