"""Which sites are greeted once more by a TLS greeting that does not fit into one packet, as browsers greet.

Since 2024 browsers offer a post-quantum key of 1,216 bytes (X25519MLKEM768). TLS allows a greeting in several segments
(RFC 8446 section 5.1), but a device that looks for the name in the first one alone drops or resets it. Java and most
other programs greet in one packet, and do not notice.
"""

from collections.abc import Iterable, Iterator, Sequence

from lineclear.model import (
    AnyObservation,
    Endpoint,
    LargeGreeting,
    Observation,
    Plan,
    Purpose,
    Target,
    TlsHandshake,
    Transport,
)

from .dialling import dialled_port
from .segments import LADDER, SMALL

_SITES = 3
"""By each IP version: a link may lose what is large of one alone."""

Place = tuple[Target, Endpoint]


def sites(plan: Plan, observations: Iterable[AnyObservation]) -> tuple[Place, ...]:
    """The nearest sites of a browser that shook hands in the usual way, and where they stand."""
    wanted = [one for one in plan.targets if one.transport is Transport.HTTPS and one.required]
    targets = {(one.host, dialled_port(plan.redirections, one.host, one.port)): one for one in wanted}
    near: dict[Endpoint, tuple[float, Target]] = {}
    for one in observations:
        if not isinstance(one, TlsHandshake) or one.failure is not None or one.purpose is Purpose.COMPARISON:
            continue
        target = targets.get((one.host, one.endpoint.port))
        if target is not None:
            near[one.endpoint] = one.tcp_rtt_ms or 0.0, target
    nearest = sorted(near, key=lambda at: (near[at][0], at.address))
    chosen = (at for version in SMALL for at in [one for one in nearest if one.version == version][:_SITES])
    return tuple((near[at][1], at) for at in chosen)


def greeted(observations: Iterable[Observation], *, in_small: bool) -> dict[Endpoint, tuple[LargeGreeting, ...]]:
    """The large greetings by where, in their order: those in segments as usual, or those in small ones."""
    found: dict[Endpoint, tuple[LargeGreeting, ...]] = {}
    for one in observations:
        if isinstance(one, LargeGreeting) and bool(one.segment_bytes) is in_small:
            found[one.endpoint] = (*found.get(one.endpoint, ()), one)
    return found


def doubtful(places: Sequence[Place], observations: Iterable[AnyObservation]) -> tuple[tuple[Place, int], ...]:
    """Where the large greeting failed, and the segments to try it in once more: 0, as usual, and small ones."""
    said = greeted(observations, in_small=False)
    failed = [place for place in places if any(one.failure for one in said.get(place[1], ()))]
    first = {at.version: at for _, at in reversed(failed)}
    return tuple((place, size) for place in failed for size in _sizes(place[1], every=place[1] in first.values()))


def _sizes(at: Endpoint, *, every: bool) -> Iterator[int]:
    """As usual, and the least that every path carries; of one place what lies between, too."""
    least = SMALL[at.version]
    yield 0
    yield least
    if every:
        yield from (size for size in LADDER if size > least)
