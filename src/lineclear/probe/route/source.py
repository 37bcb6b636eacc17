"""Which local address this machine would use towards another: the routing decision, asked without sending.

A UDP connect only looks up the route. So it shows a VPN that captures one target and not another, and the refusal of
a `prohibit`, `blackhole` or `unreachable` route; it does not show packet filters, which look at packets.
"""

import _socket

from lineclear.model import Failure, Raw
from lineclear.probe.errors import classify, raw
from lineclear.probe.sockets import SOCK_DGRAM, family

_DISCARD = 9
"""Any port would do: nothing is sent to it."""


def source_address(address: str) -> tuple[str, Failure | None, Raw | None]:
    """The local address towards a literal address; or empty, the failure, and its errno."""
    try:
        sock = _socket.socket(family(address), SOCK_DGRAM)
    except OSError as problem:
        return _refused(problem)
    try:
        sock.connect((address, _DISCARD))
        return sock.getsockname()[0], None, None
    except OSError as problem:
        return _refused(problem)
    finally:
        sock.close()


def _refused(problem: OSError) -> tuple[str, Failure | None, Raw | None]:
    number = problem.errno or 0
    return "", classify(number, at_once=True), raw(number)
