"""A network as a value: what every name, port and control would answer, if somebody asked.

`words.py` has the words that change it, `scene.py` asks it everything a check would ask. A network says nothing about
causes: a dead host is a few doors that stay silent, and finding out why is the business of what is tested.
"""

from collections.abc import Callable
from fnmatch import fnmatchcase
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from tests.diagnose.reflected import Reflector

from lineclear.catalog import load
from lineclear.model import (
    Catalog,
    Failure,
    Icmp,
    Interface,
    NameMatch,
    Presence,
    Resolver,
    Route,
    TrustStore,
    Vantage,
)
from lineclear.plan import Options

STARTED = "2022-01-31T12:00:00Z"
HERE = "10.0.0.5"
GATEWAY = "10.0.0.1"
PUBLIC_CA = "CN=Example Public CA R1"
FIRST, SECOND, THIRD = "first", "second", "third"
ALWAYS = frozenset({FIRST, SECOND, THIRD})
CONTROL = "control/"
"""Before the name of a control, so that `*:4000` does not mean controls."""
FAR_HOPS = 11
"""Where the vendor's servers stand."""
_DISTANCE_MS = {
    "europe": 9.0,
    "uk": 14.0,
    "america": 21.0,
    "america-east": 82.0,
    "america-central": 103.0,
    "asia": 188.0,
    "china": 214.0,
}

Change = Callable[["Network"], "Network"]


UNSAID = "unsaid"
"""Where a connect leaves from that is not accepted, on systems that do not say."""


class Door(Struct, frozen=True, kw_only=True):
    """What a walk meets at one port of one address, step by step. The defaults are a healthy server's."""

    connect: Failure | None = None
    errno: str = ""
    icmp: Icmp | None = None
    wait_ms: float = 0.0
    """How long a connect took to fail; 0: as its failure has it."""
    rtt_ms: float = 0.0
    """0: as far as the host is."""
    leaves_from: str = ""
    """The local address of a connect, or `UNSAID`; empty: that towards its address."""
    opens_at: int = FAR_HOPS
    """The smallest hop limit at which a connect is answered."""
    lost: int = 0
    """SYNs that get no answer before the one that does."""
    repeats: int = 0
    """How often the SYN that is answered was sent before."""
    life_ms: float = 0.0
    """The shortest round trip of the connection's life; 0: that of its connect."""
    apart_ms: tuple[float, ...] = ()
    """How much longer connects that are made apart take, one after the other; empty: none does."""
    refused_by: int = 0
    """The hop that sends a refusal; 0: the server."""
    via: str = ""
    """The second router on the way; empty: the usual one."""
    stops_at: int = 2
    """The last router heard from on the way to a port that stays silent."""
    count: tuple[int, int] | None = None
    """By how much the kernel's count moved in the second look: while the SYN was due, and beside."""
    listen: Failure | None = None
    spoke: str = ""
    nudge: Failure | None = None
    nudge_ms: float = 250.0
    acknowledged: bool | None = True
    answered: str = ""
    carries: int = 0
    """Bytes of the largest segment that passes, where TLS, or a large greeting, stalls because larger ones do not; 0:
    that is not why."""
    cut_at: int = 0
    """The smallest hop limit of words that somebody on the way cuts; 0: it is the server that does."""
    minds: str = ""
    """The version of TLS whose offer alone makes the handshake fail; empty: that is not why."""
    tls: Failure | None = None
    at_large: Failure | None = None
    """What a TLS greeting ends in that does not fit into one packet, where it does not carry what `carries` says."""
    alert: str = ""
    foreign: str = ""
    version: str = "TLSv1.3"
    tls_ms: float = 0.0
    """0: a round trip and a little."""
    issuer: str = PUBLIC_CA
    key: str = ""
    """Empty: the host's own."""
    names: tuple[str, ...] = ()
    """Empty: the wildcard of the host's domain."""
    name_match: NameMatch = NameMatch.WILDCARD
    by_itself: bool = False
    """Whether the certificate signed itself, with a key of the host's own."""
    at_depth: int = 0
    """How far above it the one stands that the stores mind."""
    chain: int = 2
    not_after: str = "2022-12-31T00:00:00Z"
    codes: tuple[tuple[str, int], ...] = (("system", 0), ("public", 0))
    """What each store says of the chain, in OpenSSL's numbers; 0: trusted."""
    java: int | None = None
    """The same of the store of Java; None: it was not asked."""
    ends: Failure | None = None
    """How a TLS session ends before a word is said in it."""
    heard: bool | None = True
    """Whether what is said last of a handshake, and a request that is not answered, is acknowledged."""
    http: Failure | None = None
    status: int = 0
    """0: 200 over https, 301 to https over http."""
    location: str = ""
    date: str = ""
    age: str = ""
    """How long the answer waited in a cache, as its header has it."""
    body: str = ""
    squid: str = ""
    """The error by which a proxy says that the answer is its own; empty: it is the site's."""
    hello: Failure | None = None
    said: str = ""


class DoorRule(Struct, frozen=True):
    """Some doors, and what is different about them."""

    patterns: tuple[str, ...]
    """`host:port` or `host:port@address`, with `*`; of a control only after `control/`."""
    changes: dict[str, Any]
    looks: frozenset[str] = ALWAYS


class Answer(Struct, frozen=True, kw_only=True):
    """What a resolver says to one question. The defaults are the truth."""

    failure: Failure | None = None
    errno: str = ""
    """Why this machine would not even ask."""
    rcode: str = "NOERROR"
    addresses: tuple[str, ...] | None = None
    """None: those the name really has."""
    others: tuple[tuple[str, ...], ...] = ()
    truncated: bool = False
    """By UDP it says that the answer is too long: what it says is said by TCP."""
    rtt_ms: float = 12.0


class AnswerRule(Struct, frozen=True, kw_only=True):
    """Some questions, and what is different about their answers."""

    names: tuple[str, ...] = ("*",)
    kind: str = "*"
    resolver: str = "*"
    over: str = "*"
    changes: dict[str, Any]


class Way(Struct, frozen=True, kw_only=True):
    """What an explicit proxy does."""

    failure: Failure | None = None
    """To whoever connects to it."""
    passes: tuple[str, ...] = ()
    asked: tuple[str, ...] = ("*",)
    """Patterns of the targets it is asked for."""
    refusal: Failure = Failure.PROXY_REFUSED
    status: int = 403


class Memory(Struct, frozen=True, kw_only=True):
    """How long a silent connection is remembered, and how it ends."""

    lasts_s: float = float("inf")
    goodbye_s: float = float("inf")
    """When the server itself ends it."""
    ends_in: Failure = Failure.TIMED_OUT


class Script(Struct, frozen=True, kw_only=True):
    """A proxy auto-configuration: whether it comes, and what it says."""

    says: tuple[tuple[str, str | Failure], ...] = ()
    """By pattern of the target, the first that fits: the answer, or how it fails."""
    failure: Failure | None = None
    """Of the script as a whole."""
    why: str = ""
    fetch: Failure | None = None
    errno: str = ""
    status: int = 200
    location: str = ""
    unfetched: str = ""
    """Why nobody tried."""
    unevaluated: str = ""


class Network(Struct, frozen=True, kw_only=True):
    """All that decides what a check sees."""

    catalog: Catalog
    profile: tuple[str, ...] = ()
    options: Options = Options()
    vantage: Vantage
    addresses: dict[str, tuple[str, ...]]
    """What each name really has, IPv4 and IPv6."""
    doors: tuple[DoorRule, ...] = ()
    answers: tuple[AnswerRule, ...] = ()
    system: dict[str, Any] = {}
    """By pattern of the name: the failure or the addresses the operating system gives, whatever the resolvers say."""
    ways: dict[str, Way] = {}
    """By `scheme://host:port` of the proxy."""
    scripts: dict[str, Script] = {}
    """By address of the proxy auto-configuration."""
    sources: dict[str, str] = {}
    """By pattern of the address: the local address towards it."""
    edns: Failure | None = None
    """How a question with EDNS0 fails; None: it is answered."""
    public_addresses: tuple[tuple[str, str], ...] = ()
    """Service and what it said."""
    late: str = ""
    """A pattern of targets whose first SYN is answered when nobody waits for it any longer; empty: none."""
    pings: bool = True
    memory: Memory = Memory()
    repeats: dict[str, int] = {}
    """By pattern of `host:port`: segments that were sent again on each connection, of those with data."""
    busy: tuple[tuple[float, float], ...] = ()
    """When this machine should have gone on, and how much later it did."""
    fates: tuple[str, ...] = ("alive",)
    """What becomes of single connections made to tell, by turns: `alive`, `rescued` by a repeated SYN, `dead`, or
    `told` by a router that it is turned away, as far as it says so: in a burst."""
    agents: dict[str, str] = {}
    """By pattern of `host:port`, `nobody:port` of controls: the program of this machine that takes connections over."""
    invents: str = ""
    """Where name servers lead names that nobody has; empty: they say that there is none."""
    overtaken: int = 0
    """Segments of each connection that came before one sent earlier."""
    reflector: Reflector | None = None
    left_out: frozenset[str] = frozenset()
    """Kinds of steps that this machine cannot do, by the name of their type."""
    cut_ms: float = 0.0
    """When the run was cut short; 0: it was not."""

    def with_doors(self, *patterns: str, **changes: Any) -> "Network":
        """This network, with some doors changed."""
        return replace(self, doors=(*self.doors, DoorRule(patterns, changes)))

    def with_answers(
        self, *names: str, kind: str = "*", resolver: str = "*", over: str = "*", **changes: Any
    ) -> "Network":
        """This network, with some answers of its name servers changed."""
        rule = AnswerRule(names=names or ("*",), kind=kind, resolver=resolver, over=over, changes=changes)
        return replace(self, answers=(*self.answers, rule))

    def door(self, name: str, address: str, look: str, usual: Door = Door()) -> Door:  # noqa: B008  immutable
        """What `host:port` at `address` does in one look, where it does not do the usual."""
        found = usual
        for rule in self.doors:
            if look in rule.looks and any(_fits(pattern, f"{name}@{address}") for pattern in rule.patterns):
                found = replace(found, **rule.changes)
        return found

    def answer(self, name: str, kind: str, resolver: str, over: str) -> Answer:
        """What a resolver says to one question."""
        true = tuple(one for one in self.addresses.get(name, ()) if (":" in one) is (kind == "AAAA"))
        found = Answer()
        for rule in self.answers:
            asked = ((rule.kind, kind), (rule.resolver, resolver), (rule.over, over))
            if any(fnmatchcase(name, one) for one in rule.names) and all(fnmatchcase(b, a) for a, b in asked):
                found = replace(found, **rule.changes)
        addresses = true if found.addresses is None else found.addresses
        if found.failure is None and not addresses:
            return replace(found, failure=Failure.DNS_NO_ANSWER, addresses=())
        return replace(found, addresses=() if found.failure else addresses)

    def source(self, address: str) -> str:
        """The local address towards an address."""
        return next((mine for pattern, mine in self.sources.items() if fnmatchcase(address, pattern)), HERE)

    def distance_ms(self, host: str) -> float:
        """The round trip to a host."""
        regions = [one.region for one in self.catalog.services if any(row.host == host for row in one.requirements)]
        return next((_DISTANCE_MS[one] for one in regions if one in _DISTANCE_MS), 33.0)


def _fits(pattern: str, name: str) -> bool:
    if name.startswith(CONTROL) and not pattern.startswith(CONTROL):
        return False
    return fnmatchcase(name, pattern if "@" in pattern else f"{pattern}@*")


def healthy(catalog: Catalog | None = None) -> Network:
    """A network on which everything of a catalog works, each host at an address of its own."""
    known = catalog or load("ibkr")
    hosts = list(dict.fromkeys(one.host for one in known.requirements))
    return Network(
        catalog=known,
        addresses={host: (f"203.0.113.{number + 10}",) for number, host in enumerate(hosts)},
        vantage=Vantage(
            platform="linux",
            interfaces=(
                Interface(name="lo", up=Presence.YES, addresses=("127.0.0.1/8",), looks_like="loopback"),
                Interface(
                    name="eth0",
                    up=Presence.YES,
                    carrier=Presence.YES,
                    addresses=(f"{HERE}/24",),
                    looks_like="ethernet",
                    mtu=1500,
                ),
            ),
            routes=(
                Route(destination="0.0.0.0/0", gateway=GATEWAY, interface="eth0"),
                Route(destination="10.0.0.0/24", interface="eth0"),
            ),
            resolvers=(Resolver(address=GATEWAY, source="resolv.conf"),),
            trust_stores=(TrustStore(role="system", certificates=140), TrustStore(role="public", certificates=140)),
            ipv4=Presence.YES,
            ipv6=Presence.NO,
            utc=STARTED,
            clock_synchronised=Presence.YES,
        ),
    )
