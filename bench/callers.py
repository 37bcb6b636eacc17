"""Who stays connected to a reflector in its benches: blocking sockets."""

import json
import secrets
import socket
import ssl
from functools import cache
from typing import Protocol

PLAIN, SECRET = 24000, 24001


class Line(Protocol):
    """What a conversation needs of its carrier."""

    def sendall(self, data: bytes, /) -> None: ...

    def recv(self, size: int, /) -> bytes: ...

    def close(self) -> None: ...


class Session:
    """TLS over a socket, in memory that can be let go of while the connection stays."""

    def __init__(self, sock: socket.socket) -> None:
        self._sock = sock
        self._in, self._out = ssl.MemoryBIO(), ssl.MemoryBIO()
        self._tls = _context().wrap_bio(self._in, self._out)
        while True:
            try:
                self._tls.do_handshake()
                break
            except ssl.SSLWantReadError:
                self._sock.sendall(self._out.read())
                self._in.write(self._sock.recv(65536))
        self._sock.sendall(self._out.read())

    def sendall(self, data: bytes) -> None:
        self._tls.write(data)
        self._sock.sendall(self._out.read())

    def recv(self, size: int) -> bytes:
        while True:
            try:
                return self._tls.read(size)
            except ssl.SSLWantReadError:
                self._in.write(self._sock.recv(65536))

    def close(self) -> None:
        self._sock.close()


@cache
def _context() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    return context


def call(port: int) -> socket.socket:
    """A connection that sends at once what it is given."""
    sock = socket.create_connection(("127.0.0.1", port))
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock


def greet(line: Line) -> None:
    """A whole conversation in lines."""
    nonce, run = secrets.token_hex(16), secrets.token_hex(8)
    greeting = json.dumps({"lineclear": 1, "nonce": nonce, "run": run, "pad": "x" * 60})
    line.sendall(greeting.encode() + b"\n")
    proof = json.loads(line.recv(4096))["prove"]
    line.sendall(json.dumps({"ask": "seen", "prove": proof}).encode() + b"\n")
    if json.loads(line.recv(16384))["nonce"] != nonce:
        raise RuntimeError("not our nonce")
