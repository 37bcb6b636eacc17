"""Which name servers are asked for a name that cannot exist: some lead such names to a page of their own.

A name that was given up by its owner then leads to that page, and what stands there passes for a server that refuses.
Asked only where something fails at hosts that proved nothing, of those that gave their addresses.
"""

from collections.abc import Iterable, Sequence

from lineclear.model import AnyObservation, DnsQuery, Endpoint, TlsHandshake

from .again import Look

_MOST = 3


def may_invent(looks: Sequence[Look], observations: Sequence[AnyObservation]) -> tuple[Endpoint, ...]:
    """Name servers that gave addresses for hosts of which nothing works; `looks`: what still fails."""
    lost = {one.target.host for one in looks} - _proven(observations)
    asked = (one for one in observations if isinstance(one, DnsQuery) and one.name in lost and one.addresses)
    return tuple(dict.fromkeys(one.resolver for one in asked))[:_MOST]


def _proven(observations: Iterable[AnyObservation]) -> set[str]:
    """Hosts that shook hands."""
    return {one.host for one in observations if isinstance(one, TlsHandshake) and one.failure is None}
