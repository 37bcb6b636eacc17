"""A real reflector on loopback in a thread of its own, and far ends that only pretend to be one."""

import asyncio
import socket
import threading
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, Self

import pytest

from lineclear.model import AnyObservation, Endpoint, Limits
from lineclear.probe.loop.reactor import Reactor
from lineclear.probe.run import Run
from lineclear.reflect import Listener, Reflector, Wanted
from lineclear.reflect.lock import new_certificate

Conversation = Callable[[socket.socket], None]
LIMITS = Limits(patience_floor_s=5.0, unacknowledged_s=5.0)
_PEM = new_certificate()


class Far:
    """Where a reflector serves: plain and TLS."""

    def __init__(self) -> None:
        self.plain = self.secret = Endpoint(address="127.0.0.1", port=0)
        self.tls_sha256 = ""
        self._up = threading.Event()
        self._loop = asyncio.new_event_loop()
        self._end = asyncio.Event()
        self._thread = threading.Thread(target=lambda: self._loop.run_until_complete(self._serve()), daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._up.wait(10)
        return self

    def __exit__(self, *_: object) -> None:
        self._loop.call_soon_threadsafe(self._end.set)
        self._thread.join(10)
        self._loop.close()

    async def _serve(self) -> None:
        places = tuple(Listener(address="127.0.0.1", port=0, tls=tls) for tls in (False, True))
        wanted = Wanted(listeners=places, pem=_PEM, more=("127.0.0.1", "127.0.0.2"), empty=("127.0.0.3",))
        reflector = Reflector(wanted)
        plain, secret = await reflector.open()
        self.plain = Endpoint(address="127.0.0.1", port=plain.port)
        self.secret = Endpoint(address="127.0.0.1", port=secret.port)
        self.tls_sha256 = reflector.house.tls_sha256
        self._up.set()
        await self._end.wait()
        await reflector.close()


@pytest.fixture(scope="session")
def far() -> Iterator[Far]:
    with Far() as one:
        yield one


def played(work: Callable[[Run], Coroutine[Any, Any, Any]], *, deadline_s: float = 20.0) -> list[AnyObservation]:
    """What some work leaves behind."""
    reactor = Reactor()
    run = Run(reactor, LIMITS)
    try:
        reactor.run(work(run), deadline=reactor.clock() + deadline_s)
    finally:
        reactor.close()
    return run.observations


class Pretender:
    """Something that listens in place of a reflector, and holds one conversation after the other."""

    def __init__(self, conversation: Conversation) -> None:
        self._server = socket.create_server(("127.0.0.1", 0))
        self.at = Endpoint(address="127.0.0.1", port=self._server.getsockname()[1])
        self._conversation = conversation
        self._thread = threading.Thread(target=self._serve, daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown(socket.SHUT_RDWR)
        self._server.close()
        self._thread.join(5)

    def _serve(self) -> None:
        while True:
            try:
                sock, _ = self._server.accept()
            except OSError:  # closed: the test is over
                return
            with sock:
                self._conversation(sock)
