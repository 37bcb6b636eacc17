"""Echoes to many addresses, for monitors and fleets, for four fifths of what the ordinary verb costs."""

from _socket import socket
from collections.abc import Callable, Iterable
from os import urandom

from msgspec import Struct

from lineclear.model import Failure, Raw
from lineclear.probe.datagrams import Ancillary, Source
from lineclear.probe.errors import classify_here
from lineclear.probe.loop.reactor import Reactor
from lineclear.probe.ping.icmp import COOKIE, NUMBER_AT, kind_of, open_echo_socket, without_ip_header
from lineclear.probe.sockets import LINUX

from .volley import Trade, exchange

_WAITS_S = (0.5, 0.5)


class Echoed(Struct, frozen=True, gc=False):
    """What the echoes to one address brought."""

    address: str
    failure: Failure | None = None
    raw: Raw | None = None
    rtt_ms: float | None = None
    hop_limit: int | None = None
    """Of the reply as received."""


async def sweep_addresses(
    reactor: Reactor,
    addresses: Iterable[str],
    tell: Callable[[Echoed], object],
    *,
    like: str = "127.0.0.1",
    window: int = 200,
    waits_s: tuple[float, ...] = _WAITS_S,
) -> None:
    """Send an echo to each of many addresses of one family and tell what came of each, as it comes.

    Where the system gives no ping socket, every address is told to be `permission_denied`: `icmp.permitted` says so
    beforehand. A run that is cut tells `interrupted` of what was under way, and nothing of what had not begun.

    Args:
        reactor: runs it; other tasks go on beside it.
        addresses: may be endless, and is asked only when there is room.
        tell: called with each result.
        like: an address of the family.
        window: echoes under way at most.
        waits_s: seconds to wait after each echo; as many echoes as there are.
    """
    kind = kind_of(like)
    cookie = urandom(COOKIE)

    def send(sock: socket, number: int, address: str) -> None:
        sock.sendto(kind.request_of(number, cookie), (address, 0))

    def hear(address: str, data: bytes, ancillary: Ancillary, source: Source, rtt_s: float) -> bool:
        if not kind.is_reply(data, cookie, source[0], address):
            return False
        tell(Echoed(address, None, None, round(rtt_s * 1000.0, 3), kind.hops_left(ancillary)))
        return True

    trade = Trade[str](
        open=lambda: open_echo_socket(like),
        send=send,
        number_at=NUMBER_AT,
        unwrap=None if LINUX else without_ip_header,
        hear=hear,
        refuse=lambda address, failure, detail: tell(Echoed(address, failure, detail)),
        classify_here=lambda address, number: classify_here(number, address),
        waits_s=waits_s,
    )
    await exchange(reactor, trade, addresses, window)
