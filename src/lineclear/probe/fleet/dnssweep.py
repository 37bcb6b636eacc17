"""Many names asked of one resolver, for monitors and fleets, for two thirds of what the ordinary verb costs."""

import os
from _socket import socket
from collections.abc import Callable, Iterable

from msgspec import Struct

from lineclear.model import Endpoint, Failure, Raw
from lineclear.probe.datagrams import Ancillary, Source, open_datagrams
from lineclear.probe.dnsasking import query, question
from lineclear.probe.errors import classify_here
from lineclear.probe.loop.reactor import Reactor
from lineclear.probe.naming.dnsquestion import Answer, failed, judged
from lineclear.probe.naming.dnswire import answers, parse

from .volley import Trade, exchange

_WAITS_S = (0.15, 0.15, 0.3, 0.6, 0.8)
"""As the ordinary verb: sent at 0, 0.15, 0.3, 0.6 and 1.2 s, given up after two seconds."""


class Resolved(Struct, frozen=True, gc=False):
    """What one name brought. A truncated answer is one without records: whoever needs them asks over TCP."""

    name: str
    answer: Answer
    rtt_ms: float | None = None


class _Asked(Struct, frozen=True, gc=False):
    """A name and the question section that asks for it."""

    name: str
    wire: bytes


async def sweep_names(
    reactor: Reactor,
    resolver: Endpoint,
    names: Iterable[str],
    tell: Callable[[Resolved], object],
    *,
    rtype: str = "A",
    window: int = 200,
    waits_s: tuple[float, ...] = _WAITS_S,
) -> None:
    """Ask a resolver for one type of every name over UDP and tell what came of each, as it comes.

    A run that is cut tells `interrupted` of what was under way, and nothing of what had not begun.

    Args:
        reactor: runs it; other tasks go on beside it.
        resolver: address and port of the name server.
        names: may be endless, and is asked only when there is room.
        tell: called with each result.
        rtype: `A` or `AAAA`.
        window: questions under way at most. Small resolvers refuse beyond some 150.
        waits_s: seconds to wait after each sending; as many sendings as there are.

    Raises:
        UsageError: no DNS message can carry one of the names.
    """

    def open_socket() -> socket:
        sock = open_datagrams(resolver.address)
        number = sock.connect_ex((resolver.address, resolver.port))
        if number:
            sock.close()
            raise OSError(number, os.strerror(number))
        return sock

    def send(sock: socket, number: int, asked: _Asked) -> None:
        sock.send(query(number, asked.wire))

    def hear(asked: _Asked, data: bytes, _ancillary: Ancillary, _source: Source, rtt_s: float) -> bool:
        if not answers(data, asked.wire):
            return False
        tell(Resolved(asked.name, judged(parse(data, asked.name), rtype), round(rtt_s * 1000.0, 3)))
        return True

    def refuse(asked: _Asked, failure: Failure, detail: Raw | None) -> None:
        tell(Resolved(asked.name, failed(rtype, failure, detail)))

    trade = Trade[_Asked](
        open=open_socket,
        send=send,
        number_at=0,
        hear=hear,
        refuse=refuse,
        classify_here=lambda _asked, number: classify_here(number, resolver.address),
        waits_s=waits_s,
    )
    await exchange(reactor, trade, (_Asked(name, question(name, rtype)) for name in names), window)
