"""TLS as a conversation: handshakes that fail or stall, versions, and sessions that end."""

from tests.diagnose.rows import DEGRADED, FAILURE, OPAQUE, SITES, SUCCESS, Row, row
from tests.diagnose.words import at_first, doors, dumb, expired

from lineclear.model import Failure

_SECURE = ("*:443", "*:4001")
_ONE = "zdc1.ibllc.com:4001"
_BESIDE = ("zdc1.ibllc.com:4000",)
_LONG_AGO = "Wed, 27 Dec 2020 12:00:00 GMT"
_NEXT_YEAR = "Tue, 07 Mar 2023 12:00:00 GMT"

ROWS: tuple[Row, ...] = (
    row(
        "TLS with the backups stalls: what it means for their plain port is open, and they can only degrade",
        doors("*_hb1.*:4001", tls=Failure.TIMED_OUT),
        verdict=DEGRADED,
        warnings=("tls-no-answer",),
        dead=("*_hb1.*:4001",),
        unsure=("*_hb1.*:4000",),
    ),
    row(
        "a gateway ends the session as soon as TLS is done",
        doors(_ONE, ends=Failure.EOF),
        verdict=FAILURE,
        errors=("ended-after-tls",),
        dead=(_ONE,),
    ),
    row(
        "a gateway wants a certificate of the client, and says so when TLS is done",
        doors(_ONE, ends=Failure.TLS_ALERT, alert="certificate required"),
        verdict=FAILURE,
        errors=("tls-handshake-refused",),
        dead=(_ONE,),
    ),
    row(
        "every session on one port is reset as soon as TLS is done",
        doors("*:4001", ends=Failure.CONNECTION_RESET),
        verdict=FAILURE,
        errors=("ended-once-the-certificate-is-seen",),
        dead=("*:4001",),
    ),
    row(
        "the same of the gateways of one region alone",
        doors("zdc1*:4001", ends=Failure.CONNECTION_RESET),
        verdict=FAILURE,
        errors=("ended-after-tls",),
        dead=("zdc1*:4001",),
    ),
    row(
        "what the client says after the certificate vanishes on one port",
        doors("*:4001", heard=False),
        verdict=FAILURE,
        errors=("application-filter",),
        dead=("*:4001",),
    ),
    row(
        "what the client says after the certificate vanishes at every site",
        doors("*:443", http=Failure.TIMED_OUT, heard=False),
        verdict=FAILURE,
        errors=("application-filter",),
        dead=SITES,
    ),
    row(
        "a site takes the request and gives no answer: people may fare better",
        doors("gdcdyn.*:443", http=Failure.TIMED_OUT),
        verdict=DEGRADED,
        warnings=("site-error",),
    ),
    row(
        "this system does not tell what was acknowledged",
        doors("*:4001", heard=None),
        verdict=SUCCESS,
    ),
    row(
        "a gateway ends the session at first, and not when tried again",
        at_first(doors(_ONE, ends=Failure.EOF)),
        verdict=DEGRADED,
        warnings=("ended-now-and-then",),
    ),
    row(
        "a gateway hangs up on the plain port at first, and not when tried again",
        at_first(doors("zdc1.ibllc.com:4000", listen=Failure.EOF)),
        verdict=DEGRADED,
        warnings=("ended-now-and-then",),
    ),
    row(
        "greetings that offer TLS 1.3 are dropped",
        doors(*_SECURE, tls=Failure.TIMED_OUT, minds="TLSv1.3"),
        verdict=FAILURE,
        errors=("tls-version-filtered",),
        dead=_SECURE,
        unsure=("mcgw1*:4000", "*:80", "!www.interactivebrokers.com:80", "!*.com.hk:80"),
    ),
    row(
        "greetings that offer TLS 1.2 are reset on one port, those of another are dropped whatever they offer",
        doors("*:4001", tls=Failure.CONNECTION_RESET, minds="TLSv1.2"),
        doors("risk.*:443", tls=Failure.TIMED_OUT),
        verdict=FAILURE,
        errors=("tls-version-filtered",),
        warnings=("tls-no-answer",),
        dead=("*:4001", "risk.*:443"),
        unsure=("mcgw1*:4000",),
    ),
    row(
        "one server minds a version, and others are silent whatever they are offered",
        doors("*:4001", tls=Failure.TIMED_OUT),
        doors(_ONE, tls=Failure.TIMED_OUT, minds="TLSv1.3"),
        doors("ndc1.ibllc.com:4001", tls=Failure.TIMED_OUT, minds="TLSv1.3"),
        verdict=FAILURE,
        errors=("tls-no-answer",),
        dead=("*:4001",),
        unsure=(*OPAQUE, "!ndc1.*"),
    ),
    row(
        "the handshake is refused",
        doors(_ONE, tls=Failure.TLS_ALERT, alert="handshake_failure"),
        verdict=FAILURE,
        errors=("tls-handshake-refused",),
        dead=(_ONE,),
        unsure=_BESIDE,
    ),
    row(
        "a gateway speaks no newer TLS than 1.1",
        doors(_ONE, version="TLSv1.1"),
        verdict=FAILURE,
        errors=("tls-too-old",),
        dead=(_ONE,),
    ),
    row("a gateway speaks no newer TLS than 1.2", doors(_ONE, version="TLSv1.2"), verdict=SUCCESS),
    row(
        "a site speaks no newer TLS than 1.0, and its certificate ran out",
        doors("cdcdyn.*:443", version="TLSv1"),
        expired("cdcdyn.*:443"),
        verdict=FAILURE,
        errors=("certificate-expired",),
        dead=("cdcdyn.*:443",),
    ),
    row(
        "the handshake breaks",
        doors(_ONE, tls=Failure.TLS_FAILED),
        verdict=FAILURE,
        errors=("tls-reset",),
        dead=(_ONE,),
        unsure=_BESIDE,
    ),
    row(
        "TLS gets no answer anywhere on 4001",
        dumb("*:4001"),
        verdict=FAILURE,
        errors=("tls-no-answer",),
        dead=("*:4001",),
        unsure=OPAQUE,
    ),
)
