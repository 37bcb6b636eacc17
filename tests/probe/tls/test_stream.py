"""Bytes over a connection and over TLS: full buffers, ends of every kind, and what comes after an end."""

from __future__ import annotations

import socket
import ssl
import struct
import threading
from typing import TYPE_CHECKING

import pytest

from lineclear.model import Endpoint, Failure
from lineclear.probe import tls
from lineclear.probe.stream import Broken, Plain, Stream, hear_out, stream_of

if TYPE_CHECKING:
    from tests.probe.tls.conftest import Desk, Edge, Mint

BIG = bytes(20_000_000)


def test_a_connection_becomes_a_stream_once(desk: Desk, edge: Edge) -> None:
    async def verb() -> None:
        connection = await desk.connect(edge.serve(lambda sock: sock.sendall(b"hello")))
        stream = stream_of(connection)
        assert isinstance(stream, Plain)
        assert stream_of(stream) is stream
        stream.unhear(b"say ")
        assert await hear_out(stream, b"they ", desk.run.now() + 10) == b"they say hello"
        assert await stream.hear(desk.run.now() + 10) == Broken(failure=Failure.EOF)

    desk.do(verb())


def test_a_full_buffer_is_waited_for(desk: Desk, edge: Edge) -> None:
    heard: list[int] = []
    done = threading.Event()

    def script(sock: socket.socket) -> None:
        heard.append(0)
        while said := sock.recv(1 << 20):
            heard[0] += len(said)
        done.set()

    async def verb() -> Broken | None:
        stream = stream_of(await desk.connect(edge.serve(script)))
        broken = await stream.say(BIG, desk.run.now() + 10)
        stream.close()
        return broken

    assert desk.do(verb()) is None
    assert done.wait(10)
    assert heard == [len(BIG)]


@pytest.mark.parametrize(("cut", "failure"), [(False, Failure.TIMED_OUT), (True, Failure.INTERRUPTED)])
def test_a_buffer_that_stays_full_is_a_timeout(desk: Desk, edge: Edge, cut: bool, failure: Failure) -> None:
    hold = threading.Event()

    async def verb() -> Broken | None:
        stream = stream_of(await desk.connect(edge.serve(lambda _sock: (hold.wait(10), None)[1])))
        if cut:
            desk.reactor.cut()
        return await stream.say(BIG, desk.run.now() + 0.05)

    broken = desk.do(verb())
    hold.set()
    assert broken == Broken(failure=failure)


def test_saying_to_nobody_is_told_and_the_last_word_is_not(desk: Desk, edge: Edge) -> None:
    def script(sock: socket.socket) -> None:
        sock.recv(1)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    async def verb() -> None:
        stream = stream_of(await desk.connect(edge.serve(script)))
        moment = desk.run.now() + 10
        assert await stream.say(b"x", moment) is None
        ended = await stream.hear(moment)
        assert isinstance(ended, Broken)
        assert ended.failure is Failure.CONNECTION_RESET
        broken = await stream.say(b"x", moment)
        assert broken is not None
        assert broken.failure is Failure.CONNECTION_RESET
        stream.say_last(b"x")

    desk.do(verb())


async def a_session(desk: Desk, endpoint: Endpoint) -> Stream:
    session = await tls.handshake(await desk.connect(endpoint), server_name="www.example.com")
    assert session is not None
    return session


def test_a_refusal_after_the_handshake_has_its_word(desk: Desk, edge: Edge, mint: Mint) -> None:
    """TLS 1.3 lets a server ask for a certificate and complain after the client is done."""
    context = mint.server_context(mint.leaf("www.example.com"))
    context.verify_mode = ssl.CERT_REQUIRED

    async def verb() -> Broken | bytes:
        session = await a_session(desk, edge.serve_tls(context))
        heard = await session.hear(desk.run.now() + 10)
        session.say_last(b"whatever")
        session.close()
        return heard

    ended = desk.do(verb())
    assert isinstance(ended, Broken)
    assert ended.failure is Failure.TLS_ALERT
    assert ended.raw is not None
    assert ended.raw.alert == "certificate_required"


def test_an_end_without_goodbye_and_one_with_are_both_ends(desk: Desk, edge: Edge, mint: Mint) -> None:
    context = mint.server_context(mint.leaf("www.example.com"))

    def polite(secure: socket.socket) -> None:
        secure.recv(5)
        assert isinstance(secure, ssl.SSLSocket)
        secure.unwrap()

    async def verb(endpoint: Endpoint) -> Broken | bytes:
        session = await a_session(desk, endpoint)
        moment = desk.run.now() + 10
        assert await session.say(b"hello", moment) is None
        heard = await session.hear(moment)
        session.close()
        return heard

    assert desk.do(verb(edge.serve_tls(context, polite))) == Broken(failure=Failure.EOF)
    context.num_tickets = 0

    def rude(secure: socket.socket) -> None:
        secure.recv(5)
        secure.shutdown(socket.SHUT_WR)

    assert desk.do(verb(edge.serve_tls(context, rude))) == Broken(failure=Failure.EOF)


def test_garbage_in_a_session_breaks_it(desk: Desk, edge: Edge, mint: Mint) -> None:
    context = mint.server_context(mint.leaf("www.example.com"))

    def script(sock: socket.socket) -> None:
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        server = context.wrap_bio(incoming, outgoing, server_side=True)
        while True:
            try:
                server.do_handshake()
            except ssl.SSLWantReadError:
                sock.sendall(outgoing.read())
                incoming.write(sock.recv(65536))
            else:
                break
        sock.sendall(b"\x17\x03\x03\x00\x20" + bytes(32))
        sock.recv(1)

    async def verb() -> tuple[Broken | bytes, Broken | None]:
        session = await a_session(desk, edge.serve(script))
        moment = desk.run.now() + 10
        heard = await session.hear(moment)
        said = await session.say(b"anybody there", moment)
        session.say_last(b"bye")
        session.close()
        return heard, said

    heard, said = desk.do(verb())
    assert isinstance(heard, Broken)
    assert (heard.failure, said.failure if said else None) == (Failure.TLS_FAILED, Failure.TLS_FAILED)
