"""Networks of this machine's own that hold public addresses of servers: bridges of containers, second cards."""

from lineclear.plan.networks import inside, is_nowhere, is_private

from .view import View
from .walk import Walk


def left_from(view: View, walk: Walk) -> str:
    """Where the connect of a walk left from, else what leaves for its address without regard to its port; or empty."""
    if walk.connect is not None and walk.connect.local is not None:
        return walk.connect.local.address
    source = view.sources.get(walk.endpoint.address)
    return source.local if source else ""


def overlapping(view: View, walk: Walk) -> str:
    """The interface and network, beside the one that leads out, that the packets of a walk stay in; empty: none.

    A private address, or one that is expected, may well mean a server in that network; loopback is where a rehearsal
    stands.
    """
    address, source = walk.endpoint.address, left_from(view, walk)
    if not source or is_private(address) or is_nowhere(address) or inside(address, view.plan.expected_networks):
        return ""
    leading = {route.interface for route in view.vantage.routes if route.is_default}
    beside = (each for each in view.vantage.interfaces if each.name not in leading)
    mine = (f"{each.name}, {text}" for each in beside for text in each.addresses if _holds(text, source, address))
    return next(mine, "")


def _holds(network: str, source: str, address: str) -> bool:
    """Whether a network holds an address, seen from our own end in it."""
    return network.partition("/")[0] == source and inside(address, [network])
