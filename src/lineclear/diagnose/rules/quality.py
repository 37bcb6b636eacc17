"""What works and will hurt: silent connections that are forgotten, packets that are lost, servers that are too far."""

from collections.abc import Iterator

from lineclear.diagnose.codes import paths as codes
from lineclear.diagnose.standing import Standing
from lineclear.model import Endpoint, Failure, Finding, IdleHold

from .case import Case, finding, ids

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
