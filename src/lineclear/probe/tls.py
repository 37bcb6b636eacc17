"""A TLS handshake that trusts nobody, and what the chain it brought is worth.

The handshake is done to see, not to be safe: every version and cipher the library still speaks, keys of any size, no
trust store. Refusing an old server would hide it; what it is worth is judged afterwards, offline (`judge.py`), and
the name apart from the chain (`certnames.py`).

Bytes pass through memory and not through a TLS socket, so that the far end's first words can be looked at: a portal or
a proxy that answers in plain text says who it is, and OpenSSL would only say "wrong version number". No application
data is sent by the handshake; a session ends with close_notify, without waiting for the answer.

`ssl` and the libraries of the judge are slow to import: `preload` and `Judge.preload` are for the idle moments of the
reactor.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

from lineclear.model import Certificate, Failure, Judgement, NameMatch, Purpose, Raw, TlsHandshake

from .errors import escape
from .kept import Waiting
from .stream import Broken, Stream, hear_out, stream_of
from .trust.alerts import GOODBYE, alert_of
from .trust.certnames import best_match, packed
from .trust.chain import certificates

if TYPE_CHECKING:
    import ssl

    from .tcp import Connection
    from .trust.judge import Judge

_CHUNK = 16384
_TAIL = 16
_CIPHERS = "DEFAULT:@SECLEVEL=0"
"""OpenSSL's own offer, with keys and signatures too weak for level 1 let through to be seen."""
_LEGACY_SERVER_CONNECT = 0x4
"""SSL_OP_LEGACY_SERVER_CONNECT: servers without secure renegotiation (RFC 5746)."""
_RECORD_TYPES = range(0x14, 0x19)
_MAJOR_VERSION = 3
_RECORD_HEADER = 5


class Session:
    """An established TLS session on a stream: a stream itself. Whoever holds it closes it."""

    __slots__ = ("_early", "_hello", "_incoming", "_last_heard", "_outgoing", "_tls", "_under", "connection")

    def __init__(self, under: Stream, server_name: str | None, alpn: tuple[str, ...], offered: str = "") -> None:
        import ssl  # noqa: PLC0415  slow: see `preload`

        self.connection = under.connection
        self._under = under
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._early = b""
        self._hello = b""
        self._last_heard = b""
        self._tls = _context(alpn, offered).wrap_bio(self._incoming, self._outgoing, server_hostname=server_name)

    @property
    def alpn(self) -> str:
        """The application protocol agreed on; empty: none."""
        return self._tls.selected_alpn_protocol() or ""

    @property
    def hello_sha256(self) -> str:
        """SHA-256 of the ClientHello as it was sent, without its record header; empty before that."""
        from hashlib import sha256  # noqa: PLC0415  only a reflector is asked to compare it

        return sha256(self._hello[_RECORD_HEADER:]).hexdigest() if self._hello else ""

    @property
    def version(self) -> str:
        """The version agreed on, such as `TLSv1.3`; empty before that."""
        return self._tls.version() or ""

    @property
    def cipher(self) -> str:
        """The cipher suite agreed on; empty before that."""
        suite = self._tls.cipher()
        return suite[0] if suite else ""

    @property
    def chain(self) -> tuple[bytes, ...]:
        """The certificates as presented, DER, leaf first."""
        import _ssl  # noqa: PLC0415  the encoding constant has no public name before 3.13

        presented = self._tls._sslobj.get_unverified_chain()  # type: ignore[attr-defined]  # noqa: SLF001  public in 3.13
        return tuple(one.public_bytes(_ssl.ENCODING_DER) for one in presented or ())

    async def say(self, data: bytes, moment: float) -> Broken | None:
        """Encrypt and send all of `data`."""
        import ssl  # noqa: PLC0415

        try:
            self._tls.write(data)
        except ssl.SSLError as problem:
            return self._failed(problem)
        return await self._flush(moment)

    async def hear(self, moment: float) -> bytes | Broken:
        """Some decrypted bytes, at least one, or why there are none; close_notify is an EOF."""
        import ssl  # noqa: PLC0415

        if self._early:
            early, self._early = self._early, b""
            return early
        while True:
            try:
                return self._tls.read(_CHUNK) or Broken(failure=Failure.EOF)
            except ssl.SSLWantReadError:
                broken = await self._flush(moment) or await self._more(moment)
            except ssl.SSLZeroReturnError:
                return Broken(failure=Failure.EOF)
            except ssl.SSLError as problem:
                return self._failed(problem)
            if broken:
                return broken

    def unhear(self, data: bytes) -> None:
        """Take back decrypted bytes that belong to whoever listens next."""
        self._early = data + self._early

    def say_last(self, data: bytes) -> None:
        """Send what can be sent at once, and do not care."""
        import ssl  # noqa: PLC0415

        try:
            self._tls.write(data)
        except ssl.SSLError:  # closed by the far end: there is nobody to tell
            return
        self._under.say_last(self._outgoing.read())

    def close(self) -> None:
        """Say close_notify without waiting for the far end's, and end what carries the session."""
        import ssl  # noqa: PLC0415

        try:
            self._tls.unwrap()
        except ssl.SSLError:  # it wants the far end's goodbye, or the session broke: both end here
            self._under.say_last(self._outgoing.read())
        self._under.close()

    async def shake(self, moment: float) -> Broken | None:
        """Do the handshake; None once it is done."""
        import ssl  # noqa: PLC0415

        while True:
            try:
                self._tls.do_handshake()
            except ssl.SSLWantReadError:
                broken = await self._flush(moment) or await self._more(moment)
            except ssl.SSLError as problem:
                self._under.say_last(self._outgoing.read())  # our own alert
                return self._failed(problem)
            else:
                return await self._flush(moment)
            if broken:
                return broken

    async def _flush(self, moment: float) -> Broken | None:
        pending = self._outgoing.read()
        self._hello = self._hello or pending
        return await self._under.say(pending, moment) if pending else None

    async def _more(self, moment: float) -> Broken | None:
        """Feed what the far end says next. Its first words are looked at: they may not be TLS at all.

        What comes after the cut is left alone: a step of a handshake and what its chain is worth take milliseconds.
        """
        heard = await self._under.hear(moment)
        if isinstance(heard, Broken):
            return heard
        if self.connection.run.reactor.is_cut:
            return Broken(failure=Failure.INTERRUPTED)
        if not self._last_heard and not _looks_like_tls(heard):
            said = await hear_out(self._under, heard, moment)
            return Broken(failure=Failure.NOT_TLS, raw=Raw(text=escape(said)))
        self._last_heard = heard[-_TAIL:] if len(heard) >= _TAIL else (self._last_heard + heard)[-_TAIL:]
        self._incoming.write(heard)
        return None

    def _failed(self, problem: ssl.SSLError) -> Broken:
        reason = problem.reason or ""
        alert = alert_of(reason, self._last_heard)
        failure = Failure.EOF if alert == GOODBYE else Failure.TLS_ALERT if alert else Failure.TLS_FAILED
        return Broken(failure=failure, raw=Raw(alert=alert, text=reason or str(problem.args[-1])))


async def handshake(
    carrier: Connection | Stream,
    *,
    server_name: str | None,
    expected_names: Iterable[str] = (),
    judge: Judge | None = None,
    purpose: Purpose | None = None,
    alpn: tuple[str, ...] = (),
    segment_bytes: int = 0,
    offered: str = "",
) -> Session | None:
    """Shake hands as a TLS client and record one `TlsHandshake`; the session, or None. The carrier stays open then.

    Args:
        carrier: an open connection, a tunnel through a proxy, or another session.
        server_name: the SNI to send; None or an address: none is sent.
        expected_names: names the certificate may be for; the connection's host if none.
        judge: says what the chain is worth; nothing is judged if None.
        purpose: recorded; the connection's own if None.
        alpn: protocols to offer, such as `("http/1.1",)` on an https port.
        segment_bytes: what the connection was limited to; only recorded.
        offered: the one version to offer, such as `TLSv1.2`; all that are known if empty.

    In a run that is cut no hello is sent, and nothing is loaded for it.
    """
    stream = stream_of(carrier)
    connection = stream.connection
    run = connection.run
    began = run.now()
    name = sni(server_name)
    session = None if run.reactor.is_cut else Session(stream, name, alpn, offered)
    cut = Broken(failure=Failure.INTERRUPTED)
    broken = await session.shake(began + _patience_s(connection)) if session else cut
    took_ms = run.took_ms(began)
    if broken is not None and broken.failure is Failure.TIMED_OUT and stream is not carrier:
        _keep(connection, began)
    chain = session.chain if session else ()
    told = certificates(chain)
    foreign = broken is not None and broken.failure is Failure.NOT_TLS and broken.raw is not None
    run.record(
        TlsHandshake(
            id=run.new_id(),
            at_ms=run.at_ms(began),
            took_ms=took_ms,
            failure=broken.failure if broken else None,
            raw=None if not broken or foreign else broken.raw,
            endpoint=connection.endpoint,
            host=connection.host,
            server_name=name or "",
            purpose=connection.purpose if purpose is None else purpose,
            version=session.version if session else "",
            cipher=session.cipher if session else "",
            chain=told,
            judgements=_judgements(judge, chain),
            name_match=_name_match(tuple(expected_names) or (connection.host,), told),
            foreign=broken.raw.text if foreign and broken and broken.raw else "",
            tcp_rtt_ms=connection.rtt_ms,
            segment_bytes=segment_bytes,
            offered=offered,
        )
    )
    return None if broken else session


def _keep(connection: Connection, greeted: float) -> None:
    """Have the socket left open after a greeting of the first pass that had no answer in time, if there is room."""
    if connection.purpose is Purpose.TARGET:
        waiting = Waiting(connection.host, connection.endpoint, greeted, connection.sock)
        connection.is_kept = connection.run.greeted.take(waiting)


def greeting(server_name: str | None) -> bytes:
    """A ClientHello, as `handshake` begins with."""
    import ssl  # noqa: PLC0415

    hears, says = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = _context(()).wrap_bio(hears, says, server_hostname=sni(server_name))
    try:
        client.do_handshake()
    except ssl.SSLWantReadError:
        return says.read()
    raise RuntimeError("a handshake ended before it was answered")


def _patience_s(connection: Connection) -> float:
    limits = connection.run.limits
    again = max(limits.slow_handshake_s, connection.run.greeting_s)
    least = again if connection.purpose is Purpose.SECOND_LOOK else limits.handshake_s
    return max(least, limits.handshake_round_trips * connection.rtt_ms / 1000.0)


def preload() -> None:
    """Import `ssl` and make the contexts, so that the first handshake does not wait for it."""
    _context(())
    _context(("http/1.1",))
    sni("preload.example")  # Python's own look at a server name imports the same codec


@cache
def _context(alpn: tuple[str, ...], offered: str = "") -> ssl.SSLContext:
    """The one context of the process for each offer: it believes everybody and loads nothing."""
    import ssl  # noqa: PLC0415  slow: see `preload`

    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    context.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED
    context.set_ciphers(_CIPHERS)
    context.options |= _LEGACY_SERVER_CONNECT
    if offered:
        context.minimum_version = context.maximum_version = ssl.TLSVersion[offered.replace(".", "_")]
    if alpn:
        context.set_alpn_protocols(list(alpn))
    return context


def sni(name: str | None) -> str | None:
    """The name as SNI carries it (RFC 6066 section 3): no address, no final dot; None for what cannot be sent."""
    name = (name or "").removesuffix(".")
    if not name or packed(name) is not None:
        return None
    try:
        return name.encode("idna").decode("ascii")
    except UnicodeError:
        return None


def _looks_like_tls(said: bytes) -> bool:
    """Whether these can be the first bytes of a TLS record (RFC 8446 section 5.1)."""
    return said[0] in _RECORD_TYPES and (len(said) == 1 or said[1] == _MAJOR_VERSION)


def _judgements(judge: Judge | None, chain: tuple[bytes, ...]) -> tuple[Judgement, ...]:
    return judge.judge(chain, datetime.now(UTC)) if judge else ()


def _name_match(hosts: tuple[str, ...], chain: tuple[Certificate, ...]) -> NameMatch | None:
    return best_match(hosts, chain[0].names) if chain else None
