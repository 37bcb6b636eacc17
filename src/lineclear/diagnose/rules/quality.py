"""What works and will hurt: silent connections that are forgotten, packets that are lost, servers that are too far.

The thresholds, and why they stand where they do:

* Loss. A segment that is lost costs a thin stream at least a retransmission timeout, 200 ms and a round trip. From one
  in twenty on this is felt all day. It must be proven: by enough SYNs and segments with data, at several hosts, so that
  chance could hardly make it of the one in thirty-odd that TCP repairs unnoticed. Where a limit on new connections is
  at work, which eats SYNs, only segments with data count.
* Delay. No two places on earth are farther apart than about 400 ms of cable, there and back. Where even the nearest
  server of the list is, packets take a detour or a satellite, or wait in a full queue.
* Jitter. ITU-T Y.1541 allows its classes for interactive traffic 50 ms. Half as much again, at half of the hosts, is
  more than chance makes of the few round trips there are.
"""

from collections import Counter
from collections.abc import Iterator

from msgspec import Struct

from lineclear.diagnose.codes import paths as codes
from lineclear.diagnose.standing import Standing
from lineclear.diagnose.walk import Walk
from lineclear.model import Endpoint, Failure, Finding, IdleHold, TcpConnect, TcpSummary
from lineclear.plan.sampling import lost_segments, lost_syns

from .case import Case, finding, ids

_LOSS_HURTS = 0.05
"""Of the data segments: what is called loss at all."""
_LOSS_PROVEN = 0.03
"""What the true share exceeds with 99 % certainty, by the normal approximation."""
_CERTAIN = 2.33
_ENOUGH_PACKETS = 40
_ENOUGH_HOSTS = 3
"""At which something was lost: one bad server is that server's."""
_FAR_MS = 400.0
_JITTER_MS = 80.0
_VARYING_HOSTS = 8
_BY_PORT = 0.8

_FORGOTTEN = frozenset(
    {
        Failure.TIMED_OUT,
        Failure.CONNECTION_RESET,
        Failure.CONNECTION_ABORTED,
        Failure.HOST_UNREACHABLE,
        Failure.NETWORK_UNREACHABLE,
    }
)
"""What a question to a connection that nobody remembers ends in. A goodbye is not among them: that is the server's."""


def forgotten(case: Case) -> Iterator[Finding]:
    """Connections that were silent for longer than a step no longer stand, and all that were silent for less do."""
    at: dict[Endpoint, list[IdleHold]] = {}
    for one in case.view.ordered:
        if isinstance(one, IdleHold) and one.asked:
            at.setdefault(one.endpoint, []).append(one)
    steps = {endpoint: step for endpoint, holds in at.items() if (step := _step(holds)) is not None}
    if steps:
        alive_ms, dead_ms = _narrowest(list(steps.values()))
        proof = [one for endpoint in steps for one in at[endpoint]]
        alive, dead = (_seconds(one) for one in (alive_ms, dead_ms))
        yield finding(codes.IDLE_TIMEOUT, _held(case, steps), ids(proof), alive=alive, dead=dead)


def _step(holds: list[IdleHold]) -> tuple[float, float] | None:
    """The longest silence that a connection outlived and the shortest that one did not; None: no such step."""
    dead = [one.idle_ms for one in holds if one.failure in _FORGOTTEN]
    alive = [one.idle_ms for one in holds if one.failure is None]
    if not dead or not alive or max(alive) >= min(dead):
        return None
    return max(alive), min(dead)


def _narrowest(steps: list[tuple[float, float]]) -> tuple[float, float]:
    """What all of them say together; where they contradict each other, as wide as it takes."""
    alive_ms, dead_ms = max(alive for alive, _ in steps), min(dead for _, dead in steps)
    if alive_ms < dead_ms:
        return alive_ms, dead_ms
    return min(alive for alive, _ in steps), max(dead for _, dead in steps)


def _seconds(ms: float) -> str:
    return f"{ms / 1000.0:.3g} s"


def _held(case: Case, endpoints: dict[Endpoint, tuple[float, float]]) -> list[Standing]:
    return [one for one in case.working() if one.walk and one.walk.endpoint in endpoints]


def lossy(case: Case) -> Iterator[Finding]:
    """Packets are lost on the way to many hosts."""
    counted = list(_counted(case))
    total, lost = sum(sent for _, _, sent in counted), sum(gone for _, gone, _ in counted)
    proof = [step for step, gone, _ in counted if gone]
    places = {step.endpoint.address for step in proof}
    if total >= _ENOUGH_PACKETS and len(places) >= _ENOUGH_HOSTS and _is_proven(lost, total):
        share = f"{100 * lost / total:.0f} %"
        yield finding(codes.LOSS, (), ids(proof), lost=f"{lost} of {total}", percent=share)


def _is_proven(lost: int, total: int) -> bool:
    share = lost / total
    chance: float = _CERTAIN * (share * (1.0 - share) / total) ** 0.5
    return share >= _LOSS_HURTS and share - chance >= _LOSS_PROVEN


def _counted(case: Case) -> Iterator[tuple[TcpConnect | TcpSummary, int, int]]:
    """Steps on the way to endpoints where nothing is wrong: how many packets they lost, and of how many."""
    fine = {walk.endpoint for walk in _healthy(case)}
    for one in case.view.ordered:
        if isinstance(one, TcpSummary) and one.endpoint in fine:
            yield one, *lost_segments(one)
        elif isinstance(one, TcpConnect) and one.endpoint in fine and not case.standings.healed:
            yield one, *lost_syns(one)


def _healthy(case: Case) -> list[Walk]:
    """Walks that lack nothing: what a filter swallows is sent again too, and is not lost by chance."""
    walks = (walk for one in case.all for walk in case.view.walks[one.target.name])
    return [walk for walk in walks if walk.symptom is None and not case.view.is_near(walk.endpoint.address)]


def far(case: Case) -> Iterator[Finding]:
    """Even the nearest server is farther than any place on earth is by cable."""
    times = {step.rtt_ms: step for step in _round_trips(case) if step.rtt_ms is not None}
    if times and min(times) > _FAR_MS:
        yield finding(codes.FAR, (), (times[min(times)].id,), nearest=f"{min(times):.0f} ms")


def _round_trips(case: Case) -> list[TcpConnect]:
    """Connects whose round trip is known: of a SYN that was sent again one cannot tell which was answered."""
    walks = _healthy(case)
    steps = (step for walk in walks for step in (*walk.first, *walk.second) if isinstance(step, TcpConnect))
    return [step for step in steps if step.failure is None and step.rtt_ms is not None and not step.retransmits]


def jittery(case: Case) -> Iterator[Finding]:
    """The way to the same host is now short, now long, and so is that to half of the others; not by the port.

    A SYN may have taken longer than the shortest round trip of any connection to the address.
    """
    several = [host for alike in _by_ports(case).values() if not _is_by_port(alike) for host in alike]
    spreads = sorted(one.spread_ms for one in several)
    usual = spreads[(len(spreads) - 1) // 2] if len(spreads) >= _VARYING_HOSTS else 0.0
    if usual >= _JITTER_MS:
        proof = [step for one in several if one.spread_ms >= _JITTER_MS for step in one.steps]
        yield finding(codes.JITTER, (), ids(proof), spread=f"{usual:.0f} ms")


class _Delays(Struct, frozen=True, kw_only=True):
    """The connects to one address, and the shortest round trip seen on each of its ports."""

    steps: list[TcpConnect]
    least: dict[int, float]

    @property
    def spread_ms(self) -> float:
        """How much longer the longest took than the shortest."""
        return max(step.rtt_ms or 0.0 for step in self.steps) - min(self.least.values())

    @property
    def sooner(self) -> int:
        """The port whose SYN was answered sooner than another's, if that makes half of the spread or more; 0: none."""
        first, *_, last = sorted((step.rtt_ms or 0.0, step.endpoint.port) for step in (*self.steps, *self.steps))
        return first[1] if 2.0 * (last[0] - first[0]) >= self.spread_ms else 0


def _by_ports(case: Case) -> dict[frozenset[int], list[_Delays]]:
    """Addresses beyond the local network where nothing is wrong, by the ports they were tried on."""
    at: dict[str, _Delays] = {}
    for step in _round_trips(case):
        at.setdefault(step.endpoint.address, _Delays(steps=[], least={})).steps.append(step)
    for one in case.view.ordered:
        if isinstance(one, TcpSummary) and one.endpoint.address in at:
            least = at[one.endpoint.address].least
            least[one.endpoint.port] = min(one.min_rtt_ms, least.get(one.endpoint.port, one.min_rtt_ms))
    found: dict[frozenset[int], list[_Delays]] = {}
    for delays in at.values():
        if delays.least:
            found.setdefault(frozenset(delays.least), []).append(delays)
    return found


def _is_by_port(alike: list[_Delays]) -> bool:
    """Whether nearly everywhere the same port accepts sooner than another: a box accepts it, and nothing varies."""
    sooner = Counter(one.sooner for one in alike if one.sooner)
    return max(sooner.values(), default=0) > _BY_PORT * len(alike)
