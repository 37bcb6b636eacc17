"""Whether connections leave by one way or by several, as far as the first routers of the provider show it.

Every SYN of a fence is a flow of its own. Where the first router beyond our own networks is now this one, now that, the
office may leave by several uplinks, or the provider may share the load. A few more fences to one and the same host tell
whether it changes from connection to connection or from host to host; they end at that router.
"""

from collections.abc import Iterable, Mapping

from lineclear.model import AnyObservation, Endpoint, PathTrace

from .networks import inside

_PRIVATE = ("10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "169.254.0.0/16", "fc00::/7", "fe80::/10")
"""Of our own side (RFC 1918, RFC 4193, RFC 3927, RFC 4291). Not RFC 6598: those are the provider's."""
_FARTHEST = 3
"""Routers within which a provider begins; beyond, its own parallel ways look the same."""
_FENCES = 4


def first_outside(traces: Iterable[PathTrace]) -> tuple[int, Mapping[str, tuple[PathTrace, ...]]]:
    """The hop at which all traces leave our own networks, and by which router each does; (0, {}): not to be seen.

    One version of IP at a time decides: the one with more traces that show it.
    """
    every = list(traces)
    both = (_of_version([one for one in every if one.endpoint.version == version]) for version in (4, 6))
    return max(both, key=lambda found: sum(map(len, found[1].values())))


def _of_version(traces: list[PathTrace]) -> tuple[int, Mapping[str, tuple[PathTrace, ...]]]:
    routers = [{hop.limit: hop.sender for hop in one.hops if hop.outcome == "expired"} for one in traces]
    outside = [limit for known in routers for limit, sender in known.items() if not inside(sender, _PRIVATE) and sender]
    limit = min(outside, default=0)
    found: dict[str, list[PathTrace]] = {}
    if 0 < limit <= _FARTHEST:
        for one, known in zip(traces, routers, strict=True):
            if limit in known and not inside(known[limit], _PRIVATE):
                found.setdefault(known[limit], []).append(one)
    return (limit if found else 0), {sender: tuple(those) for sender, those in found.items()}


def flows(observations: Iterable[AnyObservation]) -> tuple[tuple[str, Endpoint, int], ...]:
    """Host, endpoint and farthest hop of each further fence: none unless the traces so far left by several routers.

    Every other one goes a hop farther: where ways are taken by turns, even numbers of SYNs would meet the same turn.
    """
    limit, routers = first_outside(one for one in observations if isinstance(one, PathTrace))
    if len(routers) < 2:  # noqa: PLR2004  one router: nothing to ask
        return ()
    one = next(trace for those in routers.values() for trace in those)
    return tuple((one.host, one.endpoint, limit + number % 2) for number in range(_FENCES))
