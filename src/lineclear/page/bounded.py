"""Connections that end: nobody holds one open by sending slowly, by reading slowly, or by being many.

uvicorn bounds the pause between two requests and nothing else; a client that sends a byte a minute would be kept for
ever. Here a request has to be whole, and a blocked answer to move again, within a time.
"""

import asyncio
from typing import Any

import h11
from uvicorn.protocols.http.h11_impl import H11Protocol

REQUEST_S = 15.0
"""From the connection, or from the first byte of a further request, until its last."""
READING_S = 20.0
"""How long a client may leave what it was sent unread."""
AT_ONCE = 256
"""Connections; one more is closed unheard."""


class Bounded(H11Protocol):
    """uvicorn's own protocol, with time limits."""

    request_s = REQUEST_S
    reading_s = READING_S
    at_once = AT_ONCE

    def __init__(self, *args: Any, **words: Any) -> None:
        super().__init__(*args, **words)
        self._sending: asyncio.TimerHandle | None = None
        self._reading: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as uvicorn has it
        """Begin, or end at once when there are too many."""
        super().connection_made(transport)
        if len(self.connections) > self.at_once:
            transport.abort()
            return
        self._sending = self.loop.call_later(self.request_s, transport.abort)

    def connection_lost(self, exc: Exception | None) -> None:
        """Forget the limits."""
        self._without_limits()
        super().connection_lost(exc)

    def data_received(self, data: bytes) -> None:
        """Go on with the request, which is to be whole in time."""
        super().data_received(data)
        if self.conn.their_state in (h11.IDLE, h11.SEND_BODY):
            if self._sending is None and not self.transport.is_closing():
                self._sending = self.loop.call_later(self.request_s, self.transport.abort)
        elif self._sending is not None:
            self._sending.cancel()
            self._sending = None

    def pause_writing(self) -> None:
        """The client does not read; it has some time to begin."""
        super().pause_writing()
        self._reading = self._reading or self.loop.call_later(self.reading_s, self.transport.abort)

    def resume_writing(self) -> None:
        """It reads again."""
        super().resume_writing()
        if self._reading is not None:
            self._reading.cancel()
            self._reading = None

    def _without_limits(self) -> None:
        for timer in filter(None, (self._sending, self._reading)):
            timer.cancel()
        self._sending = self._reading = None
