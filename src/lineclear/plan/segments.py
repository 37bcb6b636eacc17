"""Where a TLS handshake that stalled is tried again in small segments: do only large packets vanish?

A router that cannot pass a packet on must say so (RFC 1191, RFC 8201), and where that message is filtered the sender
repeats the same large packet for ever. Connects, the ClientHello and telnet tests are small and pass; the server's
first flight is not. A client that allows only small segments gets it all the same.
"""

from collections.abc import Iterable, Sequence

from lineclear.model import AnyObservation, Endpoint, Failure, Purpose, Target, TlsHandshake

from .again import Look, spread

SMALL = {4: 536, 6: 1220}
"""What every path must carry, by IP version, less the headers (RFC 9293 section 3.7.1, RFC 8200 section 5)."""
LADDER = (1420, 1380, 1340, 1300, 1220, 1000)
"""Sizes in between, asked of one place: an uplink by PPPoE, common tunnels, and less."""
_PLACES = 3


def small_segments(
    looks: Sequence[Look], observations: Iterable[AnyObservation]
) -> tuple[tuple[Target, Endpoint, int], ...]:
    """Targets, where they stand, and the largest segment to allow: nothing unless TLS stalled there, twice."""
    stalled = ended_in(frozenset({Failure.TIMED_OUT}), observations)
    failing = [one for one in looks if (one.target.host, one.endpoint) in stalled and one.target.required]
    found = []
    for number, one in enumerate(spread(failing, _PLACES)):
        least = SMALL[one.endpoint.version]
        sizes = (*(size for size in LADDER if size > least), least) if number == 0 else (least,)
        found += [(one.target, one.endpoint, size) for size in sizes]
    return tuple(found)


def ended_in(failures: frozenset[Failure], observations: Iterable[AnyObservation]) -> set[tuple[str, Endpoint]]:
    """Where the latest ordinary handshake failed so, in the second look too if there was one."""
    last = {
        (one.host, one.endpoint): one
        for one in observations
        if isinstance(one, TlsHandshake) and one.purpose is not Purpose.COMPARISON
    }
    return {place for place, one in last.items() if one.failure in failures}
