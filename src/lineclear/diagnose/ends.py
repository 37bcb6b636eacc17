"""Whose the far ends of connections are: a program's of this machine, as far as that was asked."""

from collections.abc import Iterable

from lineclear.model import Endpoint, Observation, OtherEnd


class OtherEnds:
    """Where this machine's own sockets were looked through for the far end of a connection."""

    def __init__(self, observations: Iterable[Observation]) -> None:
        self._at: dict[Endpoint, OtherEnd] = {}
        self._by_way: dict[tuple[int, int], list[OtherEnd]] = {}
        for one in observations:
            if isinstance(one, OtherEnd):
                self._at[one.endpoint] = one
                self._by_way.setdefault(_way(one.endpoint), []).append(one)

    def taken_here(self, endpoint: Endpoint) -> tuple[OtherEnd, ...]:
        """What shows that a program of this machine takes connections to an endpoint; or nothing.

        Where nobody asked of the endpoint itself, what was found at all others on its port, by its IP version, holds.
        """
        own = self._at.get(endpoint)
        asked = [own] if own else self._by_way.get(_way(endpoint), [])
        return tuple(asked) if all(one.is_taken_here for one in asked) else ()


def _way(endpoint: Endpoint) -> tuple[int, int]:
    return endpoint.version, endpoint.port
