"""The server's bounds: how many, how long, and how much is kept for whom."""

import asyncio
import functools
import itertools
import socket
from typing import Any

import pytest
from tests.reflect.serving import call, perhaps_reset, proven, serve, until
from tests.reflect.test_talk import line

from lineclear.reflect import Bounds, Reflector, memory
from lineclear.reflect.caller import Idle
from lineclear.reflect.talk import Talk


class TestBounds:
    def test_a_source_that_has_had_enough_is_hung_up_on(self) -> None:
        async def steps(reflector: Reflector, port: int) -> None:
            first = await call(port)
            await proven(*first)
            reader, writer = await call(port)
            with perhaps_reset():
                assert await reader.read() == b""
            assert reflector.sources.open == 1
            for one in (writer, first[1]):
                one.close()
            await until(lambda: reflector.sources.open == 0)

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
            await until(lambda: reflector.sources.open == 0)
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
                await until(functools.partial(_has_heard, talk, talk._asks + 1, reflector))
            assert talk._asks < 64
            assert reflector.kept.size == 0
            writer.transport.abort()

        serve(steps)

    def test_who_does_not_take_the_last_of_it_has_the_patience_of_a_stranger(self) -> None:
        async def steps(reflector: Reflector, port: int) -> None:
            _, writer = await _deaf(reflector, port)
            writer.write(line(ask="dance"))
            await until(lambda: reflector.sources.open == 0)
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
            await until(lambda: reflector.kept.size == 301)
            two[1].write(b"\x16\x03\x01\x02\x00" + b"x" * 200)
            with perhaps_reset():
                assert await two[0].read() == b""
            three = await call(port)
            assert await proven(*three)
            for _, writer in (one, two, three):
                writer.close()
            await until(lambda: reflector.kept.size == 0)

        serve(steps)


class _Named:
    def __init__(self, name: str, ended: list[str]) -> None:
        self.name = name
        self.ended = ended

    def give_up(self) -> None:
        self.ended.append(self.name)


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
        await until(functools.partial(_has_heard, talk, asks, reflector))
        if reflector.kept.size:
            break
    return reader, writer


def _has_heard(talk: Talk, asks: int, reflector: Reflector) -> bool:
    """Whether so much was asked, or the caller is gone."""
    return talk._asks >= asks or reflector.sources.open == 0
