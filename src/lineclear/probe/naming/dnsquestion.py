"""One question to one resolver: what is on its way, what was said, and the one observation it leaves."""

from _socket import socket
from collections.abc import Callable

from msgspec import Struct

from lineclear.model import DnsQuery, Endpoint, Failure, Purpose, Raw, Record
from lineclear.probe.dnsasking import question
from lineclear.probe.errands import Errand
from lineclear.probe.run import Run

from .dnswire import Malformed, Reply

Heard = Callable[["Answer"], None]

_BY_RCODE = {
    "FORMERR": Failure.DNS_FORMERR,
    "SERVFAIL": Failure.DNS_SERVFAIL,
    "NXDOMAIN": Failure.DNS_NXDOMAIN,
    "NOTIMP": Failure.DNS_REFUSED,
    "REFUSED": Failure.DNS_REFUSED,
    "NOTAUTH": Failure.DNS_REFUSED,
}


class Answer(Struct, frozen=True, kw_only=True, gc=False):
    """What came of a question, to be used at once; the observation may take a little longer."""

    rtype: str
    failure: Failure | None = None
    raw: Raw | None = None
    rcode: str = ""
    records: tuple[Record, ...] = ()

    @property
    def addresses(self) -> tuple[str, ...]:
        """The addresses asked for, in the order of the answer."""
        return tuple(one.value for one in self.records if one.type == self.rtype)

    def says_the_same(self, other: "Answer") -> bool:
        """Whether both hold the same records, whatever their order and age."""
        return self.rcode == other.rcode and _gist(self.records) == _gist(other.records)


def _gist(records: tuple[Record, ...]) -> set[tuple[str, str, str]]:
    return {(one.name.lower(), one.type, one.value) for one in records}


class Question(Errand):
    """A question under way. Await it for its first answer; it stays open to a second one."""

    __slots__ = (
        "answer",
        "answered_by",
        "asked",
        "edns",
        "heard",
        "ignored",
        "name",
        "numbers",
        "others",
        "over",
        "purpose",
        "resends",
        "resolver",
        "rtt_ms",
        "rtype",
        "socks",
        "took_ms",
        "truncated",
    )

    def __init__(
        self,
        run: Run,
        *,
        name: str,
        rtype: str,
        resolver: Endpoint,
        purpose: Purpose,
        over: str,
        edns: bool,
        heard: Heard | None,
    ) -> None:
        super().__init__(run)
        self.name = name
        self.rtype = rtype
        self.resolver = resolver
        self.purpose = purpose
        self.over = over
        self.edns = edns
        self.heard = heard
        self.asked = question(name, rtype)
        self.answer: Answer | None = None
        self.truncated = False
        self.others: tuple[Answer, ...] = ()
        self.resends = -1
        self.ignored = 0
        self.rtt_ms: float | None = None
        self.took_ms = 0.0
        self.answered_by = -1
        self.numbers: list[int] = []
        self.socks: list[socket] = []

    def conclude(self, answer: Answer, rtt_ms: float | None = None) -> None:
        """Take the first answer, or the failure that stands for it, and let the asker go on."""
        self.answer = answer
        self.rtt_ms = rtt_ms
        self.took_ms = self.run.took_ms(self.began)
        if self.heard is not None:
            self.heard(answer)
        self.let_go_on()

    def contradict(self, other: Answer) -> None:
        """Take a further answer to the same datagram; only one that says something else is kept."""
        said = (self.answer, *self.others)
        if any(one is not None and one.says_the_same(other) for one in said):
            return
        self.others = (*self.others, other)
        if self.heard is not None:
            self.heard(other)

    def record(self) -> None:
        """Leave the observation."""
        run, answer = self.run, self.answer
        if answer is None:
            raise RuntimeError("a question is recorded when it is answered or given up")
        run.record(
            DnsQuery(
                id=run.new_id(),
                at_ms=run.at_ms(self.began),
                took_ms=self.took_ms,
                failure=answer.failure,
                raw=answer.raw,
                name=self.name,
                type=self.rtype,
                resolver=self.resolver,
                over=self.over,
                truncated=self.truncated,
                edns=self.edns,
                rcode=answer.rcode,
                records=answer.records,
                other_answers=tuple([one.records for one in self.others]),
                resends=max(self.resends, 0),
                ignored=self.ignored,
                rtt_ms=self.rtt_ms,
                purpose=self.purpose,
            )
        )


def failed(rtype: str, failure: Failure, raw: Raw | None = None) -> Answer:
    """What stands for an answer that did not come."""
    return Answer(rtype=rtype, failure=failure, raw=raw)


def judged(said: Reply | Malformed, rtype: str) -> Answer:
    """A reply as an answer: with the failure its rcode, its emptiness or its nonsense amounts to."""
    if isinstance(said, Malformed):
        return Answer(rtype=rtype, failure=Failure.DNS_MALFORMED, raw=Raw(text=said.why))
    if said.rcode == "NOERROR":
        failure = None if rtype in [one.type for one in said.records] else Failure.DNS_NO_ANSWER
    else:
        failure = _BY_RCODE.get(said.rcode, Failure.DNS_MALFORMED)
    raw = Raw(rcode=said.rcode, text=said.reason) if failure or said.reason else None
    return Answer(rtype=rtype, failure=failure, raw=raw, rcode=said.rcode, records=said.records)
