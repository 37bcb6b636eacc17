"""The words for what is wrong with a network. Each is a change: a function from one network to another.

A pattern is `host:port`, or `host:port@address` for one address of a name, with `*` where it does not matter; a
control is `control/nobody:4000`. What no word changes is healthy.
"""

from typing import Any

from msgspec.structs import replace
from tests.diagnose.network import (
    CONTROL,
    FIRST,
    HERE,
    PUBLIC_CA,
    SECOND,
    Change,
    DoorRule,
    Network,
    Way,
    healthy,
)
from tests.diagnose.words_names import unanswered

from lineclear.catalog import load
from lineclear.model import (
    Catalog,
    Depth,
    Failure,
    Icmp,
    Interface,
    NameMatch,
    Observation,
    Presence,
    Proxy,
    ProxyScheme,
    Route,
    TrustStore,
)

BOX_CA = "CN=Office Inspection CA"
_BOX_MS = 0.4
"""How soon a box in the office accepts."""
_EVERYTHING = ("*", f"{CONTROL}*")


def at_first(*changes: Change, looks: tuple[str, ...] = (FIRST,)) -> Change:
    """Only in the first pass: when asked again slowly, all is as without these changes."""

    def change(network: Network) -> Network:
        blank = replace(network, doors=())
        for one in changes:
            blank = one(blank)
        passing = tuple(DoorRule(one.patterns, one.changes, frozenset(looks)) for one in blank.doors)
        return replace(blank, doors=(*network.doors, *passing))

    return change


def unless_alone(*changes: Change) -> Change:
    """In the first pass and in the second look: only who is asked alone, at the end, does not meet them."""
    return at_first(*changes, looks=(FIRST, SECOND))


def doors(*patterns: str, **changes: Any) -> Change:
    """Doors changed field by field."""
    return lambda network: network.with_doors(*patterns, **changes)


# -- nobody accepts ------------------------------------------------------------------------------------------------


def silent(*patterns: str, stops_at: int = 2) -> Change:
    """Packets vanish."""
    return doors(*patterns, connect=Failure.TIMED_OUT, stops_at=stops_at)


def refused(*patterns: str) -> Change:
    """A reset comes back."""
    return doors(*patterns, connect=Failure.CONNECTION_REFUSED, errno="ECONNREFUSED")


def rejected(*patterns: str, by: str = "10.0.0.1", kind: int = 3, code: int = 13, version: int = 4) -> Change:
    """A router says so; `code` 13: administratively prohibited, 1: no such host, 0: no such network."""
    failure = Failure.NETWORK_UNREACHABLE if code in (0, 9) and version == 4 else Failure.HOST_UNREACHABLE
    icmp = Icmp(type=kind, code=code, sender=by, version=version)
    return doors(*patterns, connect=failure, errno="EHOSTUNREACH", icmp=icmp, stops_at=2)


def unreachable(*patterns: str) -> Change:
    """A router says so, on a system that does not tell which."""
    return doors(*patterns, connect=Failure.HOST_UNREACHABLE, errno="EHOSTUNREACH")


def refused_here(failure: Failure, errno: str, *patterns: str) -> Change:
    """This machine does not even send."""
    return doors(*patterns, connect=failure, errno=errno, wait_ms=0.02)


def counted(*patterns: str, due: int = 1, quiet: int = 0) -> Change:
    """The kernel's count of what it could not send moves, or that of packets over loopback."""
    return doors(*patterns, count=(due, quiet))


# -- somebody accepts ----------------------------------------------------------------------------------------------


def control_accepts(*ports: int) -> Change:
    """Somebody accepts where nobody is."""
    return doors(*(f"{CONTROL}nobody:{port}" for port in ports), connect=None, rtt_ms=_BOX_MS)


def box(*ports: int) -> Change:
    """A box in the office accepts these ports for everybody, at once; what follows is as it was."""

    def change(network: Network) -> Network:
        near = network.with_doors(*(f"*:{port}" for port in ports), connect=None, rtt_ms=_BOX_MS, opens_at=1)
        return control_accepts(*ports)(near)

    return change


def closed(*patterns: str) -> Change:
    """Accepted and closed again, whatever is spoken."""
    return doors(*patterns, listen=Failure.EOF, tls=Failure.EOF, http=Failure.EOF)


def dumb(*patterns: str) -> Change:
    """Accepted, and never a word: nothing behind."""
    return doors(*patterns, tls=Failure.TIMED_OUT, http=Failure.TIMED_OUT)


def speaks(*patterns: str, text: str = r"220 mail.example ESMTP\r\n") -> Change:
    """Something that speaks first."""
    return doors(*patterns, spoke=text)


def web_answers(*patterns: str) -> Change:
    """A web proxy answers whatever is said."""
    said = "HTTP/1.1 400 Bad Request\\r\\nServer: squid"
    return doors(*patterns, answered=said, tls=Failure.NOT_TLS, foreign=said)


def swallowed(*patterns: str) -> Change:
    """What is sent is never acknowledged."""
    return doors(*patterns, acknowledged=False, tls=Failure.TIMED_OUT)


# -- certificates --------------------------------------------------------------------------------------------------


def intercepted(*patterns: str, trusted: bool = True) -> Change:
    """A box shows its own certificates, with one key for all."""
    codes = (("system", 0 if trusted else 20), ("public", 20))
    return doors(*patterns, issuer=BOX_CA, key="key-of-the-box", codes=codes, name_match=NameMatch.EXACT)


def java(code: int, *patterns: str, owner: str = "") -> Change:
    """What the store of a Java on this machine says, whoever else trusts the chain."""
    store = TrustStore(role="java", path="/usr/lib/jvm/a/lib/security/cacerts", owner=owner)

    def change(network: Network) -> Network:
        known = (*network.vantage.trust_stores, store)
        return replace(network, vantage=replace(network.vantage, trust_stores=known)).with_doors(*patterns, java=code)

    return change


def expired(*patterns: str) -> Change:
    """A certificate that was good."""
    return doors(*patterns, codes=(("system", 10), ("public", 10)), not_after="2021-12-31T00:00:00Z")


def not_yet_valid(*patterns: str) -> Change:
    """A certificate that will be good."""
    return doors(*patterns, codes=(("system", 9), ("public", 9)))


def wrong_name(*patterns: str, code: int = 0) -> Change:
    """A genuine certificate of somebody else; `code`: what the dates make of it, here."""
    codes = (("system", code), ("public", code))
    return doors(
        *patterns,
        names=("blocked.filter.example",),
        name_match=NameMatch.MISMATCH,
        key="key-of-another",
        codes=codes,
    )


def unknown_issuer(*patterns: str) -> Change:
    """A certificate of this host alone that nobody trusts."""
    return doors(*patterns, issuer="CN=Nobody", key="key-alone", codes=(("system", 19), ("public", 19)))


def incomplete(*patterns: str) -> Change:
    """A public authority's certificate, without the authority's own."""
    return doors(*patterns, issuer=PUBLIC_CA, chain=1, codes=(("system", 20), ("public", 20)))


# -- this machine --------------------------------------------------------------------------------------------------


def vantage(**changes: Any) -> Change:
    """This machine changed field by field."""
    return lambda network: replace(network, vantage=replace(network.vantage, **changes))


def no_route(*, up: bool = True, card: bool = True) -> Change:
    """No default route; without `up`, no link either; without `card`, no interface but loopback."""

    def change(network: Network) -> Network:
        loopback, wired, *others = network.vantage.interfaces
        wired = wired if up else replace(wired, carrier=Presence.NO, addresses=())
        interfaces = (loopback, wired, *others) if card else (loopback,)
        here = replace(network.vantage, interfaces=interfaces, routes=(), ipv4=Presence.NO)
        refusing = refused_here(Failure.NO_ROUTE, "ENETUNREACH", *_EVERYTHING)
        return unanswered(failure=Failure.NO_ROUTE)(refusing(replace(network, vantage=here)))

    return change


def gateway_absent() -> Change:
    """The gateway does not answer on the local network; the kernel says so after three seconds."""
    icmp = Icmp(type=3, code=1, sender=HERE)
    missing = doors(*_EVERYTHING, connect=Failure.HOST_UNREACHABLE, errno="EHOSTUNREACH", icmp=icmp, wait_ms=3068.0)
    return lambda network: unanswered()(missing(network))


def vpn(address: str, towards: str) -> Change:
    """A VPN takes what goes towards some addresses."""

    def change(network: Network) -> Network:
        tunnel = Interface(
            name="tun0", up=Presence.YES, carrier=Presence.YES, addresses=(f"{address}/24",), looks_like="vpn"
        )
        here = replace(network.vantage, interfaces=(*network.vantage.interfaces, tunnel))
        return replace(network, vantage=here, sources={**network.sources, towards: address})

    return change


def own_network(address: str, *, towards: str, name: str = "docker0") -> Change:
    """Another network of this machine's own, from which it sends to what lies in it, `towards` as a pattern."""

    def change(network: Network) -> Network:
        mine = Interface(name=name, up=Presence.YES, carrier=Presence.YES, addresses=(address,), looks_like="bridge")
        here = replace(network.vantage, interfaces=(*network.vantage.interfaces, mine))
        return replace(network, vantage=here, sources={**network.sources, towards: address.partition("/")[0]})

    return change


def routes(interface: str, *destinations: str) -> Change:
    """The routing table sends these networks to an interface, before what it has."""

    def change(network: Network) -> Network:
        more = tuple(Route(destination=one, interface=interface) for one in destinations)
        return replace(network, vantage=replace(network.vantage, routes=(*more, *network.vantage.routes)))

    return change


def proxy(
    *passes: str,
    asked: tuple[str, ...] = ("*",),
    host: str = "192.168.7.7",
    failure: Failure | None = None,
    login: bool = False,
    dead_behind: bool = False,
) -> Change:
    """An explicit proxy is set: it listens unless there is a `failure`, and lets these targets through.

    `dead_behind`: it grants the others too, and nothing comes.
    """

    def change(network: Network) -> Network:
        one = Proxy(
            scheme=ProxyScheme.HTTP, host=host, port=3128, applies_to=("https",), source="environment https_proxy"
        )
        way = Way(failure=failure, passes=passes, asked=asked)
        if login:
            way = replace(way, refusal=Failure.PROXY_AUTH_REQUIRED, status=407)
        if dead_behind:
            way = replace(way, refusal=Failure.EOF, status=200)
        here = replace(network.vantage, proxies=(*network.vantage.proxies, one))
        known = {**network.addresses, host: ("192.168.7.7",)}
        return replace(network, vantage=here, ways={**network.ways, one.authority: way}, addresses=known)

    return change


# -- the run -------------------------------------------------------------------------------------------------------


def catalog(one: str | Catalog) -> Change:
    """Another list. Comes first: it is a healthy network of that list."""
    return lambda _: healthy(load(one) if isinstance(one, str) else one)


def profile(*names: str) -> Change:
    """What the user declares about himself."""
    return lambda network: replace(network, profile=names)


def options(**changes: Any) -> Change:
    """Options of the run changed field by field."""
    return lambda network: replace(network, options=replace(network.options, **changes))


def depth(one: Depth) -> Change:
    """How far targets are walked."""
    return options(depth=one)


def no_nudge() -> Change:
    """`--no-nudge`."""
    return lambda network: options(limits=replace(network.options.limits, nudge=False))(network)


def without(*kinds: type[Observation]) -> Change:
    """A machine that cannot do some steps."""
    names = frozenset(one.__name__ for one in kinds)
    return lambda network: replace(network, left_out=network.left_out | names)


def cut_after(moment_ms: float) -> Change:
    """The deadline comes early."""
    return lambda network: replace(network, cut_ms=moment_ms)


def pings_fail() -> Change:
    """Echoes get no answer."""
    return lambda network: replace(network, pings=False)


def public_addresses(*those: str) -> Change:
    """What a service the user named says of the connections to it."""
    said = tuple(("https://echo.example/", one) for one in those)
    return lambda network: replace(network, public_addresses=said)
