"""Names asked before anything slow is loaded, so that the answers travel while Python imports.

The queries are those the DNS verb would send first: same sockets, same bytes, same resolvers. The verb adopts what was
sent (`dnsudp`), the kernel stamps when each answer came, and so nothing is asked twice and no round trip is wrong.
What nobody adopts is closed. If the guess of resolvers here differs from the survey's, the verb simply asks anew.
"""

from __future__ import annotations

import os
from time import monotonic
from typing import TYPE_CHECKING

from .datagrams import make_room, open_datagrams
from .dnsasking import number_of, query, question

if TYPE_CHECKING:
    from _socket import socket
    from collections.abc import Iterable, Sequence

_RESOLV_CONF = "/etc/resolv.conf"
_DNS = 53
_MOST_RESOLVERS = 3

Place = tuple[str, int]


class Early:
    """What was sent to one resolver, by question: the id and the moment. `sock` is where the answers will come."""

    __slots__ = ("sent", "sock")

    def __init__(self, sock: socket) -> None:
        self.sock = sock
        self.sent: dict[bytes, tuple[int, float]] = {}

    def ask(self, asked: bytes) -> None:
        """Send one question. What this machine refuses to send the verb will meet again."""
        number = number_of(os.urandom(2))
        if any(number == used for used, _ in self.sent.values()):
            return
        try:
            self.sock.send(query(number, asked))
        except OSError:
            return
        self.sent[asked] = (number, monotonic())


def ask_early(hosts: Iterable[str], resolvers: Sequence[Place] | None = None) -> dict[Place, Early]:
    """Ask for A and AAAA of each host at each resolver; those of the system if None. Never waits."""
    started: dict[Place, Early] = {}
    for place in system_resolvers() if resolvers is None else resolvers[:_MOST_RESOLVERS]:
        early = _reach(place)
        if early is not None:
            started[place] = early
    for host in hosts:
        for rtype in ("A", "AAAA"):
            asked = question(host, rtype)
            for early in started.values():
                early.ask(asked)
    return started


def began(early: Iterable[Early]) -> float | None:
    """The moment the first question left; None: none did."""
    return min((moment for one in early for _, moment in one.sent.values()), default=None)


def _reach(place: Place) -> Early | None:
    try:
        sock = open_datagrams(place[0])
    except OSError:
        return None
    if sock.connect_ex(place):
        sock.close()
        return None
    make_room(sock)
    return Early(sock)


def system_resolvers(path: str = _RESOLV_CONF) -> list[Place]:
    """The name servers of resolv.conf (resolv.conf(5)); none where there is no such file."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123  pathlib is slow to import
            lines = file.read(65536).decode("ascii", "replace").splitlines()
    except OSError:
        return []
    words = [line.split() for line in lines]
    return [(one[1], _DNS) for one in words if one[:1] == ["nameserver"] and len(one) > 1][:_MOST_RESOLVERS]
