"""Where certificate authorities are kept: the system's, the public set that comes with us, Java's."""

from collections.abc import Iterator, Mapping
from importlib.machinery import PathFinder

from lineclear.model import TrustStore

from .reading import home, is_file, names_in, read_bytes, shortened, under

SYSTEM_BUNDLES = (
    "/etc/ssl/certs/ca-certificates.crt",  # Debian, Ubuntu, Arch, Gentoo
    "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",  # Fedora, RHEL
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/ca-bundle.pem",  # SUSE
    "/etc/ssl/cert.pem",  # Alpine
)
_ELSEWHERE = {"darwin": "Keychain", "win32": "Windows certificate store"}
_Found = tuple[TrustStore | None, tuple[str, ...]]
_MOST = 8 << 20
_BEGIN = b"-----BEGIN "
"""A bundle holds certificates only, plain or `TRUSTED`."""
_CACERTS = "lib/security/cacerts"
_JAVA_MOST = 8


def stores(root: str, environ: Mapping[str, str], platform: str) -> tuple[tuple[TrustStore, ...], tuple[str, ...]]:
    """The trust stores found, and notes on what could not be told of them."""
    system, notes = _elsewhere(platform) if platform in _ELSEWHERE else _system(root)
    java = (TrustStore(role="java", path=shortened(path, environ)) for path in _java_stores(root, environ))
    found = (one for one in (system, _public(), *java) if one is not None)
    return tuple(found), notes


def count(bundle: bytes) -> int:
    """How many certificates a PEM bundle holds."""
    return bundle.count(_BEGIN)


def _elsewhere(platform: str) -> _Found:
    return TrustStore(role="system", path=_ELSEWHERE[platform]), ("trust stores: how many the system's holds",)


def _system(root: str) -> _Found:
    for path in SYSTEM_BUNDLES:
        bundle = read_bytes(under(root, path), _MOST)
        if bundle:
            return TrustStore(role="system", path=path, certificates=count(bundle)), ()
    return None, ("trust stores: the system's, at none of the usual places",)


def _public() -> TrustStore | None:
    """The roots of certifi, found without importing it: that import costs more than this whole survey."""
    spec = PathFinder.find_spec("certifi")
    for folder in (spec.submodule_search_locations or ()) if spec is not None else ():
        bundle = read_bytes(f"{folder}/cacert.pem", _MOST)
        if bundle:
            return TrustStore(role="public", path="certifi", certificates=count(bundle))
    return None


def _java_stores(root: str, environ: Mapping[str, str]) -> list[str]:
    """The stores of installed Java run-times, the trading desktop's own among them (install4j keeps it at home)."""
    found = dict.fromkeys(path for path in _java_places(root, environ) if is_file(under(root, path)))
    return list(found)[:_JAVA_MOST]


def _java_places(root: str, environ: Mapping[str, str]) -> Iterator[str]:
    if environ.get("JAVA_HOME"):
        yield f"{environ['JAVA_HOME']}/{_CACERTS}"
    yield from ("/etc/ssl/certs/java/cacerts", "/etc/pki/java/cacerts")
    for name in names_in(under(root, "/usr/lib/jvm")):
        yield f"/usr/lib/jvm/{name}/{_CACERTS}"
    bundled = f"{home(environ)}/.i4j_jres"
    for name in names_in(under(root, bundled)):
        for version in names_in(under(root, f"{bundled}/{name}")):
            yield f"{bundled}/{name}/{version}/{_CACERTS}"
