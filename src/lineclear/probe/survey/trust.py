"""Where certificate authorities are kept: the system's, the public set that comes with us, Java's."""

import os
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
_JAVA_OF_SYSTEMS = ("/etc/ssl/certs/java/cacerts", "/etc/pki/java/cacerts")
_OF_TWS = ("Trader Workstation", "IB Gateway", "IBKR")
_ELSEWHERE = {"darwin": "Keychain", "win32": "Windows certificate store"}
_Found = tuple[TrustStore | None, tuple[str, ...]]
_MOST = 8 << 20
_BEGIN = b"-----BEGIN "
"""A bundle holds certificates only, plain or `TRUSTED`."""
_JAVA_MOST = 8
_STORES = tuple(f"{folder}lib/security/{name}" for folder in ("", "jre/") for name in ("jssecacerts", "cacerts"))
"""Of one run-time, in the order in which Java looks (the `jre` of a development kit is of Java 8)."""
TWS = "tws"


def stores(root: str, environ: Mapping[str, str], platform: str) -> tuple[tuple[TrustStore, ...], tuple[str, ...]]:
    """The trust stores found, and notes on what could not be told of them."""
    system, notes = _elsewhere(platform) if platform in _ELSEWHERE else _system(root)
    java = (
        TrustStore(role="java", path=shortened(path, environ), owner=owner)
        for path, owner in java_stores(root, environ, platform)
    )
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


def java_stores(root: str, environ: Mapping[str, str], platform: str) -> list[tuple[str, str]]:
    """The stores of installed Java run-times and whose they are, the trading desktop's own first; each file once."""
    found: dict[str, tuple[str, str]] = {}
    for owner, home_of_java in _java_homes(root, environ, platform):
        for path in (f"{home_of_java}/{store}" for store in _STORES):
            if is_file(under(root, path)):
                found.setdefault(os.path.realpath(under(root, path)), (path, owner))
                break
    for path in _JAVA_OF_SYSTEMS:
        if is_file(under(root, path)):
            found.setdefault(os.path.realpath(under(root, path)), (path, ""))
    return list(found.values())[:_JAVA_MOST]


def _java_homes(root: str, environ: Mapping[str, str], platform: str) -> Iterator[tuple[str, str]]:
    """Whose run-time, and its folder. What install4j installs (TWS, IB Gateway) brings a run-time of its own."""
    yield from ((TWS, place) for pattern in _bundled(environ, platform) for place in _matching(root, pattern))
    if environ.get("JAVA_HOME"):
        yield "", environ["JAVA_HOME"].rstrip("/\\")
    yield from (("", place) for place in _matching(root, "/usr/lib/jvm/*"))
    if platform == "darwin":
        yield from (("", place) for place in _matching(root, "/Library/Java/JavaVirtualMachines/*/Contents/Home"))


def _bundled(environ: Mapping[str, str], platform: str) -> Iterator[str]:
    """Where install4j keeps run-times: shared by programs, or in the folder of the one it installed."""
    own = home(environ)
    if own:
        yield from (f"{own}/.i4j_jres/*/*", f"{own}/Jts/*/jre", f"{own}/Jts/ibgateway/*/jre")
    if platform == "win32":
        drive = environ.get("SYSTEMDRIVE", "C:")
        programs = environ.get("ProgramFiles", f"{drive}/Program Files")
        yield from (f"{programs}/Common Files/i4j_jres/*/*", f"{drive}/Jts/*/jre", f"{drive}/Jts/ibgateway/*/jre")
    elif platform == "darwin":
        for folder in ("/Applications", *((f"{own}/Applications",) if own else ())):
            yield from (f"{folder}/{maker}*/.install4j/jre.bundle/Contents/Home" for maker in _OF_TWS)
            yield from (f"{folder}/{maker}*/jre.bundle/Contents/Home" for maker in _OF_TWS)
    else:
        yield from (f"{folder}/jre" for folder in ("/opt/tws", "/opt/ibgateway"))


def _matching(root: str, pattern: str) -> Iterator[str]:
    """The paths that fit a pattern whose `*` stands for a name, or for the end of one, in a folder."""
    folder, star, rest = pattern.partition("*")
    if not star:
        yield pattern
        return
    place, _, start = folder.rpartition("/")
    for name in names_in(under(root, place)):
        if name.startswith(start):
            yield from _matching(root, f"{place}/{name}{rest}")
