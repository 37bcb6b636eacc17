"""P17: how long a path trace takes, in round trips, wherever on the way the delay is."""

import contextlib
from collections.abc import Iterator, Sequence

from bench.delay import Cable, Rule, Side
from bench.measure import Bounds, say
from bench.world import Place

from lineclear.model import Endpoint, Limits, PathTrace, Ping
from lineclear.probe.loop.reactor import Reactor
from lineclear.probe.route import path
from lineclear.probe.run import Run

_RTT_MS = 50.0
_PORT = 4001
_EVERYTHING = "0.0.0.0/0"


@contextlib.contextmanager
def _chain(links: Sequence[float]) -> Iterator[str]:
    """Routers in a row, each link with its share of the round trip; gives the address behind the last."""
    names = ["", *(f"n{number}" for number in range(1, len(links) + 1))]
    with contextlib.ExitStack() as stack:
        places = [stack.enter_context(Place(name)) for name in names]
        for number, share_ms in enumerate(links):
            near, far = places[number], places[number + 1]
            left = Side(near.inside, f"10.50.{number}.1/30", f"right{number}")
            right = Side(far.inside, f"10.50.{number}.2/30", f"left{number}")
            stack.enter_context(Cable(left, right, [Rule(_EVERYTHING, rtt_ms=share_ms)]))

        for number, place in enumerate(places):
            _route(place, number, len(links))
        yield f"10.50.{len(links) - 1}.2"


def _route(place: Place, number: int, links: int) -> None:
    ahead = [f"route replace 10.50.{link}.0/30 via 10.50.{number}.2" for link in range(number + 1, links)]
    behind = [f"route replace 10.50.{link}.0/30 via 10.50.{number - 1}.1" for link in range(number - 1)]
    place.ip(*ahead, *behind)


def _trace(address: str, hops: int) -> dict[str, PathTrace]:
    """Traces that know nothing, what an echo reply tells, and what an earlier trace told."""
    reactor = Reactor()
    traces = {}
    for known in ("", ", after an echo", ", after a trace"):
        run = Run(reactor, Limits(hop_limit=14))
        if known == ", after an echo":
            run.record(Ping(id="o1", at_ms=0.0, took_ms=_RTT_MS, address=address, hop_limit=64 - (hops - 1)))
        if known == ", after a trace":
            run.saw_distance(address, hops)
        reactor.run(path.trace(run, host="", endpoint=Endpoint(address=address, port=_PORT)))
        (traces[known],) = (one for one in run.observations if isinstance(one, PathTrace))
    reactor.close()
    return traces


def p17(rounds: int) -> None:
    """Wall time of a trace over its round trip, with the delay at the first link, at the last, or spread."""
    bounds = Bounds(1.5 + 5.0 / _RTT_MS, 1.1 + 2.0 / _RTT_MS)
    for hops in (5, 8, 12):
        shares = {
            "at the last link": [0.0] * (hops - 1) + [_RTT_MS],
            "at the fourth": [0.0] * 3 + [_RTT_MS] + [0.0] * (hops - 4),
            "spread evenly": [_RTT_MS / hops] * hops,
            "at the first": [_RTT_MS] + [0.0] * (hops - 1),
        }
        for where, links in shares.items():
            with _chain(links) as address:
                taken = [_trace(address, hops) for _ in range(rounds)]
            for known in taken[0]:
                traces = [one[known] for one in taken]
                wrong = [one for one in traces if len(one.hops) != hops]
                took_ms = min(one.took_ms for one in traces)
                absolutes = f"{took_ms:.1f} ms, round trip {_RTT_MS:.0f} ms, {len(wrong)} of {rounds} incomplete"
                say("P17", f"{hops} hops, delay {where}{known}", took_ms / _RTT_MS, absolutes, bounds)
