"""Where a TLS handshake that failed is tried again with one version alone: is it the version that somebody minds?

Greetings of today offer TLS 1.3 and 1.2 at once, and the server chooses (RFC 8446 section 4.2.1). A device that knows
only the older one, or whose policy names one, drops or resets the greeting for what it offers.
"""

from collections.abc import Iterable, Sequence

from lineclear.model import AnyObservation, Endpoint, Failure, Target

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


def single_versions(
    looks: Sequence[Look], observations: Iterable[AnyObservation]
) -> tuple[tuple[Target, Endpoint, str], ...]:
    """Targets, where they stand, and the one version to offer: nothing unless TLS failed there, twice."""
    failed = ended_in(_FAILED, observations)
    failing = [one for one in looks if (one.target.host, one.endpoint) in failed and one.target.required]
    by_port: dict[int, list[Look]] = {}
    for one in failing:
        by_port.setdefault(one.target.port, []).append(one)
    chosen = [one for group in by_port.values() for one in spread(group, _PLACES)]
    return tuple((one.target, one.endpoint, version) for one in chosen for version in VERSIONS)
