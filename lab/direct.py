"""The independent direct client: leaves a nonce at every server of a list, with plain sockets, nothing of Lineclear.

Reads lines `host port transport family nonce` on standard input, the family 4 or 6; writes one JSON object a line: what
it saw. Whether a nonce arrived only the servers know.
"""

import contextlib
import hashlib
import json
import socket
import ssl
import sys
import threading
import time
from collections.abc import Iterable
from typing import NamedTuple

LISTEN_S = 0.6
LOOK_UP_S = 9.0
FAMILIES = {4: socket.AF_INET, 6: socket.AF_INET6}
_WEB = (80, 443)
_SECURE = ("tls", "https")


class Errand(NamedTuple):
    """One nonce to leave, at the first of some addresses that accepts."""

    host: str
    port: int
    transport: str
    family: int
    nonce: str
    addresses: tuple[str, ...]
    patience_s: float


def main(roots: str, apart_s: float, patience_s: float) -> None:
    """Every line in a thread of its own, started `apart_s` after the one before; each step is given `patience_s`."""
    lines = [line.split() for line in sys.stdin]
    addresses = look_up({(line[0], int(line[3])) for line in lines})
    threads = []
    for host, port, transport, family, nonce in lines:
        known = addresses.get((host, int(family)), ())
        errand = Errand(host, int(port), transport, int(family), nonce, known, patience_s)
        threads.append(threading.Thread(target=run, args=(errand, roots), daemon=True))
        threads[-1].start()
        time.sleep(apart_s)
    for one in threads:
        one.join(3 * patience_s)


def look_up(wanted: Iterable[tuple[str, int]]) -> dict[tuple[str, int], tuple[str, ...]]:
    """Addresses by name and family, in the order the system's resolver gives them, all asked at once."""
    found: dict[tuple[str, int], tuple[str, ...]] = {}

    def ask(host: str, family: int) -> None:
        with contextlib.suppress(OSError):
            given = socket.getaddrinfo(host, None, FAMILIES[family], socket.SOCK_STREAM)
            found[host, family] = tuple(str(one[4][0]) for one in given)

    threads = [threading.Thread(target=ask, args=one, daemon=True) for one in wanted]
    for one in threads:
        one.start()
    until = time.monotonic() + LOOK_UP_S
    for one in threads:
        one.join(max(0.0, until - time.monotonic()))
    return dict(found)


def run(errand: Errand, roots: str) -> None:
    """Leave one nonce, and print what happened."""
    address, fingerprint, trusted, error = "", "", None, ""
    try:
        with connected(errand.addresses, errand.port, errand.patience_s) as plain:
            address = str(plain.getpeername()[0])
            fingerprint = leave(plain, errand)
        trusted = is_trusted(errand, address, roots) if fingerprint else None
    except OSError as problem:
        error = str(problem)
    seen = {"name": f"{errand.host}:{errand.port}", "family": errand.family, "address": address}
    told = {**seen, "connected": bool(address), "fingerprint": fingerprint, "trusted": trusted, "error": error}
    sys.stdout.write(json.dumps(told) + "\n")
    sys.stdout.flush()


def connected(addresses: tuple[str, ...], port: int, patience_s: float) -> socket.socket:
    """A connection to the first address that accepts, as programs do that were given several.

    Raises:
        OSError: none did.
    """
    problem = OSError("no address")
    for address in addresses:
        try:
            return socket.create_connection((address, port), patience_s)
        except OSError as told:
            problem = told
    raise problem


def leave(plain: socket.socket, errand: Errand) -> str:
    """Greet by TLS where the port speaks it, send the nonce; the certificate's SHA-256 where there is one."""
    if errand.transport not in _SECURE:
        say(plain, errand)
        return ""
    with believing().wrap_socket(plain, server_hostname=errand.host) as secure:
        certificate = secure.getpeercert(binary_form=True) or b""
        say(secure, errand)
        return hashlib.sha256(certificate).hexdigest()


def believing() -> ssl.SSLContext:
    """TLS that believes anybody: what is seen is told, not judged."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def is_trusted(errand: Errand, address: str, roots: str) -> bool | None:
    """Whether a client that verifies the chain, the dates and the name would go on; None: it did not come so far."""
    context = ssl.create_default_context(cafile=roots)
    context.check_hostname = False
    try:
        with (
            socket.create_connection((address, errand.port), errand.patience_s) as plain,
            context.wrap_socket(plain, server_hostname=errand.host) as secure,
        ):
            shown = (secure.getpeercert() or {}).get("subjectAltName", ())
    except ssl.SSLError:
        return False
    except OSError:
        return None
    return any(fits(str(entry[1]), errand.host) for entry in shown if entry[0] == "DNS")


def fits(pattern: str, host: str) -> bool:
    """A name or a wildcard of one label, underscores allowed."""
    if pattern.startswith("*."):
        return pattern[2:] == host.partition(".")[2]
    return pattern == host


def say(connection: socket.socket, errand: Errand) -> None:
    """The nonce, in the words of the port."""
    connection.settimeout(errand.patience_s)
    if errand.port in _WEB:
        head = f"GET /nonce-{errand.nonce} HTTP/1.1\r\nHost: {errand.host}\r\nConnection: close\r\n\r\n"
        connection.sendall(head.encode())
        connection.recv(4096)
        return
    connection.sendall(f"nonce-{errand.nonce}\r\n".encode())
    connection.settimeout(LISTEN_S)
    with contextlib.suppress(TimeoutError):
        connection.recv(4096)


if __name__ == "__main__":
    main(sys.argv[1], *map(float, sys.argv[2:]))
