"""What the servers saw: the ground truth a check is measured against."""

import time
from collections.abc import Iterator

from msgspec import Struct


class Seen(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One thing a server saw.

    `event`: `accepted`, `received`, `secured` or `unsecured` (the end of a TLS handshake), `said`, `closed`, and
    `asked` (a name).
    """

    at_s: float
    event: str
    host: str
    port: int
    by: str
    connection: int = 0
    peer: str = ""
    text: str = ""
    """The server name of `secured`, the reason of `unsecured`, the question of `asked`."""
    content: bytes = b""
    """What was `received` or `said`, as it went over the wire (inside TLS: decrypted)."""


class Log:
    """An append-only account, written by the edge's thread and read by anyone."""

    def __init__(self) -> None:
        self._seen: list[Seen] = []
        self._began = time.monotonic()
        self._connections = 0

    def connection(self) -> int:
        """A number for a new connection."""
        self._connections += 1
        return self._connections

    def note(
        self,
        event: str,
        *,
        host: str,
        port: int,
        by: str,
        connection: int = 0,
        peer: str = "",
        text: str = "",
        content: bytes = b"",
    ) -> None:
        """Keep one event, with the time since the edge began."""
        self._seen.append(
            Seen(
                at_s=time.monotonic() - self._began,
                event=event,
                host=host,
                port=port,
                by=by,
                connection=connection,
                peer=peer,
                text=text,
                content=content,
            )
        )

    def __iter__(self) -> Iterator[Seen]:
        return iter(tuple(self._seen))

    def of(self, host: str, port: int, event: str = "") -> tuple[Seen, ...]:
        """What was seen at one door, of one kind of event or of all."""
        return tuple(one for one in self if (one.host, one.port) == (host, port) and event in ("", one.event))

    def reached(self, host: str, port: int) -> bool:
        """Whether the real server of a target saw a connection."""
        return any(one.by == "server" for one in self.of(host, port, "accepted"))

    def secured(self, host: str, port: int) -> bool:
        """Whether the real server of a target completed a TLS handshake."""
        return any(one.by == "server" for one in self.of(host, port, "secured"))

    def received(self, host: str, port: int) -> bytes:
        """Every byte a door was sent, TLS taken off."""
        return b"".join(one.content for one in self.of(host, port, "received"))

    def asked(self) -> tuple[str, ...]:
        """The questions the name server was asked, such as `ndc1.ibllc.com A udp`, in order."""
        return tuple(one.text for one in self if one.event == "asked")
