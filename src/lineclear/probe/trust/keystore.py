"""The authorities in a Java keystore, as DER. Only certificates that are trusted entries; keys are passed over.

Two formats are in use. JKS (and JCEKS) is Java's own: the trusted certificates stand in it in clear, between lengths;
the password only protects a digest at the end, so none is needed to read them. PKCS #12 is what Java makes since
version 9: with the password everybody leaves as it is, or with none.
"""

from collections.abc import Iterator

_JAVA_MAGIC = (b"\xfe\xed\xfe\xed", b"\xce\xce\xce\xce")
_SEQUENCE = 0x30
_PASSWORDS = (None, b"changeit", b"changeme", b"")
"""None, what Oracle and OpenJDK ship, what Apple shipped, and the empty one, which is not the same as none."""
_TRUSTED, _KEY = 2, 1
_TYPED_SINCE = 2
"""The version of the format from which each certificate carries the name of its type."""
_MOST_ENTRIES = 10_000


def is_keystore(data: bytes) -> bool:
    """Whether bytes look like a keystore rather than a PEM text."""
    return data[:4] in _JAVA_MAGIC or data[:1] == bytes((_SEQUENCE,))


def keystore_certificates(data: bytes) -> list[bytes]:
    """The trusted certificates of a keystore as DER; none if it cannot be read. Never raises for what it holds."""
    if data[:4] in _JAVA_MAGIC:
        return list(_of_jks(data))
    return _of_pkcs12(data) if is_keystore(data) else []


def _of_jks(data: bytes) -> Iterator[bytes]:
    """The trusted entries up to the first that breaks the format."""
    reader = _Reader(data[4:])
    try:
        version, count = reader.number(4), reader.number(4)
        for _ in range(min(count, _MOST_ENTRIES)):
            tag = reader.number(4)
            reader.piece(2)  # the alias
            reader.number(8)  # when it was made
            if tag == _KEY:
                reader.piece(4)
                for _ in range(min(reader.number(4), _MOST_ENTRIES)):
                    _certificate(reader, version)
            elif tag == _TRUSTED:
                yield _certificate(reader, version)
            else:
                return  # a secret key of JCEKS: its length is not told
    except EOFError:
        return


def _certificate(reader: "_Reader", version: int) -> bytes:
    if version >= _TYPED_SINCE:
        reader.piece(2)
    return reader.piece(4)


class _Reader:
    """Numbers and pieces with a length before them, big-endian."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0

    def number(self, size: int) -> int:
        return int.from_bytes(self._take(size), "big")

    def piece(self, size: int) -> bytes:
        """What follows a length of `size` bytes."""
        return self._take(self.number(size))

    def _take(self, size: int) -> bytes:
        taken = self._data[self._at : self._at + size]
        if len(taken) < size:
            raise EOFError
        self._at += size
        return taken


def _of_pkcs12(data: bytes) -> list[bytes]:
    import warnings  # noqa: PLC0415  slow, and only for this format

    from cryptography.hazmat.primitives.serialization import Encoding, pkcs12  # noqa: PLC0415

    for password in _PASSWORDS:
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # of certificates that are odd, on the user's terminal
                store = pkcs12.load_pkcs12(data, password)
        except (ValueError, TypeError):
            continue
        return [one.certificate.public_bytes(Encoding.DER) for one in store.additional_certs]
    return []
