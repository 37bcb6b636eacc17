"""P3, P4, P5: black holes and lost packets: how soon the verdict comes, and how often it is wrong."""

import statistics
import time
from typing import NamedTuple

from bench.checking import Ladder, call, command, ladder_world
from bench.delay import Rule
from bench.measure import Bounds, say, spread

from lineclear.catalog import load_edition
from lineclear.model import (
    Catalog,
    Depth,
    Endpoint,
    Ports,
    Purpose,
    Report,
    Requirement,
    Service,
    TcpConnect,
    Transport,
)
from lineclear.probe.fleet.sweep import Swept, sweep
from lineclear.probe.loop.reactor import Reactor

_HOSTS, _PORTS = 27, (80, 443, 4000, 4001)
_BLACK_HOLES = 6
_OPEN = _HOSTS * len(_PORTS) - _BLACK_HOLES
_T_S = 3.0
_LEAST_CHECKS = 4000
_NONE_SEEN = 3.0
"""Upper 95 % bound of a count of which none was seen."""


def _square() -> Catalog:
    """27 hosts, each with the same four ports."""
    rows = tuple(
        Requirement(
            id=f"all/{host}/{port}",
            service="all",
            host=f"host{host}.example",
            ports=Ports(first=port, last=port),
            transport=Transport.TCP,
        )
        for host in range(_HOSTS)
        for port in _PORTS
    )
    service = Service(id="all", label="ALL", name="All", requirements=rows)
    return Catalog(id="bench", edition="1", title="Bench", publisher="-", application="-", services=(service,))


class Check(NamedTuple):
    """What one check took and got wrong."""

    first_pass_s: float
    final_s: float
    false_at_first: int
    false_in_the_end: int
    black_holes_found: int
    syns: int


class Silence:
    """A network with black holes and loss, and the truth about it."""

    def __init__(self, loss: float) -> None:
        self.ladder = Ladder(_square())
        hosts = list(self.ladder.names)
        self.holes = {(hosts[4 * number + 2], _PORTS[number % 4]) for number in range(_BLACK_HOLES)}
        drops = [Rule(self.ladder.names[host], drop=True, port=port) for host, port in self.holes]
        self.plan = [*drops, *self.ladder.plan(loss=loss)]

    def check(self) -> Check:
        """One check, and what it says against what is so."""
        wall_s, report = call(self.ladder.catalog, Depth.TCP)
        first = [
            one for one in report.evidence.observations if isinstance(one, TcpConnect) and one.purpose is Purpose.TARGET
        ]
        wrong = [one for one in first if one.failure and (one.host, one.endpoint.port) not in self.holes]
        around_s = wall_s - report.evidence.took_ms / 1000
        return Check(
            first_pass_s=max(one.at_ms + one.took_ms for one in first) / 1000 + around_s,
            final_s=wall_s,
            false_at_first=len(wrong),
            false_in_the_end=len(self._said_no(report) - self.holes),
            black_holes_found=len(self._said_no(report) & self.holes),
            syns=sum(len(one.attempts) for one in first),
        )

    def peer_s(self) -> tuple[float, int]:
        """A tester that connects once to everything at once and waits three seconds; its wall time and mistakes."""
        seen: list[Swept] = []
        targets = [Endpoint(address=self.ladder.names[host], port=port) for host, port in self.ladder.endpoints]
        reactor = Reactor()
        began = time.perf_counter()
        reactor.run(sweep(reactor, targets, seen.append, patience_s=_T_S, syns_per_address=len(_PORTS)))
        reactor.close()
        wrong = sum(one.failure is not None for one in seen) - _BLACK_HOLES
        return time.perf_counter() - began, wrong

    @staticmethod
    def _said_no(report: Report) -> set[tuple[str, int]]:
        return {(one.host, one.port) for one in report.diagnosis.targets if one.ok is False}


def p3(rounds: int) -> None:
    """Black holes and 2 % loss: time of the provisional verdict against a peer that waits three seconds."""
    silence = Silence(loss=0.02)
    with ladder_world(silence.ladder, silence.plan, tls=False):
        peers, checks = [], []
        for _ in range(max(5, rounds)):
            peers.append(silence.peer_s()[0])
            checks.append(silence.check())
    first_s = statistics.median(one.first_pass_s for one in checks)
    final_s = statistics.median(one.final_s for one in checks)
    peer_s = statistics.median(peers)
    found = sum(one.black_holes_found for one in checks)
    absolutes = f"{first_s:.2f} s, final {final_s:.2f} s, peer {peer_s:.2f} s"
    absolutes += f"; black holes found {found} of {len(checks) * _BLACK_HOLES}"
    say("P3", "first verdict against T = 3 s", first_s / peer_s, absolutes, Bounds(0.45, 0.33))
    say("P3", "final verdict against T = 3 s", final_s / peer_s, absolutes)


def p4(rounds: int) -> None:
    """False failures over at least 4,000 checks of open endpoints, at 2 % and 5 % loss each way."""
    runs = -(-_LEAST_CHECKS // _OPEN) if rounds >= 5 else rounds
    for loss, bounds in ((0.02, Bounds(1.0, 0.0)), (0.05, Bounds(1.0, 0.0))):
        silence = Silence(loss)
        with ladder_world(silence.ladder, silence.plan, tls=False, seed=round(loss * 1000)):
            checks = [silence.check() for _ in range(runs)]
        opened = runs * _OPEN
        first = sum(one.false_at_first for one in checks)
        final = sum(one.false_in_the_end for one in checks)
        absolutes = f"{first} of {opened} at first, {final} in the end; 95 % bound "
        absolutes += f"{(_NONE_SEEN if not first else first + 1.96 * first**0.5 + 1) / opened * 1000:.2f}"
        absolutes += f"; {statistics.mean(one.syns for one in checks):.0f} SYNs a check"
        what = f"false failures per mille at first, loss {loss:.0%}"
        say("P4", what, first / opened * 1000, absolutes, bounds if loss == 0.02 else None)
        say("P4", f"in the end, loss {loss:.0%}", final / opened * 1000, absolutes, Bounds(0.0, 0.0))


def p5(rounds: int) -> None:
    """2 % loss on the way to the resolver only: the ninth of ten walls against the loss-free one."""
    ladder = Ladder(load_edition("ibkr", "2022-01"))
    walls: dict[float, list[float]] = {}
    for loss in (0.0, 0.02):
        with ladder_world(ladder, ladder.plan(dns_loss=loss), tls=False, seed=7):
            command(Depth.TCP)
            walls[loss] = [command(Depth.TCP).wall_s for _ in range(max(20, rounds) if loss else max(5, rounds))]
    lossy = sorted(walls[0.02])
    p90, free = lossy[len(lossy) * 9 // 10 - 1], statistics.median(walls[0.0])
    absolutes = f"p90 {p90:.3f} s, loss-free {free:.3f} s; all {len(lossy)} runs {spread(lossy)} s"
    say("P5", "check --depth tcp, 2 % DNS loss", p90 / free, absolutes, Bounds(2.0, 1.5))
