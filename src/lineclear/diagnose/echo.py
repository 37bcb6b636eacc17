"""Whether an answer comes from as far as the address answers echoes from, or from much nearer."""

from lineclear.model import Ping

from .view import View
from .walk import Walk

_FAR_MS, _AS_FAR = 10.0, 0.6
"""Round trips of an echo by which a device nearby can be told from the host; and the part of them that is as far."""
_NEAR = 0.15
"""The part of an echo's round trip in which no host answers that far away, however uneven its path."""


def is_as_far_as_its_echo(view: View, walk: Walk, rtt_ms: float) -> bool:
    """Whether a connect that took so long took as long as an echo of the address does, and that is far."""
    far_ms = _echo_ms(view, walk)
    return far_ms >= _FAR_MS and rtt_ms >= _AS_FAR * far_ms


def is_nearer_than_its_echo(view: View, walk: Walk) -> bool:
    """Whether a connect was accepted much sooner than an echo of the address comes back, and that is far."""
    far_ms = _echo_ms(view, walk)
    rtt_ms = walk.connect.rtt_ms if walk.connect else None
    return far_ms >= _FAR_MS and rtt_ms is not None and rtt_ms < _NEAR * far_ms


def _echo_ms(view: View, walk: Walk) -> float:
    """The slowest echo of the address; 0 where none came."""
    echoes = (one for one in view.ordered if isinstance(one, Ping) and one.address == walk.endpoint.address)
    return max((one.rtt_ms or 0.0 for one in echoes), default=0.0)
