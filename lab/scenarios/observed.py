"""With a reflector outside: what the check says when somebody beyond the network helps."""

from lab.addresses import REFLECTORS
from lab.changes.filters import blocked, hosts_blocked
from lab.changes.observer import believed_box, narrow, only_known, reflector
from lab.changes.paths import idle_timer, returns_by_the_first, two_uplinks
from lab.changes.proxies import accepting_first, squid_opening
from lab.changes.servers import door
from lab.scenario import NONE, SECURE, TWS, Change, Names, Scenario, on

_ONE = frozenset({"zdc1.ibllc.com:4000"})
_GATEWAYS = sorted({name.partition(":")[0] for name in TWS})


def _scenario(
    name: str,
    says: str,
    *changes: Change,
    code: str = "",
    verdict: str = "failure",
    unusable: Names = NONE,
    unknown: Names = NONE,
    optional: Names = NONE,
    words: tuple[str, ...] = (),
    notes: Names | None = None,
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
        optional=optional,
        needs=tuple(one for one in ("haproxy", "squid") if one in says),
        words=("--reflector", REFLECTORS[0], *words),
        notes=notes,
    )


SCENARIOS = (
    _scenario("healthy", "nothing is wrong.", verdict="success", notes=frozenset({"LC602", "LC606"})),
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
        verdict="success",
    ),
    _scenario(
        "accepted-first-one-dead",
        "haproxy accepts 4000 for everybody, and one server behind it does not listen there.",
        *accepting_first((4000,)),
        door(_ONE, manner="absent"),
        code="LC318",
        verdict="inconclusive",
        unusable=_ONE,
        unknown=_ONE,
    ),
    _scenario(
        "accepted-first-dropped",
        "haproxy accepts 4000 for everybody; behind it the port is dropped.",
        *accepting_first((4000,)),
        blocked("provider", (4000,)),
        code="LC612",
        unusable=on(4000),
    ),
    _scenario(
        "accepted-first-refused",
        "haproxy accepts 4000 for everybody; behind it the port is refused.",
        *accepting_first((4000,)),
        blocked("provider", (4000,), by="reject with tcp reset"),
        code="LC612",
        unusable=on(4000),
    ),
    *(
        _scenario(
            f"two-uplinks-{spread.replace(' ', '-')}",
            f"the office leaves by two providers, {spread}.",
            two_uplinks(spread),
            code=code,
            verdict="degraded",
        )
        for spread, code in (
            ("per connection", "LC601"),
            ("per source port", "LC601"),
            ("per destination", "LC603"),
        )
    ),
    _scenario(
        "two-uplinks-for-the-web",
        "only connections to 443 are balanced over two providers.",
        two_uplinks("per connection", "tcp dport 443"),
        code="LC601",
        verdict="degraded",
    ),
    _scenario(
        "only-known-on-4000",
        "a filter passes TLS and HTTP on 4000 and drops what it does not know.",
        only_known((4000,), "TLS", "HTTP"),
        code="LC614",
        unusable=on(4000),
    ),
    _scenario(
        "only-known-late",
        "the same filter makes up its mind after a few bytes: CR LF passes, TWS's own words do not.",
        only_known((4000,), "TLS", "HTTP", longer_than=12),
        code="LC614",
        verdict="inconclusive",
        unusable=on(4000),
        unknown=on(4000),
    ),
    _scenario(
        "idle-timer",
        "the office router forgets connections that were silent for two seconds.",
        idle_timer(2),
        code="LC333",
        verdict="degraded",
        words=("--idle", "4"),
    ),
    _scenario(
        "idle-timer-forgiving",
        "the office router forgets connections that were silent for two seconds, and takes them up from inside.",
        idle_timer(2, loose=True),
        code="LC622",
        verdict="degraded",
        words=("--idle", "4"),
    ),
    _scenario(
        "idle-hung-up",
        "haproxy accepts 4000 and 4001 for everybody, and hangs up on connections that were silent for five seconds.",
        *accepting_first((4000, 4001), silence_s=5),
        code="LC623",
        verdict="degraded",
        words=("--idle", "10"),
    ),
    _scenario(
        "returns-by-the-first",
        "connections leave by the second provider, with a detour, and answers return by the first.",
        returns_by_the_first(detour=True),
        verdict="success",
        notes=frozenset({"LC602", "LC606", "LC621"}),
    ),
    _scenario(
        "returns-by-the-first-as-far",
        "connections leave by the second provider and answers return by the first, which is as far.",
        returns_by_the_first(detour=False),
        verdict="success",
        notes=frozenset({"LC602", "LC606"}),
    ),
    _scenario(
        "large-lost",
        "a link takes packets of 1400 bytes only, and the message that says so is filtered; certificates are small.",
        narrow(1400),
        code="LC620",
        verdict="degraded",
        optional=SECURE,
    ),
    _scenario(
        "web-opened-believed",
        "squid opens TLS on 443, and its authority is in every store, public ones too.",
        *squid_opening((443,), trusted=True, verifies=False),
        believed_box,
        code="LC610",
        verdict="degraded",
    ),
)
