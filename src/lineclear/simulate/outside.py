"""A reflector beside the edge, on loopback too: `check --reflector` can be tried without a machine outside."""

import asyncio
import contextlib
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor

from lineclear.model import Catalog
from lineclear.reflect import Bounds, Listener, Reflector, Wanted, certificate_in, ports_of

from .places import ONLY
from .scene import CONTROLS

_ADDRESSES = ("127.77.0.4", "127.77.0.5")
_MANY = Bounds(per_second=1000.0, burst=5000.0)
"""Checks that are tried one after the other all come from one address here."""


@contextlib.contextmanager
def outside(catalog: Catalog, *, single: bool) -> Iterator[tuple[str, ...]]:
    """Serve a reflector on the list's ports; gives the options that lead a check to it.

    It stands behind nothing: what a fault breaks on the way to the edge, it does not break on the way here.
    """
    served = _Served(catalog, (ONLY,) if single else _ADDRESSES, () if single else CONTROLS[:1])
    with ThreadPoolExecutor(1, thread_name_prefix="lineclear-outside") as threads:
        serving = threads.submit(asyncio.run, served.serve())
        served.up.wait()
        try:
            yield served.options
        finally:
            served.end()
            serving.result()


class _Served:
    """A reflector in a thread of its own."""

    def __init__(self, catalog: Catalog, addresses: tuple[str, ...], empty: tuple[str, ...]) -> None:
        self._ports = ports_of(catalog)
        self._addresses = addresses
        self._empty = empty
        self._loop: asyncio.AbstractEventLoop | None = None
        self._over = asyncio.Event()
        self.up = threading.Event()
        self.options: tuple[str, ...] = ()

    async def serve(self) -> None:
        """Serve until `end`."""
        self._loop = asyncio.get_running_loop()
        places = [(address, port, tls) for address in self._addresses for port, tls in self._ports.items()]
        listeners = tuple(Listener(address=address, port=0, tls=tls) for address, _, tls in places)
        more = self._addresses
        try:
            reflector = Reflector(
                Wanted(listeners=listeners, more=more, empty=self._empty, bounds=_MANY, pem=certificate_in(""))
            )
            opened = await reflector.open()
            ports = [port for _, port, _ in places]
            rules = (f"{one.address}:{port}:{one.address}:{one.port}" for one, port in zip(opened, ports, strict=True))
            self.options = (*(f"--connect-to={rule}" for rule in rules), f"--reflector={self._addresses[0]}")
        finally:
            self.up.set()
        await self._over.wait()
        await reflector.close()

    def end(self) -> None:
        """Let `serve` come to its end. For another thread to call."""
        if self._loop is not None:
            with contextlib.suppress(RuntimeError):  # it has ended already
                self._loop.call_soon_threadsafe(self._over.set)
