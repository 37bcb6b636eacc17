"""The server over TLS: the hello it tells, what goes through it, and what only begins like TLS."""

import asyncio
import contextlib
import ssl
from hashlib import sha256

import pytest
from tests.reflect.hellos import BROWSER, records
from tests.reflect.serving import PEM, asked, call, perhaps_reset, proven, serve, until
from tests.reflect.test_talk import NONCE, get, greeting, line, page

from lineclear.reflect import Reflector
from lineclear.reflect.hello import message_of
from lineclear.reflect.lock import Lock, lock_context


def believing() -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    context.check_hostname, context.verify_mode = False, ssl.CERT_NONE
    context.set_alpn_protocols(["http/1.1"])
    return context


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
            await until(lambda: reflector.sources.open == 0)
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
            with perhaps_reset():
                assert b"seen" not in await reader.read()
            writer.close()

        serve(steps)

    def test_a_hello_without_an_end_is_given_up(self) -> None:
        async def steps(_: Reflector, port: int) -> None:
            reader, writer = await call(port)
            writer.write(b"\x16\x03\x01\x40\x00\x01\0\x3f\xff" + bytes(300))
            writer.write(b"\x16\x03\x01\x40\x00" + bytes(20_000))
            writer.write_eof()
            with perhaps_reset():
                await reader.read()
            writer.close()

        serve(steps)


async def _decrypted(tls: ssl.SSLObject, reader: asyncio.StreamReader, incoming: ssl.MemoryBIO) -> bytes:
    while True:
        try:
            return tls.read(9999)
        except ssl.SSLWantReadError:
            incoming.write(await reader.read(9999))
