"""The three lines everybody reads: the verdict's word, the cause, and what to ask of whom."""

from collections import Counter

from msgspec import Struct
from msgspec.structs import replace

from lineclear.diagnose.codes import BY_LABEL, remedies, sentence
from lineclear.model import Audience, Finding, Report, Severity, Verdict

from .words import VERDICT_WORDS, counted

_RANK = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}
_UNMEASURED = "LC9"
"""Codes of what could not be measured: the only ones that may head an Inconclusive without being a claim."""

_FEW = 3
_HOSTS = "hosts"
"""The fact that may be long: a sentence names a few, a ticket all."""

_ASK = {
    Audience.USER: "On this machine",
    Audience.NETWORK: "Ask the network administrator",
    Audience.VENDOR: "Tell the vendor",
}


_LET_FINISH = "Ask nobody yet: run it again and let it finish."
_RUN_AGAIN = {"deadline": "Ask nobody yet: run it again with a longer --deadline."}
_MISSING = "Nothing to ask of anybody on this evidence alone; what is missing stands beside each service."


class Headline(Struct, frozen=True, kw_only=True):
    """What stands on the first three lines of every format."""

    word: str
    cause: str
    ask: str


def headline(report: Report) -> Headline:
    """The verdict's word, the cause in one sentence, and what to ask of whom."""
    finding = head(report)
    word = VERDICT_WORDS[report.diagnosis.verdict]
    if finding is None:
        return Headline(word=word, cause=_cause_without_finding(report), ask=_ask_without_finding(report))
    return Headline(word=word, cause=cause(finding) + _and_more(report, finding), ask=ask(finding))


def head(report: Report) -> Finding | None:
    """The finding that heads the report: the first of the highest severity, notes left aside."""
    verdict = report.diagnosis.verdict
    if verdict is Verdict.SUCCESS:
        return None
    able = [one for one in report.diagnosis.findings if one.severity is not Severity.INFO]
    if verdict is Verdict.INCONCLUSIVE and not able:
        able = [one for one in report.diagnosis.findings if one.code.startswith(_UNMEASURED)]
    return min(able, key=lambda one: _RANK[one.severity], default=None)


def cause(finding: Finding) -> str:
    """The cause in one plain sentence; the bare id for a code that this version does not know."""
    return sentence(_short(finding)) if finding.code in BY_LABEL else f"{finding.id} (not known to this version)."


def why(finding: Finding) -> str:
    """How the evidence shows it; empty for a code that this version does not know."""
    return BY_LABEL[finding.code].why if finding.code in BY_LABEL else ""


def changes(finding: Finding) -> tuple[tuple[Audience, str], ...]:
    """What to change, by whom, with every host and port; nothing for a code that this version does not know."""
    return remedies(_whole(finding)) if finding.code in BY_LABEL else ()


def requests(finding: Finding, *, whole: bool) -> tuple[str, ...]:
    """The changes as sentences, each addressed to who can make it; of many hosts all, or the first few."""
    known = remedies(_whole(finding) if whole else _short(finding)) if finding.code in BY_LABEL else ()
    return tuple(addressed(who, text) for who, text in known)


def ask(finding: Finding) -> str:
    """The first change, addressed to who can make it; of many hosts the first few."""
    return next(iter(requests(finding, whole=False)), f"See: lineclear explain {finding.code}.")


def addressed(who: Audience, text: str) -> str:
    """A change as a sentence: `Ask the network administrator: ...`; what nobody need change stands alone."""
    return text if who is Audience.NOBODY else f"{_ASK[who]}: {text}"


def stopped(report: Report) -> str:
    """Who ended the run: `stopped early by the deadline`."""
    return f"stopped early by the {by}" if (by := report.evidence.interrupted_by) else "stopped early"


def hosts_and_ports(targets: tuple[str, ...], most: int = 0) -> str:
    """Targets as one would put them in a ticket: `ports 4000 and 4001 of ndc1.ibllc.com, zdc1.ibllc.com`.

    `most`: how many hosts are named of those with the same ports; 0: all.
    """
    ports: dict[str, list[str]] = {}
    for one in targets:
        host, _, port = one.rpartition(":")
        ports.setdefault(host, []).append(port)
    hosts: dict[tuple[str, ...], list[str]] = {}
    for host, several in ports.items():
        hosts.setdefault(tuple(sorted(several, key=lambda one: (len(one), one))), []).append(host)
    return "; ".join(f"{_ports(several)} of {_few(names, most)}" for several, names in hosts.items())


def _ports(ports: tuple[str, ...]) -> str:
    *several, last = ports
    return f"ports {', '.join(several)} and {last}" if several else f"port {last}"


def _few(names: list[str], most: int) -> str:
    if not most or len(names) <= most + 1:
        return ", ".join(names)
    return f"{', '.join(names[:most])} and {len(names) - most} more"


def _short(finding: Finding) -> Finding:
    return _said(finding, _FEW)


def _whole(finding: Finding) -> Finding:
    return _said(finding, 0)


def _said(finding: Finding, most: int) -> Finding:
    """The finding with its targets as one phrase where there are several, and lists of hosts no longer than asked."""
    targets = (hosts_and_ports(finding.targets, most),) if len(finding.targets) > 1 else finding.targets
    facts = tuple((name, _listed(text, most) if name == _HOSTS else text) for name, text in finding.facts)
    return replace(finding, targets=targets, facts=facts)


def _listed(text: str, most: int) -> str:
    """`a, b, c and d` cut to a few: `a, b, c and 8 more`."""
    return _few(text.replace(" and ", ", ").split(", "), most) if most and text.count(", ") >= most else text


def _and_more(report: Report, finding: Finding) -> str:
    others = sum(one is not finding and one.severity is not Severity.INFO for one in report.diagnosis.findings)
    return f" (And {counted(others, 'more cause')}.)" if others else ""


def _cause_without_finding(report: Report) -> str:
    needed = [one for one in report.diagnosis.targets if one.required]
    met = sum(one.ok is True for one in needed)
    failed = sum(one.ok is False for one in needed)
    if report.diagnosis.verdict is Verdict.SUCCESS:
        return f"Every host and port the list demands answered and proved itself ({met} of {len(needed)})."
    if report.diagnosis.verdict is Verdict.INCONCLUSIVE:
        return _unknown(report, len(needed) - met - failed, len(needed))
    return f"{failed} of {counted(len(needed), 'required target')} failed, and no single cause of it is proven."


def _unknown(report: Report, number: int, needed: int) -> str:
    told = f"{number} of {counted(needed, 'required target')} could not be judged"
    notes = Counter(one.note for one in report.diagnosis.targets if one.required and one.ok is None and one.note)
    early = f"the run was {stopped(report)}" if report.evidence.interrupted else ""
    reason = early or next((note.rstrip(".") for note, _ in notes.most_common(1)), "")
    return f"{told}: {reason}." if reason else f"{told}."


def _ask_without_finding(report: Report) -> str:
    if report.diagnosis.verdict is Verdict.SUCCESS:
        return _nothing_to_change(report)
    if report.diagnosis.verdict is Verdict.INCONCLUSIVE:
        return _RUN_AGAIN.get(report.evidence.interrupted_by, _LET_FINISH) if report.evidence.interrupted else _MISSING
    return "Ask the network administrator to look at the evidence below; save it with --save FILE."


def _nothing_to_change(report: Report) -> str:
    who = report.evidence.catalog.application or "the application"
    more = (
        f" If {who} still does not connect, it is not this network; the next suspects follow."
        if report.diagnosis.suspects
        else ""
    )
    return f"Nothing to change.{more}"
