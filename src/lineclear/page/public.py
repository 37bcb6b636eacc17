"""A help desk on the wire: who may open it, under which names, and with which certificate."""

import asyncio
import contextlib
import socket
import ssl
from collections.abc import Callable
from ipaddress import ip_address
from pathlib import Path

import uvicorn
from msgspec import Struct
from starlette.types import ASGIApp

from lineclear.model import UsageError

from . import visitors
from .entry import Basic, Link
from .guard import Policy
from .passwords import Passwords, read_lines
from .serving import listen, make_server
from .visitors import HelpDesk

_HTTP, _HTTPS = 80, 443
_SIX = 6
_SHORTEST = 20
"""Characters of a token somebody chose."""


class Served(Struct, frozen=True, kw_only=True):
    """What `lineclear page --serve` was asked for."""

    desk: HelpDesk
    address: str
    port: int
    names: tuple[str, ...] = ()
    """Further names people reach it by, such as `help.example`; with a port where it is another."""
    auth: str = ""
    """`basic:FILE`, `token`, `token:FILE`; empty: nobody is asked, which loopback alone allows."""
    certificate: str = ""
    key: str = ""


def run(public: Served, say: Callable[[str], object]) -> None:
    """Serve a help desk until somebody ends it.

    Raises:
        UsageError: it would be open to others without asking who they are; a file cannot be used; the port is taken.
    """
    if not public.auth and not ip_address(public.address).is_loopback:
        raise UsageError(
            f"A page on {public.address} would be open to everybody who reaches it.",
            "Add --auth basic:FILE or --auth token.",
        )
    listening = listen(public.address, public.port)
    with contextlib.closing(listening):
        asyncio.run(_serve_public(public, listening, say))


async def _serve_public(public: Served, listening: socket.socket, say: Callable[[str], object]) -> None:
    port = listening.getsockname()[1]
    entry = _entry(public.auth, port)
    origins = _origins(public, port)
    policy = Policy(origins=frozenset(origins), connects=visitors.connects(public.desk))
    application = visitors.app(public.desk, entry, policy)
    server = _checked_server(application, public)
    link = f"/?token={entry.token}" if isinstance(entry, Link) else "/"
    for one in origins:
        say(f"Give people this: {one}{link}\n")
    if not public.certificate and not ip_address(public.address).is_loopback:
        say("Without --certificate passwords and tokens cross the network in plain text.\n")
    await server.serve(sockets=[listening])


def _origins(public: Served, port: int) -> tuple[str, ...]:
    """Under what this is reached: the address itself, if it is one, and the names.

    Raises:
        UsageError: there is nothing people could type.
    """
    scheme, usual = ("https", _HTTPS) if public.certificate else ("http", _HTTP)
    address = ip_address(public.address)
    shown = () if address.is_unspecified else (f"[{address}]" if address.version == _SIX else str(address),)
    hosts = (*shown, *public.names)
    if not hosts:
        raise UsageError(f"{public.address} is no address people can type.", "Add --name, such as --name help.example.")
    return tuple(
        f"{scheme}://{one}" if ":" in one.rpartition("]")[2] or port == usual else f"{scheme}://{one}:{port}"
        for one in hosts
    )


def _entry(auth: str, port: int) -> Link | Basic | None:
    """Who asks people at the door.

    Raises:
        UsageError: the words or the file cannot be used.
    """
    kind, _, path = auth.partition(":")
    if not auth:
        return None
    if kind == "token":
        return Link(port, token=_first_line(path) if path else "", once=False)
    if kind == "basic" and path:
        return Basic(Passwords(read_lines(_text(path), path)))
    raise UsageError(f"--auth {auth!r} is not known.", "Write basic:FILE, token or token:FILE.")


def _first_line(path: str) -> str:
    line = next(iter(_text(path).split()), "")
    if len(line) < _SHORTEST:
        raise UsageError(
            f"The token in {path} is shorter than {_SHORTEST} characters.", "Use --auth token for a new one."
        )
    return line


def _text(path: str) -> str:
    try:
        return Path(path).read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        raise UsageError(f"{path} cannot be read.", "Check the path.") from None


def _checked_server(application: ASGIApp, public: Served) -> uvicorn.Server:
    """The server. Raises `UsageError` when its certificate cannot be used."""
    server = make_server(application, certificate=public.certificate, key=public.key)
    try:
        server.config.load()
    except (OSError, ssl.SSLError) as problem:
        raise UsageError(
            f"The certificate cannot be used: {problem}.", "Give PEM files by --certificate and --key."
        ) from None
    return server
