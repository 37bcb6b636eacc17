"""One verification: a file, a list, and what the one does to the other."""

from collections.abc import Sequence

from msgspec import Struct

from lineclear.allowlist.context import Remark, Snapshot
from lineclear.allowlist.rule import AllowRule
from lineclear.errors import UsageError

from .asking import Answer, ask, beside, by_packets
from .beyond import Excess, beyond
from .formats import Format
from .packet import Question
from .requesting import beyond_requests, by_requests, is_asked_of_a_proxy
from .walking import Ruling


class Verification(Struct, frozen=True, kw_only=True):
    """What is permitted, blocked and not to be told, and what is opened beyond need."""

    format: str
    origin: str
    catalog: str
    question: Question
    answers: tuple[Answer, ...]
    excess: tuple[Excess, ...] | None
    """None: too many combinations to look at."""
    proxy: bool = False
    remarks: tuple[Remark, ...] = ()
    snapshot: Snapshot | None = None

    @property
    def ruling(self) -> Ruling:
        """The worst of all answers."""
        found = {one.ruling for one in self.answers}
        return next(one for one in (Ruling.BLOCKED, Ruling.CANNOT_TELL, Ruling.PERMITTED) if one in found)

    def of(self, ruling: Ruling) -> tuple[Answer, ...]:
        """The answers of one kind."""
        return tuple(one for one in self.answers if one.ruling is ruling)


EXIT = {Ruling.PERMITTED: 0, Ruling.BLOCKED: 1, Ruling.CANNOT_TELL: 3}
"""As of a check: success, failure, inconclusive."""


def verify(
    file: tuple[str, str],
    format_: Format,
    rules: Sequence[AllowRule],
    *,
    catalog: str,
    question: Question,
    snapshot: Snapshot | None = None,
    remarks: Sequence[Remark] = (),
) -> Verification:
    """Read a file, text and name, and ask it for every rule of a list.

    Raises:
        UsageError: the file is not of this format, and the problem says line, column and what was expected; or it is
            of a proxy, and no rule of the list goes through one.
    """
    ruleset = format_.read(*file)
    asker, opened = (by_requests, beyond_requests) if format_.proxy else (by_packets, beyond)
    asked = [one for one in rules if not format_.proxy or is_asked_of_a_proxy(one)]
    left = tuple(one.place for one in rules if format_.proxy and not is_asked_of_a_proxy(one))
    if not asked:
        raise UsageError("Nothing of this selection goes through a proxy.", f"Verify the packet filter: {left[0]}.")
    aside = () if format_.proxy else beside(asked, snapshot, question)
    said = [
        Remark(text="Not a matter of a proxy, for the application reaches these without one", places=left),
        Remark(text="--source names one version of IP only, so some addresses were not asked for", places=aside),
    ]
    return Verification(
        format=format_.title,
        proxy=format_.proxy,
        origin=file[1],
        catalog=catalog,
        question=question,
        answers=ask(ruleset, asked, snapshot, question, asker),
        excess=opened(ruleset, rules, snapshot, question),
        remarks=(*remarks, *(one for one in said if one.places)),
        snapshot=snapshot,
    )
