"""What was lost of the packets sent so far, and where more are worth sending, to prove that a line loses them.

A check sends each server a few packets. Where some went missing that may be chance: so that it is known, every address
gets a few connects more. A line that lost nothing is left alone.

What is lost on the way back alone shows in SYNs, of which each wants its own answer, and hardly in data, whose later
acknowledgements make up for lost ones; so SYNs are also counted alone. A limit on new connections eats SYNs too, but no
segment with data, in neither direction.

A segment that is lost costs a thin stream at least a retransmission timeout, 200 ms and a round trip. From one in
twenty on this is felt all day. It is proven when chance could hardly make it of the one in thirty-odd that TCP repairs
unnoticed. A line is judged five times at most; all in all one that loses one in twenty-five is blamed 3 times in 100,
one that loses one in fifty never, and one that loses one in ten is found out 99 times in 100 (simulated).
"""

from collections.abc import Iterable, Sequence

from msgspec import Struct

from lineclear.model import AnyObservation, Endpoint, Observation, Plan, Purpose, TcpConnect, TcpSummary

_HURTS = 0.05
_UNNOTICED = 0.035
_CERTAIN = 2.33
"""Standard deviations for 99 % certainty that the true share is above what goes unnoticed (normal approximation)."""
_ENOUGH = 40
_SUSPICIOUS = 0.03
SOME = 3
"""Lost packets below which nothing is asked further, once more connects were made to find out."""
_FIRST_SUSPICION = 0.015
_FIRST = 2
"""The same before: so little is lost of the first hundred packets of a line that hurts once in fifty times."""
_ROUNDS = 3
_MANY_SEGMENTS = 40
_QUEUED = 1.15
"""Of the least round trip: where the smoothed one is longer, what was sent waited in a queue, perhaps our own burst's,
and may have been sent again without being lost."""
_MANY_CONNECTS = 12
_HOSTS = 3
REPEATED_MS = 1000.0
"""After which a SYN is sent again (RFC 6298)."""


def is_answered_late(connect: TcpConnect) -> bool:
    """Whether the answer was still on its way when the SYN was sent again: the kernel tells to which one it was.

    It does by time stamps (RFC 7323): the round trip is that of the SYN that was answered.
    """
    timed = connect.rtt_from == "tcp_info" and connect.rtt_ms is not None
    return timed and connect.failure is None and (connect.rtt_ms or 0.0) >= REPEATED_MS


def usual_connects(observations: Iterable[Observation]) -> list[TcpConnect]:
    """Connects to what the list names that were accepted, but for those whose answer was merely late."""
    steps = (one for one in observations if isinstance(one, TcpConnect) and one.failure is None and one.host)
    return [one for one in steps if one.purpose is not Purpose.CONTROL and not is_answered_late(one)]


def drops_first_syns(observations: Sequence[Observation], least: int = _MANY_CONNECTS) -> bool:
    """Whether no connect is answered at its first SYN, every one at a repeated one, and no data is lost.

    Chance does not choose so among `least` of them, whatever its share.
    """
    steps = usual_connects(observations)
    lives = (one for one in observations if isinstance(one, TcpSummary))
    if len(steps) < least or any(lost_segments(one)[0] for one in lives):
        return False
    return all(one.retransmits for one in steps) and len({one.host for one in steps}) >= _HOSTS


def lost_syns(connect: TcpConnect) -> tuple[int, int]:
    """How many SYNs of an accepted connect got no answer before another did, and how many that is of.

    What was sent after the one that was answered, and what was answered with a refusal, says nothing. Where answers
    take longer than a SYN is waited for, those sent again were not lost.
    """
    before = 0
    for one in connect.attempts:
        if one.connected:
            lost = 0 if is_answered_late(connect) else before + (connect.retransmits or 0)
            return lost, lost + 1
        before += one.failure is None
    return 0, 0


def lost_segments(life: TcpSummary) -> tuple[int, int]:
    """How many segments with data had to be sent again, and how many that is of; nothing of what had to queue."""
    if life.rtt_ms > _QUEUED * life.min_rtt_ms:
        return 0, 0
    return min(life.retransmits, life.data_segments), life.data_segments


class Tally(Struct, frozen=True, kw_only=True):
    """What was lost, and of how many: SYNs, and segments with data."""

    syns: tuple[int, int] = (0, 0)
    segments: tuple[int, int] = (0, 0)
    disordered: int = 0
    """Segments that came before one sent earlier: mostly because that one was lost."""

    @property
    def all(self) -> tuple[int, int]:
        """Both together."""
        return self.syns[0] + self.segments[0], self.syns[1] + self.segments[1]

    @property
    def spares_data(self) -> bool:
        """Whether of many segments with data none is missing: what eats SYNs alone is a limit on connections."""
        return self.segments[1] >= _MANY_SEGMENTS and not self.segments[0] and not self.disordered

    @property
    def proven(self) -> tuple[int, int]:
        """What proves a loss that hurts: lost, and of how many; (0, 0): nothing does."""
        counts = () if self.spares_data else (self.all, self.syns)
        return next((one for one in counts if is_loss(*one)), (0, 0))


def tally(observations: Iterable[TcpConnect | TcpSummary]) -> Tally:
    """Count what was lost of all connects and connections among these steps."""
    syns, segments, disordered = [(0, 0)], [(0, 0)], 0
    for one in observations:
        if isinstance(one, TcpConnect):
            syns.append(lost_syns(one))
        else:
            segments.append(lost_segments(one))
            disordered += one.out_of_order
    return Tally(syns=_summed(syns), segments=_summed(segments), disordered=disordered)


def _summed(counts: Sequence[tuple[int, int]]) -> tuple[int, int]:
    return sum(lost for lost, _ in counts), sum(sent for _, sent in counts)


def is_loss(lost: int, sent: int) -> bool:
    """Whether so many of so many packets prove a loss that hurts."""
    if sent < _ENOUGH or lost < _HURTS * sent:
        return False
    share = lost / sent
    chance: float = _CERTAIN * (share * (1.0 - share) / sent) ** 0.5
    return share - chance >= _UNNOTICED


def samples(plan: Plan, observations: Sequence[AnyObservation]) -> tuple[tuple[str, Endpoint], ...]:
    """Host and endpoint of each further connect; the same ones several times over, until the loss is proven or not."""
    accepted = [one for one in observations if isinstance(one, TcpConnect) and _counts(one)]
    lives = [one for one in observations if isinstance(one, TcpSummary)]
    found = tally([*accepted, *lives])
    asked = any(one.purpose is Purpose.COMPARISON for one in accepted)
    some, share = (SOME, _SUSPICIOUS) if asked else (_FIRST, _FIRST_SUSPICION)
    suspicious = any(lost >= some and lost >= share * sent for lost, sent in (found.all, found.syns))
    if found.spares_data or any(found.proven) or not suspicious or drops_first_syns(observations):
        return ()
    required = {one.host for one in plan.targets if one.required}
    places = {one.endpoint.address: (one.host, one.endpoint) for one in accepted if one.host in required}
    return tuple(places.values()) * _ROUNDS


def _counts(one: TcpConnect) -> bool:
    return bool(one.host) and one.failure is None and one.purpose is not Purpose.CONTROL
