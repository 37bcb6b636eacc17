"""Steps that are looked into besides: who cuts or refuses, what is held silent, and the far end."""

from typing import Any

from tests.render.seen import AT, Line, seen

from lineclear.model import (
    AnswerOrigin,
    Arrivals,
    Attempt,
    CutOrigin,
    Endpoint,
    Failure,
    Floor,
    HelloFacts,
    Hop,
    IdleHold,
    LargeFlight,
    LargeGreeting,
    Lateness,
    NotMeasured,
    Observation,
    OtherEnd,
    Payload,
    PublicAddress,
    Reflection,
    Seen,
    TcpConnect,
    TcpSummary,
    WayBack,
)

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


BESIDES: tuple[Line, ...] = (
    (
        Lateness(id="o1", at_ms=0.0, took_ms=240.0),
        "go on when it is time",
        "240 ms late: this machine was busy",
    ),
    (
        seen(PublicAddress, url="https://echo/", address="198.51.100.4"),
        "public address by https://echo/",
        "198.51.100.4",
    ),
    (
        seen(
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
        seen(OtherEnd, endpoint=AT, host="h", holder=Endpoint(address="127.0.0.1", port=8080), program="shield"),
        "who holds the far end of 203.0.113.7:4001 (h)",
        "a socket of this machine, of shield, 127.0.0.1:8080",
    ),
    (
        seen(OtherEnd, endpoint=AT, holder=Endpoint(address="127.0.0.1", port=8080)),
        "who holds the far end of 203.0.113.7:4001",
        "a socket of this machine, 127.0.0.1:8080",
    ),
    (seen(OtherEnd, endpoint=AT), "who holds the far end of 203.0.113.7:4001", "nobody on this machine"),
    (
        seen(LargeGreeting, endpoint=AT, host="h", size=1740, answered="hello"),
        "a browser's TLS greeting of 1740 bytes to 203.0.113.7:4001 (h)",
        "answered",
    ),
    (
        seen(LargeGreeting, endpoint=AT, host="h", size=1740, segment_bytes=536, answered="alert"),
        "a browser's TLS greeting of 1740 bytes in segments of 536 to 203.0.113.7:4001 (h)",
        "answered by an alert",
    ),
    (
        seen(LargeGreeting, endpoint=AT, host="h", size=1740, failure=Failure.TIMED_OUT),
        "a browser's TLS greeting of 1740 bytes to 203.0.113.7:4001 (h)",
        "no answer",
    ),
    (
        seen(CutOrigin, endpoint=AT, failure=Failure.TIMED_OUT),
        "CR LF to 203.0.113.7:4001 that goes only so far",
        "no answer",
    ),
    (
        seen(AnswerOrigin, endpoint=AT, floors=(Floor(least=65, outcome="silent"), Floor(least=63, outcome="refused"))),
        "who refuses 203.0.113.7:4001",
        "it arrives with hop limit 63 to 64",
    ),
    (
        seen(AnswerOrigin, endpoint=AT, floors=(Floor(least=65, outcome="silent"), Floor(least=64, outcome="refused"))),
        "who refuses 203.0.113.7:4001",
        "it arrives with hop limit 64",
    ),
    (
        seen(TcpConnect, endpoint=AT, attempts=(Attempt(at_ms=0.0), Attempt(at_ms=120.0, connected=True))),
        "connect 203.0.113.7:4001",
        "connected in 24 ms, 1 SYN before it unanswered",
    ),
    (
        seen(IdleHold, endpoint=AT, host="h", idle_ms=60_000.0, asked=True, failure=Failure.TIMED_OUT),
        "hold 203.0.113.7:4001 (h) silent for 60.0 s",
        "no answer",
    ),
    (
        seen(IdleHold, endpoint=AT, idle_ms=3000.0, asked=True),
        "hold 203.0.113.7:4001 silent for 3.00 s",
        "still stands",
    ),
    (
        seen(TcpSummary, endpoint=AT, data_segments=9, retransmits=1, rtt_ms=24.0, min_rtt_ms=12.0),
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
        seen(Arrivals, endpoint=_FAR, arrived=(("n", 443),)),
        "ask your reflector 198.51.100.7:4000 what arrived",
        "1 connection of this run",
    ),
    (
        seen(Arrivals, endpoint=_FAR, failure=Failure.EOF),
        "ask your reflector 198.51.100.7:4000 what arrived",
        "closed by the far end",
    ),
    (
        seen(LargeFlight, endpoint=_FAR, port=4000, inbound=True, size=9),
        "full segments from your reflector 198.51.100.7:4000",
        "arrived",
    ),
    (
        seen(LargeFlight, endpoint=_FAR, port=4000, inbound=False, size=9, segment=1000, failure=Failure.TIMED_OUT),
        "full segments of at most 1000 bytes to your reflector 198.51.100.7:4000",
        "no answer",
    ),
    (
        seen(WayBack, endpoint=_FAR, port=4000, sent=64, seen=60, allowed=5),
        "answer of your reflector 198.51.100.7:4000 that may pass 4 routers",
        "arrived",
    ),
    (
        seen(WayBack, endpoint=_FAR, port=4000, sent=71, seen=67, allowed=2, failure=Failure.TIMED_OUT),
        "answer of your reflector 198.51.100.7:4000 that may pass 1 router",
        "no answer",
    ),
    (
        seen(IdleHold, endpoint=AT, idle_ms=3000.0, asked=True, promised=True),
        "hold 203.0.113.7:4001 silent for 3.00 s, then it is to hang up",
        "it hung up",
    ),
    (
        seen(IdleHold, endpoint=AT, idle_ms=3000.0, promised=True, failure=Failure.EOF),
        "hold 203.0.113.7:4001 silent for 3.00 s, and it was to hang up later",
        "closed by the far end",
    ),
    (seen(NotMeasured, verb="path", why="not on Windows"), "path", "not measured: not on Windows"),
)
