"""What a walk ended in, in one word, before anybody asks why."""

import enum
import re

from lineclear.model import (
    LOCAL,
    UNTESTED,
    ApiHello,
    Failure,
    HttpExchange,
    Judgement,
    NameMatch,
    Nudge,
    Observation,
    TcpConnect,
    TcpListen,
    TlsHandshake,
    TlsListen,
)

EXPIRED_CODE = 10
NOT_YET_VALID_CODE = 9
_OBSOLETE = frozenset({"SSLv3", "TLSv1", "TLSv1.1"})
"""RFC 8996: browsers refuse them, and so does the Java that TWS brings along."""
_INCOMPLETE_CODES = frozenset({20, 21})
"""OpenSSL: no issuer found for the last certificate that was sent."""


class Symptom(enum.Enum):
    """How a target fails, as the last step it reached shows it."""

    NO_ADDRESS = "its name gives no address"
    NOWHERE = "its name leads to an address no server can have"
    LOCAL = "this machine refuses to send"
    SILENT = "no answer to any connection attempt"
    REFUSED = "refused"
    REJECTED = "rejected by a device on the way"
    SPOKE = "something speaks first where the server never does"
    CLOSED = "accepted and closed again"
    RESET = "accepted and reset"
    SWALLOWED = "accepted, but what is sent is never acknowledged"
    FOREIGN = "something answers that is not the server"
    TLS_SILENT = "accepted, but TLS gets no answer"
    TLS_CLOSED = "accepted, but closed when TLS begins"
    TLS_RESET = "accepted, but reset when TLS begins"
    NOT_TLS = "answers in something that is not TLS"
    TLS_ALERT = "refuses the TLS handshake"
    TLS_BROKEN = "breaks the TLS handshake"
    TLS_ENDED = "ended right after the TLS handshake"
    INTERCEPTED = "certificate made by an authority only this machine trusts"
    UNTRUSTED = "certificate by an authority nobody trusts"
    EXPIRED = "certificate expired"
    NOT_YET_VALID = "certificate not yet valid"
    WRONG_NAME = "certificate for another name"
    OLD_TLS = "speaks TLS in versions that are refused today"
    LED_AWAY = "a web request is led to a stranger"
    HTTP_SILENT = "no answer to a web request"
    HTTP_BROKEN = "answers a web request with something else"
    DISAGREES = "a proxy on the way says that the name does not lead here"
    DENIED = "a proxy on the way answers in the site's place, with an error"
    NOT_THE_API = "something that is not the API listens"
    API_UNTRUSTED = "the API does not trust this client"
    NOT_BEHIND = "opens, but the server does not stand behind it"
    UNTESTED = "could not be tested"


CONNECT_SYMPTOMS = frozenset({Symptom.SILENT, Symptom.REFUSED, Symptom.REJECTED})
"""Nobody accepted."""

TLS_SYMPTOMS = frozenset(
    {
        Symptom.TLS_SILENT,
        Symptom.TLS_CLOSED,
        Symptom.TLS_RESET,
        Symptom.NOT_TLS,
        Symptom.TLS_ALERT,
        Symptom.TLS_BROKEN,
    }
)
"""Somebody accepted, and no TLS came of it."""

IDENTITY_SYMPTOMS = frozenset(
    {Symptom.INTERCEPTED, Symptom.UNTRUSTED, Symptom.EXPIRED, Symptom.NOT_YET_VALID, Symptom.WRONG_NAME}
)
"""TLS came, but not from whom it should."""

PROXY_SYMPTOMS = frozenset({Symptom.DISAGREES, Symptom.DENIED})
"""A proxy on the way says in its own words that it answers in the server's place."""

_CONNECT = {
    Failure.TIMED_OUT: Symptom.SILENT,
    Failure.CONNECTION_REFUSED: Symptom.REFUSED,
    Failure.CONNECTION_RESET: Symptom.REFUSED,
    Failure.CONNECTION_ABORTED: Symptom.REFUSED,
    Failure.HOST_UNREACHABLE: Symptom.REJECTED,
    Failure.NETWORK_UNREACHABLE: Symptom.REJECTED,
    Failure.PROTOCOL_UNREACHABLE: Symptom.REJECTED,
}
_LISTEN = {Failure.EOF: Symptom.CLOSED}
_NUDGE = {Failure.EOF: Symptom.CLOSED}
_TLS = {
    Failure.TIMED_OUT: Symptom.TLS_SILENT,
    Failure.EOF: Symptom.TLS_CLOSED,
    Failure.CONNECTION_RESET: Symptom.TLS_RESET,
    Failure.CONNECTION_ABORTED: Symptom.TLS_RESET,
    Failure.NOT_TLS: Symptom.NOT_TLS,
    Failure.TLS_ALERT: Symptom.TLS_ALERT,
}
_TLS_LISTEN = {Failure.TLS_ALERT: Symptom.TLS_ALERT}
_HTTP = {Failure.TIMED_OUT: Symptom.HTTP_SILENT}
_API = {
    Failure.API_UNTRUSTED: Symptom.API_UNTRUSTED,
    Failure.EOF: Symptom.API_UNTRUSTED,
}
_OTHERWISE: dict[type[Observation], tuple[dict[Failure, Symptom], Symptom]] = {
    TcpConnect: (_CONNECT, Symptom.SILENT),
    TcpListen: (_LISTEN, Symptom.RESET),
    Nudge: (_NUDGE, Symptom.RESET),
    TlsHandshake: (_TLS, Symptom.TLS_BROKEN),
    TlsListen: (_TLS_LISTEN, Symptom.TLS_ENDED),
    HttpExchange: (_HTTP, Symptom.HTTP_BROKEN),
    ApiHello: (_API, Symptom.NOT_THE_API),
}
_SQUID = re.compile(r"^HTTP/1\.\d (?!400)(\d{3}) .*X-Squid-Error: (\w+)")
"""In place of TLS: how squid answers where it understands the greeting, which a proxy for plain web does not (400)."""
_CONFLICT = "ERR_CONFLICT_HOST"
_ANOTHER = re.compile(r"HTTP/|<!|<html|<HTML|\d{3}[ -]|SSH-|RFB \d|\+OK|-ERR|\* (?:OK|BAD|BYE|PREAUTH)\b")
"""How other programs answer CR LF, or greet too late to be heard before it: web, mail, files, news, SSH, screens."""
_IDENTITY_CODES = {EXPIRED_CODE: Symptom.EXPIRED, NOT_YET_VALID_CODE: Symptom.NOT_YET_VALID}


def symptom_of(step: Observation) -> Symptom | None:
    """The symptom one step shows; None when it is healthy."""
    failure = step.failure
    if failure is None:
        return _of_contents(step)
    if failure in UNTESTED:
        return None if isinstance(step, TlsListen) else Symptom.UNTESTED  # what the handshake proved is proven
    if proxy_error(step):
        return _of_proxy(step)
    if failure in LOCAL:
        return Symptom.LOCAL
    table, otherwise = _OTHERWISE[type(step)]
    return _of_detail(step) or table.get(failure, otherwise)


def _of_detail(step: Observation) -> Symptom | None:
    """What the raw detail of a failure says beyond its one word."""
    if isinstance(step, HttpExchange) and step.acknowledged is False:
        return Symptom.SWALLOWED
    if isinstance(step, TcpConnect) and step.raw is not None and step.raw.icmp is not None:
        return Symptom.REJECTED
    return None


def _of_contents(step: Observation) -> Symptom | None:
    """What a step that did not fail says all the same."""
    if isinstance(step, TcpListen):
        return Symptom.SPOKE if step.spoke else None
    if isinstance(step, Nudge):
        lost = step.acknowledged is False and not step.answered
        return Symptom.SWALLOWED if lost else Symptom.FOREIGN if _ANOTHER.match(step.answered) else None
    if isinstance(step, TlsListen):
        return Symptom.SWALLOWED if step.acknowledged is False else None
    if isinstance(step, TlsHandshake):
        return _of_identity(step) or (Symptom.OLD_TLS if step.version in _OBSOLETE else None)
    return _of_proxy(step) if proxy_error(step) else None


def _of_proxy(step: Observation) -> Symptom:
    return Symptom.DISAGREES if proxy_error(step).endswith(_CONFLICT) else Symptom.DENIED


def proxy_error(step: Observation) -> str:
    """The error by which squid says that the answer is its own, such as `403 ERR_ACCESS_DENIED`; empty: it is not."""
    if isinstance(step, HttpExchange):
        error = dict(step.headers).get("x-squid-error", "").partition(" ")[0]
        return f"{step.status} {error}" if error else ""
    found = _SQUID.match(step.foreign) if isinstance(step, TlsHandshake) else None
    return f"{found[1]} {found[2]}" if found else ""


def _of_identity(step: TlsHandshake) -> Symptom | None:
    """What the certificate lacks: a chain first, then the name, and dates last.

    Dates depend on this machine's clock, and a wrong clock must not hide that somebody else stands there.
    """
    other = Symptom.WRONG_NAME if step.name_match in (NameMatch.MISMATCH, NameMatch.NO_NAMES) else None
    judges = [one for one in step.judgements if one.store == "public"] or list(step.judgements)
    if judges and not any(one.trusted for one in (*judges, *_given(step))):
        stale = next((_IDENTITY_CODES[one.code] for one in judges if one.code in _IDENTITY_CODES), None)
        if stale is not None:
            return other or stale
        return Symptom.INTERCEPTED if step.trusted_by("system") else Symptom.UNTRUSTED
    return other


def _given(step: TlsHandshake) -> tuple[Judgement, ...]:
    """What authorities the user named himself say: for a vendor with an authority of its own."""
    return tuple(one for one in step.judgements if one.store == "given")


def is_identity(step: TlsHandshake) -> bool:
    """Whether a certificate proves the name: a chain to a public authority, or to one the user named."""
    proven = any(one.trusted for one in step.judgements if one.store in ("public", "given"))
    return step.failure is None and proven and step.name_match in (NameMatch.EXACT, NameMatch.WILDCARD)


def is_incomplete(step: TlsHandshake) -> bool:
    """Whether the server may merely have forgotten an intermediate certificate."""
    return any(one.code in _INCOMPLETE_CODES and not one.trusted for one in step.judgements) and len(step.chain) == 1
