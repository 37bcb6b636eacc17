"""What was lost of the packets sent so far, and where more are worth sending, to prove that a line loses them.

A check sends each server a few packets. Where some went missing that may be chance: so that it is known, every address
gets a few connects more. A line that lost nothing is left alone.

A segment that is lost costs a thin stream at least a retransmission timeout, 200 ms and a round trip. From one in
twenty on this is felt all day. It is proven when chance could hardly make it of the one in thirty-odd that TCP repairs
unnoticed.
"""

from collections.abc import Iterable

from lineclear.model import AnyObservation, Endpoint, Plan, Purpose, TcpConnect, TcpSummary

_HURTS = 0.05
_UNNOTICED = 0.03
_CERTAIN = 2.33
"""Standard deviations for 99 % certainty that the true share is above what goes unnoticed (normal approximation)."""
_ENOUGH = 40
_SUSPICIOUS = 0.04
_SOME = 3
"""Lost packets below which nothing is suspected."""
_ROUNDS = 3
_QUEUED = 1.15
"""Of the least round trip: where the smoothed one is longer, what was sent waited in a queue, perhaps our own burst's,
and may have been sent again without being lost."""


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


def lost_segments(life: TcpSummary) -> tuple[int, int]:
    """How many segments with data had to be sent again, and how many that is of; nothing of what had to queue."""
    if life.rtt_ms > _QUEUED * life.min_rtt_ms:
        return 0, 0
    return min(life.retransmits, life.data_segments), life.data_segments


def is_loss(lost: int, sent: int) -> bool:
    """Whether so many of so many packets prove a loss that hurts."""
    if sent < _ENOUGH or lost < _HURTS * sent:
        return False
    share = lost / sent
    chance: float = _CERTAIN * (share * (1.0 - share) / sent) ** 0.5
    return share - chance >= _UNNOTICED


def samples(plan: Plan, observations: Iterable[AnyObservation]) -> tuple[tuple[str, Endpoint], ...]:
    """Host and endpoint of each further connect; the same ones several times over, until the loss is proven or not."""
    seen = list(observations)
    accepted = [one for one in seen if isinstance(one, TcpConnect) and _counts(one)]
    lives = [one for one in seen if isinstance(one, TcpSummary)]
    counts = [*map(lost_syns, accepted), *map(lost_segments, lives)]
    lost, sent = sum(lost for lost, _ in counts), sum(sent for _, sent in counts)
    if lost < _SOME or lost < _SUSPICIOUS * sent or is_loss(lost, sent):
        return ()
    required = {one.host for one in plan.targets if one.required}
    places = {one.endpoint.address: (one.host, one.endpoint) for one in accepted if one.host in required}
    return tuple(places.values()) * _ROUNDS


def _counts(one: TcpConnect) -> bool:
    return bool(one.host) and one.failure is None and one.purpose is not Purpose.CONTROL
