"""Real servers on loopback, each a script in a thread, and certificates of every kind made on the spot."""

from __future__ import annotations

import contextlib
import datetime as dt
import ipaddress
import socket
import ssl
import threading
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any, TypeVar

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

from lineclear.model import Endpoint, Limits
from lineclear.probe.loop.reactor import Reactor
from lineclear.probe.run import Run
from lineclear.probe.stream import Stream
from lineclear.probe.tcp import Connection, reach

Script = Callable[[socket.socket], None]
Result = TypeVar("Result")

NOW = dt.datetime.now(dt.UTC).replace(microsecond=0)
DAY = dt.timedelta(days=1)
PATIENT_S = 10.0


class Signed:
    """A certificate with its key and whoever signed it."""

    def __init__(self, cert: x509.Certificate, key: ec.EllipticCurvePrivateKey, above: tuple[Signed, ...]) -> None:
        self.cert = cert
        self.key = key
        self.above = above

    @property
    def der(self) -> bytes:
        return self.cert.public_bytes(Encoding.DER)

    @property
    def pem(self) -> bytes:
        return self.cert.public_bytes(Encoding.PEM)

    @property
    def key_pem(self) -> bytes:
        return self.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())

    @property
    def presented(self) -> list[Signed]:
        """This one and the intermediates above it, without the root."""
        return [self, *self.above[:-1]]


class Mint:
    """Makes authorities and leaves; files go to `folder`."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._files = 0

    def authority(self, name: str = "Test Root", above: Signed | None = None, **changes: Any) -> Signed:
        extensions: list[tuple[x509.ExtensionType, bool]] = [(x509.BasicConstraints(ca=True, path_length=None), True)]
        return self._make(name, above, extensions, **changes)

    def leaf(
        self, *names: str, above: Signed | None = None, usage: x509.ObjectIdentifier | None = None, **changes: Any
    ) -> Signed:
        extensions: list[tuple[x509.ExtensionType, bool]] = []
        if names:
            extensions.append((x509.SubjectAlternativeName([_general(name) for name in names]), False))
        if usage:
            extensions.append((x509.ExtendedKeyUsage([usage]), False))
        return self._make(changes.pop("common_name", "Test Leaf"), above, extensions, **changes)

    def write(self, *parts: bytes) -> Path:
        self._files += 1
        path = self.folder / f"{self._files}.pem"
        path.write_bytes(b"".join(parts))
        return path

    def server_context(self, *presented: Signed) -> ssl.SSLContext:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.write(presented[0].key_pem, *(one.pem for one in presented)))
        return context

    def _make(
        self,
        name: str,
        above: Signed | None,
        extensions: list[tuple[x509.ExtensionType, bool]],
        *,
        not_before: dt.datetime = NOW - DAY,
        not_after: dt.datetime = NOW + 30 * DAY,
    ) -> Signed:
        key = ec.generate_private_key(ec.SECP256R1())
        subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
        builder = (
            x509.CertificateBuilder(subject_name=subject, issuer_name=above.cert.subject if above else subject)
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(not_before)
            .not_valid_after(not_after)
        )
        for extension, critical in extensions:
            builder = builder.add_extension(extension, critical)
        cert = builder.sign(above.key if above else key, hashes.SHA256())
        return Signed(cert, key, (above, *above.above) if above else ())


class Edge:
    """Starts servers on 127.0.0.1 and ends them; what a script could not say because we hung up is no error."""

    def __init__(self) -> None:
        self._listeners: list[socket.socket] = []
        self._threads: list[threading.Thread] = []

    def serve(self, script: Script) -> Endpoint:
        listener = socket.create_server(("127.0.0.1", 0))
        listener.settimeout(PATIENT_S)
        self._listeners.append(listener)
        thread = threading.Thread(target=self._accept, args=(listener, script), daemon=True)
        thread.start()
        self._threads.append(thread)
        return Endpoint(address="127.0.0.1", port=listener.getsockname()[1])

    def serve_tls(self, context: ssl.SSLContext, script: Script = lambda _sock: None) -> Endpoint:
        def talk(sock: socket.socket) -> None:
            with contextlib.suppress(ssl.SSLError), context.wrap_socket(sock, server_side=True) as secure:
                script(secure)
                with contextlib.suppress(OSError):
                    secure.recv(1)

        return self.serve(talk)

    def close(self) -> None:
        for listener in self._listeners:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        for thread in self._threads:
            thread.join(PATIENT_S)
            assert not thread.is_alive()

    def _accept(self, listener: socket.socket, script: Script) -> None:
        while True:
            try:
                sock, _ = listener.accept()
            except OSError:
                return
            sock.settimeout(PATIENT_S)
            with sock, contextlib.suppress(OSError):
                script(sock)


class Desk:
    """One run on a reactor of its own."""

    def __init__(self, **limits: Any) -> None:
        self.reactor = Reactor()
        self.run = Run(self.reactor, Limits(**({"handshake_s": PATIENT_S, "http_s": PATIENT_S} | limits)))
        self._open: list[Connection | Stream] = []

    def do(self, coro: Coroutine[Any, Any, Result]) -> Result:
        return self.reactor.run(coro)

    async def connect(self, endpoint: Endpoint, host: str = "www.example.com") -> Connection:
        connection, failure, _ = await reach(self.run, host=host, endpoint=endpoint)
        assert connection is not None, failure
        self._open.append(connection)
        return connection

    def last(self, kind: type[Result]) -> Result:
        """The one observation recorded."""
        (observed,) = self.run.observations
        assert isinstance(observed, kind)
        return observed

    def close(self) -> None:
        for carrier in self._open:
            carrier.close()
        self.run.greeted.close()
        self.reactor.close()


def _general(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


SERVER = ExtendedKeyUsageOID.SERVER_AUTH


@pytest.fixture
def mint(tmp_path: Path) -> Mint:
    return Mint(tmp_path)


@pytest.fixture
def edge() -> Iterator[Edge]:
    edge = Edge()
    yield edge
    edge.close()


@pytest.fixture
def new_desk(edge: Edge) -> Iterator[Callable[..., Desk]]:  # noqa: ARG001  our ends close before the servers
    desks: list[Desk] = []

    def new(**limits: Any) -> Desk:
        desks.append(Desk(**limits))
        return desks[-1]

    yield new
    for desk in desks:
        desk.close()


@pytest.fixture
def desk(new_desk: Callable[..., Desk]) -> Desk:
    return new_desk()
