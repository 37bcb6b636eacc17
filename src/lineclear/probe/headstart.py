"""What leaves before anything slow is loaded, so that packets travel while Python imports: names, then their SYNs.

The queries are those the DNS verb would send first: same sockets, same bytes, same resolvers. The verb adopts what was
sent (`dnsudp`), the kernel stamps when each answer came, and so nothing is asked twice and no round trip is wrong.
What nobody adopts is closed. If the guess of resolvers here differs from the survey's, the verb simply asks anew.

Answers are only looked at (`MSG_PEEK`) and stay in the socket for the verb. A SYN leaves at once for each port that the
list has for the name, at most four to one address; the connect verb adopts that too. Linux alone, for there the kernel
measures the round trip, and lets us look at one answer after the other (`SO_PEEK_OFF`).
"""

from __future__ import annotations

import os
from _socket import MSG_PEEK, SOL_SOCKET
from time import monotonic

from .datagrams import LARGEST, make_room, open_datagrams
from .descriptors import FEWEST, allowed
from .dnsasking import number_of, query, question
from .dnsglance import addresses
from .sockets import LINUX, open_stream, send_syn

TYPE_CHECKING = False  # `typing` takes 3 ms, and the first questions leave before it
if TYPE_CHECKING:
    from _socket import socket
    from collections.abc import Iterable, Iterator, Mapping, Sequence

_RESOLV_CONF = "/etc/resolv.conf"
_DNS = 53
_MOST_RESOLVERS = 3
_SO_PEEK_OFF = 42  # asm-generic/socket.h
_MOST_ADDRESSES = 8
"""Of each family of a name, as the names of a run have it."""
_MOST_SYNS = 128
_SHARE = 4
"""One part of the descriptors is for early SYNs."""
_SYNS_PER_ADDRESS = 4
"""At once, as the limits of a run have it; none of them is loaded yet."""

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

    def look(self) -> Iterator[bytes]:
        """What came since the last look; it stays where it is."""
        while True:
            try:
                said = self.sock.recv(LARGEST, MSG_PEEK)
            except OSError:  # nothing more; or the network objected, which the verb will find in the error queue
                return
            yield said


class HeadStart:
    """What is under way: questions by resolver, and by address and port the moment and socket of each SYN."""

    __slots__ = ("_hosts", "_known", "_most", "_ports", "resolvers", "syns")

    def __init__(self, resolvers: Iterable[Place], ports: Mapping[str, Sequence[int]]) -> None:
        found = ((place, _reach(place)) for place in resolvers)
        self.resolvers = {place: early for place, early in found if early is not None}
        self.syns: dict[Place, list[tuple[float, socket]]] = {}
        self._ports = ports if all(_lets_look(one.sock) for one in self.resolvers.values()) else {}
        self._hosts: dict[bytes, str] = {}
        self._known: set[tuple[str, str]] = set()
        self._most = min(_MOST_SYNS, allowed() // _SHARE)

    def began(self) -> float | None:
        """The moment the first question left; None: none did."""
        return min((moment for one in self.resolvers.values() for _, moment in one.sent.values()), default=None)

    def ask(self, host: str) -> None:
        """Ask everybody for both families."""
        for rtype in ("A", "AAAA"):
            asked = question(host, rtype)
            self._hosts[asked] = host
            for early in self.resolvers.values():
                early.ask(asked)

    def go_on(self) -> None:
        """Send the SYNs that answers call for which have come since. Never waits."""
        for early in self.resolvers.values() if self._ports else ():
            about = {number: asked for asked, (number, _) in early.sent.items()}
            for said in early.look():
                asked = about.get(number_of(said))
                if asked is not None:
                    self._learn(self._hosts[asked], addresses(said, asked))

    def _learn(self, host: str, addresses: Iterable[str]) -> None:
        for address in addresses:
            family = [one for name, one in self._known if name == host and (":" in one) == (":" in address)]
            if address not in family and len(family) < _MOST_ADDRESSES:
                self._known.add((host, address))
                for port in self._ports.get(host, ()):
                    self._connect(address, port)

    def _connect(self, address: str, port: int) -> None:
        """Send one SYN. What this machine refuses the verb will meet again."""
        there = sum(len(found) for place, found in self.syns.items() if place[0] == address)
        if there >= _SYNS_PER_ADDRESS or sum(map(len, self.syns.values())) >= self._most:
            return
        try:
            sock = open_stream(address)
        except OSError:
            return
        moment = monotonic()
        if send_syn(sock, (address, port)):
            sock.close()
        else:
            self.syns.setdefault((address, port), []).append((moment, sock))


def ask_early(
    hosts: Iterable[str], resolvers: Sequence[Place] | None = None, ports: Mapping[str, Sequence[int]] | None = None
) -> HeadStart:
    """Ask for A and AAAA of each host at each resolver; those of the system if None. Never waits.

    `ports`: what `HeadStart.go_on` connects to as soon as an address is known, by host; nothing if None.
    With too few descriptors nothing is asked: no check follows (`descriptors.demand`).
    """
    if allowed() < FEWEST:
        return HeadStart((), {})
    start = HeadStart(system_resolvers() if resolvers is None else resolvers[:_MOST_RESOLVERS], ports or {})
    for host in hosts:
        start.ask(host)
    return start


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


def _lets_look(sock: socket) -> bool:
    """Have each look go on where the last one ended; False where the system cannot."""
    try:
        sock.setsockopt(SOL_SOCKET, _SO_PEEK_OFF, 0)
    except OSError:
        return False
    return LINUX


def system_resolvers(path: str = _RESOLV_CONF) -> list[Place]:
    """The name servers of resolv.conf (resolv.conf(5)); none where there is no such file."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123  pathlib is slow to import
            lines = file.read(65536).decode("ascii", "replace").splitlines()
    except OSError:
        return []
    words = [line.split() for line in lines]
    return [(one[1], _DNS) for one in words if one[:1] == ["nameserver"] and len(one) > 1][:_MOST_RESOLVERS]
