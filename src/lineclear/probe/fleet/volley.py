"""Many datagrams to be answered, as cheaply as can be: what sweeps over names and over addresses have in common.

It leaves out what makes the ordinary verbs dear: a task and a record for each, and listening on after the answer. It
keeps resends, ICMP errors with their owners, and round trips counted to the arrival. Everything sent for the n-th time
leaves from the n-th socket, so a resend has another port; everything sent for the n-th time waits equally long, so
whoever was sent first is the first to be looked at.
"""

from _socket import socket
from collections import deque
from collections.abc import Callable, Iterable
from os import urandom
from typing import Generic, TypeVar

from msgspec import Struct

from lineclear.model import Failure, Raw
from lineclear.probe.datagrams import Ancillary, Source, lain_s, make_room, receive
from lineclear.probe.dnsasking import number_of
from lineclear.probe.errors import classify_datagram, queued_errors, raw
from lineclear.probe.loop.poller import ERROR, READ
from lineclear.probe.loop.reactor import Reactor

Item = TypeVar("Item")

MOST_UNDER_WAY = 16_384
"""A quarter of all numbers: a random one is then soon found to be free, and hard to guess."""
_MOST_READ_AT_ONCE = 256
_MOST_SENT_AT_ONCE = 64
_RANDOM_AT_ONCE = 2048


class Trade(Struct, Generic[Item]):
    """What makes a sweep one of names or of addresses."""

    open: Callable[[], socket]
    """A socket to send from.

    Raises:
        OSError: this machine has none.
    """
    send: Callable[[socket, int, Item], object]
    """Send the datagram of this number for an item."""
    number_at: int
    """Where in a datagram its number stands, in what comes back and in what an ICMP error quotes."""
    hear: Callable[[Item, bytes, Ancillary, Source, float], bool]
    """Take what came back, with its round trip in seconds; False if it is no answer to that item."""
    refuse: Callable[[Item, Failure, Raw | None], object]
    """Take that nothing came back, and why."""
    classify_here: Callable[[Item, int], Failure]
    """Our word for an errno with which this machine refused to send."""
    waits_s: tuple[float, ...]
    """Seconds to wait for an answer after the first sending, the second, and so on."""
    unwrap: Callable[[bytes], bytes] | None = None
    """Frees a datagram from what the system put before it."""


class _Letter(Generic[Item]):
    """One item, the numbers it was sent under, and whether it still waits."""

    __slots__ = ("is_open", "item", "numbers")

    def __init__(self, item: Item) -> None:
        self.item = item
        self.is_open = True
        self.numbers: tuple[int, ...] = ()


async def exchange(reactor: Reactor, trade: Trade[Item], items: Iterable[Item], window: int) -> None:
    """Send for every item, at most `window` at a time, and hand each outcome to the trade as it comes.

    A run that is cut refuses, as interrupted, what was under way, and nothing of what had not begun. `items` may be
    endless, and is asked only when there is room.
    """
    volley = _Volley(reactor, trade)
    waiting = iter(items)
    is_more = True
    try:
        while not reactor.is_cut:
            is_more = is_more and volley.launch(waiting, min(window, MOST_UNDER_WAY))
            moment = volley.due()
            if moment is None and not is_more:
                break
            has_room = is_more and len(volley) < min(window, MOST_UNDER_WAY)
            for fd, mask in await reactor.until(reactor.clock() if has_room or moment is None else moment):
                volley.land(fd, mask)
            volley.look_after()
    finally:
        volley.end()


class _Volley(Generic[Item]):
    """Letters under way."""

    def __init__(self, reactor: Reactor, trade: Trade[Item]) -> None:
        self._reactor = reactor
        self._clock = reactor.clock
        self._trade = trade
        self._number_at = trade.number_at
        self._unwrap = trade.unwrap
        self._socks: list[socket] = []
        self._by_fd: dict[int, socket] = {}
        self._sent: dict[int, tuple[_Letter[Item], float, int]] = {}
        self._queues: list[deque[tuple[float, _Letter[Item]]]] = [deque() for _ in trade.waits_s]
        self._random = b""
        self._at = 0
        self._open = 0

    def __len__(self) -> int:
        return self._open

    def launch(self, items: "Iterable[Item]", window: int) -> bool:
        """Send the next few; whether there may be more."""
        room = min(window - self._open, _MOST_SENT_AT_ONCE)
        for item in items if room > 0 else ():
            self._open += 1
            self._post(_Letter(item), 0)
            room -= 1
            if room <= 0:
                return True
        return room <= 0

    def due(self) -> float | None:
        """When somebody has waited long enough; None: nobody waits."""
        soonest = None
        for queue in self._queues:
            while queue and not queue[0][1].is_open:
                queue.popleft()
            if queue and (soonest is None or queue[0][0] < soonest):
                soonest = queue[0][0]
        return soonest

    def look_after(self) -> None:
        """Send again what has waited long enough, and give up what was sent often enough."""
        now = self._clock()
        for turn, queue in enumerate(self._queues):
            while queue and (queue[0][0] <= now or not queue[0][1].is_open):
                _, letter = queue.popleft()
                if letter.is_open and turn + 1 < len(self._queues):
                    self._post(letter, turn + 1)
                elif letter.is_open:
                    self._refuse(letter, Failure.TIMED_OUT)

    def land(self, fd: int, mask: int) -> None:
        """Read what came to a socket."""
        sock, take = self._by_fd[fd], self._take
        if mask & ERROR:
            self._take_errors(sock)
        for _ in range(_MOST_READ_AT_ONCE):
            try:
                data, ancillary, source = receive(sock)
            except BlockingIOError:
                return
            except OSError as problem:
                self._blame(sock, problem.errno or 0)
                return
            take(fd, data, ancillary, source)

    def end(self) -> None:
        """Give up what is under way."""
        for queue in self._queues:
            for _, letter in queue:
                if letter.is_open:
                    self._refuse(letter, Failure.INTERRUPTED)
        for sock in self._socks:
            self._reactor.hang_up(sock)

    def _post(self, letter: _Letter[Item], turn: int) -> None:
        number = self._new_number()
        try:
            sock = self._socket(turn)
            moment = self._clock()
            self._push(sock, number, letter.item)
        except OSError as problem:
            refused = problem.errno or 0
            self._refuse(letter, self._trade.classify_here(letter.item, refused), raw(refused))
            return
        if letter.is_open:
            letter.numbers += (number,)
            self._sent[number] = (letter, moment, sock.fileno())
            self._queues[turn].append((moment + self._trade.waits_s[turn], letter))

    def _push(self, sock: socket, number: int, item: Item) -> None:
        """Send; a full buffer loses the datagram, and an error of an earlier one is dealt with first."""
        try:
            self._trade.send(sock, number, item)
        except BlockingIOError:
            return
        except OSError:
            self._take_errors(sock)
            self._trade.send(sock, number, item)

    def _socket(self, turn: int) -> socket:
        """The socket of a turn; an earlier one where this machine has no more."""
        while len(self._socks) <= turn:
            try:
                sock = self._trade.open()
            except OSError:
                if not self._socks:
                    raise
                break
            make_room(sock)
            self._reactor.watch(sock.fileno(), READ)
            self._socks.append(sock)
            self._by_fd[sock.fileno()] = sock
        return self._socks[min(turn, len(self._socks) - 1)]

    def _new_number(self) -> int:
        while True:
            if self._at >= len(self._random):
                self._random, self._at = urandom(_RANDOM_AT_ONCE), 0
            number = number_of(self._random, self._at)
            self._at += 2
            if number not in self._sent:
                return number

    def _take(self, fd: int, data: bytes, ancillary: Ancillary, source: Source) -> None:
        if self._unwrap is not None:
            data = self._unwrap(data)
        sent = self._sent.get(number_of(data, self._number_at))
        if sent is None or sent[2] != fd:
            return
        letter, moment, _ = sent
        rtt_s = self._clock() - moment - lain_s(ancillary)
        if self._trade.hear(letter.item, data, ancillary, source, max(0.0, rtt_s)):
            self._close(letter)

    def _take_errors(self, sock: socket) -> None:
        for number, icmp, quoted in queued_errors(sock):
            sent = self._sent.get(number_of(quoted, self._number_at))
            if sent is not None:
                self._refuse(sent[0], classify_datagram(number), raw(number, icmp))

    def _blame(self, sock: socket, number: int) -> None:
        """Refuse everything of a socket: its system does not say what an error is about."""
        for letter in {id(one): one for one, _, fd in self._sent.values() if fd == sock.fileno()}.values():
            self._refuse(letter, classify_datagram(number), raw(number))

    def _refuse(self, letter: _Letter[Item], failure: Failure, detail: Raw | None = None) -> None:
        self._close(letter)
        self._trade.refuse(letter.item, failure, detail)

    def _close(self, letter: _Letter[Item]) -> None:
        letter.is_open = False
        self._open -= 1
        for number in letter.numbers:
            del self._sent[number]
