"""Clients that know nothing of Lineclear: plain sockets, the standard ssl module, dnspython."""

import hashlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import dns.message
import dns.query
import dns.rdatatype
from cryptography import x509
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from lineclear.model import Catalog, Kind, Ports, Requirement, Role, Service, Transport, Weight
from lineclear.simulate import Running

PATIENCE_S = 0.25
"""How long silence is listened to."""


def requirement(service: str, host: str, port: int, transport: Transport, role: Role = Role.ONLY) -> Requirement:
    return Requirement(
        id=f"{service}/{role.value}/{port}",
        service=service,
        host=host,
        ports=Ports(first=port, last=port),
        transport=transport,
        role=role,
        kind=Kind.ADDRESS if host[0].isdigit() else Kind.HOST,
        weight=Weight.AUXILIARY if host.startswith("s3") else Weight.MAIN,
    )


def gateway(service: str, host: str, role: Role) -> tuple[Requirement, ...]:
    return (
        requirement(service, host, 4000, Transport.TCP, role),
        requirement(service, host, 4001, Transport.TLS, role),
    )


def site(service: str, host: str) -> tuple[Requirement, ...]:
    return requirement(service, host, 443, Transport.HTTPS), requirement(service, host, 80, Transport.HTTP)


def service(name: str, *requirements: tuple[Requirement, ...]) -> Service:
    return Service(
        id=name, label=name.upper(), name=name, requirements=tuple(one for row in requirements for one in row)
    )


SMALL = Catalog(
    id="small",
    edition="1",
    title="A list with one of everything",
    publisher="Example",
    application="a program",
    services=(
        service("website", site("website", "www.vendor.example")),
        service("portal", site("portal", "portal.vendor.example")),
        service(
            "america",
            gateway("america", "east.gates.example", Role.PRIMARY),
            gateway("america", "east_hb1.gates.example", Role.BACKUP),
        ),
        service(
            "europe",
            gateway("europe", "europe.gates.example", Role.PRIMARY),
            gateway("europe", "europe_hb1.gates.example", Role.BACKUP),
        ),
        service("settings", (requirement("settings", "s3.amazonaws.com", 443, Transport.HTTPS),)),
    ),
)
API = Catalog(
    id="api",
    edition="1",
    title="A local API",
    publisher="Example",
    application="a program",
    services=(
        service("api", (requirement("api", "127.0.0.1", 7497, Transport.TWS_API),)),
        service("web", (requirement("web", "127.0.0.1", 5000, Transport.HTTPS),)),
    ),
)


class Client:
    """What can be seen of an edge from outside."""

    def __init__(self, running: Running) -> None:
        self.running = running

    def telnet(self, host: str, port: int, say: bytes = b"\r\n") -> str:
        """Connect, listen, say something, listen again: in a telnet user's words."""
        return telnet(*self.running.address(host, port), say)

    def hello(self, host: str, port: int, roots: Path | None = None) -> str:
        """A TLS handshake that demands a chain to the roots: `trusted` or why not. Names are not compared."""
        context = ssl.create_default_context(cafile=roots or self.running.public_roots)
        context.check_hostname = False
        try:
            with self._secure(context, host, port):
                return "trusted"
        except ssl.SSLCertVerificationError as problem:
            return problem.verify_message
        except ConnectionResetError:
            return "reset"
        except TimeoutError:
            return "silent"
        except ssl.SSLEOFError:
            return "closed"
        except ssl.SSLError:
            return "not TLS"

    def certificate(self, host: str, port: int) -> tuple[tuple[str, ...], str]:
        """The names of the certificate shown, and a digest of its key; nothing is verified."""
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
        context.check_hostname = False
        context.verify_mode = ssl.CERT_NONE
        with self._secure(context, host, port) as secure:
            leaf = x509.load_der_x509_certificate(secure.getpeercert(binary_form=True) or b"")
        names = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
        key = leaf.public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
        return tuple(names.get_values_for_type(x509.DNSName)), hashlib.sha256(key).hexdigest()

    def each(self, look: Callable[[str, int], str], places: Iterable[tuple[str, int]]) -> dict[tuple[str, int], str]:
        """What `look` says of each place, all asked at once."""
        places = tuple(places)
        with ThreadPoolExecutor(len(places)) as threads:
            return dict(zip(places, threads.map(lambda one: look(*one), places), strict=True))

    def through_proxy(self, host: str, port: int) -> socket.socket:
        """A tunnel the explicit proxy was asked for, and its first answer as `status`."""
        at = self.running.places.proxy
        sock = socket.create_connection((at.address, at.port), timeout=2)
        sock.sendall(f"CONNECT {host}:{port} HTTP/1.1\r\nHost: {host}\r\n\r\n".encode())
        return sock

    def get(self, host: str, port: int, *, secure: bool = True, method: str = "GET", roots: Path | None = None) -> str:
        """Everything a site answers to one request."""
        request = f"{method} / HTTP/1.1\r\nHost: {host}\r\n\r\n".encode()
        if not secure:
            with socket.create_connection(self.running.address(host, port), timeout=2) as plain:
                return _ask(plain, request)
        context = ssl.create_default_context(cafile=roots or self.running.public_roots)
        context.check_hostname = False
        with self._secure(context, host, port) as connection:
            return _ask(connection, request)

    def resolve(self, name: str, kind: str = "A", *, tcp: bool = False, timeout: float = 2.0) -> dns.message.Message:
        """One question to the name server."""
        resolver = self.running.places.resolver
        ask = dns.query.tcp if tcp else dns.query.udp
        query = dns.message.make_query(name, dns.rdatatype.from_text(kind))
        return ask(query, resolver.address, port=resolver.port, timeout=timeout)

    def addresses(self, name: str, *, tcp: bool = False) -> list[str]:
        """The A records of a name."""
        return [item.to_text() for rrset in self.resolve(name, tcp=tcp).answer for item in rrset]

    def _secure(self, context: ssl.SSLContext, host: str, port: int) -> ssl.SSLSocket:
        sock = socket.create_connection(self.running.address(host, port), timeout=2)
        try:
            return context.wrap_socket(sock, server_hostname=host)
        except OSError:
            sock.close()
            raise


def telnet(address: str, port: int, say: bytes = b"\r\n") -> str:
    try:
        with socket.create_connection((address, port), timeout=PATIENCE_S) as sock:
            return _conversation(sock, say)
    except ConnectionRefusedError:
        return "refused"
    except TimeoutError:
        return "times out"


def _conversation(sock: socket.socket, say: bytes) -> str:
    try:
        return f"greets {sock.recv(200).split()[0].decode()}"
    except IndexError:
        return "closes"
    except TimeoutError:
        sock.sendall(say)
    try:
        return f"answers {sock.recv(200).split()[0].decode()}"
    except IndexError:
        return "closes when spoken to"
    except ConnectionResetError:
        return "resets when spoken to"
    except TimeoutError:
        return "listens"


def _ask(sock: socket.socket, request: bytes) -> str:
    sock.sendall(request)
    return sock.recv(65536).decode()


def wait_for(condition: Callable[[], bool]) -> None:
    """Until something else has got so far; bounded, for the case that it never does."""
    turn = threading.Event()
    for _ in range(2000):
        if condition():
            return
        turn.wait(0.005)
    raise AssertionError
