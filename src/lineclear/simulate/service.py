"""The running servers: every door accepts, every connection is a conversation, the name server answers."""

import asyncio
import contextlib
import socket
import threading
from collections.abc import Callable, Coroutine, Iterator

from .authority import Certifier
from .conversations import Stage, converse
from .line import Line
from .log import Log
from .names import Book, Reply, replies
from .places import Ground
from .scene import Door, Opening, Scene

Work = Coroutine[None, None, None]

RESOLVER_DOOR = Door(host="resolver", port=53, by="friend", works=False, says="names")
FRIEND_DOOR = Door(host="friend", port=0, by="friend", works=False)
PROXY_DOOR = Door(host="proxy", port=0, by="friend", works=False, says="web-proxy")
DATAGRAM = 4096


class Service:
    """Serves a scene until told to stop. Made in one thread, run in another."""

    def __init__(self, scene: Scene, stands: Ground, certifier: Certifier, log: Log) -> None:
        book = Book(zone=scene.zone, addresses=stands.places.addresses)
        self._stage = Stage(scene=scene, certifier=certifier, book=book, log=log)
        self._stands = stands
        self._tasks: set[asyncio.Task[None]] = set()
        self._ready = threading.Event()
        self._loop = asyncio.SelectorEventLoop()

    def run(self) -> None:
        """Serve until `stop`. Errors of the far ends end a conversation; an error of ours ends everything."""
        try:
            with asyncio.Runner(loop_factory=lambda: self._loop) as runner:
                runner.run(self._serve())
        finally:
            self._ready.set()

    def wait_until_ready(self) -> None:
        """Return once everything accepts, or once serving has failed."""
        self._ready.wait()

    def stop(self) -> None:
        """End every server and every conversation. For another thread to call; more than once is no harm."""
        with contextlib.suppress(RuntimeError):  # the loop has ended already
            self._loop.call_soon_threadsafe(self._cancel)

    def _cancel(self) -> None:
        for task in tuple(self._tasks):
            task.cancel()

    async def _serve(self) -> None:
        async with asyncio.TaskGroup() as group:
            self._group = group
            for door, sock in self._listeners():
                self._start(self._accept(door, sock))
            self._start(self._answer_datagrams(self._stands.dns_udp))
            self._ready.set()

    def _listeners(self) -> Iterator[tuple[Door, socket.socket]]:
        yield from self._stands.listeners
        yield FRIEND_DOOR, self._stands.friend
        if self._stage.scene.zone.opening is Opening.ANSWER:
            yield RESOLVER_DOOR, self._stands.dns_tcp
        if self._stage.scene.web_proxy:
            yield PROXY_DOOR, self._stands.proxy

    async def _accept(self, door: Door, sock: socket.socket) -> None:
        while True:
            await _readable(sock)
            with contextlib.suppress(BlockingIOError, ConnectionAbortedError):
                accepted, (address, port) = sock.accept()
                accepted.settimeout(0)
                line = Line(accepted, f"{address}:{port}", door, self._stage.log)
                self._start(self._converse(line), then=line.close)

    async def _converse(self, line: Line) -> None:
        with contextlib.suppress(OSError):
            await converse(line, self._stage)

    async def _answer_datagrams(self, sock: socket.socket) -> None:
        while True:
            await _readable(sock)
            with contextlib.suppress(BlockingIOError, ConnectionError):
                wire, peer = sock.recvfrom(DATAGRAM)
                self._answer(wire, sock, peer)

    def _answer(self, wire: bytes, sock: socket.socket, peer: tuple[str, int]) -> None:
        """Every answer is a task of its own: a late one does not hold up the next question."""
        asked, answers = replies(self._stage.book, wire, "udp")
        self._stage.log.note("asked", host="resolver", port=53, by="friend", text=asked)
        for one in answers:
            self._start(_send_later(sock, one, peer))

    def _start(self, work: Work, then: Callable[[], None] | None = None) -> None:
        """A task of the group. `then` is called whatever becomes of it, even if it never came to run."""
        task = self._group.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        if then:
            task.add_done_callback(lambda _: then())


async def _readable(sock: socket.socket) -> None:
    """Wait until `sock` has something, and take nothing: what is taken by a cancelled wait would be lost."""
    loop = asyncio.get_running_loop()
    waiting: asyncio.Future[None] = loop.create_future()
    loop.add_reader(sock, _settle, waiting)
    try:
        await waiting
    finally:
        loop.remove_reader(sock)


def _settle(waiting: asyncio.Future[None]) -> None:
    if not waiting.done():
        waiting.set_result(None)


async def _send_later(sock: socket.socket, reply: Reply, peer: tuple[str, int]) -> None:
    await asyncio.sleep(reply.after_s)
    sock.sendto(reply.message.to_wire(), peer)
