"""A reflector on loopback, and clients of the standard library before it."""

import asyncio
import contextlib
import functools
import itertools
import json
import socket
import ssl
from collections.abc import Awaitable, Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from tests.reflect.hellos import BROWSER, records
from tests.reflect.test_talk import NONCE, get, greeting, line, page

from lineclear.errors import UsageError
from lineclear.reflect import Bounds, Listener, Reflector, Wanted, certificate_in, memory
from lineclear.reflect.caller import Idle
from lineclear.reflect.hello import message_of
from lineclear.reflect.lock import Lock, lock_context, new_certificate
from lineclear.reflect.talk import Talk

Steps = Callable[[Reflector, int], Awaitable[None]]
PEM = new_certificate()


def serve(steps: Steps, *, tls: bool = False, address: str = "127.0.0.1", **words: Any) -> None:
    """Run `steps` against a reflector on a port of its own."""

    async def both() -> None:
        listener = Listener(address=address, port=0, tls=tls)
        reflector = Reflector(Wanted(listeners=(listener,), pem=PEM, **words))
        (opened,) = await reflector.open()
        try:
            await asyncio.wait_for(steps(reflector, opened.port), 20)
        finally:
            await reflector.close()

    asyncio.run(both())


async def call(port: int, address: str = "127.0.0.1") -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await asyncio.open_connection(address, port)


async def asked(reader: asyncio.StreamReader, writer: asyncio.StreamWriter, ask: bytes) -> Any:
    writer.write(ask)
    return json.loads(await reader.readline())


async def proven(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> Any:
    proof = (await asked(reader, writer, greeting()))["prove"]
    return await asked(reader, writer, line(ask="seen", prove=proof))


def believing() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_alpn_protocols(["http/1.1"])
    return context


def hop_limits(reflector: Reflector) -> list[int]:
    """What the packets of its open connections leave with."""
    socks = [one._to.get_extra_info("socket") for one in reflector.idle._proven]
    places = {
        socket.AF_INET: (socket.IPPROTO_IP, socket.IP_TTL),
        socket.AF_INET6: (socket.IPPROTO_IPV6, socket.IPV6_UNICAST_HOPS),
    }
    return [one.getsockopt(*places[one.family]) for one in socks]


class TestPlain:
    @pytest.mark.parametrize("address", ["127.0.0.1", "::1"])
    def test_its_answers_may_pass_as_many_routers_as_it_is_told(self, address: str) -> None:
        async def steps(reflector: Reflector, port: int) -> None:
            reader, writer = await call(port, address)
            await proven(reader, writer)
            assert hop_limits(reflector) == [64]
            assert (await asked(reader, writer, line(ask="hops", hops=9)))["nonce"] == NONCE
            assert hop_limits(reflector) == [9]
            writer.close()

        serve(steps, address=address)

    def test_it_tells_who_called(self) -> None:
        async def steps(_: Reflector, port: int) -> None:
            reader, writer = await call(port)
            seen = (await proven(reader, writer))["seen"]
            own = writer.get_extra_info("sockname")
            assert seen["source"] == {"address": own[0], "port": own[1]}
            assert seen["local"] == {"address": "127.0.0.1", "port": port}
            writer.close()

        serve(steps)

    @pytest.mark.skipif("sys.platform != 'linux'", reason="the SYN is kept on Linux")
    def test_and_by_which_syn(self) -> None:
        async def steps(_: Reflector, port: int) -> None:
            reader, writer = await call(port)
            syn = (await proven(reader, writer))["seen"]["syn"]
            assert syn["hop_limit"] == 64
            assert "mss" in syn["options"]
            again = await asked(reader, writer, line(ask="seen"))
            assert again["seen"]["syn"] == syn
            writer.close()

        serve(steps)

    def test_over_ipv6(self) -> None:
        async def steps(_: Reflector, port: int) -> None:
            reader, writer = await call(port, "::1")
            assert (await proven(reader, writer))["seen"]["source"]["address"] == "::1"
            writer.close()

        serve(steps, address="::1")

    def test_what_is_no_protocol_comes_back(self) -> None:
        async def steps(_: Reflector, port: int) -> None:
            reader, writer = await call(port)
            writer.write(b"8=FIX.4.2\x01")
            assert await reader.readexactly(10) == b"8=FIX.4.2\x01"
            writer.close()

        serve(steps)

    def test_it_hangs_up_on_what_it_does_not_know(self) -> None:
        async def steps(_: Reflector, port: int) -> None:
            reader, writer = await call(port)
            writer.write(b"{}\n")
            assert await reader.read() == b""
            writer.close()

        serve(steps)

    def test_it_hangs_up_when_it_was_asked_to(self) -> None:
        async def steps(_: Reflector, port: int) -> None:
            reader, writer = await call(port)
            await proven(reader, writer)
            await asked(reader, writer, line(ask="close", after_s=0.0))
            assert await reader.read() == b""
            writer.close()

        serve(steps)

    def test_a_word_puts_the_hanging_up_off(self) -> None:
        async def steps(reflector: Reflector, port: int) -> None:
            reader, writer = await call(port)
            await proven(reader, writer)
            await asked(reader, writer, line(ask="close", after_s=600.0))
            writer.write(b"wait\n")
            await writer.drain()
            writer.close()
            await _until(lambda: reflector.sources.open == 0)
            assert await reader.read() == b""

        serve(steps)

    def test_large_segments(self) -> None:
        async def steps(_: Reflector, port: int) -> None:
            reader, writer = await call(port)
            await proven(reader, writer)
            writer.write(line(ask="bulk", bytes=60_000))
            assert len(await reader.readexactly(60_000)) == 60_000
            writer.close()

        serve(steps)


class TestTls:
    def test_it_tells_the_hello(self) -> None:
        async def steps(reflector: Reflector, port: int) -> None:
            reader, writer = await asyncio.open_connection(
                "127.0.0.1", port, ssl=believing(), server_hostname="reflector.example"
            )
            told = await proven(reader, writer)
            assert told["seen"]["hello"]["server_name"] == "reflector.example"
            assert told["seen"]["hello"]["alpn"] == ["http/1.1"]
            shown = writer.get_extra_info("ssl_object").getpeercert(binary_form=True)
            assert told["tls_sha256"] == sha256(shown).hexdigest() == reflector.house.tls_sha256
            writer.close()

        serve(steps, tls=True)

    def test_the_hello_it_tells_is_the_one_that_was_sent(self) -> None:
        async def steps(_: Reflector, port: int) -> None:
            incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
            tls = believing().wrap_bio(incoming, outgoing, server_hostname="a.example")
            reader, writer = await call(port)
            sent = b""
            while True:
                try:
                    tls.do_handshake()
                    break
                except ssl.SSLWantReadError:
                    sent = sent or outgoing.read()
                    for letter in sent if tls.version() is None else b"":
                        writer.write(bytes([letter]))
                    incoming.write(await reader.read(9999))
            writer.write(outgoing.read())
            message = message_of(sent)
            assert message is not None
            tls.write(get())
            writer.write(outgoing.read())
            proof = page(await _decrypted(tls, reader, incoming))["prove"]
            tls.write(get(prove=proof))
            writer.write(outgoing.read())
            told = page(await _decrypted(tls, reader, incoming))
            assert told["seen"]["hello"]["sha256"] == sha256(message).hexdigest()
            writer.close()

        serve(steps, tls=True)

    def test_much_goes_through_it_both_ways(self) -> None:
        async def steps(_: Reflector, port: int) -> None:
            reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=believing(), server_hostname="a")
            await proven(reader, writer)
            writer.write(line(ask="bulk", bytes=60_000))
            assert len(await reader.readexactly(60_000)) == 60_000
            told = await asked(reader, writer, line(ask="take", bytes=60_000) + bytes(60_000))
            assert told["took"] == 60_000
            writer.close()

        serve(steps, tls=True)

    @pytest.mark.parametrize("version", [ssl.TLSVersion.TLSv1_2, ssl.TLSVersion.TLSv1_3])
    def test_it_gives_no_tickets(self, version: ssl.TLSVersion) -> None:
        context = believing()
        context.minimum_version = context.maximum_version = version
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        client = context.wrap_bio(incoming, outgoing, server_hostname="a")
        server = Lock(lock_context(PEM)[0])
        for _ in range(3):
            with contextlib.suppress(ssl.SSLWantReadError):
                client.do_handshake()
                client.read()
            server.hear(outgoing.read())
            incoming.write(server.to_send())
        assert client.version() is not None
        assert client.session is None or not client.session.has_ticket

    def test_records_are_heard_whole_however_they_are_cut(self) -> None:
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        client = believing().wrap_bio(incoming, outgoing, server_hostname="a")
        server = Lock(lock_context(PEM)[0])
        heard = b""
        while not heard:
            try:
                client.do_handshake()
                client.write(b"x" * 20_000)
            except ssl.SSLWantReadError:
                pass
            sent = outgoing.read()
            heard = b"".join(server.hear(sent[at : at + 7]) for at in range(0, len(sent), 7))
            incoming.write(server.to_send())
        assert heard == b"x" * 20_000
        assert server.hear(b"\x17\x03\x03\x00\x20half") == b""
        assert server.waiting == 9
        assert server.hear(bytes(28)) == b""
        assert (server.waiting, server.ended) == (0, True)

    def test_a_plain_port_speaks_tls_too(self) -> None:
        async def steps(_: Reflector, port: int) -> None:
            reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=believing(), server_hostname="a")
            assert (await proven(reader, writer))["nonce"] == NONCE
            writer.close()

        serve(steps)

    def test_a_tls_port_reports_nothing_in_plain_text(self) -> None:
        async def steps(_: Reflector, port: int) -> None:
            reader, writer = await call(port)
            writer.write(greeting())
            assert await reader.readline() == greeting()
            writer.close()

        serve(steps, tls=True)

    def test_a_goodbye_is_answered(self) -> None:
        async def steps(reflector: Reflector, port: int) -> None:
            reader, writer = await asyncio.open_connection("127.0.0.1", port, ssl=believing(), server_hostname="a")
            await proven(reader, writer)
            writer.close()
            await writer.wait_closed()
            await _until(lambda: reflector.sources.open == 0)
            assert reader.at_eof()

        serve(steps)

    @pytest.mark.parametrize(
        "hello",
        [
            records(BROWSER[:-1] + b"\xff"),
            records(b"\x01\0\0\x04\x03\x03ab"),
            b"\x16\x03\x01\0\0",
            b"\x16\x03\x01\0\x02\x02\0",
        ],
    )
    def test_what_only_begins_like_tls_is_hung_up_on(self, hello: bytes) -> None:
        async def steps(_: Reflector, port: int) -> None:
            reader, writer = await call(port)
            writer.write(hello)
            writer.write(bytes(70_000))
            with _perhaps_reset():
                assert b"seen" not in await reader.read()
            writer.close()

        serve(steps)

    def test_a_hello_without_an_end_is_given_up(self) -> None:
        async def steps(_: Reflector, port: int) -> None:
            reader, writer = await call(port)
            writer.write(b"\x16\x03\x01\x40\x00\x01\0\x3f\xff" + bytes(300))
            writer.write(b"\x16\x03\x01\x40\x00" + bytes(20_000))
            writer.write_eof()
            with _perhaps_reset():
                await reader.read()
            writer.close()

        serve(steps)


class TestBounds:
    def test_a_source_that_has_had_enough_is_hung_up_on(self) -> None:
        async def steps(reflector: Reflector, port: int) -> None:
            first = await call(port)
            await proven(*first)
            reader, writer = await call(port)
            with _perhaps_reset():
                assert await reader.read() == b""
            assert reflector.sources.open == 1
            for one in (writer, first[1]):
                one.close()
            await _until(lambda: reflector.sources.open == 0)

        serve(steps, bounds=Bounds(per_source=1))

    def test_who_says_nothing_is_hung_up_on(self) -> None:
        async def steps(_: Reflector, port: int) -> None:
            reader, writer = await call(port)
            assert await reader.read() == b""
            writer.close()

        serve(steps, bounds=Bounds(patience_s=0.0))

    def test_words_that_prove_nothing_put_nothing_off(self) -> None:
        now = [0.0]
        idle = Idle(Bounds(patience_s=10, idle_s=100), lambda: now[0])
        ended: list[str] = []
        callers: list[Any] = [_Named(name, ended) for name in "abc"]
        for one in callers:
            idle.came(one)
            now[0] += 1
        idle.heard(callers[2])
        now[0] = 10.5
        idle.end_old()
        assert ended == ["a"]
        now[0] = 50
        idle.end_old()
        assert ended == ["a", "b"]
        idle.heard(callers[2])
        now[0] = 140
        idle.end_old()
        assert ended == ["a", "b"]
        now[0] = 151
        idle.end_old()
        assert ended == ["a", "b", "c"]

    def test_the_longest_silence_ends_first(self) -> None:
        now = [0.0]
        idle = Idle(Bounds(patience_s=10, idle_s=100), lambda: now[0])
        ended: list[str] = []
        callers: list[Any] = [_Named(name, ended) for name in "ab"]
        for one in (*callers, callers[0]):
            idle.heard(one)
            now[0] += 1
        idle.forget(callers[0])
        now[0] = 200
        idle.end_old()
        assert ended == ["b"]

    def test_who_takes_nothing_is_not_waited_for(self) -> None:
        async def steps(reflector: Reflector, port: int) -> None:
            _, writer = await _deaf(reflector, port)
            reflector.idle.end_all()
            await _until(lambda: reflector.sources.open == 0)
            assert reflector.kept.size == 0
            writer.transport.abort()

        serve(steps)

    def test_what_waits_for_one_is_bounded(self) -> None:
        async def steps(reflector: Reflector, port: int) -> None:
            _, writer = await _deaf(reflector, port)
            (caller,) = reflector.idle._proven
            talk = caller._talk
            assert talk is not None
            while reflector.sources.open:
                writer.write(line(ask="bulk", bytes=50_000))
                await _until(functools.partial(_has_heard, talk, talk._asks + 1, reflector))
            assert talk._asks < 64
            assert reflector.kept.size == 0
            writer.transport.abort()

        serve(steps)

    def test_who_does_not_take_the_last_of_it_has_the_patience_of_a_stranger(self) -> None:
        async def steps(reflector: Reflector, port: int) -> None:
            _, writer = await _deaf(reflector, port)
            writer.write(line(ask="dance"))
            await _until(lambda: reflector.sources.open == 0)
            writer.transport.abort()

        serve(steps, bounds=Bounds(patience_s=0.0))

    def test_what_is_taken_late_is_not_held_against_anybody(self) -> None:
        async def steps(reflector: Reflector, port: int) -> None:
            reader, writer = await _deaf(reflector, port)
            assert reflector.kept.size > 0
            writer.transport.resume_reading()  # type: ignore[attr-defined]
            writer.write(line(ask="still"))
            while not (await reader.readline()).startswith(b"{"):
                pass
            assert reflector.kept.size == 0
            writer.close()

        serve(steps)

    def test_what_waits_for_all_is_bounded(self, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(memory, "_MOST_KEPT", 500)

        async def steps(reflector: Reflector, port: int) -> None:
            one, two = await call(port), await call(port)
            one[1].write(b"{" + b"x" * 300)
            await _until(lambda: reflector.kept.size == 301)
            two[1].write(b"\x16\x03\x01\x02\x00" + b"x" * 200)
            with _perhaps_reset():
                assert await two[0].read() == b""
            three = await call(port)
            assert await proven(*three)
            for _, writer in (one, two, three):
                writer.close()
            await _until(lambda: reflector.kept.size == 0)

        serve(steps)


class TestLog:
    def test_nobody_is_named_unless_asked(self) -> None:
        kept: list[str] = []

        async def steps(reflector: Reflector, port: int) -> None:
            reader, writer = await call(port)
            await proven(reader, writer)
            writer.close()
            await _until(lambda: reflector.sources.open == 0)

        serve(steps)
        assert kept == []
        serve(steps, logs=kept.append)
        (one,) = map(json.loads, kept)
        assert one["seen"]["source"]["address"] == "127.0.0.1"
        assert one["proven"]
        assert one["sent"] > one["received"]


class TestCertificate:
    def test_it_is_made_once_and_kept_for_its_owner(self, tmp_path: Path) -> None:
        place = tmp_path / "reflect.pem"
        made = certificate_in(str(place))
        assert certificate_in(str(place)) == made
        assert place.stat().st_mode & 0o77 == 0

    def test_a_place_that_cannot_be(self, tmp_path: Path) -> None:
        with pytest.raises(UsageError, match="cannot be used"):
            certificate_in(str(tmp_path / "no" / "reflect.pem"))

    def test_a_file_that_holds_none(self) -> None:
        async def steps() -> None:
            with pytest.raises(UsageError, match="holds no certificate"):
                Reflector(Wanted(listeners=(), pem=b"none"))

        asyncio.run(steps())

    def test_an_address_that_is_not_ours(self) -> None:
        async def steps() -> None:
            reflector = Reflector(Wanted(listeners=(Listener(address="192.0.2.1", port=4000),), pem=PEM))
            with pytest.raises(UsageError, match=r"Nobody can listen on 192\.0\.2\.1:4000"):
                await reflector.open()
            await reflector.close()

        asyncio.run(steps())


class _Named:
    def __init__(self, name: str, ended: list[str]) -> None:
        self.name = name
        self.ended = ended

    def give_up(self) -> None:
        self.ended.append(self.name)


class _perhaps_reset:  # noqa: N801  reads as a sentence
    """What was not read when the other side hung up makes a reset of its goodbye."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, problem: object, _: object) -> bool:
        return isinstance(problem, ConnectionError)


async def _decrypted(tls: ssl.SSLObject, reader: asyncio.StreamReader, incoming: ssl.MemoryBIO) -> bytes:
    while True:
        try:
            return tls.read(9999)
        except ssl.SSLWantReadError:
            incoming.write(await reader.read(9999))


async def _deaf(reflector: Reflector, port: int) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A proven caller that has asked for more than the kernel holds and reads nothing any more."""
    sock = socket.socket()
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
    sock.setblocking(False)
    await asyncio.get_running_loop().sock_connect(sock, ("127.0.0.1", port))
    reader, writer = await asyncio.open_connection(sock=sock, limit=2**20)
    await proven(reader, writer)
    writer.transport.pause_reading()  # type: ignore[attr-defined]
    (caller,) = reflector.idle._proven
    talk = caller._talk
    assert talk is not None
    for asks in itertools.count(talk._asks + 1):
        writer.write(line(ask="bulk", bytes=16_384))
        await _until(functools.partial(_has_heard, talk, asks, reflector))
        if reflector.kept.size:
            break
    return reader, writer


def _has_heard(talk: Talk, asks: int, reflector: Reflector) -> bool:
    """Whether so much was asked, or the caller is gone."""
    return talk._asks >= asks or reflector.sources.open == 0


async def _until(true: Callable[[], bool]) -> None:
    """Let the loop turn until something is so; the test's own deadline ends it otherwise."""
    while not true():  # noqa: ASYNC110  what is waited for has no event of its own
        await asyncio.sleep(0)
