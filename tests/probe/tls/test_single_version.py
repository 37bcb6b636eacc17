"""A handshake that offers one version alone: what is agreed on, and that the step says what was offered."""

from __future__ import annotations

import contextlib
import ssl
from typing import TYPE_CHECKING

import pytest

from lineclear.model import Failure, Purpose, Target, TlsHandshake, Transport
from lineclear.probe.wire import Wire

if TYPE_CHECKING:
    import socket
    from collections.abc import Callable

    from tests.probe.tls.conftest import Desk, Edge, Mint

HERE = Target(host="www.example.com", port=443, transport=Transport.TLS)


@pytest.mark.parametrize("version", ["TLSv1.2", "TLSv1.3"])
def test_one_version_is_offered_and_chosen(desk: Desk, edge: Edge, mint: Mint, version: str) -> None:
    context = mint.server_context(mint.leaf("www.example.com"))
    desk.do(Wire(desk.run).handshake_offering(HERE, edge.serve(talking(context)), version))
    _, shaken = desk.run.observations
    assert isinstance(shaken, TlsHandshake)
    assert (shaken.failure, shaken.offered, shaken.version) == (None, version, version)
    assert shaken.purpose is Purpose.COMPARISON


def test_a_server_without_that_version_refuses_in_words(desk: Desk, edge: Edge, mint: Mint) -> None:
    context = mint.server_context(mint.leaf("www.example.com"))
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    desk.do(Wire(desk.run).handshake_offering(HERE, edge.serve(talking(context)), "TLSv1.3"))
    _, shaken = desk.run.observations
    assert isinstance(shaken, TlsHandshake)
    assert (shaken.failure, shaken.offered) == (Failure.TLS_ALERT, "TLSv1.3")


def talking(context: ssl.SSLContext) -> Callable[[socket.socket], None]:
    def talk(sock: socket.socket) -> None:
        with contextlib.suppress(OSError), context.wrap_socket(sock, server_side=True) as secure:
            secure.recv(1)

    return talk
