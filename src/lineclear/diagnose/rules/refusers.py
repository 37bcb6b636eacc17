"""Who sends the refusals: by the path to the port and by the hop limit they arrive with.

A router looks at the hop limit before it filters. So a reset that comes back for a SYN with limit 3, where one with
limit 2 expired at the second router, was made by the second router on passing it on, or by the third hop on taking it.
The hop limit with which it arrives says which; a trace that went farther says who the third hop is.
"""

from collections.abc import Iterable, Iterator

from msgspec import Struct

from lineclear.diagnose.standing import Standing
from lineclear.model import AnswerOrigin, Endpoint, PathTrace, Ping
from lineclear.plan.refusals import INITIAL_LIMITS

from .case import Case

_CROOKED = 1
"""Hops by which the way back may be longer than the way there, where only the way back is known."""


class Refuser(Struct, frozen=True, kw_only=True):
    """A device on the way that refuses in the place of servers."""

    hop: int
    address: str
    """Empty: it does not tell."""
    because: tuple[str, ...]


def refuser(case: Case, stands: Iterable[Standing]) -> Refuser | None:
    """The one device that is proven to refuse these targets, as far as they were looked at; None: none, or several."""
    found = [each for one in stands if one.walk for each in _of(case, one.walk.endpoint)]
    if not found or any(one is None for one in found):
        return None
    known = [one for one in found if one is not None]
    places = {(one.hop, one.address) for one in known}
    because = dict.fromkeys(step for one in known for step in one.because)
    return Refuser(hop=known[0].hop, address=known[0].address, because=tuple(because)) if len(places) == 1 else None


def refuses_itself(case: Case, one: Standing) -> tuple[str, ...]:
    """The steps that show that the refusal comes from as far as the host's echo replies do; or none."""
    seen = case.view.origins.get(one.walk.endpoint) if one.walk else None
    if seen is None or seen.hop_limit is not None:
        return ()
    reply = _reply(case, seen.endpoint.address)
    least, most = seen.arrives_with
    is_own = reply is not None and _is_refused(seen) and least == 0 and most == reply.hop_limit
    return (reply.id, seen.id) if reply is not None and is_own else ()


def _of(case: Case, endpoint: Endpoint) -> Iterator[Refuser | None]:
    """Who refuses at an endpoint, if it was asked; None: it was, and cannot be told, or it is the server."""
    seen, trace = case.view.origins.get(endpoint), case.view.traces.get(endpoint)
    if seen is None or trace is None:
        return
    hop = _hop_of(case, seen, trace)
    routers = {one.limit: one.sender for one in trace.hops if one.outcome == "expired"}
    if hop == 0 or not _is_before(case, hop, endpoint.address):
        yield None
        return
    address = routers.get(hop) or _elsewhere(case, routers, hop)
    yield Refuser(hop=hop, address=address, because=(trace.id, seen.id))


def _hop_of(case: Case, seen: AnswerOrigin, trace: PathTrace) -> int:
    """How many hops away the refusal is made; 0: one cannot tell."""
    least, most = seen.arrives_with
    limit = trace.hops[-1].limit
    if limit == 1:
        return 0  # the first router, or this machine itself: both send what arrives with all of its hop limit
    if seen.hop_limit is None:
        reply = _reply(case, seen.endpoint.address)
        nearer = reply is not None and reply.hop_limit is not None and least == reply.hop_limit + 1 and most in _FIRSTS
        return limit - 1 if nearer and reply and _hops(reply) == limit else 0
    for first in INITIAL_LIMITS:
        if first - limit + 1 <= least <= first:
            nearest_of_hop = first - limit + 2
            return limit - 1 if least >= nearest_of_hop else limit if most < nearest_of_hop else 0
    return 0


_FIRSTS = frozenset(INITIAL_LIMITS)


def _is_refused(seen: AnswerOrigin) -> bool:
    """Whether it was still refused when it was asked."""
    return any(one.least == 0 and one.outcome == "refused" for one in seen.floors)


def _is_before(case: Case, hop: int, address: str) -> bool:
    """Whether a hop lies before the host: by another port's path, by its echo reply, or as the first of a far host."""
    if hop == 1:
        return not case.view.is_near(address)
    opens = [
        one.connects_at for one in case.view.traces.values() if one.endpoint.address == address and one.connects_at
    ]
    if opens:
        return hop < min(opens)
    reply = _reply(case, address)
    return reply is not None and hop < _hops(reply) - _CROOKED


def _reply(case: Case, address: str) -> Ping | None:
    """The echo reply of an address that says with which hop limit it came."""
    found = (one for one in case.view.of(Ping) if one.address == address)
    return next((one for one in found if one.hop_limit is not None), None)


def _hops(reply: Ping) -> int:
    """How far away an echo reply began."""
    came = reply.hop_limit or 0
    return min((first - came for first in INITIAL_LIMITS if first >= came), default=0) + 1


def _elsewhere(case: Case, routers: dict[int, str], hop: int) -> str:
    """The address of the hop after the last router, by other traces through that one; empty: none, or several."""
    last = routers.get(hop - 1)
    found = set()
    for trace in case.view.traces.values():
        there = {one.limit: one.sender for one in trace.hops if one.outcome == "expired"}
        if last and there.get(hop - 1) == last and hop in there:
            found.add(there[hop])
    return found.pop() if len(found) == 1 else ""
