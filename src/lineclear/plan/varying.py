"""Whether the delay seems to vary, and where it is worth measuring again, apart: our own burst makes a queue too.

A check begins with all its connects at once, and a slow line or a busy machine delays some of them. So a first pass in
which SYNs took much longer than the connections did later is only a suspicion. A few rounds of single SYNs, when all is
quiet, decide.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from lineclear.model import Endpoint, Observation, Plan, Purpose, TcpConnect, TcpSummary

VARIES_MS = 80.0
"""ITU-T Y.1541 allows its classes for interactive traffic 50 ms; half as much again is more than chance makes of the
few round trips there are."""
_SUSPECTED_MS = 50.0
"""In the burst: a quiet round decides, so what is suspected may be less than what is said. Of a link that adds up to
250 ms each way the burst showed no more than 70 at half of the addresses, once."""
ROUNDS = 3
"""One connect to each address in each."""
_ADDRESSES = 8
_APART_MS = 100.0


def spreads(observations: Iterable[Observation], *, apart: bool) -> Mapping[Endpoint, tuple[TcpConnect, ...]]:
    """Connects to each endpoint by which the delay there is judged: those made apart, or the others.

    Of what is sent to one address several times at once, to find out what is lost, nothing was apart.
    """
    found: dict[Endpoint, list[TcpConnect]] = {}
    for one in observations:
        if isinstance(one, TcpConnect) and _is_measured(one) and (one.purpose is Purpose.COMPARISON) is apart:
            found.setdefault(one.endpoint, []).append(one)
    return {endpoint: tuple(_alone(steps) if apart else steps) for endpoint, steps in found.items()}


def _alone(steps: Sequence[TcpConnect]) -> Iterator[TcpConnect]:
    """Those beside which no other was sent to the same place."""
    for one in steps:
        if all(abs(one.at_ms - other.at_ms) >= _APART_MS for other in steps if other is not one):
            yield one


def _is_measured(one: TcpConnect) -> bool:
    """Whether its round trip is known: of a SYN that was sent again one cannot tell which was answered."""
    return bool(one.host) and one.rtt_ms is not None and not one.retransmits


def least_ms(observations: Iterable[Observation]) -> Mapping[Endpoint, float]:
    """The shortest round trip to each endpoint, by whatever was sent there."""
    found: dict[Endpoint, float] = {}
    for one in observations:
        if isinstance(one, TcpConnect) and one.rtt_ms is not None:
            found[one.endpoint] = min(one.rtt_ms, found.get(one.endpoint, one.rtt_ms))
        elif isinstance(one, TcpSummary) and one.min_rtt_ms:
            found[one.endpoint] = min(one.min_rtt_ms, found.get(one.endpoint, one.min_rtt_ms))
    return found


def usual_spread_ms(steps: Mapping[Endpoint, tuple[TcpConnect, ...]], least: Mapping[Endpoint, float]) -> float:
    """How much longer than the shortest the longest round trip is, at half of the endpoints; 0: too few to say."""
    known = {endpoint: max(one.rtt_ms or 0.0 for one in those) for endpoint, those in steps.items() if those}
    longer = sorted(rtt_ms - least[endpoint] for endpoint, rtt_ms in known.items())
    return longer[(len(longer) - 1) // 2] if len(longer) >= _ADDRESSES else 0.0


def varying(plan: Plan, observations: Iterable[Observation]) -> tuple[tuple[str, Endpoint], ...]:
    """Host and endpoint of each connect of a round, one to each address; none unless the delay seemed to vary."""
    seen = list(observations)
    least = least_ms(seen)
    by_address: dict[str, tuple[str, Endpoint]] = {}
    required = {one.host for one in plan.targets if one.required}
    longer: dict[str, float] = {}
    for endpoint, steps in spreads(seen, apart=False).items():
        nearest = min(value for other, value in least.items() if other.address == endpoint.address)
        most = max(one.rtt_ms or 0.0 for one in steps) - nearest
        longer[endpoint.address] = max(most, longer.get(endpoint.address, 0.0))
        if steps[0].host in required:
            by_address[endpoint.address] = (steps[0].host, endpoint)
    much = [one for one in longer.values() if one >= _SUSPECTED_MS]
    if len(longer) < _ADDRESSES or 2 * len(much) < len(longer):
        return ()
    return tuple(by_address.values())
