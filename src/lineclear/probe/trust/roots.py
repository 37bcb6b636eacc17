"""Where the certificate authorities stand: of this machine, of the public web, and those the user names.

The difference between the first two is the evidence: a chain this machine trusts and the public web does not was made
by somebody this machine was told to trust. So they are never mixed, and the user can replace either.

The machine's own store is the one the operating system keeps, not the one `SSL_CERT_FILE` points some programs at:
the application does not read that variable. It counts only where the system's store is not found.
"""

import os
import sys
from binascii import Error as BinasciiError
from binascii import a2b_base64
from collections.abc import Callable, Iterable, Mapping
from enum import Enum
from importlib.machinery import PathFinder
from pathlib import Path

from msgspec import Struct

from lineclear.model import TrustStore, UsageError
from lineclear.probe.survey.trust import SYSTEM_BUNDLES, java_stores

from .keystore import is_keystore, keystore_certificates

SYSTEM = "system"
PUBLIC = "public"
GIVEN = "given"
JAVA = "java"

_BEGIN = b"-----BEGIN CERTIFICATE-----"
_END = b"-----END CERTIFICATE-----"
_SEQUENCE = 0x30
_SERVER_AUTH = "1.3.6.1.5.5.7.3.1"
_DIRECTORIES = ("/etc/ssl/certs", "/etc/pki/tls/certs")
_KEYCHAINS = (
    "/System/Library/Keychains/SystemRootCertificates.keychain",
    "/Library/Keychains/System.keychain",
)
_PATIENCE_S = 10.0
_WINDOWS_STORES = ("ROOT", "CA")


class Where(Enum):
    """How a store is read."""

    FILE = "file"
    DIRECTORY = "directory"
    """Of files named by the hash of their subject, as OpenSSL keeps them."""
    KEYSTORE = "keystore"
    """Of Java."""
    PLATFORM = "platform"
    """By asking the operating system."""


class Roots(Struct, frozen=True, kw_only=True):
    """One store of certificate authorities and where it is; nothing of it is read yet."""

    role: str
    path: str
    where: Where = Where.FILE


def chosen(
    *,
    trust_store: str | Path = "",
    public_roots: str | Path = "",
    given: str | Path = "",
    java: str | Path = "",
    environ: Mapping[str, str] | None = None,
) -> tuple[Roots, ...]:
    """The stores to judge with, by what the user said; a store this machine does not have is left out.

    Args:
        trust_store: PEM file in place of the operating system's store.
        public_roots: PEM file in place of the public web's authorities (certifi).
        given: PEM file of authorities to judge with besides.
        java: PEM file or keystore of what the application's own Java trusts.
        environ: where to look for installed Java run-times; not at all without it, nor where `trust_store` replaces
            what this machine trusts.

    Raises:
        UsageError: a file named is not there, not readable or holds no certificate.
    """
    system = _named(SYSTEM, trust_store, "--trust-store") if trust_store else system_roots()
    public = _named(PUBLIC, public_roots, "--public-roots") if public_roots else public_web_roots()
    others = (
        _named(role, path, option)
        for role, path, option in ((GIVEN, given, "--given-roots"), (JAVA, java, "--java-store"))
        if path
    )
    found = None if java or trust_store or environ is None else java_roots(environ)
    return tuple(store for store in (system, public, *others, found) if store is not None)


def java_roots(environ: Mapping[str, str]) -> Roots | None:
    """What Java trusts here: the trading desktop's own run-time if there is one, else the first other."""
    stores = java_stores("/", environ, sys.platform)
    return Roots(role=JAVA, path=stores[0][0], where=Where.KEYSTORE) if stores else None


def system_roots() -> Roots | None:
    """The operating system's store; None where none is found."""
    if sys.platform in _PLATFORMS:
        return Roots(role=SYSTEM, path=f"{sys.platform} store", where=Where.PLATFORM)
    return _first_there(SYSTEM_BUNDLES, _DIRECTORIES) or _openssl_default()


def public_web_roots() -> Roots:
    """The authorities of the public web, as Mozilla keeps them and certifi brings them.

    The file is looked for beside the package first: importing that costs 9 ms.
    """
    spec = PathFinder.find_spec("certifi")
    for folder in (spec.submodule_search_locations or ()) if spec else ():
        path = Path(folder, "cacert.pem")
        if path.is_file():
            return Roots(role=PUBLIC, path=str(path))
    import certifi  # noqa: PLC0415  for packagings that keep it elsewhere

    return Roots(role=PUBLIC, path=certifi.where())


def described(roots: Roots) -> TrustStore:
    """A store as the vantage shows it: reads it once to count."""
    return TrustStore(role=roots.role, path=roots.path, certificates=_count(roots))


def certificates_of(roots: Roots) -> list[bytes]:
    """The authorities of a store that is a file or the platform's own, as DER; none if it cannot be read."""
    if roots.where is Where.PLATFORM:
        return _PLATFORMS[sys.platform]()
    data = _bytes_of(roots.path)
    return keystore_certificates(data) if roots.where is Where.KEYSTORE else pem_certificates(data)


def _bytes_of(path: str) -> bytes:
    """The whole of a file, or nothing when it went away since it was found."""
    try:
        return Path(path).read_bytes()
    except OSError:
        return b""


def pem_certificates(text: bytes) -> list[bytes]:
    """The certificates of a PEM text as DER; a block that is not base64 is left out."""
    found = []
    for block in text.split(_BEGIN)[1:]:
        body, end, _ = block.partition(_END)
        try:
            der = a2b_base64(body) if end else b""
        except BinasciiError:
            continue
        if der[:1] == bytes((_SEQUENCE,)):
            found.append(der)
    return found


def _named(role: str, path: str | Path, option: str) -> Roots:
    try:
        text = Path(path).read_bytes()
    except OSError as problem:
        reason = problem.strerror or "it cannot be read"
        raise UsageError(f"{option} {path}: {reason}.", "Name a readable file of certificates in PEM form.") from None
    if role == JAVA and is_keystore(text) and keystore_certificates(text):
        return Roots(role=role, path=str(path), where=Where.KEYSTORE)
    if not pem_certificates(text):
        raise UsageError(f"{option} {path}: no certificate in PEM form in this file.", _how_to_convert(text, path))
    return Roots(role=role, path=str(path))


def _how_to_convert(text: bytes, path: str | Path) -> str:
    if text[:1] == bytes((_SEQUENCE,)):
        return f"It looks like DER: convert it with `openssl x509 -inform der -in {path} -out roots.pem`."
    if text[:4] == b"\xfe\xed\xfe\xed":
        return f"It is a Java keystore: export it with `keytool -list -rfc -keystore {path} > roots.pem`."
    return "A PEM file has lines `-----BEGIN CERTIFICATE-----`."


def _first_there(files: Iterable[str], directories: Iterable[str]) -> Roots | None:
    for path in files:
        if Path(path).is_file() and os.access(path, os.R_OK):
            return Roots(role=SYSTEM, path=path)
    for path in directories:
        if any(Path(path).glob("*.0")):
            return Roots(role=SYSTEM, path=path, where=Where.DIRECTORY)
    return None


def _openssl_default() -> Roots | None:
    from ssl import get_default_verify_paths  # noqa: PLC0415  slow to import

    paths = get_default_verify_paths()
    files = [path for path in (paths.openssl_cafile, paths.cafile) if path]
    return _first_there(files, [path for path in (paths.openssl_capath, paths.capath) if path])


def _count(roots: Roots) -> int:
    if roots.where is Where.DIRECTORY:
        return sum(1 for _ in Path(roots.path).glob("*.[0-9]"))
    return len(certificates_of(roots))


def _from_keychains() -> list[bytes]:
    import subprocess  # noqa: PLC0415  only on macOS

    command = ("/usr/bin/security", "find-certificate", "-a", "-p", *_KEYCHAINS)
    try:
        answer = subprocess.run(command, capture_output=True, check=False, timeout=_PATIENCE_S)  # noqa: S603  a fixed command
    except (OSError, subprocess.TimeoutExpired):
        return []
    return pem_certificates(answer.stdout)


def _from_windows() -> list[bytes]:
    if sys.platform != "win32":
        return []
    import ssl  # noqa: PLC0415  slow to import

    found = []
    for store in _WINDOWS_STORES:
        for der, encoding, trust in ssl.enum_certificates(store):
            if encoding == "x509_asn" and (trust is True or _SERVER_AUTH in trust):
                found.append(der)
    return found


_PLATFORMS: dict[str, Callable[[], list[bytes]]] = {"darwin": _from_keychains, "win32": _from_windows}
