"""A certificate authority for the length of a bench: root, intermediate and leaf, as the public web does it (ECDSA)."""

import datetime as dt
from collections.abc import Iterable
from pathlib import Path

from bench.edge import Certificate
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

_NOW = dt.datetime.now(dt.UTC)
Key = ec.EllipticCurvePrivateKey


def certificate_for(names: Iterable[str], folder: Path) -> Certificate:
    """A certificate that carries all `names`, its chain without the root, and the root apart."""
    root_key, middle_key, leaf_key = (ec.generate_private_key(ec.SECP256R1()) for _ in range(3))
    root = _sign(_subject("Bench Root"), root_key, _subject("Bench Root"), root_key, ca=True)
    middle = _sign(_subject("Bench Intermediate"), middle_key, root.subject, root_key, ca=True)
    leaf = _sign(_subject("edge.example"), leaf_key, middle.subject, middle_key, ca=False, names=tuple(names))
    made = Certificate(chain=folder / "chain.pem", key=folder / "key.pem", authority=folder / "root.pem")
    made.chain.write_bytes(_pem(leaf) + _pem(middle))
    made.authority.write_bytes(_pem(root))
    made.key.write_bytes(
        leaf_key.private_bytes(
            serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
        )
    )
    return made


def _sign(
    subject: x509.Name, key: Key, issuer: x509.Name, by: Key, *, ca: bool, names: tuple[str, ...] = ()
) -> x509.Certificate:
    builder = (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(_NOW - dt.timedelta(days=1))
        .not_valid_after(_NOW + dt.timedelta(days=90))
        .add_extension(x509.BasicConstraints(ca=ca, path_length=None), critical=True)
        .add_extension(x509.SubjectKeyIdentifier.from_public_key(key.public_key()), critical=False)
        .add_extension(x509.AuthorityKeyIdentifier.from_issuer_public_key(by.public_key()), critical=False)
        .add_extension(_usage(ca), critical=True)
    )
    if names:
        alternatives = x509.SubjectAlternativeName([x509.DNSName(name) for name in names])
        builder = builder.add_extension(alternatives, critical=False)
        builder = builder.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
    return builder.sign(by, hashes.SHA256())


def _usage(ca: bool) -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=not ca,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=ca,
        crl_sign=ca,
        encipher_only=False,
        decipher_only=False,
    )


def _subject(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _pem(certificate: x509.Certificate) -> bytes:
    return certificate.public_bytes(serialization.Encoding.PEM)
