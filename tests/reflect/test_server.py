"""The server in plain text: what it tells and does on a port of loopback, its log, and its certificate."""

import asyncio
import json
import socket
from pathlib import Path

import pytest
from tests.reflect.serving import PEM, asked, call, proven, serve, until
from tests.reflect.test_talk import NONCE, line

from lineclear.errors import UsageError
from lineclear.reflect import Listener, Reflector, Wanted, certificate_in


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
            await until(lambda: reflector.sources.open == 0)
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


class TestLog:
    def test_nobody_is_named_unless_asked(self) -> None:
        kept: list[str] = []

        async def steps(reflector: Reflector, port: int) -> None:
            reader, writer = await call(port)
            await proven(reader, writer)
            writer.close()
            await until(lambda: reflector.sources.open == 0)

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
