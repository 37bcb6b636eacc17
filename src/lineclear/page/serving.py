"""The page on the wire: a socket on loopback, a server with limits, and the user's browser."""

import asyncio
import contextlib
import logging
import os
import socket
import sys
import webbrowser
from collections.abc import Callable, Mapping

import uvicorn
from msgspec import Struct
from starlette.types import ASGIApp

from lineclear.locale import wanted
from lineclear.model import Report, UsageError

from .app import app
from .bounded import Bounded
from .checking import Asked
from .columns import origin, web_rows
from .desk import Desk
from .entry import Link
from .guard import Policy

LOOPBACK = "127.0.0.1"
_BACKLOG = 64
_FAREWELL_S = 1
_KEEP_ALIVE_S = 5
_HEAD_MOST = 16384
"""Bytes of a request's head."""


class Page(Struct, frozen=True, kw_only=True):
    """What `lineclear page` was asked for."""

    asked: Asked
    imported: Report | None = None
    name: str = ""
    """Of the imported file."""
    port: int = 0
    opens: bool = True


def run(page: Page, say: Callable[[str], object]) -> None:
    """Serve the page until somebody ends it.

    Args:
        page: what to show.
        say: told the address, and what to do with it.

    Raises:
        UsageError: the port is taken.
    """
    listening = listen(LOOPBACK, page.port)
    with contextlib.closing(listening):
        asyncio.run(_serve(page, listening, say))


async def _serve(page: Page, listening: socket.socket, say: Callable[[str], object]) -> None:
    port = listening.getsockname()[1]
    link = Link(port)
    desk = Desk(page.asked, page.imported, page.name)
    policy = Policy(
        origins=frozenset({f"http://{LOOPBACK}:{port}", f"http://localhost:{port}"}),
        connects=_sites(page, desk),
    )

    await desk.warm(wanted(os.environ.get("LANG", "")))
    serving = asyncio.create_task(make_server(app(desk, link, policy)).serve(sockets=[listening]))
    # The socket listens already: a browser that is quicker than the server waits for it.
    address = f"http://{LOOPBACK}:{port}/?token={link.token}"
    opened = page.opens and has_screen(os.environ) and await asyncio.to_thread(webbrowser.open, address)
    say(f"The page is open in your browser: {address}\n" if opened else f"Open this in a browser: {address}\n")
    say("The address works once, and only on this machine. Ctrl-C ends the page.\n")
    await desk.open()
    await serving


def has_screen(environ: Mapping[str, str], platform: str = sys.platform) -> bool:
    """Whether a browser would have somewhere to open; else one for terminals might, and take this one."""
    return not platform.startswith("linux") or any(environ.get(one) for one in ("DISPLAY", "WAYLAND_DISPLAY"))


def _sites(page: Page, desk: Desk) -> tuple[str, ...]:
    """Where the page's script may connect: the sites of the list, and nowhere where nothing is to be compared."""
    if page.imported is None and not desk.compares:
        return ()
    return tuple(origin(host, port) for host, port in web_rows(page.asked.catalog))


def listen(address: str, port: int) -> socket.socket:
    """A listening socket; port 0 is any free one.

    Raises:
        UsageError: the address is not this machine's, or the port is taken or not for us.
    """
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    listening = socket.socket(family, socket.SOCK_STREAM)
    try:
        if sys.platform != "win32":  # there it would let two programs share a port
            listening.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listening.bind((address, port))
        listening.listen(_BACKLOG)
    except OSError as problem:
        listening.close()
        raise UsageError(
            f"The page cannot be served on {address} port {port}: {problem.strerror}.", "Choose another port."
        ) from None
    return listening


def make_server(application: ASGIApp, *, certificate: str = "", key: str = "") -> uvicorn.Server:
    """A server with limits, not yet running."""
    config = uvicorn.Config(
        application,
        http=Bounded,
        ws="none",
        lifespan="off",
        log_level="warning",
        access_log=False,
        server_header=False,
        timeout_keep_alive=_KEEP_ALIVE_S,
        timeout_graceful_shutdown=_FAREWELL_S,
        h11_max_incomplete_event_size=_HEAD_MOST,
        proxy_headers=False,
        ssl_certfile=certificate or None,
        ssl_keyfile=key or None,
    )
    logging.getLogger("uvicorn.error").addFilter(_tells_something)
    return uvicorn.Server(config)


def _tells_something(record: logging.LogRecord) -> bool:
    """Not that a stream of events was open when the page ended: one always is."""
    return "without completing response" not in record.getMessage()
