"""Scripted servers on loopback: what a far end says, in the order it says it."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Callable, Coroutine, Iterator
from typing import Any, TypeVar

import pytest

from lineclear.model import Endpoint, Limits
from lineclear.probe.loop.reactor import Reactor
from lineclear.probe.run import Run
from lineclear.probe.stream import Stream
from lineclear.probe.tcp import Connection, reach

Result = TypeVar("Result")
Script = Callable[[socket.socket], None]
PATIENT_S = 10.0


class Edge:
    """Starts servers on 127.0.0.1 and ends them; keeps what each was told."""

    def __init__(self) -> None:
        self._listeners: list[socket.socket] = []
        self._threads: list[threading.Thread] = []
        self.hold = threading.Event()

    def serve(self, script: Script) -> Endpoint:
        listener = socket.create_server(("127.0.0.1", 0))
        listener.settimeout(PATIENT_S)
        self._listeners.append(listener)
        thread = threading.Thread(target=self._accept, args=(listener, script), daemon=True)
        thread.start()
        self._threads.append(thread)
        return Endpoint(address="127.0.0.1", port=listener.getsockname()[1])

    def says(self, *words: bytes, heard: list[bytes] | None = None, stays: bool = False) -> Endpoint:
        """A server that answers each thing it hears with the next words, then closes or stays."""

        def script(sock: socket.socket) -> None:
            for word in words:
                said = sock.recv(65536)
                if heard is not None:
                    heard.append(said)
                sock.sendall(word)
            if stays:
                self.hold.wait(PATIENT_S)
            sock.shutdown(socket.SHUT_WR)
            while sock.recv(65536):
                pass

        return self.serve(script)

    def close(self) -> None:
        self.hold.set()
        for listener in self._listeners:
            with contextlib.suppress(OSError):
                listener.shutdown(socket.SHUT_RDWR)
            listener.close()
        for thread in self._threads:
            thread.join(PATIENT_S)
            assert not thread.is_alive()

    def _accept(self, listener: socket.socket, script: Script) -> None:
        while True:
            try:
                sock, _ = listener.accept()
            except OSError:
                return
            sock.settimeout(PATIENT_S)
            with sock, contextlib.suppress(OSError):
                script(sock)


class Desk:
    """One run on a reactor of its own."""

    def __init__(self, **limits: Any) -> None:
        self.reactor = Reactor()
        self.run = Run(self.reactor, Limits(**({"handshake_s": PATIENT_S, "http_s": PATIENT_S} | limits)))
        self.open: list[Connection | Stream] = []

    def do(self, coro: Coroutine[Any, Any, Result]) -> Result:
        return self.reactor.run(coro)

    async def connect(self, endpoint: Endpoint, host: str = "www.example.com") -> Connection:
        connection, failure, _ = await reach(self.run, host=host, endpoint=endpoint)
        assert connection is not None, failure
        self.open.append(connection)
        return connection

    def last(self, kind: type[Result]) -> Result:
        """The one observation recorded."""
        (observed,) = self.run.observations
        assert isinstance(observed, kind)
        return observed

    def close(self) -> None:
        for carrier in self.open:
            carrier.close()
        self.reactor.close()


@pytest.fixture
def edge() -> Iterator[Edge]:
    edge = Edge()
    yield edge
    edge.close()


@pytest.fixture
def new_desk(edge: Edge) -> Iterator[Callable[..., Desk]]:  # noqa: ARG001  our ends close before the servers
    desks: list[Desk] = []

    def new(**limits: Any) -> Desk:
        desks.append(Desk(**limits))
        return desks[-1]

    yield new
    for desk in desks:
        desk.close()


@pytest.fixture
def desk(new_desk: Callable[..., Desk]) -> Desk:
    return new_desk()
