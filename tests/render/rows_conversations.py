"""Steps of a walk, from the name to the page, and of proxies: what was tried, and what came of it."""

from tests.render.seen import AT, Line, seen

from lineclear.model import (
    ApiHello,
    Attempt,
    Certificate,
    DnsQuery,
    Endpoint,
    Failure,
    Hop,
    HttpExchange,
    Icmp,
    Judgement,
    KernelCount,
    NameMatch,
    Nudge,
    PacAnswer,
    PacEvaluation,
    PacFetch,
    PathTrace,
    Ping,
    ProxyTunnel,
    Purpose,
    Raw,
    Record,
    SourceAddress,
    SystemLookup,
    TcpConnect,
    TcpListen,
    TlsHandshake,
    TlsListen,
)

_A = Record(name="h", type="A", value="203.0.113.7", ttl_s=60)
_B = Record(name="h", type="A", value="198.51.100.1", ttl_s=60)
_RESOLVER = Endpoint(address="10.0.0.53", port=53)
_CHAIN = (Certificate(subject="CN=h", issuer="CN=Box"),)
_SQUID = r"HTTP/1.1 403 Forbidden\r\nServer: squid/5.7\r\nX-Squid-Error: ERR_ACCESS_DENIED 0\r\n"

CONVERSATIONS: tuple[Line, ...] = (
    (seen(SystemLookup, name="h", addresses=("203.0.113.7",)), "look up h", "203.0.113.7 in 24 ms"),
    (
        seen(SystemLookup, name="h", failure=Failure.DNS_TEMPORARY, raw=Raw(errno="EAI_AGAIN")),
        "look up h",
        "no resolver answered (EAI_AGAIN) in 24 ms",
    ),
    (seen(DnsQuery, name="h", type="A", resolver=_RESOLVER, records=(_A,)), "ask 10.0.0.53:53 for A h", "203.0.113.7"),
    (
        seen(DnsQuery, name="h", type="A", resolver=_RESOLVER, over="tcp", records=(_B,), other_answers=((_A,),)),
        "ask 10.0.0.53:53 for A h over TCP",
        "198.51.100.1; then 203.0.113.7",
    ),
    (
        seen(DnsQuery, name="h", type="A", resolver=_RESOLVER, records=(_A,), other_answers=((),)),
        "ask 10.0.0.53:53 for A h",
        "203.0.113.7; then no address",
    ),
    (
        seen(
            DnsQuery,
            name="h",
            type="A",
            resolver=_RESOLVER,
            failure=Failure.DNS_NXDOMAIN,
            rcode="NXDOMAIN",
            other_answers=((_A,),),
        ),
        "ask 10.0.0.53:53 for A h",
        "no such name in 24 ms; then 203.0.113.7",
    ),
    (
        seen(DnsQuery, name="h", type="A", resolver=_RESOLVER, failure=Failure.DNS_NXDOMAIN, rcode="NXDOMAIN"),
        "ask 10.0.0.53:53 for A h",
        "no such name in 24 ms",
    ),
    (
        seen(TcpConnect, endpoint=AT, failure=Failure.TIMED_OUT, took_ms=984.0, attempts=(Attempt(at_ms=0),) * 5),
        "connect 203.0.113.7:4001",
        "no answer to 5 SYNs in 0.98 s",
    ),
    (
        seen(TcpConnect, endpoint=AT, host="h", failure=Failure.CONNECTION_REFUSED, raw=Raw(errno="ECONNREFUSED")),
        "connect 203.0.113.7:4001 (h)",
        "refused, after 24 ms",
    ),
    (
        seen(
            TcpConnect,
            endpoint=AT,
            failure=Failure.HOST_UNREACHABLE,
            raw=Raw(errno="EHOSTUNREACH", icmp=Icmp(type=3, code=13, sender="10.0.0.1")),
        ),
        "connect 203.0.113.7:4001",
        "rejected by 10.0.0.1: administratively prohibited (ICMP 3/13), after 24 ms",
    ),
    (
        seen(TcpConnect, endpoint=AT, purpose=Purpose.CONTROL),
        "control 203.0.113.7:4001",
        "connected in 24 ms, where nobody should answer",
    ),
    (
        seen(TcpConnect, endpoint=AT, purpose=Purpose.SECOND_LOOK, retransmits=1),
        "connect again 203.0.113.7:4001",
        "connected in 24 ms, 1 packet sent again",
    ),
    (
        seen(TcpListen, endpoint=AT, watched_ms=350.0),
        "listen to 203.0.113.7:4001",
        "silent for 350 ms, as it should be",
    ),
    (
        seen(TcpListen, endpoint=AT, watched_ms=20.0, failure=Failure.EOF),
        "listen to 203.0.113.7:4001",
        "closed by the far end after 20 ms",
    ),
    (seen(TcpListen, endpoint=AT, spoke="220 hi"), "listen to 203.0.113.7:4001", "spoke unasked: 220 hi"),
    (seen(Nudge, endpoint=AT, acknowledged=True), "send CR LF to 203.0.113.7:4001", "acknowledged, no answer"),
    (seen(Nudge, endpoint=AT, acknowledged=False), "send CR LF to 203.0.113.7:4001", "not acknowledged"),
    (seen(Nudge, endpoint=AT, answered="HTTP/1.1 400"), "send CR LF to 203.0.113.7:4001", "answered: HTTP/1.1 400"),
    (seen(Nudge, endpoint=AT, failure=Failure.CONNECTION_RESET), "send CR LF to 203.0.113.7:4001", "reset"),
    (
        seen(
            PathTrace,
            endpoint=AT,
            hops=(Hop(limit=1, outcome="expired", sender="10.0.0.1"), Hop(limit=2, outcome="silent")),
        ),
        "path to 203.0.113.7:4001",
        "hop 1 10.0.0.1, hop 2 silent",
    ),
    (
        seen(PathTrace, endpoint=AT, hops=tuple(Hop(limit=one, outcome="silent") for one in (1, 2, 3, 5))),
        "path to 203.0.113.7:4001",
        "hops 1 to 3 silent, hop 5 silent",
    ),
    (
        seen(PathTrace, endpoint=AT, hops=(Hop(limit=1, outcome="rejected", sender="10.0.0.1"),)),
        "path to 203.0.113.7:4001",
        "hop 1 rejected by 10.0.0.1",
    ),
    (
        seen(
            TlsHandshake,
            endpoint=AT,
            host="h",
            version="TLSv1.3",
            chain=_CHAIN,
            name_match=NameMatch.MISMATCH,
            judgements=(Judgement(store="public", trusted=False, reason="self-signed"),),
        ),
        "TLS 203.0.113.7:4001 (h)",
        "TLSv1.3, issued by CN=Box, not for this name, public roots: self-signed",
    ),
    (
        seen(TlsHandshake, endpoint=AT, host="h", failure=Failure.TLS_ALERT, raw=Raw(alert="handshake_failure")),
        "TLS 203.0.113.7:4001 (h)",
        "TLS alert (handshake_failure)",
    ),
    (
        seen(TlsHandshake, endpoint=AT, host="h", failure=Failure.NOT_TLS, foreign="HTTP/1.1 400"),
        "TLS 203.0.113.7:4001 (h)",
        "answered something else than TLS: HTTP/1.1 400",
    ),
    (
        seen(TlsHandshake, endpoint=AT, host="h", failure=Failure.NOT_TLS, foreign=_SQUID),
        "TLS 203.0.113.7:4001 (h)",
        "answered something else than TLS: HTTP/1.1 403 Forbidden.. (X-Squid-Error: ERR_ACCESS_DENIED)",
    ),
    (
        seen(HttpExchange, endpoint=AT, host="h", scheme="http", status=409, headers=(("x-squid-error", "ERR_X 0"),)),
        "HEAD http://h:4001/ at 203.0.113.7",
        "status 409 (X-Squid-Error: ERR_X)",
    ),
    (
        seen(HttpExchange, endpoint=AT, host="h", scheme="http", status=302, headers=(("location", "http://p/"),)),
        "HEAD http://h:4001/ at 203.0.113.7",
        "status 302, sent on to http://p/",
    ),
    (
        seen(HttpExchange, endpoint=AT, host="h", scheme="https", failure=Failure.TIMED_OUT),
        "HEAD https://h:4001/ at 203.0.113.7",
        "no answer",
    ),
    (
        seen(HttpExchange, endpoint=AT, host="", scheme="http", method="GET", status=200),
        "GET http://203.0.113.7:4001/",
        "status 200",
    ),
    (seen(Ping, address="203.0.113.7", host="h", rtt_ms=9.0), "ping 203.0.113.7 (h)", "answered in 9.0 ms"),
    (seen(Ping, address="203.0.113.7", failure=Failure.TIMED_OUT), "ping 203.0.113.7", "no answer"),
    (
        seen(ProxyTunnel, proxy="http://p:3128", target="h:4001", status=403, failure=Failure.PROXY_REFUSED),
        "ask http://p:3128 for h:4001",
        "the proxy refused (403)",
    ),
    (
        seen(
            ProxyTunnel,
            proxy="http://p:3128",
            target="h:4001",
            status=403,
            text="Forbidden; page: no",
            failure=Failure.PROXY_REFUSED,
            raw=Raw(text="<html><title>no"),
        ),
        "ask http://p:3128 for h:4001",
        "the proxy refused (403 Forbidden; page: no)",
    ),
    (seen(ProxyTunnel, proxy="http://p:3128", target=""), "connect to http://p:3128", "opened"),
    (
        seen(PacFetch, url="http://p/x", endpoint=AT, status=200, size=1),
        "fetch http://p/x at 203.0.113.7:4001",
        "1 byte",
    ),
    (seen(PacFetch, url="file:///x", size=56), "fetch file:///x", "56 bytes"),
    (seen(PacFetch, url="http://p/x", status=404), "fetch http://p/x", "status 404"),
    (
        seen(PacFetch, url="http://p/x", status=302, location="http://q/"),
        "fetch http://p/x",
        "status 302, sent on to http://q/",
    ),
    (seen(PacFetch, url="http://p/x", failure=Failure.TIMED_OUT), "fetch http://p/x", "no answer"),
    (
        seen(
            PacEvaluation,
            url="http://p/x",
            answers=(
                PacAnswer(target="a:443", said="PROXY p:1"),
                PacAnswer(target="b:443"),
                PacAnswer(target="c:443", said="PROXY p:1"),
                PacAnswer(target="d:443", failure=Failure.PAC_BROKEN, raw=Raw(text="RangeError")),
                PacAnswer(target="e:443", failure=Failure.TIMED_OUT),
            ),
        ),
        "ask http://p/x about every target",
        (
            "“PROXY p:1” for a:443 and c:443; “DIRECT” for b:443; "
            "not usable as a proxy auto-configuration (RangeError) for d:443; no answer for e:443"
        ),
    ),
    (
        seen(PacEvaluation, url="http://p/x", failure=Failure.PAC_BROKEN, raw=Raw(text="SyntaxError")),
        "ask http://p/x about every target",
        "not usable as a proxy auto-configuration (SyntaxError)",
    ),
    (seen(PacEvaluation, url="http://p/x"), "ask http://p/x about every target", "it says nothing"),
    (
        seen(ApiHello, endpoint=AT, server_version="176"),
        "say the API's hello to 203.0.113.7:4001",
        "the API, version 176",
    ),
    (
        seen(ApiHello, endpoint=AT, failure=Failure.NOT_THE_API, answered="HTTP/1.1 400"),
        "say the API's hello to 203.0.113.7:4001",
        "something else than the API answered: HTTP/1.1 400",
    ),
    (seen(SourceAddress, towards="203.0.113.7", local="10.0.0.5"), "source address towards 203.0.113.7", "10.0.0.5"),
    (
        seen(KernelCount, endpoint=AT, host="www.example", counter="TCPRetransFail", due=1, quiet=0),
        "kernel's count for 203.0.113.7:4001 (www.example)",
        "TCPRetransFail rose by 1 while a SYN was due, by 0 beside",
    ),
    (seen(TlsListen, endpoint=AT, host="h"), "the TLS session with 203.0.113.7:4001 (h)", "stands after 24 ms"),
    (
        seen(TlsListen, endpoint=AT, failure=Failure.EOF),
        "the TLS session with 203.0.113.7:4001",
        "closed by the far end",
    ),
    (
        seen(TlsListen, endpoint=AT, acknowledged=False),
        "the TLS session with 203.0.113.7:4001",
        "never acknowledged",
    ),
)
