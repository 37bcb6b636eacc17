"""The local API's hello: the API, the API that does not trust us, and strangers."""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from lineclear.model import ApiHello, Endpoint, Failure
from lineclear.probe.api import HELLO, hello

if TYPE_CHECKING:
    from tests.probe.http.conftest import Desk, Edge


def ask(desk: Desk, endpoint: Endpoint, seconds: float = 10.0) -> ApiHello:
    async def verb() -> None:
        connection = await desk.connect(endpoint, "127.0.0.1")
        answer = await hello(connection, seconds)
        observed = desk.run.observations[-1]
        assert answer is (None if observed.failure else observed)

    desk.do(verb())
    return desk.last(ApiHello)


def framed(body: bytes) -> bytes:
    return struct.pack(">I", len(body)) + body


def test_the_hello_is_the_documented_one(desk: Desk, edge: Edge) -> None:
    heard: list[bytes] = []
    seen = ask(desk, edge.says(framed(b"176\x0020261122 04:00:00 EST\x00"), heard=heard))
    assert heard == [b"API\x00\x00\x00\x00\x09v100..176"] == [HELLO]
    assert (seen.failure, seen.raw, seen.server_version) == (None, None, "176")
    assert seen.answered == r"176\x0020261122 04:00:00 EST\x00"
    assert seen.host == "127.0.0.1"


def test_an_answer_in_drops_is_an_answer(desk: Desk, edge: Edge) -> None:
    def script(sock: socket.socket) -> None:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        sock.recv(100)
        for one in framed(b"151\x0020260101 12:00:00 GMT\x00"):
            sock.sendall(bytes((one,)))
        sock.recv(1)

    assert ask(desk, edge.serve(script)).server_version == "151"


def test_a_redirecting_api_is_the_api(desk: Desk, edge: Edge) -> None:
    assert ask(desk, edge.says(framed(b"-1\x00127.0.0.1:7497\x00"))).server_version == "-1"


def test_closed_without_a_word_is_a_client_not_trusted(desk: Desk, edge: Edge) -> None:
    seen = ask(desk, edge.says(b""))
    assert (seen.failure, seen.raw, seen.answered) == (Failure.API_UNTRUSTED, None, "")


def test_closed_by_reset_is_the_same_and_says_so(desk: Desk, edge: Edge) -> None:
    def script(sock: socket.socket) -> None:
        sock.recv(1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    seen = ask(desk, edge.serve(script))
    assert seen.failure is Failure.API_UNTRUSTED
    assert seen.raw is not None
    assert seen.raw.errno == "ECONNRESET"


@pytest.mark.parametrize(
    "words",
    [
        b"HTTP/1.1 400 Bad Request\r\n\r\n",
        b"SSH-2.0-OpenSSH_9.2\r\n",
        framed(b"176\x00time\x00") + b"more",
        framed(b"hello there"),
        framed(b"176"),
        framed(b""),
        b"\x00\x00\x00",
        b"\x00\x00\x00\x20half",
        b"\xff" * 500,
    ],
)
def test_strangers_are_quoted(desk: Desk, edge: Edge, words: bytes) -> None:
    seen = ask(desk, edge.says(words))
    assert seen.failure is Failure.NOT_THE_API
    assert seen.server_version == ""
    assert seen.answered
    assert seen.answered.isprintable()


def test_silence_is_a_timeout(desk: Desk, edge: Edge) -> None:
    assert ask(desk, edge.says(b"", stays=True), seconds=0.05).failure is Failure.TIMED_OUT


def test_a_run_that_is_cut_is_interrupted(new_desk: Callable[..., Desk], edge: Edge) -> None:
    desk = new_desk()

    def script(sock: socket.socket) -> None:
        sock.recv(100)
        sock.sendall(b"\0")
        desk.reactor.cut()
        edge.hold.wait(10)

    assert ask(desk, edge.serve(script)).failure is Failure.INTERRUPTED
