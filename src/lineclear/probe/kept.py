"""Sockets whose SYN nobody answered in time, kept a while, a few of each port: the answer may only be late.

Patience ends after two of the slowest round trips that were seen, and where nothing was seen after less than a second.
A firewall that asks elsewhere about every new connection takes longer, and so does a radio link. To wait for it costs
nothing: the kernel waits, while the second look asks again. What is found accepted then is worth asking patiently.
"""

import _socket

from lineclear.model import Endpoint

from .sockets import tcp_facts

_OF_A_PORT = 2


class Kept:
    """What is waited for. Whoever made it closes it."""

    def __init__(self) -> None:
        self._socks: dict[int, list[tuple[Endpoint, float, _socket.socket]]] = {}
        self._is_closed = False

    def take(self, endpoint: Endpoint, sent: float, sock: _socket.socket) -> bool:
        """Keep a socket whose SYN left at `sent`; False: enough of its port are kept, and the caller closes it."""
        mine = self._socks.setdefault(endpoint.port, [])
        if self._is_closed or len(mine) >= _OF_A_PORT:
            return False
        mine.append((endpoint, sent, sock))
        return True

    def answered(self, now: float) -> dict[int, float]:
        """By port that accepted after all: the seconds it took, at the most."""
        found: dict[int, float] = {}
        for port, several in self._socks.items():
            for _, sent, sock in several:
                if _is_connected(sock):
                    facts = tcp_facts(sock)
                    took_s = facts[0] / 1000.0 if facts and facts[0] else now - sent
                    found[port] = max(took_s, found.get(port, 0.0))
        return found

    def close(self) -> None:
        """Let go of all, and keep nothing from now on."""
        self._is_closed = True
        for several in self._socks.values():
            for _, _, sock in several:
                sock.close()
        self._socks.clear()


def _is_connected(sock: _socket.socket) -> bool:
    try:
        sock.getpeername()
    except OSError:
        return False
    return True
