"""What came of one run: what the check said, what really happened, and whether the two and the label agree."""

import re
from collections.abc import Iterable, Iterator

from msgspec import Struct

from lab.addresses import ROWS
from lab.scenario import Names, Scenario
from lineclear.model import Role, Transport

GRAVE = ("warning", "error")
_DOORS = (Transport.TCP, Transport.TLS)
_SURVIVING = frozenset(one.name for one in ROWS if one.transport is Transport.HTTPS)


class Seen(Struct, frozen=True, kw_only=True):
    """What the independent client saw of one target, by one family of addresses."""

    name: str
    family: int
    address: str
    connected: bool
    fingerprint: str
    trusted: bool | None
    error: str


class Reach(Struct, frozen=True, kw_only=True):
    """What became of the targets by one family of addresses."""

    connected: Names = frozenset()
    """Somebody accepted the connection."""
    arrived: Names = frozenset()
    """The nonce arrived at the target's own server."""
    genuine: Names = frozenset()
    """TLS targets that showed their own certificate; all others."""
    trusted: Names = frozenset()
    """TLS targets whose certificate a client that verifies accepts; all others."""

    @property
    def usable(self) -> Names:
        """Targets that software which connects directly and verifies what it can gets to.

        A browser goes on behind a box whose authority this machine trusts, and its request arrives; TWS does not.
        """
        return self.arrived & self.trusted & (self.genuine | _SURVIVING)


CAUSES = (
    ("LC20 LC210 LC214", r"could not resolve|name resolution|name or service not known|no such host|failed to resolve"),
    ("LC107 LC403", r"certificate (has expired|is not yet valid)|has expired or is not yet valid"),
    ("LC401 LC402 LC409", r"unable to get local issuer|self.signed certificate|unknown authority"),
    ("LC404", r"no alternative certificate subject name|certificate is valid for"),
    ("LC104 LC301 LC303 LC306", r'state="filtered"|admin-prohibited|net-prohibited|host-prohibited'),
    ("LC314 LC332", r'reason="conn-refused"|connection refused'),
    ("LC503", r"407|proxy authentication required"),
)
"""Beginnings of codes, and words of any tool that say as much."""


class Said(Struct, frozen=True, kw_only=True):
    """What one tool said of a network: the targets it calls reachable, and its words about the others."""

    ok: Names = frozenset()
    words: str = ""
    missing: bool = False
    """The tool is not on this machine."""

    def names_any_of(self, codes: Iterable[str]) -> bool:
        """Whether its words fit one of the expected codes."""
        fitting = [words for starts, words in CAUSES for code in codes if code.startswith(tuple(starts.split()))]
        return any(re.search(one, self.words, re.IGNORECASE) for one in fitting)


class Truth(Struct, frozen=True, kw_only=True):
    """What is so, proven by nonces, by each family of addresses the names have here."""

    four: Reach = Reach()
    six: Reach = Reach()

    @property
    def usable(self) -> Names:
        """Targets that work whichever family software prefers: it tries the other only where nobody accepts."""
        either = self.four.usable | self.six.usable
        return either - (self.four.connected - self.four.usable) - (self.six.connected - self.six.usable)

    @property
    def genuine(self) -> Names:
        """Targets that were reached, and nowhere met a stranger."""
        either = self.four.genuine | self.six.genuine
        return either - (self.four.connected - self.four.genuine) - (self.six.connected - self.six.genuine)


class Outcome(Struct, frozen=True, kw_only=True):
    """One run of one scenario."""

    name: str
    skipped: str = ""
    """Why it was not run."""
    broken: str = ""
    """What the lab itself could not do."""
    verdict: str = ""
    codes: frozenset[str] = frozenset()
    ok: dict[str, bool | None] = {}
    unreserved: frozenset[str] = frozenset()
    """Targets of the verdict `success`: nothing to remark."""
    truth: Truth = Truth()
    took_s: float = 0.0
    check_s: float = 0.0
    evidence: bytes = b""
    said: str = ""
    """The findings in one line, for people."""
    peers: dict[str, Said] = {}
    """What other tools said of the same network, where they were asked."""
    again: bool = False
    """It was not right at first, and was run again by itself."""


class Score(Struct, frozen=True, kw_only=True):
    """An outcome against its label and its truth. Everything empty: right."""

    false_success: Names
    false_failure: Names
    undecided: Names
    """`ok` is null though the label says it can be known."""
    verdict: str = ""
    """`said, expected` where they differ."""
    codes_missing: frozenset[str] = frozenset()
    codes_extra: frozenset[str] = frozenset()
    label: Names = frozenset()
    """Targets where the label and the nonces disagree: the lab is wrong, not the check."""
    label_by_family: Names = frozenset()
    """The same, where the label speaks of IPv4 or IPv6 alone: `host:port over IPv6`."""

    @property
    def right(self) -> bool:
        """Whether nothing is wrong."""
        targets = self.false_success, self.false_failure, self.undecided, self.label, self.label_by_family
        return not (any(targets) or self.verdict or self.codes_missing or self.codes_extra)


def score(scenario: Scenario, outcome: Outcome) -> Score:
    """Compare. Of a scenario without a label only what must never be wrong is judged."""
    counted = frozenset(one.name for one in ROWS) - scenario.optional
    usable = outcome.truth.usable
    said = {word: frozenset(name for name, ok in outcome.ok.items() if ok is word) for word in (True, False, None)}
    if not scenario.verdict:
        return Score(
            false_success=((said[True] - usable) | (outcome.unreserved - outcome.truth.genuine)) & counted,
            false_failure=said[False] & usable & counted,
            undecided=frozenset(),
            verdict=_belied(outcome, counted),
        )
    return Score(
        false_success=((said[True] - usable) | (outcome.unreserved - outcome.truth.genuine)) & counted,
        false_failure=said[False] & usable & counted,
        undecided=(said[None] - scenario.unknown) & counted,
        verdict="" if outcome.verdict == scenario.verdict else f"{outcome.verdict}, expected {scenario.verdict}",
        codes_missing=scenario.codes - outcome.codes,
        codes_extra=outcome.codes - scenario.codes,
        label=(scenario.unusable ^ (frozenset(outcome.ok) - usable)) & counted if outcome.ok else frozenset(),
        label_by_family=frozenset(_contradicted(scenario, outcome, counted)) if outcome.ok else frozenset(),
    )


def _belied(outcome: Outcome, counted: Names) -> str:
    """What the nonces have against the one word, where nobody labelled it; empty: nothing."""
    required = [row for row in ROWS if row.required]
    lost = [row for row in required if row.name in counted and row.name not in outcome.truth.usable]
    doors = [row for row in lost if row.transport in _DOORS and row.role is not Role.BACKUP]
    if doors and outcome.verdict in ("success", "degraded"):
        return f"{outcome.verdict}, though {doors[0].name} is lost"
    if outcome.verdict == "failure" and not lost and all(row.name in counted for row in required):
        return "failure, though nothing required is lost"
    return ""


def _contradicted(scenario: Scenario, outcome: Outcome, counted: Names) -> Iterator[str]:
    """What the label says of one family, and the nonces do not."""
    claims = (scenario.unusable4, outcome.truth.four, "IPv4"), (scenario.unusable6, outcome.truth.six, "IPv6")
    for label, reach, words in claims:
        wrong = label ^ (frozenset(outcome.ok) - reach.usable) if label is not None else frozenset()
        yield from (f"{one} over {words}" for one in wrong & counted)


def grave_codes(findings: list[dict[str, object]]) -> frozenset[str]:
    """Codes of every finding at warning or above, of a report's findings."""
    return frozenset(str(one["code"]) for one in findings if one["severity"] in GRAVE)
