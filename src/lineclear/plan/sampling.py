"""What was lost of the SYNs sent so far, and where more are worth sending, to prove that a line loses packets.

A check sends each server a few packets. Where some went missing that may be chance: so that it is known, every address
gets a few connects more. A line that lost nothing is left alone.
"""

from collections.abc import Iterable

from lineclear.model import AnyObservation, Endpoint, Plan, Purpose, TcpConnect

_SUSPICIOUS = 0.04
_SOME = 3
"""Lost SYNs below which nothing is suspected."""
_ROUNDS = 2


def lost_syns(connect: TcpConnect) -> tuple[int, int]:
    """How many SYNs of an accepted connect got no answer before another did, and how many that is of.

    What was sent after the one that was answered, and what was answered with a refusal, says nothing.
    """
    before = 0
    for one in connect.attempts:
        if one.connected:
            lost = before + (connect.retransmits or 0)
            return lost, lost + 1
        before += one.failure is None
    return 0, 0


def samples(plan: Plan, observations: Iterable[AnyObservation]) -> tuple[tuple[str, Endpoint], ...]:
    """Host and endpoint of each further connect; the same ones several times over."""
    accepted = [one for one in observations if isinstance(one, TcpConnect) and _counts(one)]
    counts = [lost_syns(one) for one in accepted]
    lost, sent = sum(lost for lost, _ in counts), sum(sent for _, sent in counts)
    if lost < _SOME or lost < _SUSPICIOUS * sent:
        return ()
    required = {one.host for one in plan.targets if one.required}
    places = {one.endpoint.address: (one.host, one.endpoint) for one in accepted if one.host in required}
    return tuple(places.values()) * _ROUNDS


def _counts(one: TcpConnect) -> bool:
    return bool(one.host) and one.failure is None and one.purpose is not Purpose.CONTROL
