"""Lists and faults nobody thought of, for property tests."""

from collections.abc import Callable

from hypothesis import strategies as st
from tests.diagnose.network import Change, Network
from tests.diagnose.words import (
    at_first,
    box,
    closed,
    control_accepts,
    cut_after,
    doors,
    dumb,
    expired,
    gateway_absent,
    incomplete,
    intercepted,
    no_nudge,
    no_route,
    not_yet_valid,
    proxy,
    public_addresses,
    refused,
    refused_here,
    rejected,
    silent,
    speaks,
    swallowed,
    unknown_issuer,
    unless_alone,
    unreachable,
    vantage,
    vpn,
    web_answers,
    wrong_name,
)
from tests.diagnose.words_browser import proxy_at, script
from tests.diagnose.words_names import (
    addresses,
    answered,
    answered_twice,
    resolvers,
    slow_names,
    system_says,
    unanswered,
    unresolved,
)

from lineclear.model import Catalog, Failure, HostsEntry, Ports, Requirement, Role, Service, Transport, Weight

_HOSTS = ("a.one.example", "b.one.example", "c_hb1.one.example", "d.two.example", "e.two.example", "f.three.example")
_DOORS = {80: Transport.HTTP, 443: Transport.HTTPS, 4000: Transport.TCP, 4001: Transport.TLS, 8194: Transport.TCP}
BLOCK_PAGE = "198.51.100.80"


@st.composite
def _services(draw: st.DrawFn, number: int) -> Service:
    weight = draw(st.sampled_from(Weight))
    any_of = draw(st.sampled_from(("", "", "ways")))
    required = draw(st.booleans())
    places = draw(
        st.lists(
            st.tuples(st.sampled_from(_HOSTS), st.sampled_from(sorted(_DOORS))), min_size=1, max_size=5, unique=True
        )
    )
    return Service(
        id=f"s{number}",
        label=f"S{number}",
        name=f"Service {number}",
        region=draw(st.sampled_from(("", "here", "there"))),
        weight=weight,
        requirements=tuple(
            Requirement(
                id=f"s{number}/{host}/{port}",
                service=f"s{number}",
                host=host,
                ports=Ports(first=port, last=port),
                transport=_DOORS[port],
                role=Role.BACKUP if "_hb" in host else Role.PRIMARY,
                weight=weight,
                required=required or number == 0,
                any_of=any_of,
                proxy_capable=port in (80, 443),
            )
            for host, port in places
        ),
    )


@st.composite
def _catalogs(draw: st.DrawFn) -> Catalog:
    number = draw(st.integers(1, 4))
    return Catalog(
        id="strange",
        edition="1",
        title="Strange",
        publisher="Nobody",
        application="a program",
        services=tuple(draw(_services(one)) for one in range(number)),
    )


CATALOGS = _catalogs()

_ON_DOORS: tuple[Callable[..., Change], ...] = (
    silent,
    refused,
    rejected,
    unreachable,
    closed,
    dumb,
    speaks,
    web_answers,
    swallowed,
    intercepted,
    expired,
    not_yet_valid,
    wrong_name,
    unknown_issuer,
    incomplete,
    lambda *patterns: intercepted(*patterns, trusted=False),
    lambda *patterns: rejected(*patterns, by="100.64.0.2", code=1),
    lambda *patterns: rejected(*patterns, by="100.64.0.2", kind=11, code=0),
    lambda *patterns: refused_here(Failure.PERMISSION_DENIED, "EPERM", *patterns),
    lambda *patterns: refused_here(Failure.NO_ROUTE, "ENETUNREACH", *patterns),
    lambda *patterns: refused_here(Failure.LOCAL_EXHAUSTION, "EMFILE", *patterns),
    lambda *patterns: doors(*patterns, nudge=Failure.CONNECTION_RESET, nudge_ms=1.0),
    lambda *patterns: doors(*patterns, nudge=Failure.EOF, nudge_ms=300.0),
    lambda *patterns: doors(*patterns, acknowledged=None),
    lambda *patterns: doors(*patterns, status=503),
    lambda *patterns: doors(*patterns, status=302, location="http://login.hotel.example/"),
    lambda *patterns: doors(*patterns, http=Failure.HTTP_MALFORMED, body="SSH-2.0"),
    lambda *patterns: doors(*patterns, tls=Failure.TLS_ALERT, alert="handshake_failure"),
    lambda *patterns: doors(*patterns, rtt_ms=0.3, opens_at=1),
    lambda *patterns: doors(*patterns, date="Wed, 27 Dec 2020 12:00:00 GMT"),
)


@st.composite
def _on_doors(draw: st.DrawFn) -> Callable[[Network], Change]:
    word = draw(st.sampled_from(_ON_DOORS))
    when = draw(st.sampled_from((None, None, at_first, unless_alone)))
    pick = draw(st.integers(0, 10_000))

    def chosen(network: Network) -> Change:
        rows = network.catalog.requirements
        row = rows[pick % len(rows)]
        patterns = ("*", f"*:{row.port}", f"{row.host}:*", f"{row.host}:{row.port}", "*.one.example:*")
        change = word(patterns[pick % len(patterns)])
        return change if when is None else when(change)

    return chosen


_OF_NAMES: tuple[Callable[[str], Change], ...] = (
    unresolved,
    unanswered,
    lambda name: unanswered(name, failure=Failure.CONNECTION_REFUSED),
    lambda name: unanswered(name, failure=Failure.PERMISSION_DENIED),
    lambda name: unanswered(name, over="udp"),
    lambda name: unanswered(name, kind="AAAA"),
    lambda name: unresolved(name, failure=Failure.DNS_SERVFAIL, rcode="SERVFAIL"),
    lambda name: unresolved(name, failure=Failure.DNS_REFUSED, rcode="REFUSED"),
    lambda name: answered(name, with_=("0.0.0.0",)),
    lambda name: answered(name, with_=(BLOCK_PAGE,)),
    lambda name: system_says(name, Failure.DNS_NXDOMAIN),
    lambda name: system_says(name, Failure.DNS_TEMPORARY),
    lambda name: system_says(name, Failure.TIMED_OUT),
    lambda name: system_says(name, (BLOCK_PAGE,)),
)


@st.composite
def _of_names(draw: st.DrawFn) -> Callable[[Network], Change]:
    word = draw(st.sampled_from(_OF_NAMES))
    name = draw(st.sampled_from(("*", "*.one.example", "*_hb1*", *_HOSTS)))
    return lambda _: word(name)


def _twice(network: Network) -> Change:
    return answered_twice(next(iter(network.addresses)), first=BLOCK_PAGE)


def _many_addresses(network: Network) -> Change:
    name, known = next(iter(network.addresses.items()))
    return addresses(name, *known, "203.0.113.222", "2001:db8:1::7")


def _hosts_file(network: Network) -> Change:
    return vantage(hosts_entries=(HostsEntry(name=next(iter(network.addresses)), address="0.0.0.0", source="hosts"),))


_WHOLE: tuple[Change, ...] = (
    no_route(),
    no_route(up=False),
    gateway_absent(),
    box(4000),
    box(4000, 4001),
    box(80, 443, 4000, 4001, 8194),
    control_accepts(443),
    resolvers("198.51.100.53"),
    resolvers("10.0.0.1", "198.51.100.53"),
    unanswered(resolver="10.0.0.1"),
    vantage(resolvers=()),
    slow_names(),
    proxy("*:443"),
    proxy("a.*:443"),
    proxy(login=True),
    proxy(failure=Failure.CONNECTION_REFUSED),
    script("DIRECT"),
    script("PROXY 192.168.7.7:3128"),
    script({"a.*": "DIRECT", "*": "PROXY 192.168.7.9:3128; SOCKS 192.168.7.9"}),
    script({"a.*": Failure.PAC_BROKEN, "*": ""}),
    script(fetch=Failure.TIMED_OUT),
    script(unevaluated="pacparser is not installed"),
    proxy_at("http://192.168.7.9:3128", "*:443"),
    proxy_at("http://192.168.7.9:3128", failure=Failure.TIMED_OUT),
    vpn("10.8.0.2", "203.0.113.1[0-2]"),
    no_nudge(),
    cut_after(1500.0),
    cut_after(20.0),
    cut_after(3000.0),
    public_addresses("198.51.100.1", "198.51.100.2"),
    wrong_name(f"*@{BLOCK_PAGE}"),
    silent(f"*@{BLOCK_PAGE}"),
)

CHANGES: st.SearchStrategy[Callable[[Network], Change]] = st.one_of(
    _on_doors(),
    _on_doors(),
    _of_names(),
    st.sampled_from(_WHOLE).map(lambda change: lambda _: change),
    st.sampled_from((_twice, _many_addresses, _hosts_file)),
)
