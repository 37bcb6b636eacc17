"""Sockets whose SYN, or greeting, nobody answered in time, kept a while, a few of each port: it may only be late.

Patience ends after two of the slowest round trips that were seen, and where nothing was seen after less than a second.
A firewall that asks elsewhere about every new connection takes longer, and so does a radio link. To wait for it costs
nothing: the kernel waits, while the second look asks again. What is found accepted then is worth asking patiently. So
with a server that takes a greeting of TLS and answers it only after seconds.
"""

import _socket
from collections.abc import Callable
from typing import NamedTuple

from lineclear.model import Endpoint

from .sockets import tcp_facts

_OF_A_PORT = 2
_COUNTED_S = (1.02, 1.27)
"""Seconds after a SYN within which nothing should begin whose own first repeat is counted (`route.counts`): this one's
second repeat would come just before it, and look like somebody else's."""


class Waiting(NamedTuple):
    """A socket whose SYN, or greeting, left at `sent`, and who is to answer it."""

    host: str
    endpoint: Endpoint
    sent: float
    sock: _socket.socket


class Answered(NamedTuple):
    """An answer that came after all."""

    host: str
    endpoint: Endpoint
    sent: float
    took_s: float
    """At the most, where the system does not tell."""
    retransmits: int | None


class Kept:
    """What is waited for: sockets of which `has_answer` says whether their answer came. Whoever made it closes it."""

    def __init__(self, has_answer: Callable[[_socket.socket], bool]) -> None:
        self._has_answer = has_answer
        self._waiting: dict[int, list[Waiting]] = {}
        self._is_closed = False

    def take(self, one: Waiting) -> bool:
        """Keep a socket; False: enough of its port are kept, and the caller closes it."""
        mine = self._waiting.setdefault(one.endpoint.port, [])
        if self._is_closed or len(mine) >= _OF_A_PORT:
            return False
        mine.append(one)
        return True

    def clear_at(self, now: float) -> float:
        """The moment from which what is kept disturbs no count of this machine's own."""
        least, most = _COUNTED_S
        waiting = (one for several in self._waiting.values() for one in several)
        return max((one.sent + most for one in waiting if least < now - one.sent < most), default=now)

    def answered(self, now: float) -> list[Answered]:
        """Those that were answered after all; each is told once, and let go."""
        found = []
        for several in self._waiting.values():
            for one in [each for each in several if self._has_answer(each.sock)]:
                facts = tcp_facts(one.sock)
                took_s = facts[0] / 1000.0 if facts and facts[0] else now - one.sent
                found.append(Answered(one.host, one.endpoint, one.sent, took_s, facts[1] if facts else None))
                several.remove(one)
                one.sock.close()
        return found

    def close(self) -> None:
        """Let go of all, and keep nothing from now on."""
        self._is_closed = True
        for several in self._waiting.values():
            for one in several:
                one.sock.close()
        self._waiting.clear()


def is_connected(sock: _socket.socket) -> bool:
    """Whether the far end accepted."""
    try:
        sock.getpeername()
    except OSError:
        return False
    return True


def has_heard(sock: _socket.socket) -> bool:
    """Whether the far end said something that nobody has read yet."""
    try:
        return bool(sock.recv(1, _socket.MSG_PEEK))
    except OSError:
        return False
