"""Certificate authorities made at start, and the certificates they sign. They live in memory and die with the edge."""

import datetime as dt
import ipaddress
import ssl
import tempfile
from collections.abc import Callable
from pathlib import Path
from weakref import WeakKeyDictionary

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID
from msgspec import Struct

from .scene import Leaf

Key = ec.EllipticCurvePrivateKey
Named = tuple[x509.Name, Key]
YEARS_10 = 3650.0


class Authority(Struct, frozen=True, kw_only=True):
    """A root, and the intermediate that signs in its place."""

    root: x509.Certificate
    intermediate: x509.Certificate
    key: Key
    """The intermediate's; the root's is forgotten once it has signed."""

    @property
    def pem(self) -> bytes:
        """The root, as a client would trust it."""
        return self.root.public_bytes(Encoding.PEM)


def new_authority(name: str, *, root_to_days: float = YEARS_10, issuer_to_days: float = YEARS_10) -> Authority:
    """Make an authority called `name`, valid ten years either way so that no shifted clock outruns it."""
    root_key, key = _new_key(), _new_key()
    itself = _named(f"{name} Root"), root_key
    root = _sign(itself, itself, _authority_extensions(1), (-YEARS_10, root_to_days))
    issuer = _sign((_named(f"{name} Issuing CA"), key), itself, _authority_extensions(0), (-YEARS_10, issuer_to_days))
    return Authority(root=root, intermediate=issuer, key=key)


class Certifier:
    """Gives the server-side TLS context for a certificate, made when first asked for."""

    def __init__(self) -> None:
        self.authorities = {
            "public": new_authority("Lineclear Simulated Public"),
            "box": new_authority("Simulated Office Inspection"),
        }
        self._box_key = _new_key()
        self._contexts: dict[Leaf, ssl.SSLContext] = {}
        self._asked_for: WeakKeyDictionary[ssl.SSLObject, str] = WeakKeyDictionary()

    def context(self, leaf: Leaf) -> ssl.SSLContext:
        """A context that shows `leaf`. Certificates of one leaf share a key; a box has one key for all it forges."""
        if leaf not in self._contexts:
            self._contexts[leaf] = self._new_context(leaf)
        return self._contexts[leaf]

    def server_name(self, connection: ssl.SSLObject) -> str:
        """The SNI a client sent; empty: none."""
        return self._asked_for.get(connection, "")

    def pem(self, leaf: Leaf, *, with_chain: bool = True) -> bytes:
        """`leaf` as other programs take it: the certificate, its issuer's unless it is left out, and a new key."""
        chain, key = self._made(leaf)
        private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return b"".join(one.public_bytes(Encoding.PEM) for one in chain[: 1 + with_chain]) + private

    def _new_context(self, leaf: Leaf) -> ssl.SSLContext:
        chain, key = self._made(leaf)
        return _load(b"".join(one.public_bytes(Encoding.PEM) for one in chain), key, self._remember)

    def _made(self, leaf: Leaf) -> tuple[tuple[x509.Certificate, x509.Certificate], Key]:
        authority = self.authorities[leaf.authority]
        key = self._box_key if leaf.authority == "box" else _new_key()
        certificate = _sign(
            (_named(leaf.names[0]), key),
            (authority.intermediate.subject, authority.key),
            _leaf_extensions(leaf.names),
            days=(leaf.from_days, leaf.to_days),
        )
        return (certificate, authority.intermediate), key

    def _remember(self, connection: ssl.SSLObject, name: str | None, _context: ssl.SSLContext) -> None:
        self._asked_for[connection] = name or ""


def _load(chain: bytes, key: Key, remember: Callable[..., None]) -> ssl.SSLContext:
    """The standard library reads certificates only from a file: it exists for the length of one call."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.sni_callback = remember
    private = key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    with tempfile.TemporaryDirectory(prefix="lineclear-key-") as folder:
        path = Path(folder, "chain-and-key.pem")
        path.write_bytes(chain + private)
        context.load_cert_chain(path)
    return context


def _sign(
    subject: Named,
    issuer: Named,
    extensions: tuple[tuple[x509.ExtensionType, bool], ...],
    days: tuple[float, float] = (-YEARS_10, YEARS_10),
) -> x509.Certificate:
    now = dt.datetime.now(dt.UTC)
    builder = x509.CertificateBuilder(
        issuer_name=issuer[0],
        subject_name=subject[0],
        public_key=subject[1].public_key(),
        serial_number=x509.random_serial_number(),
        not_valid_before=now + dt.timedelta(days=days[0]),
        not_valid_after=now + dt.timedelta(days=days[1]),
    )
    own = x509.SubjectKeyIdentifier.from_public_key(subject[1].public_key())
    theirs = x509.AuthorityKeyIdentifier.from_issuer_public_key(issuer[1].public_key())
    for extension, critical in (*extensions, (own, False), (theirs, False)):
        builder = builder.add_extension(extension, critical=critical)
    return builder.sign(issuer[1], hashes.SHA256())


def _authority_extensions(below: int) -> tuple[tuple[x509.ExtensionType, bool], ...]:
    return ((x509.BasicConstraints(ca=True, path_length=below), True), (_usage(certificates=True), True))


def _leaf_extensions(names: tuple[str, ...]) -> tuple[tuple[x509.ExtensionType, bool], ...]:
    return (
        (x509.BasicConstraints(ca=False, path_length=None), True),
        (_usage(certificates=False), True),
        (x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), False),
        (x509.SubjectAlternativeName([_general_name(one) for one in names]), False),
    )


def _general_name(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _usage(*, certificates: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not certificates,
        key_cert_sign=certificates,
        crl_sign=certificates,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )


def _named(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _new_key() -> Key:
    return ec.generate_private_key(ec.SECP256R1())
