"""What works and will hurt: silent connections that are forgotten, packets that are lost, servers that are too far.

The thresholds, and why they stand where they do:

* Loss: see `lineclear.plan.sampling`. At several hosts; and where a limit on new connections is at work, which eats
  SYNs, by segments with data alone. It is that of some ports where it spares the others as chance does once in 100,000
  times, with the share that the former lose.
* Delay. No two places on earth are farther apart than about 400 ms of cable, there and back. Where even the nearest
  server of the list is, packets take a detour or a satellite, or wait in a full queue.
* Jitter: see `lineclear.plan.varying`.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from lineclear.diagnose.codes import far as far_codes
from lineclear.diagnose.codes import paths as codes
from lineclear.diagnose.codes.code import Code
from lineclear.diagnose.standing import Standing
from lineclear.diagnose.walk import Walk
from lineclear.model import Endpoint, Failure, Finding, IdleHold, TcpConnect, TcpSummary
from lineclear.plan.dividing import divided
from lineclear.plan.sampling import drops_first_syns, is_answered_late, tally
from lineclear.plan.varying import VARIES_MS, least_ms, spreads, usual_spread_ms

from .case import Case, finding, ids, listed

_ENOUGH_HOSTS = 3
"""At which something was lost: one bad server is that server's."""
_RARE = 1e-5
_FIRST = 2
"""Of what was lost, so much is cited before what was not: of each kind a few are shown."""
_FAR_MS = 400.0

_Counted = Sequence[TcpConnect | TcpSummary]

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
_ENDED = frozenset({Failure.EOF, Failure.CONNECTION_RESET, Failure.CONNECTION_ABORTED})
_SILENCE_MS = 1000.0
"""Less is no silence that anybody minds; what breaks while it is opened is another fault."""
_SEVERAL = 2
"""Connections that share a fate, before it is more than one's own."""


def forgotten(case: Case) -> Iterator[Finding]:
    """Connections that were silent for longer than a step no longer stand, and all that were silent for less do."""
    at: dict[Endpoint, list[IdleHold]] = {}
    for one in case.view.of(IdleHold):
        if one.asked and not one.promised:
            at.setdefault(one.endpoint, []).append(one)
    steps = {endpoint for endpoint, holds in at.items() if _step(holds) is not None}
    if steps:
        alive_ms, dead_ms = _narrowest([one for endpoint in steps for one in at[endpoint]])
        proof = [one for endpoint in steps for one in at[endpoint]]
        alive, dead = (_seconds(one) for one in (alive_ms, dead_ms))
        yield finding(codes.IDLE_TIMEOUT, _held(case, steps), ids(proof), alive=alive, dead=dead)


def unheard(case: Case) -> Iterator[Finding]:
    """What the far end says after a silence is lost, though what we say is not, or not yet."""
    holds = [one for one in case.view.of(IdleHold) if one.asked]
    at: dict[Endpoint, list[IdleHold]] = {}
    for one in holds:
        if one.promised:
            at.setdefault(one.endpoint, []).append(one)
    for endpoint, promised in at.items():
        step = _step(promised)
        stood = [one.idle_ms for one in holds if one.endpoint == endpoint and not one.promised and not one.failure]
        if step is not None and max(stood, default=0.0) >= step[1]:
            alive, dead = (_seconds(one) for one in step)
            yield finding(far_codes.UNHEARD, (), ids(promised), alive=alive, dead=dead, ports=str(endpoint.port))


def hung_up(case: Case) -> Iterator[Finding]:
    """Silent connections are ended while the far end, by its own word, keeps them."""
    early = _early(case.view.of(IdleHold))
    if early:
        after = _seconds(min(one.idle_ms for one in early))
        ports = listed(str(port) for port in sorted({one.endpoint.port for one in early}))
        yield finding(far_codes.HUNG_UP, (), ids(early), after=after, ports=ports)


def _early(holds: Iterable[IdleHold]) -> list[IdleHold]:
    """What ended, while the far end had promised to keep it longer; none, if it was only one."""
    early = [one for one in holds if one.promised and not one.asked and one.failure in _ENDED]
    return early if len(early) >= _SEVERAL else []


def outlived(case: Case) -> Iterator[Finding]:
    """What was held silent to the vendor, and nothing on the way forgot: how long it lived, or when it was ended.

    Where anything was forgotten or hung up on, if only on the way to a reflector, that is told instead.
    """
    holds = case.view.of(IdleHold)
    if _early(holds) or any(one.failure in _FORGOTTEN and one.asked for one in holds):
        return
    at: dict[Endpoint, list[IdleHold]] = {}
    for one in holds:
        if one.idle_ms >= _SILENCE_MS and not one.promised:
            at.setdefault(one.endpoint, []).append(one)
    ended = {endpoint: [one for one in mine if one.failure in _ENDED] for endpoint, mine in at.items()}
    stood = {endpoint: [one for one in mine if one.failure is None] for endpoint, mine in at.items()}
    yield from _each(case, far_codes.SILENCE_ENDED, "after", ended, min)
    yield from _each(case, far_codes.SILENCE_OUTLIVED, "alive", stood, max)


def _each(
    case: Case, code: Code, fact: str, at: dict[Endpoint, list[IdleHold]], which: Callable[[Iterable[float]], float]
) -> Iterator[Finding]:
    """A finding for each length of silence, which is the shortest or the longest at an endpoint."""
    lengths: dict[float, set[Endpoint]] = {}
    for endpoint, mine in at.items():
        if mine:
            lengths.setdefault(which(one.idle_ms for one in mine), set()).add(endpoint)
    for length, endpoints in lengths.items():
        stands = _held(case, endpoints)
        if stands:
            proof = [one for endpoint in at if endpoint in endpoints for one in at[endpoint]]
            yield finding(code, stands, ids(proof), **{fact: _seconds(length)})


def _step(holds: list[IdleHold]) -> tuple[float, float] | None:
    """The longest silence that a connection outlived and the shortest that one did not; None: no such step."""
    dead = [one.idle_ms for one in holds if one.failure in _FORGOTTEN]
    alive = [one.idle_ms for one in holds if one.failure is None]
    if not dead or not alive or max(alive) >= min(dead):
        return None
    return max(alive), min(dead)


def _narrowest(holds: list[IdleHold]) -> tuple[float, float]:
    """What all of them say together: the longest silence that none of them died of, and the next they all did."""
    dead = [one.idle_ms for one in holds if one.failure in _FORGOTTEN]
    alive = [one.idle_ms for one in holds if one.failure is None]
    return max(one for one in alive if one < min(dead)), min(one for one in dead if one > max(alive))


def _seconds(ms: float) -> str:
    return f"{ms / 1000.0:.3g} s"


def _held(case: Case, endpoints: set[Endpoint]) -> list[Standing]:
    return [one for one in case.working() if one.walk and one.walk.endpoint in endpoints]


def lossy(case: Case) -> Iterator[Finding]:
    """Packets are lost on the way to many hosts, and not the first SYN of every connection alone."""
    counted = list(_counted(case)) if not drops_first_syns(case.view.ordered) else []
    lost, total = tally(counted).proven
    proof = [one for one in counted if any(tally([one]).all[:1])]
    places = {step.endpoint.address for step in proof}
    if lost and len(places) >= _ENOUGH_HOSTS:
        yield _at_some_ports(case, counted, proof) or finding(codes.LOSS, (), ids(proof), **_share(lost, total))


def _at_some_ports(case: Case, counted: _Counted, proof: _Counted) -> Finding | None:
    """The loss where it chooses ports; None where it does not."""
    ports = {step.endpoint.port for step in proof}
    lost, total = tally(one for one in counted if one.endpoint.port in ports).all
    spared = [one for one in counted if one.endpoint.port not in ports]
    _, others = tally(spared).all
    places = {step.endpoint.address for step in spared}
    if len(places) < _ENOUGH_HOSTS or (1.0 - lost / total) ** others > _RARE:
        return None
    stands = [one for one in case.working() if one.target.port in ports]
    shown = (*proof[:_FIRST], *spared, *proof[_FIRST:])
    return finding(codes.LOSS_AT_PORTS, stands, ids(shown), others=str(others), **_share(lost, total))


def _share(lost: int, total: int) -> dict[str, str]:
    return {"lost": str(lost), "total": str(total), "percent": f"{100 * lost / total:.0f} %"}


def _counted(case: Case) -> Iterator[TcpConnect | TcpSummary]:
    """Steps on the way to endpoints where nothing is wrong; of SYNs none where a limit on connections may eat them."""
    uneven = {one.port for one in divided(case.view.ordered)}
    fine = {walk.endpoint for walk in _healthy(case) if walk.endpoint.port not in uneven}
    for one in case.view.ordered:
        is_syn = isinstance(one, TcpConnect)
        if (
            isinstance(one, TcpConnect | TcpSummary)
            and one.endpoint in fine
            and not (is_syn and case.standings.recovery.is_limited)
        ):
            yield one


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
    timed = [step for step in steps if step.failure is None and step.rtt_ms is not None]
    return [step for step in timed if not step.retransmits or is_answered_late(step)]


def jittery(case: Case) -> Iterator[Finding]:
    """Connects that were made apart, when all was quiet, took now short, now long, at half of the hosts.

    Not while this machine itself was late.
    """
    fine = {walk.endpoint for walk in _healthy(case)}
    punctual = [one for one in case.view.ordered if not case.view.own_delay_ms(one)]
    apart = {where: steps for where, steps in spreads(punctual, apart=True).items() if where in fine}
    least = least_ms(case.view.ordered)
    usual = usual_spread_ms(apart, least)
    if usual >= VARIES_MS:
        proof = [one for where, those in apart.items() for one in those if (one.rtt_ms or 0.0) >= least[where] + usual]
        yield finding(codes.JITTER, (), ids(proof), spread=f"{usual:.0f} ms")
