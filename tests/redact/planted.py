"""Evidence with secrets in every place where a house may have one."""

from typing import Any

import msgspec
from hypothesis import strategies as st
from msgspec.structs import replace
from tests.redact.drawn import within
from tests.render.measured import address, evidence, targets

from lineclear.model import (
    ApiHello,
    Arrivals,
    AutoConfig,
    Certificate,
    Control,
    ControlKind,
    DnsQuery,
    Endpoint,
    Evidence,
    Failure,
    GatewayUse,
    Header,
    HelloFacts,
    Hop,
    HostsEntry,
    HttpExchange,
    Icmp,
    Interface,
    Judgement,
    LargeFlight,
    Neighbour,
    NotMeasured,
    Nudge,
    Observation,
    PathTrace,
    Payload,
    Ping,
    PolicyRule,
    Proxy,
    ProxyScheme,
    ProxyTunnel,
    PublicAddress,
    Raw,
    Record,
    Redirection,
    Reflecting,
    Reflection,
    RequestFacts,
    Resolver,
    Route,
    Seen,
    SourceAddress,
    SynFacts,
    SystemLookup,
    Target,
    TcpConnect,
    TcpListen,
    TlsHandshake,
    TrustStore,
    Vantage,
    WayBack,
)

_LETTERS = st.text("bcdfghjkmnpqrtvwxz", min_size=7, max_size=7)


class Secrets(msgspec.Struct, frozen=True):
    """What a house wants to keep: names of all kinds, and addresses."""

    words: tuple[str, ...]
    private: tuple[str, ...]
    public: tuple[str, ...]


SECRETS = st.builds(
    Secrets,
    st.lists(_LETTERS, min_size=12, max_size=12, unique=True).map(tuple),
    st.tuples(
        within("10.0.0.0/8"),
        within("192.168.0.0/16"),
        within("172.16.0.0/12"),
        within("fd00::/8"),
        within("fe80::/10"),
    ),
    st.tuples(within("8.0.0.0/7"), within("80.0.0.0/6"), within("2a00::/12")),
)


def planted(secret: Secrets) -> Evidence:
    """Evidence with the secrets in every place where a house may have one."""
    user, domain, site, ca, box, page, vpn, bank, portal, path, text, label = secret.words
    lan, wifi, other, ula, link = secret.private
    own, hop, own6 = secret.public
    at = Endpoint(address=address("ndc1.ibllc.com"), port=4001)
    common: dict[str, Any] = {"at_ms": 1.0, "took_ms": 1.0}
    foreign = (
        f"HTTP/1.1 302 Found\\r\\nX-{text}: {user} {own} {lan}\\r\\nHello {user}, from {bank}-{label}.{domain}.example"
    )
    leaf = Certificate(
        subject=f"CN={box}.{domain}.example,O={bank}", issuer=f"CN={ca} Proxy,O={bank}", names=(f"*.{domain}.example",)
    )
    raw = Raw(text=f"{user} at {wifi}", icmp=Icmp(type=3, code=13, sender=hop))
    steps: tuple[Observation, ...] = (
        SystemLookup(id="o1", **common, name=f"{page}.{domain}.example", addresses=(lan, own6), raw=raw),
        SystemLookup(id="o2", **common, name="ndc1.ibllc.com", addresses=(lan, ula)),
        DnsQuery(
            id="o3",
            **common,
            name=f"ndc1.ibllc.com.{site}.{domain}.example",
            type="A",
            resolver=Endpoint(address=lan, port=53),
            records=(
                Record(name=f"{site}.example", type="CNAME", value=f"{box}.{domain}.example", ttl_s=1),
                Record(name="ndc1.ibllc.com", type="TXT", value=f"{user} {bank}", ttl_s=1),
            ),
            other_answers=((Record(name="ndc1.ibllc.com", type="A", value=wifi, ttl_s=1),),),
        ),
        TcpConnect(
            id="o4",
            **common,
            endpoint=Endpoint(address=lan, port=80),
            host=f"{box}.{domain}.example",
            local=Endpoint(address=other, port=5),
            raw=raw,
            failure=Failure.HOST_UNREACHABLE,
        ),
        TcpListen(id="o5", **common, endpoint=at, host="ndc1.ibllc.com", spoke=foreign),
        Nudge(id="o6", **common, endpoint=at, host="ndc1.ibllc.com", answered=foreign),
        PathTrace(id="o7", **common, endpoint=at, hops=(Hop(limit=1, outcome="expired", sender=lan, raw=raw),)),
        TlsHandshake(
            id="o8",
            **common,
            endpoint=at,
            host="ndc1.ibllc.com",
            chain=(leaf,),
            judgements=(Judgement(store="public", trusted=False, reason=f"by {ca}"),),
            foreign=foreign,
        ),
        HttpExchange(
            id="o9",
            **common,
            endpoint=at,
            host="ndc1.ibllc.com",
            scheme="http",
            status=302,
            headers=(("location", f"http://{user}@{portal}.{domain}.example/{path}?{text}"), (f"x-{text}", user)),
            body_start=f"<html>{foreign}",
        ),
        Ping(id="o10", **common, address=lan, host=f"{box}.{domain}.example"),
        ProxyTunnel(
            id="o11", **common, proxy=f"http://{box}.{domain}.example:3128", target=f"{site}.example:443", text=foreign
        ),
        ApiHello(id="o12", **common, endpoint=at, server_version=f"176 {user}", answered=foreign),
        SourceAddress(id="o13", **common, towards=hop, local=wifi),
        PublicAddress(id="o14", **common, url=f"https://{user}:{path}@{site}.example/{text}", address=own),
        PublicAddress(id="o15", **common, url=f"https://{site}.example/", address=own6),
        Reflection(
            id="o18",
            **common,
            endpoint=Endpoint(address=other, port=443),
            port=443,
            kind=Payload.TLS_WEB,
            nonce=label,
            local=Endpoint(address=lan, port=5),
            seen=Seen(
                source=Endpoint(address=own, port=1),
                local=Endpoint(address=own6, port=443),
                at=text,
                syn=SynFacts(hop_limit=1, window=2, options=(user,)),
                hello=HelloFacts(sha256=label, ja4=user, server_name=f"{box}.{domain}.example", alpn=(bank,)),
                request=RequestFacts(line=f"GET /{path}", headers=(Header(name=f"x-{text}", value=user),)),
            ),
            request=RequestFacts(line=f"GET /{path}", headers=(Header(name=f"x-{text}", value=user),)),
            more=(ula,),
            empty=(link,),
        ),
        Arrivals(id="o19", **common, endpoint=Endpoint(address=other, port=443), arrived=((label, 443),)),
        LargeFlight(id="o21", **common, endpoint=Endpoint(address=other, port=443), port=443, inbound=True, size=9),
        WayBack(id="o22", **common, endpoint=Endpoint(address=other, port=443), port=443, sent=64, seen=60, allowed=5),
        NotMeasured(id="o16", **common, verb="ping", subject=f"{box}.{domain}.example", why=f"{user} {lan}"),
        TcpConnect(id=f"{label}-17", **common, endpoint=Endpoint(address=link, port=1)),
    )
    proxy = Proxy(
        scheme=ProxyScheme.HTTP,
        host=f"{box}.{domain}.example",
        port=3128,
        applies_to=("https",),
        bypass=(f".{site}.example", f"*.{domain}.example", f"{lan}/32", "<local>"),
        source=f"/home/{user}/.config/{path}",
    )
    vantage = Vantage(
        platform="linux",
        system=f"Linux 6.1-{bank}",
        interfaces=(Interface(name=f"{vpn}0", addresses=(f"{lan}/24", f"{ula}/64", f"{own}/28", f"{own6}/64")),),
        routes=(Route(destination=f"{wifi}/32", gateway=lan, interface=f"{vpn}0", table=label),),
        policy_rules=(PolicyRule(priority=1, selector=f"from {lan} iif {vpn}0", action=f"lookup {label}"),),
        neighbours=(Neighbour(address=lan, interface=f"{vpn}0"),),
        resolvers=(Resolver(address=lan, source=f"{vpn}0"), Resolver(address=own6)),
        search_domains=(f"{site}.{domain}.example",),
        resolver_options=(f"ndots:5 {label}",),
        hosts_entries=(HostsEntry(name="ndc1.ibllc.com", address=other, source=f"C:\\Users\\{user}\\hosts"),),
        proxies=(proxy,),
        auto_configs=(AutoConfig(url=f"http://{page}.{domain}.example/{path}.dat", source=f"{bank} policy"),),
        trust_stores=(TrustStore(role="given", path=f"/home/{user}/{ca}.pem"),),
        gateway_use=(GatewayUse(path=f"/home/{user}/Jts/jts.ini", peer=f"{box}.{domain}.example:4001", region=label),),
        not_measured=(f"proxies of the system: /home/{user}/{path} cannot be read",),
    )
    seen = evidence(*steps, vantage=vantage)
    plan = replace(
        seen.plan,
        targets=(*seen.plan.targets, Target(host=f"{site}.{domain}.example", port=1, transport=targets()[0].transport)),
        names=(*seen.plan.names, f"{site}.{domain}.example"),
        resolvers=vantage.resolvers,
        redirections=(Redirection(host=f"{site}.{domain}.example", to_address=lan),),
        controls=(Control(kind=ControlKind.GATEWAY, endpoint=Endpoint(address=lan, port=53)),),
        proxies=(proxy,),
        echo_urls=(f"https://{user}:{path}@{site}.example/{text}",),
        expected_networks=(f"{lan}/32",),
        reflector=Reflecting(addresses=(other,), name=f"{site}.{domain}.example", pin=label),
    )
    return replace(seen, plan=plan)
