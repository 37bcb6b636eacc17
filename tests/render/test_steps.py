"""Each observation as one line a person understands."""

import typing
from typing import Any

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lineclear.model import (
    AnswerOrigin,
    AnyObservation,
    ApiHello,
    Arrivals,
    Attempt,
    Certificate,
    CutOrigin,
    DnsQuery,
    Endpoint,
    Failure,
    Floor,
    HelloFacts,
    Hop,
    HttpExchange,
    Icmp,
    IdleHold,
    Interface,
    Judgement,
    KernelCount,
    LargeFlight,
    LargeGreeting,
    Lateness,
    NameMatch,
    NotMeasured,
    Nudge,
    Observation,
    OtherEnd,
    PacAnswer,
    PacEvaluation,
    PacFetch,
    PathTrace,
    Payload,
    Ping,
    Presence,
    ProxyTunnel,
    PublicAddress,
    Purpose,
    Raw,
    Record,
    Reflection,
    Route,
    Seen,
    Severity,
    SourceAddress,
    SystemLookup,
    TcpConnect,
    TcpListen,
    TcpSummary,
    TlsHandshake,
    Vantage,
    Verdict,
    WayBack,
)
from lineclear.render import steps, words
from lineclear.render.parts import PARTS

from .anything import anything
from .measured import evidence

AT = Endpoint(address="203.0.113.7", port=4001)
KINDS = typing.get_args(AnyObservation)


def _seen(kind: type[Observation], **values: object) -> Observation:
    return kind(id="o1", at_ms=0.0, **({"took_ms": 24.0} | values))  # type: ignore[arg-type]


_A = Record(name="h", type="A", value="203.0.113.7", ttl_s=60)
_B = Record(name="h", type="A", value="198.51.100.1", ttl_s=60)
_RESOLVER = Endpoint(address="10.0.0.53", port=53)
_CHAIN = (Certificate(subject="CN=h", issuer="CN=Box"),)
_FAR = Endpoint(address="198.51.100.7", port=4000)


def _at_reflector(**values: Any) -> Seen:
    return Seen(source=Endpoint(address="192.0.2.7", port=1024), local=_FAR, **values)


def _reflection(**values: Any) -> Observation:
    usual: dict[str, Any] = {
        "endpoint": _FAR,
        "port": 4000,
        "kind": Payload.LINES,
        "nonce": "n",
        "seen": _at_reflector(),
    }
    return Reflection(id="o1", at_ms=0.0, took_ms=24.0, **(usual | values))


TABLE: list[tuple[Observation, str, str]] = [
    (_seen(SystemLookup, name="h", addresses=("203.0.113.7",)), "look up h", "203.0.113.7 in 24 ms"),
    (
        _seen(SystemLookup, name="h", failure=Failure.DNS_TEMPORARY, raw=Raw(errno="EAI_AGAIN")),
        "look up h",
        "no resolver answered (EAI_AGAIN) in 24 ms",
    ),
    (_seen(DnsQuery, name="h", type="A", resolver=_RESOLVER, records=(_A,)), "ask 10.0.0.53:53 for A h", "203.0.113.7"),
    (
        _seen(DnsQuery, name="h", type="A", resolver=_RESOLVER, over="tcp", records=(_B,), other_answers=((_A,),)),
        "ask 10.0.0.53:53 for A h over TCP",
        "198.51.100.1; then 203.0.113.7",
    ),
    (
        _seen(DnsQuery, name="h", type="A", resolver=_RESOLVER, records=(_A,), other_answers=((),)),
        "ask 10.0.0.53:53 for A h",
        "203.0.113.7; then no address",
    ),
    (
        _seen(DnsQuery, name="h", type="A", resolver=_RESOLVER, failure=Failure.DNS_NXDOMAIN, rcode="NXDOMAIN"),
        "ask 10.0.0.53:53 for A h",
        "no such name in 24 ms",
    ),
    (
        _seen(TcpConnect, endpoint=AT, failure=Failure.TIMED_OUT, took_ms=984.0, attempts=(Attempt(at_ms=0),) * 5),
        "connect 203.0.113.7:4001",
        "no answer to 5 SYNs in 0.98 s",
    ),
    (
        _seen(TcpConnect, endpoint=AT, host="h", failure=Failure.CONNECTION_REFUSED, raw=Raw(errno="ECONNREFUSED")),
        "connect 203.0.113.7:4001 (h)",
        "refused, after 24 ms",
    ),
    (
        _seen(
            TcpConnect,
            endpoint=AT,
            failure=Failure.HOST_UNREACHABLE,
            raw=Raw(errno="EHOSTUNREACH", icmp=Icmp(type=3, code=13, sender="10.0.0.1")),
        ),
        "connect 203.0.113.7:4001",
        "rejected by 10.0.0.1: administratively prohibited (ICMP 3/13), after 24 ms",
    ),
    (
        _seen(TcpConnect, endpoint=AT, purpose=Purpose.CONTROL),
        "control 203.0.113.7:4001",
        "connected in 24 ms, where nobody should answer",
    ),
    (
        _seen(TcpConnect, endpoint=AT, purpose=Purpose.SECOND_LOOK, retransmits=1),
        "connect again 203.0.113.7:4001",
        "connected in 24 ms, 1 packet sent again",
    ),
    (
        _seen(TcpListen, endpoint=AT, watched_ms=350.0),
        "listen to 203.0.113.7:4001",
        "silent for 350 ms, as it should be",
    ),
    (
        _seen(TcpListen, endpoint=AT, watched_ms=20.0, failure=Failure.EOF),
        "listen to 203.0.113.7:4001",
        "closed by the far end after 20 ms",
    ),
    (_seen(TcpListen, endpoint=AT, spoke="220 hi"), "listen to 203.0.113.7:4001", "spoke unasked: 220 hi"),
    (_seen(Nudge, endpoint=AT, acknowledged=True), "send CR LF to 203.0.113.7:4001", "acknowledged, no answer"),
    (_seen(Nudge, endpoint=AT, acknowledged=False), "send CR LF to 203.0.113.7:4001", "not acknowledged"),
    (_seen(Nudge, endpoint=AT, answered="HTTP/1.1 400"), "send CR LF to 203.0.113.7:4001", "answered: HTTP/1.1 400"),
    (_seen(Nudge, endpoint=AT, failure=Failure.CONNECTION_RESET), "send CR LF to 203.0.113.7:4001", "reset"),
    (
        _seen(
            PathTrace,
            endpoint=AT,
            hops=(Hop(limit=1, outcome="expired", sender="10.0.0.1"), Hop(limit=2, outcome="silent")),
        ),
        "path to 203.0.113.7:4001",
        "hop 1 10.0.0.1, hop 2 silent",
    ),
    (
        _seen(PathTrace, endpoint=AT, hops=tuple(Hop(limit=one, outcome="silent") for one in (1, 2, 3, 5))),
        "path to 203.0.113.7:4001",
        "hops 1 to 3 silent, hop 5 silent",
    ),
    (
        _seen(PathTrace, endpoint=AT, hops=(Hop(limit=1, outcome="rejected", sender="10.0.0.1"),)),
        "path to 203.0.113.7:4001",
        "hop 1 rejected by 10.0.0.1",
    ),
    (
        _seen(
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
        _seen(TlsHandshake, endpoint=AT, host="h", failure=Failure.TLS_ALERT, raw=Raw(alert="handshake_failure")),
        "TLS 203.0.113.7:4001 (h)",
        "TLS alert (handshake_failure)",
    ),
    (
        _seen(TlsHandshake, endpoint=AT, host="h", failure=Failure.NOT_TLS, foreign="HTTP/1.1 400"),
        "TLS 203.0.113.7:4001 (h)",
        "answered something else than TLS: HTTP/1.1 400",
    ),
    (
        _seen(HttpExchange, endpoint=AT, host="h", scheme="http", status=302, headers=(("location", "http://p/"),)),
        "HEAD http://h:4001/ at 203.0.113.7",
        "status 302, sent on to http://p/",
    ),
    (
        _seen(HttpExchange, endpoint=AT, host="h", scheme="https", failure=Failure.TIMED_OUT),
        "HEAD https://h:4001/ at 203.0.113.7",
        "no answer",
    ),
    (
        _seen(HttpExchange, endpoint=AT, host="", scheme="http", method="GET", status=200),
        "GET http://203.0.113.7:4001/",
        "status 200",
    ),
    (_seen(Ping, address="203.0.113.7", host="h", rtt_ms=9.0), "ping 203.0.113.7 (h)", "answered in 9.0 ms"),
    (_seen(Ping, address="203.0.113.7", failure=Failure.TIMED_OUT), "ping 203.0.113.7", "no answer"),
    (
        _seen(ProxyTunnel, proxy="http://p:3128", target="h:4001", status=403, failure=Failure.PROXY_REFUSED),
        "ask http://p:3128 for h:4001",
        "the proxy refused (403)",
    ),
    (_seen(ProxyTunnel, proxy="http://p:3128", target=""), "connect to http://p:3128", "opened"),
    (
        _seen(PacFetch, url="http://p/x", endpoint=AT, status=200, size=1),
        "fetch http://p/x at 203.0.113.7:4001",
        "1 byte",
    ),
    (_seen(PacFetch, url="file:///x", size=56), "fetch file:///x", "56 bytes"),
    (_seen(PacFetch, url="http://p/x", status=404), "fetch http://p/x", "status 404"),
    (
        _seen(PacFetch, url="http://p/x", status=302, location="http://q/"),
        "fetch http://p/x",
        "status 302, sent on to http://q/",
    ),
    (_seen(PacFetch, url="http://p/x", failure=Failure.TIMED_OUT), "fetch http://p/x", "no answer"),
    (
        _seen(
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
        _seen(PacEvaluation, url="http://p/x", failure=Failure.PAC_BROKEN, raw=Raw(text="SyntaxError")),
        "ask http://p/x about every target",
        "not usable as a proxy auto-configuration (SyntaxError)",
    ),
    (_seen(PacEvaluation, url="http://p/x"), "ask http://p/x about every target", "it says nothing"),
    (
        _seen(ApiHello, endpoint=AT, server_version="176"),
        "say the API's hello to 203.0.113.7:4001",
        "the API, version 176",
    ),
    (
        _seen(ApiHello, endpoint=AT, failure=Failure.NOT_THE_API, answered="HTTP/1.1 400"),
        "say the API's hello to 203.0.113.7:4001",
        "something else than the API answered: HTTP/1.1 400",
    ),
    (_seen(SourceAddress, towards="203.0.113.7", local="10.0.0.5"), "source address towards 203.0.113.7", "10.0.0.5"),
    (
        _seen(KernelCount, endpoint=AT, host="www.example", counter="TCPRetransFail", due=1, quiet=0),
        "kernel's count for 203.0.113.7:4001 (www.example)",
        "TCPRetransFail rose by 1 while a SYN was due, by 0 beside",
    ),
    (
        Lateness(id="o1", at_ms=0.0, took_ms=240.0),
        "go on when it is time",
        "240 ms late: this machine was busy",
    ),
    (
        _seen(PublicAddress, url="https://echo/", address="198.51.100.4"),
        "public address by https://echo/",
        "198.51.100.4",
    ),
    (
        _seen(
            CutOrigin,
            endpoint=AT,
            host="h",
            secure=True,
            hops=(
                Hop(limit=0, outcome="silent"),
                Hop(limit=1, outcome="expired", sender="10.0.0.1"),
                Hop(limit=2, outcome="reset"),
            ),
        ),
        "a TLS greeting to 203.0.113.7:4001 (h) that goes only so far",
        "nothing said: silent, 1 hop: 10.0.0.1, 2 hops: reset",
    ),
    (
        _seen(OtherEnd, endpoint=AT, host="h", holder=Endpoint(address="127.0.0.1", port=8080), program="shield"),
        "who holds the far end of 203.0.113.7:4001 (h)",
        "a socket of this machine, of shield, 127.0.0.1:8080",
    ),
    (
        _seen(OtherEnd, endpoint=AT, holder=Endpoint(address="127.0.0.1", port=8080)),
        "who holds the far end of 203.0.113.7:4001",
        "a socket of this machine, 127.0.0.1:8080",
    ),
    (_seen(OtherEnd, endpoint=AT), "who holds the far end of 203.0.113.7:4001", "nobody on this machine"),
    (
        _seen(LargeGreeting, endpoint=AT, host="h", size=1740, answered="hello"),
        "a browser's TLS greeting of 1740 bytes to 203.0.113.7:4001 (h)",
        "answered",
    ),
    (
        _seen(LargeGreeting, endpoint=AT, host="h", size=1740, segment_bytes=536, answered="alert"),
        "a browser's TLS greeting of 1740 bytes in segments of 536 to 203.0.113.7:4001 (h)",
        "answered by an alert",
    ),
    (
        _seen(LargeGreeting, endpoint=AT, host="h", size=1740, failure=Failure.TIMED_OUT),
        "a browser's TLS greeting of 1740 bytes to 203.0.113.7:4001 (h)",
        "no answer",
    ),
    (
        _seen(CutOrigin, endpoint=AT, failure=Failure.TIMED_OUT),
        "CR LF to 203.0.113.7:4001 that goes only so far",
        "no answer",
    ),
    (
        _seen(
            AnswerOrigin, endpoint=AT, floors=(Floor(least=65, outcome="silent"), Floor(least=63, outcome="refused"))
        ),
        "who refuses 203.0.113.7:4001",
        "it arrives with hop limit 63 to 64",
    ),
    (
        _seen(
            AnswerOrigin, endpoint=AT, floors=(Floor(least=65, outcome="silent"), Floor(least=64, outcome="refused"))
        ),
        "who refuses 203.0.113.7:4001",
        "it arrives with hop limit 64",
    ),
    (
        _seen(TcpConnect, endpoint=AT, attempts=(Attempt(at_ms=0.0), Attempt(at_ms=120.0, connected=True))),
        "connect 203.0.113.7:4001",
        "connected in 24 ms, 1 SYN before it unanswered",
    ),
    (
        _seen(IdleHold, endpoint=AT, host="h", idle_ms=60_000.0, asked=True, failure=Failure.TIMED_OUT),
        "hold 203.0.113.7:4001 (h) silent for 60.0 s",
        "no answer",
    ),
    (
        _seen(IdleHold, endpoint=AT, idle_ms=3000.0, asked=True),
        "hold 203.0.113.7:4001 silent for 3.00 s",
        "still stands",
    ),
    (
        _seen(TcpSummary, endpoint=AT, data_segments=9, retransmits=1, rtt_ms=24.0, min_rtt_ms=12.0),
        "connection to 203.0.113.7:4001",
        "1 of 9 segments sent again; round trip 24 ms, at best 12 ms",
    ),
    (_reflection(), "say lines of JSON to your reflector 198.51.100.7:4000", "it saw 192.0.2.7:1024"),
    (
        _reflection(kind=Payload.TLS, hello_sha256="ab", seen=_at_reflector(hello=HelloFacts(sha256="cd"))),
        "say lines in TLS to your reflector 198.51.100.7:4000",
        "it saw 192.0.2.7:1024; another TLS hello than ours arrived",
    ),
    (
        _reflection(kind=Payload.TLS, hello_sha256="ab", seen=_at_reflector(hello=HelloFacts(sha256="ab"))),
        "say lines in TLS to your reflector 198.51.100.7:4000",
        "it saw 192.0.2.7:1024",
    ),
    (
        _reflection(kind=Payload.BINARY, seen=None),
        "say bytes without meaning to your reflector 198.51.100.7:4000",
        "echoed as it went",
    ),
    (
        _reflection(kind=Payload.FIX, seen=None, stage="greeting", failure=Failure.TIMED_OUT),
        "say FIX to your reflector 198.51.100.7:4000",
        "connected; no answer",
    ),
    (
        _reflection(kind=Payload.WEB, seen=None, stage="connect", failure=Failure.CONNECTION_REFUSED),
        "say a web request to your reflector 198.51.100.7:4000",
        "refused",
    ),
    (
        _seen(Arrivals, endpoint=_FAR, arrived=(("n", 443),)),
        "ask your reflector 198.51.100.7:4000 what arrived",
        "1 connection of this run",
    ),
    (
        _seen(Arrivals, endpoint=_FAR, failure=Failure.EOF),
        "ask your reflector 198.51.100.7:4000 what arrived",
        "closed by the far end",
    ),
    (
        _seen(LargeFlight, endpoint=_FAR, port=4000, inbound=True, size=9),
        "full segments from your reflector 198.51.100.7:4000",
        "arrived",
    ),
    (
        _seen(LargeFlight, endpoint=_FAR, port=4000, inbound=False, size=9, segment=1000, failure=Failure.TIMED_OUT),
        "full segments of at most 1000 bytes to your reflector 198.51.100.7:4000",
        "no answer",
    ),
    (
        _seen(WayBack, endpoint=_FAR, port=4000, sent=64, seen=60, allowed=5),
        "answer of your reflector 198.51.100.7:4000 that may pass 4 routers",
        "arrived",
    ),
    (
        _seen(WayBack, endpoint=_FAR, port=4000, sent=71, seen=67, allowed=2, failure=Failure.TIMED_OUT),
        "answer of your reflector 198.51.100.7:4000 that may pass 1 router",
        "no answer",
    ),
    (
        _seen(IdleHold, endpoint=AT, idle_ms=3000.0, asked=True, promised=True),
        "hold 203.0.113.7:4001 silent for 3.00 s, then it is to hang up",
        "it hung up",
    ),
    (
        _seen(IdleHold, endpoint=AT, idle_ms=3000.0, promised=True, failure=Failure.EOF),
        "hold 203.0.113.7:4001 silent for 3.00 s, and it was to hang up later",
        "closed by the far end",
    ),
    (_seen(NotMeasured, verb="path", why="not on Windows"), "path", "not measured: not on Windows"),
]


@pytest.mark.parametrize(("seen", "tried", "came"), TABLE, ids=[f"{one[1]}: {one[2]}"[:60] for one in TABLE])
def test_a_step_as_a_line(seen: Observation, tried: str, came: str) -> None:
    assert steps.step(seen) == (tried, came)


def test_every_kind_of_observation_has_its_line_and_its_row() -> None:
    assert set(steps._LINES) == set(KINDS)
    assert {type(one[0]) for one in TABLE} == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_a_line_is_total(kind: type[Observation], data: st.DataObject) -> None:
    tried, came = steps.step(data.draw(anything(kind)))
    assert isinstance(tried, str)
    assert isinstance(came, str)


def test_every_part_of_the_vantage_can_be_cited() -> None:
    fixed = {"platform", "system", "python"}
    assert set(PARTS) == set(Vantage.__struct_fields__) - fixed


@given(anything(Vantage))
@settings(max_examples=60, deadline=None)
def test_a_part_of_any_vantage_is_a_line(vantage: Vantage) -> None:
    seen = msgspec.structs.replace(evidence(), vantage=vantage)
    told = steps.cited(seen, tuple(f"vantage.{name}" for name in PARTS))
    assert all(isinstance(came, str) for _, came in told)


def test_parts_of_a_vantage() -> None:
    vantage = Vantage(
        platform="linux",
        interfaces=(
            Interface(name="eth0", up=Presence.YES, addresses=("10.0.0.5/24",)),
            Interface(name="eth1", up=Presence.YES, carrier=Presence.NO, addresses=("10.0.1.5/24",)),
            Interface(name="wg0", carrier=Presence.NO, looks_like="vpn"),
        ),
        routes=(
            Route(destination="0.0.0.0/0", gateway="10.0.0.1"),
            Route(destination="0.0.0.0/1", interface="wg0"),
            Route(destination="fe80::/64", interface="wg0"),
            Route(destination="203.0.113.0/24", kind="prohibit"),
        ),
    )
    told = steps.cited(evidence(vantage=vantage), ("vantage.interfaces", "vantage.routes", "vantage.nothing", "gone"))
    assert told == [
        (
            "this machine: interfaces",
            "eth0 up 10.0.0.5/24; eth1 up without a link 10.0.1.5/24; wg0 without a link without address",
        ),
        ("this machine: routes", "default via 10.0.0.1; 0.0.0.0/1 by wg0; prohibit 203.0.113.0/24"),
        ("vantage.nothing", "see the saved evidence"),
        ("gone", "see the saved evidence"),
    ]


def test_telling_takes_two_of_a_kind_in_their_order() -> None:
    silent = [(f"connect {at}", f"no answer to {at} SYNs") for at in range(9)]
    open_ = ("connect web", "connected in 24 ms")
    assert steps.telling([*silent, open_]) == [*silent[:2], open_]


def test_telling_is_never_long() -> None:
    assert len(steps.telling([(f"verb{at} x", "no") for at in range(50)])) == 6


def test_words_exist_for_every_value() -> None:
    assert set(words.FAILURE_WORDS) == set(Failure)
    assert set(words.VERDICT_WORDS) == set(words.SERVICE_WORDS) == set(Verdict)
    assert set(words.SEVERITY_WORDS) == set(Severity)
    assert set(words.SYMBOLS) == set(words.ASCII_SYMBOLS) == set(words.STYLES)
    assert all(one.isascii() for one in words.ASCII_SYMBOLS.values())


@pytest.mark.parametrize(
    ("ms", "said"),
    [
        (None, ""),
        (0.0, "0.0 ms"),
        (0.04, "<0.1 ms"),
        (0.42, "0.4 ms"),
        (9.94, "9.9 ms"),
        (24.4, "24 ms"),
        (499, "499 ms"),
        (984.2, "0.98 s"),
        (15_000, "15.0 s"),
        (120_000, "120 s"),
    ],
)
def test_durations(ms: float | None, said: str) -> None:
    assert words.duration(ms) == said
