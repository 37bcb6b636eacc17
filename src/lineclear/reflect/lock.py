"""The TLS end of a reflector, in memory: bytes of the wire in, plain text and bytes for the wire out."""

import ssl
import tempfile
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import NameOID

from lineclear.errors import UsageError

_CHUNK = 16384
_PIECE = 4096
"""Bytes a session is fed with at a time: what it once needed for them it keeps as long as it lasts."""
_RECORD = 5
_LARGEST = 16_640
"""Bytes a TLS record may say it holds (RFC 8446 section 5.2)."""
_YEARS_10 = timedelta(days=3650)


class Lock:
    """One TLS session of the server's side."""

    __slots__ = ("_incoming", "_outgoing", "_rest", "_tls", "ended")

    def __init__(self, context: ssl.SSLContext) -> None:
        self._incoming = ssl.MemoryBIO()
        self._outgoing = ssl.MemoryBIO()
        self._tls = context.wrap_bio(self._incoming, self._outgoing, server_side=True)
        self._rest = b""
        """The beginning of a record: the session would take a whole record's room for it."""
        self.ended = False
        """Whether nothing more can come: the session broke, or the other side said goodbye."""

    @property
    def waiting(self) -> int:
        """Bytes that are kept until the rest of their record comes."""
        return len(self._rest)

    def hear(self, data: bytes) -> bytes:
        """The plain text in `data`. Whatever the session itself has to say waits in `to_send`."""
        whole, self._rest = _whole_records(self._rest + data)
        plain = b""
        for at in range(0, len(whole), _PIECE):
            if self.ended:
                break
            self._incoming.write(whole[at : at + _PIECE])
            plain += self._read()
        return plain

    def say(self, data: bytes) -> bytes:
        """Plain text for the wire, after what waits in `to_send`.

        Raises:
            ssl.SSLError: the session is broken.
        """
        said = b""
        for at in range(0, len(data), _PIECE):
            self._tls.write(data[at : at + _PIECE])
            said += self._outgoing.read()
        return said

    def goodbye(self) -> None:
        """Put close_notify into `to_send`."""
        try:
            self._tls.unwrap()
        except ssl.SSLError:
            return

    def to_send(self) -> bytes:
        """Bytes for the wire."""
        return self._outgoing.read()

    def _read(self) -> bytes:
        plain = b""
        try:
            while chunk := self._tls.read(_CHUNK):
                plain += chunk
                if not self._incoming.pending and not self._tls.pending():
                    return plain  # asking for more would only be answered by an exception
            self.ended = True
        except ssl.SSLWantReadError:
            return plain
        except ssl.SSLError:
            self.ended = True
        return plain


def _whole_records(heard: bytes) -> tuple[bytes, bytes]:
    """Bytes up to the end of the last whole record, and the rest; all of them where they are no records."""
    at = 0
    while len(heard) - at >= _RECORD:
        size = int.from_bytes(heard[at + 3 : at + _RECORD], "big")
        if size > _LARGEST:
            return heard, b""
        if at + _RECORD + size > len(heard):
            break
        at += _RECORD + size
    return heard[:at], heard[at:]


def lock_context(pem: bytes) -> tuple[ssl.SSLContext, str]:
    """A context that shows the certificate of `pem`, and the certificate's SHA-256 in hex.

    Raises:
        UsageError: it holds no certificate with its key.
    """
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.num_tickets = 0  # TLS 1.3: they would be bytes nobody asked for; as in TLS 1.2
    context.options |= ssl.OP_NO_TICKET | ssl.OP_NO_RENEGOTIATION
    context.set_alpn_protocols(["http/1.1"])
    with tempfile.NamedTemporaryFile() as held:  # the standard library reads certificates only from a file
        held.write(pem)
        held.flush()
        try:
            context.load_cert_chain(held.name)
            leaf = x509.load_pem_x509_certificates(pem)[0]
        except (ssl.SSLError, ValueError) as problem:
            raise UsageError(
                "The file given with --certificate holds no certificate with its key.",
                "Give one PEM file with both, or the name of a file that does not exist yet: it will be made.",
            ) from problem
    return context, sha256(leaf.public_bytes(Encoding.DER)).hexdigest()


def certificate_in(path: str) -> bytes:
    """The PEM of certificate and key in a file; made there, for its owner alone, if there is none. `""`: in memory.

    Raises:
        UsageError: the file can be neither read nor made.
    """
    place = Path(path)
    try:
        if path and place.exists():
            return place.read_bytes()
        pem = new_certificate()
        if path:
            place.touch(mode=0o600)
            place.write_bytes(pem)
    except OSError as problem:
        raise UsageError(
            f"{path} cannot be used: {problem.strerror}.", "Name another file for --certificate."
        ) from None
    return pem


def new_certificate() -> bytes:
    """A certificate a reflector signs for itself, with its key, as PEM. It is known by its fingerprint alone."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "lineclear reflector")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(now - timedelta(days=1))
        .not_valid_after(now + _YEARS_10)
        .sign(key, hashes.SHA256())
    )
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    return made.public_bytes(Encoding.PEM) + private
