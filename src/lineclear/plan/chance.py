"""What loss alone can do: how likely chance made every attempt at a place fail, and where to ask again until it is not.

A lost packet and one that a rule drops look the same. Attempts tell them apart: where a packet gets no answer with a
chance p, n of them get none with p to the n-th. The chance p is measured on connections that do work, and taken at the
upper end of what fits (two standard deviations). Where hardly anything was lost it is 0, and this file has no part in
the verdict. Where a limit on new connections eats SYNs alone, attempts are not independent, and p is that of data.
Where a port is divided (`dividing`), a connection is one attempt, however often its SYN is repeated.

A failure is final when chance had less than one in 100,000 to make it: of a hundred targets that work, one in a
thousand checks of such a line calls one lost. Short of that it is asked again, and if time runs out, not decided. What
fails together counts together: where no connect to a port was ever answered, all attempts at that port speak.

Silence is doubted so, and refusals on a port that refuses some connections and not others (`wavering`). A reset of an
open connection, a certificate: no chance makes those.
"""

from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property
from math import exp, prod

from msgspec import Struct

from lineclear.model import (
    ApiHello,
    DnsQuery,
    Endpoint,
    Failure,
    HttpExchange,
    Nudge,
    Observation,
    Plan,
    Purpose,
    TcpConnect,
    TcpListen,
    TcpSummary,
    TlsHandshake,
    TlsListen,
)

from .again import Look
from .dialling import dialled_port
from .dividing import divided
from .sampling import SOME, tally
from .wavering import is_refused, wavering

BOUND = 1e-5
_UPPER = 2.0
"""Standard deviations."""
_SYN_REPEATS_MS = (1000.0, 3000.0, 7000.0)
"""When the kernel sends a SYN again (RFC 6298, Linux)."""
_ANSWERED_MS = 400.0
"""What a SYN needs to be answered, at the least, before it counts as an attempt."""
_LEAST_RTO_MS = 200.0
_USUAL_RTT_MS = 100.0
_MOST = 0.95
_OTHERS = (Purpose.COMPARISON, Purpose.CONTROL)
_STEPS = (TcpConnect, TcpListen, Nudge, TlsHandshake, TlsListen, HttpExchange, ApiHello)

Place = tuple[str, Endpoint]


class _Looks(Struct):
    """How each look at a place ended."""

    ends: list[Observation]

    @property
    def works(self) -> bool:
        """Whether the latest found nothing wrong."""
        return _is_healthy(self.ends[-1])

    @property
    def failed(self) -> list[Observation]:
        """The ends of all looks; none, if one of them found nothing wrong: then the others are no proof."""
        return [] if any(map(_is_healthy, self.ends)) else self.ends


class Chances:
    """What chance may have done, by the loss that was measured in one run."""

    def __init__(self, observations: Iterable[Observation]) -> None:
        self._steps = sorted(observations, key=lambda one: (one.at_ms, one.id))

    @cached_property
    def share(self) -> float:
        """The chance of a packet to get no answer, at the upper end of what fits; 0: too few were lost to ask."""
        found = tally(self._telling())
        lost, sent = found.segments if found.spares_data else max(found.all, found.syns, key=_part)
        if lost < SOME:
            return 0.0
        return _upper(lost, sent)

    @cached_property
    def _divided(self) -> dict[int, float]:
        """By port on which some connections never get an answer: the chance of one to be such."""
        return {one.port: _upper(one.missed, one.missed + len(one.alive)) for one in divided(self._steps)}

    @cached_property
    def _wavering(self) -> dict[int, float]:
        """By port that refuses some connections and not others: the chance of one to be refused."""
        found = wavering(self._steps)
        return {one.port: _upper(len(one.refused), len(one.refused) + len(one.accepted)) for one in found}

    def _telling(self) -> Iterator[TcpConnect | TcpSummary]:
        """What counts packets at places where nothing else is wrong: what a filter swallows is sent again too."""
        for one in self._steps:
            if isinstance(one, TcpSummary) or (isinstance(one, TcpConnect) and one.endpoint.port not in self._divided):
                looks = self._looks.get((one.host, one.endpoint))
                if looks is not None and looks.works:
                    yield one

    def share_at(self, endpoint: Endpoint) -> float:
        """The same at one place: on a port of which some connections never get an answer, their part."""
        return max(self.share, self._divided.get(endpoint.port, 0.0), self._wavering.get(endpoint.port, 0.0))

    def may_have_failed(self, host: str, endpoint: Endpoint) -> bool:
        """Whether loss alone may have made every look at a place fail."""
        own = self._own.get((host, endpoint), 0.0)
        return own > BOUND and min(self._together[endpoint.port], self._together[endpoint.address]) > BOUND

    def may_have_made(self, failed: Sequence[TcpConnect], of: int) -> bool:
        """Whether loss alone may have made so many connects fail, `of` all that were tried."""
        expected = of * max(map(self._of_step, failed), default=0.0)
        return _at_least(len(failed), expected) > BOUND

    def may_have_silenced(self, asked: Iterable[Observation]) -> bool:
        """Whether loss alone may have left every question for the addresses of a name without an answer."""
        questions = [one for one in asked if isinstance(one, DnsQuery) and one.type == "A"]
        silent = bool(questions) and all(one.failure is Failure.TIMED_OUT for one in questions)
        return silent and prod(self.share ** (one.resends + 1) for one in questions) > BOUND

    def doubtful(self, plan: Plan) -> tuple[Look, ...]:
        """Where to ask again, for loss alone may have made it fail: what is required first.

        Not where TLS has proven the name and only the page is missing: no verdict hangs on that.
        """
        looks = []
        for target in sorted(plan.targets, key=lambda one: not one.required):
            port = dialled_port(plan.redirections, target.host, target.port)
            for (host, endpoint), those in self._looks.items():
                end = those.ends[-1]
                is_proven = isinstance(end, HttpExchange) and end.scheme == "https"
                is_mine = host == target.host and endpoint.port == port
                if is_mine and not is_proven and self.may_have_failed(host, endpoint):
                    symptom = type(end).__name__, end.failure.value if end.failure else ""
                    looks.append(Look(target=target, endpoint=endpoint, symptom=symptom))
        return tuple(looks)

    # -- looks -----------------------------------------------------------------------------------------------------

    @cached_property
    def _looks(self) -> dict[Place, _Looks]:
        """Every place that was looked at, a CR LF counted for all hosts behind its address."""
        nudges = {one.endpoint: one for one in self._steps if isinstance(one, Nudge)}
        found: dict[Place, _Looks] = {}
        for one in self._steps:
            if not isinstance(one, _STEPS) or not one.host or getattr(one, "purpose", None) in _OTHERS:
                continue
            looks = found.setdefault((one.host, one.endpoint), _Looks([]))
            if isinstance(one, TcpConnect) or not looks.ends:
                looks.ends.append(one)
            else:
                nudge = nudges.get(one.endpoint) if isinstance(one, TcpListen) and one.failure is None else None
                looks.ends[-1] = nudge or one
        return found

    @cached_property
    def _own(self) -> dict[Place, float]:
        """The chance of loss alone to make every look at a place fail; of those only where it can."""
        if not self.share and not self._divided and not self._wavering:
            return {}
        every = {place: prod(map(self._of_step, one.failed)) for place, one in self._looks.items() if not one.works}
        return {place: chance for place, chance in every.items() if chance}

    @cached_property
    def _together(self) -> dict[int | str, float]:
        """The same of all looks at a port, and at an address; 1 where some of them found nothing wrong."""
        found: dict[int | str, float] = {}
        for (host, endpoint), looks in self._looks.items():
            for shared in (endpoint.port, endpoint.address):
                chance = 1.0 if looks.works else self._own.get((host, endpoint), 1.0)
                found[shared] = found.get(shared, 1.0) * chance
        for (_, endpoint), looks in self._looks.items():
            if looks.works:
                found[endpoint.port] = found[endpoint.address] = 1.0
        return found

    def _of_step(self, step: Observation) -> float:
        """The chance of loss alone to end a step as it ended; 0: loss cannot."""
        if isinstance(step, TcpConnect) and step.failure is Failure.TIMED_OUT:
            of_connection = self._divided.get(step.endpoint.port, 0.0)
            return max(self.share ** _syns(step), of_connection ** max(1, len(step.attempts)))
        if isinstance(step, TcpConnect) and is_refused(step):
            return self._wavering.get(step.endpoint.port, 0.0)
        if isinstance(step, Nudge | TlsListen) and _is_swallowed(step):
            return self.share ** self._sendings(step.took_ms, step.endpoint)
        if isinstance(step, TlsHandshake | HttpExchange) and step.failure is Failure.TIMED_OUT:
            return _of_talk(self.share, self._sendings(step.took_ms, step.endpoint))
        return 0.0

    def _sendings(self, took_ms: float, endpoint: Endpoint) -> int:
        """How often something was sent in this time with enough left for an answer, by RFC 6298."""
        rtt_ms = self._round_trips.get(endpoint.address, _USUAL_RTT_MS)
        wait_ms = rtt_ms + max(_LEAST_RTO_MS, 2.0 * rtt_ms)
        at_ms, times = 0.0, 0
        while at_ms + rtt_ms <= took_ms:
            times += 1
            at_ms, wait_ms = at_ms + wait_ms, 2.0 * wait_ms
        return times

    @cached_property
    def _round_trips(self) -> dict[str, float]:
        """The shortest to each address."""
        found: dict[str, float] = {}
        for one in self._steps:
            if isinstance(one, TcpConnect) and one.rtt_ms:
                address = one.endpoint.address
                found[address] = min(one.rtt_ms, found.get(address, one.rtt_ms))
        return found


def _upper(lost: int, sent: int) -> float:
    """The largest chance that fits so many of so many."""
    part = (lost + 1) / (sent + 2)
    return min(_MOST, part + _UPPER * float((part * (1.0 - part) / (sent + 2)) ** 0.5))


def _part(count: tuple[int, int]) -> float:
    lost, sent = count
    return lost / sent if sent else 0.0


def _is_healthy(step: Observation) -> bool:
    return step.failure is None and not _is_swallowed(step)


def _is_swallowed(step: Observation) -> bool:
    """Whether bytes were sent and never acknowledged."""
    if isinstance(step, TlsListen):
        return step.failure is None and step.acknowledged is False
    return isinstance(step, Nudge) and step.failure is None and step.acknowledged is False and not step.answered


def _syns(step: TcpConnect) -> int:
    """How many SYNs of a connect had the time to be answered, those the kernel repeated included."""
    end_ms = step.at_ms + step.took_ms - _ANSWERED_MS
    began = [one.at_ms for one in step.attempts] or [step.at_ms]
    return max(1, sum(at_ms + later <= end_ms for at_ms in began for later in (0.0, *_SYN_REPEATS_MS)))


def _of_talk(share: float, times: int) -> float:
    """The chance that a question or its answer was lost every time: both have to come through, one after the other."""
    return float(share ** (times + 1) + (times + 1) * (1.0 - share) * share**times)


def _at_least(count: int, expected: float) -> float:
    """The chance of so many rare events, or more, where so many are expected (Poisson)."""
    term, below = exp(-expected), 0.0
    for number in range(count):
        below += term
        term *= expected / (number + 1)
    return max(0.0, 1.0 - below)
