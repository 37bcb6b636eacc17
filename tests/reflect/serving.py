"""A reflector on loopback, and clients of the standard library before it."""

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from tests.reflect.test_talk import greeting, line

from lineclear.reflect import Listener, Reflector, Wanted
from lineclear.reflect.lock import new_certificate

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


async def until(true: Callable[[], bool]) -> None:
    """Let the loop turn until something is so; the test's own deadline ends it otherwise."""
    while not true():  # noqa: ASYNC110  what is waited for has no event of its own
        await asyncio.sleep(0)


class perhaps_reset:  # noqa: N801  reads as a sentence
    """What was not read when the other side hung up makes a reset of its goodbye."""

    def __enter__(self) -> None:
        return None

    def __exit__(self, kind: object, problem: object, _: object) -> bool:
        return isinstance(problem, ConnectionError)
