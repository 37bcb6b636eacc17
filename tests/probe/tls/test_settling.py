"""The moment after a handshake, against real servers."""

from __future__ import annotations

import socket
import ssl
import struct
from typing import TYPE_CHECKING

from lineclear.model import Endpoint, Failure, TlsListen
from lineclear.probe import settling, tls
from lineclear.probe.sockets import LINUX

if TYPE_CHECKING:
    from tests.probe.tls.conftest import Desk, Edge, Mint

LONG_S, SHORT_S = 20.0, 0.05
"""Ended by what comes; or by itself."""


def settle(desk: Desk, endpoint: Endpoint, seconds: float) -> TlsListen:
    async def verb() -> None:
        session = await tls.handshake(await desk.connect(endpoint), server_name="www.example.com")
        assert session is not None
        await settling.listen_within(session, seconds)
        session.close()

    desk.do(verb())
    seen = desk.run.observations[-1]
    assert isinstance(seen, TlsListen)
    return seen


def context(mint: Mint) -> ssl.SSLContext:
    return mint.server_context(mint.leaf("www.example.com"))


def test_a_session_that_stays_open(desk: Desk, edge: Edge, mint: Mint) -> None:
    endpoint = edge.serve_tls(context(mint))
    seen = settle(desk, endpoint, SHORT_S)
    assert (seen.failure, seen.endpoint, seen.host) == (None, endpoint, "www.example.com")
    assert seen.acknowledged is (True if LINUX else None)


def test_what_is_said_in_it_does_not_end_it(desk: Desk, edge: Edge, mint: Mint) -> None:
    seen = settle(desk, edge.serve_tls(context(mint), lambda sock: sock.sendall(b"hello")), SHORT_S)
    assert seen.failure is None


def test_a_server_with_nobody_behind_it_says_goodbye(desk: Desk, edge: Edge, mint: Mint) -> None:
    def goodbye(sock: socket.socket) -> None:
        assert isinstance(sock, ssl.SSLSocket)
        sock.unwrap()

    assert settle(desk, edge.serve_tls(context(mint), goodbye), LONG_S).failure is Failure.EOF


def test_a_filter_that_has_seen_enough_resets_it(desk: Desk, edge: Edge, mint: Mint) -> None:
    def cut(sock: socket.socket) -> None:
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        sock.close()

    assert settle(desk, edge.serve_tls(context(mint), cut), LONG_S).failure is Failure.CONNECTION_RESET


def test_a_server_wants_a_certificate_of_ours_once_we_are_done(desk: Desk, edge: Edge, mint: Mint) -> None:
    wants = context(mint)
    wants.verify_mode = ssl.CERT_REQUIRED
    seen = settle(desk, edge.serve_tls(wants), LONG_S)
    assert seen.failure is Failure.TLS_ALERT
    assert seen.raw is not None
    assert seen.raw.alert == "certificate_required"
