"""Whether an answer comes from as far as the address answers echoes from."""

from lineclear.model import Ping

from .view import View
from .walk import Walk

_FAR_MS, _AS_FAR = 10.0, 0.6
"""Round trips of an echo by which a device nearby can be told from the host; and the part of them that is as far."""


def is_as_far_as_its_echo(view: View, walk: Walk, rtt_ms: float) -> bool:
    """Whether a connect that took so long took as long as an echo of the address does, and that is far."""
    echoes = (one for one in view.ordered if isinstance(one, Ping) and one.address == walk.endpoint.address)
    far_ms = max((one.rtt_ms or 0.0 for one in echoes), default=0.0)
    return far_ms >= _FAR_MS and rtt_ms >= _AS_FAR * far_ms
