"""A handshake over small segments: what is agreed on, what is recorded, and what is left out elsewhere."""

from __future__ import annotations

import contextlib
import socket
import ssl
import sys
from typing import TYPE_CHECKING

import pytest

from lineclear.model import NotMeasured, Purpose, Target, TcpConnect, TlsHandshake, Transport
from lineclear.probe import wire
from lineclear.probe.wire import Wire

if TYPE_CHECKING:
    from tests.probe.tls.conftest import Desk, Edge, Mint

_TCP_MAXSEG = getattr(socket, "TCP_MAXSEG", 2)
HERE = Target(host="www.example.com", port=443, transport=Transport.TLS)
SEGMENT = 536


@pytest.mark.skipif(sys.platform != "linux", reason="Linux limits segments")
def test_both_sides_send_small_segments_and_the_step_says_so(desk: Desk, edge: Edge, mint: Mint) -> None:
    agreed: list[int] = []

    def talk(sock: socket.socket) -> None:
        # Before the handshake: once the client has ended it, it may hang up before this thread goes on.
        agreed.append(sock.getsockopt(socket.IPPROTO_TCP, _TCP_MAXSEG))
        with contextlib.suppress(ssl.SSLError), context.wrap_socket(sock, server_side=True) as secure:
            secure.recv(1)

    context = mint.server_context(mint.leaf("www.example.com"))
    desk.do(Wire(desk.run).handshake_in_small(HERE, edge.serve(talk), SEGMENT))
    connect, shaken = desk.run.observations
    assert isinstance(connect, TcpConnect)
    assert isinstance(shaken, TlsHandshake)
    assert (connect.purpose, shaken.purpose) == (Purpose.COMPARISON, Purpose.COMPARISON)
    assert (shaken.failure, shaken.segment_bytes) == (None, SEGMENT)
    assert agreed[0] <= SEGMENT


@pytest.mark.skipif(sys.platform != "linux", reason="Linux limits segments")
def test_nobody_there_is_a_connect_that_failed(desk: Desk, edge: Edge) -> None:
    endpoint = edge.serve(lambda _sock: None)
    edge.close()
    desk.do(Wire(desk.run).handshake_in_small(HERE, endpoint, SEGMENT))
    assert [type(one) for one in desk.run.observations] == [TcpConnect]


def test_a_system_that_cannot_says_so(desk: Desk, edge: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(wire, "LINUX", False)
    desk.do(Wire(desk.run).handshake_in_small(HERE, edge.serve(lambda _sock: None), SEGMENT))
    assert [type(one) for one in desk.run.observations] == [NotMeasured]
