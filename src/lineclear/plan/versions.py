"""Where a TLS handshake that failed is tried again with one version alone: is it the version that somebody minds?

Greetings of today offer TLS 1.3 and 1.2 at once, and the server chooses (RFC 8446 section 4.2.1). A device that knows
only the older one, or whose policy names one, drops or resets the greeting for what it offers.
"""

from collections.abc import Iterable, Sequence

from lineclear.model import (
    UNTESTED,
    AnyObservation,
    Endpoint,
    Failure,
    Observation,
    Plan,
    Purpose,
    Target,
    TlsHandshake,
    Transport,
)

from .again import Look, spread
from .segments import ended_in

VERSIONS = ("TLSv1.2", "TLSv1.3")
_PLACES = 3
_FAILED = frozenset(
    {
        Failure.TIMED_OUT,
        Failure.CONNECTION_RESET,
        Failure.CONNECTION_ABORTED,
        Failure.EOF,
        Failure.TLS_ALERT,
        Failure.TLS_FAILED,
    }
)

Steps = dict[str, TlsHandshake]
"""Handshakes at one place with one version alone, by the version."""


def single_versions(
    looks: Sequence[Look], observations: Iterable[AnyObservation]
) -> tuple[tuple[Target, Endpoint, str], ...]:
    """Targets, where they stand, and the one version to offer: nothing unless TLS failed there, twice."""
    chosen = [one for group in _failing(looks, observations) for one in spread(group, _PLACES)]
    return tuple((one.target, one.endpoint, version) for one in chosen for version in VERSIONS)


def vouching(
    plan: Plan, looks: Sequence[Look], observations: Sequence[AnyObservation]
) -> tuple[tuple[Target, Endpoint, str], ...]:
    """Where else the version that works wherever it was tried is worth offering: it proves who stands at an address.

    That is worth knowing where a port of the host cannot prove it by itself.
    """
    opaque = {one.host for one in plan.targets if one.required and one.transport is Transport.TCP}
    found: list[tuple[Target, Endpoint, str]] = []
    tried = compared(observations)
    for group in _failing(looks, observations):
        works = {kept(tried[one.endpoint]) for one in group if one.endpoint in tried}
        version = works.pop() if len(works) == 1 else ""
        rest = [one for one in group if one.endpoint not in tried and one.target.host in opaque]
        found += [(one.target, one.endpoint, version) for one in rest if version]
    return tuple(found)


def _failing(looks: Sequence[Look], observations: Iterable[AnyObservation]) -> list[list[Look]]:
    """What is required and failed in TLS, by port."""
    failed = ended_in(_FAILED, observations)
    by_port: dict[int, list[Look]] = {}
    for one in looks:
        if (one.target.host, one.endpoint) in failed and one.target.required:
            by_port.setdefault(one.target.port, []).append(one)
    return list(by_port.values())


def compared(observations: Iterable[Observation]) -> dict[Endpoint, Steps]:
    """Handshakes with one version alone, by where and by the version."""
    found: dict[Endpoint, Steps] = {}
    for one in observations:
        if isinstance(one, TlsHandshake) and one.purpose is Purpose.COMPARISON and one.offered:
            found.setdefault(one.endpoint, {})[one.offered] = one
    return found


def kept(steps: Steps) -> str:
    """The version that alone succeeds where the other one fails; empty: it makes no difference, or nobody can tell."""
    failed = [version for version, one in steps.items() if one.failure is not None and one.failure not in UNTESTED]
    works = [version for version, one in steps.items() if one.failure is None]
    return works[0] if len(failed) == len(works) == 1 else ""
