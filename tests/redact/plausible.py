"""Evidence as a broken network might leave it, drawn by chance."""

from typing import Any

from hypothesis import strategies as st
from msgspec.structs import replace
from tests.redact.drawn import PRIVATE, PUBLIC
from tests.render.measured import CATALOG, address, evidence

from lineclear.model import (
    Certificate,
    Control,
    ControlKind,
    DnsQuery,
    Endpoint,
    Evidence,
    Failure,
    HostsEntry,
    HttpExchange,
    Icmp,
    Interface,
    Judgement,
    NameMatch,
    Nudge,
    Observation,
    Proxy,
    ProxyScheme,
    ProxyTunnel,
    PublicAddress,
    Purpose,
    Raw,
    Record,
    Resolver,
    Route,
    SourceAddress,
    SystemLookup,
    TcpConnect,
    TcpListen,
    TlsHandshake,
    Vantage,
)

_HOSTS = tuple(dict.fromkeys(one.host for one in CATALOG.requirements))
_POOL = (
    PRIVATE
    | PUBLIC
    | st.sampled_from([address(one) for one in _HOSTS])
    | st.sampled_from(["127.0.0.1", "0.0.0.0", "240.1.1.1"])
)
_FAILURES = st.none() | st.sampled_from(Failure)
_DOMAINS = st.sampled_from([*_HOSTS, "proxy.office.example", "wpad", "login.hotel.example", "interactivebrokers.com"])
_SAID = st.sampled_from(["", "HTTP/1.1 400 Bad Request", "<html><body>Dear customer", "SSH-2.0-OpenSSH_9.2"])


@st.composite
def plausible(draw: st.DrawFn) -> Evidence:
    """Evidence as a broken network might leave it: few addresses and names, met again in many places."""
    pool = st.sampled_from(draw(st.lists(_POOL, min_size=3, max_size=6, unique=True)))
    issuers = st.sampled_from(["CN=Box CA,O=House", "CN=R3,O=Public", "CN=Zscaler Root CA"])
    common: dict[str, Any] = {}

    def base() -> dict[str, Any]:
        common["n"] = common.get("n", 0) + 1
        raw = draw(
            st.none() | st.builds(lambda a, c: Raw(icmp=Icmp(type=3, code=c, sender=a)), pool, st.sampled_from([1, 13]))
        )
        took = draw(st.sampled_from([0.3, 20.0, 3060.0]))
        return {
            "id": f"o{common['n']}",
            "at_ms": float(common["n"]),
            "took_ms": took,
            "failure": draw(_FAILURES),
            "raw": raw,
        }

    steps: list[Observation] = []
    for host in draw(st.lists(st.sampled_from(_HOSTS), max_size=5)):
        found = tuple(draw(st.lists(pool, max_size=2)))
        records = tuple(Record(name=host, type="A", value=one, ttl_s=60) for one in found)
        steps.append(SystemLookup(**base(), name=host, addresses=found))
        steps.append(
            DnsQuery(**base(), name=host, type="A", resolver=Endpoint(address=draw(pool), port=53), records=records)
        )
        for place in found or (address(host),):
            port = draw(st.sampled_from([80, 443, 4000, 4001]))
            at = Endpoint(address=place, port=port)
            local = Endpoint(address=draw(pool), port=50000)
            why = draw(st.sampled_from([Purpose.TARGET, Purpose.SECOND_LOOK]))
            steps.append(TcpConnect(**base(), endpoint=at, host=host, purpose=why, local=local))
            steps.append(TcpListen(**base(), endpoint=at, host=host, spoke=draw(_SAID)))
            steps.append(
                Nudge(**base(), endpoint=at, host=host, answered=draw(_SAID), acknowledged=draw(st.booleans()))
            )
            leaf = Certificate(
                subject=f"CN={host}", issuer=draw(issuers), names=(host,), spki_sha256=draw(st.sampled_from(["", "ab"]))
            )
            judged = (
                Judgement(store="public", trusted=draw(st.booleans())),
                Judgement(store="system", trusted=draw(st.booleans())),
            )
            match = draw(st.sampled_from(NameMatch))
            steps.append(
                TlsHandshake(
                    **base(),
                    endpoint=at,
                    host=host,
                    chain=(leaf,),
                    judgements=judged,
                    name_match=match,
                    foreign=draw(_SAID),
                )
            )
            headers = (("location", f"https://{draw(_DOMAINS)}/x"), ("date", "Mon, 23 Nov 2026 03:51:00 GMT"))
            status = draw(st.sampled_from([200, 302, 403, 503, 511]))
            steps.append(HttpExchange(**base(), endpoint=at, host=host, scheme="http", status=status, headers=headers))
            steps.append(SourceAddress(**base(), towards=place, local=draw(pool)))
    proxy = Proxy(scheme=ProxyScheme.HTTP, host=draw(_DOMAINS), port=3128)
    steps.append(
        ProxyTunnel(
            **base(), proxy=proxy.authority, target=draw(st.sampled_from(["", "www.interactivebrokers.com:443"]))
        )
    )
    steps += [PublicAddress(**base(), url="https://echo.example/", address=draw(pool)) for _ in range(2)]
    controls = tuple(
        Control(kind=kind, endpoint=Endpoint(address=draw(pool), port=4001), port=4001)
        for kind in ControlKind
        if draw(st.booleans())
    )
    steps += [TcpConnect(**base(), endpoint=one.endpoint, purpose=Purpose.CONTROL) for one in controls]
    vantage = Vantage(
        platform="linux",
        interfaces=(
            Interface(name="eth0", addresses=(f"{draw(pool)}/24",)),
            Interface(name="tun0", addresses=(f"{draw(pool)}/24",), looks_like="vpn"),
        ),
        routes=tuple(
            draw(st.lists(st.sampled_from([Route(destination="0.0.0.0/0", gateway="10.20.0.1")]), max_size=1))
        ),
        resolvers=(Resolver(address=draw(pool)),),
        hosts_entries=tuple(HostsEntry(name=host, address=draw(pool), source="/etc/hosts") for host in _HOSTS[:1]),
        proxies=(proxy,),
    )
    seen = evidence(*steps, vantage=vantage)
    plan = replace(seen.plan, names=_HOSTS, controls=controls, resolvers=vantage.resolvers, proxies=(proxy,))
    return replace(seen, plan=plan)
