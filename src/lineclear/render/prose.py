"""The three lines everybody reads: the verdict's word, the cause, and what to ask of whom.

Each takes a `say`, which gives a sentence in the reader's language; without one it is said in English. Sentences stand
here whole, with their gaps in braces, so that another language may order them as it likes.
"""

import re
from collections import Counter
from collections.abc import Callable, Sequence

from msgspec import Struct
from msgspec.structs import replace

from lineclear.diagnose.codes import BY_LABEL, fill
from lineclear.locale import N_
from lineclear.model import Audience, Finding, Report, Severity, Verdict

from .words import VERDICT_WORDS

Say = Callable[[str], str]
"""A sentence of ours in the reader's language."""

_RANK = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}
_UNMEASURED = "LC9"
"""Codes of what could not be measured: the only ones that may head an Inconclusive without being a claim."""

_FEW = 3
_LONG = ("hosts", "dead")
"""The facts that may be long: a sentence names a few, a ticket all."""
_NAME = re.compile(r"[\w.:*\[\]-]+", re.ASCII)
"""What may be a host in a sentence, whatever the language."""
_LISTS = (*_LONG, "ports", "hop")
"""Facts that are lists: `4000 and 4001`."""

_ASK = {
    Audience.USER: N_("On this machine: {what}"),
    Audience.NETWORK: N_("Ask the network administrator: {what}"),
    Audience.VENDOR: N_("Tell the vendor: {what}"),
    Audience.NOBODY: "{what}",
}
_STOPPED = {
    "": N_("stopped early"),
    "deadline": N_("stopped early by the deadline"),
    "user": N_("stopped early by the user"),
}
_LET_FINISH = N_("Ask nobody yet: run it again and let it finish.")
_RUN_AGAIN = {"deadline": N_("Ask nobody yet: run it again with a longer --deadline.")}
_MISSING = N_("Nothing to ask of anybody on this evidence alone; what is missing stands beside each service.")
ANOTHER_WAY = N_("Where ports fail and their service does not, another way, such as a proxy, works or may work.")
_AND = N_("{several} and {last}")
_COMMA = N_("{one}, {other}")


def plainly(text: str) -> str:
    """English, as it stands."""
    return text


class Headline(Struct, frozen=True, kw_only=True):
    """What stands on the first three lines of every format."""

    word: str
    cause: str
    ask: str


def headline(report: Report, say: Say = plainly) -> Headline:
    """The verdict's word, the cause in one sentence, and what to ask of whom."""
    finding = head(report)
    word = VERDICT_WORDS[report.diagnosis.verdict]
    if finding is None:
        return Headline(word=word, cause=_cause_without_finding(report, say), ask=_ask_without_finding(report, say))
    return Headline(word=word, cause=cause(finding, say) + _and_more(report, finding, say), ask=ask(finding, say))


def head(report: Report) -> Finding | None:
    """The finding that heads the report: the first of the highest severity, notes left aside."""
    verdict = report.diagnosis.verdict
    if verdict is Verdict.SUCCESS:
        return None
    able = [one for one in report.diagnosis.findings if one.severity is not Severity.INFO]
    if verdict is Verdict.INCONCLUSIVE and not able:
        able = [one for one in report.diagnosis.findings if one.code.startswith(_UNMEASURED)]
    return min(able, key=lambda one: _RANK[one.severity], default=None)


def cause(finding: Finding, say: Say = plainly) -> str:
    """The cause in one plain sentence; the bare id for a code that this version does not know."""
    if finding.code not in BY_LABEL:
        return say(N_("{finding} (not known to this version).")).format(finding=finding.id)
    text = fill(say(BY_LABEL[finding.code].title), _said(finding, _FEW, say))
    return f"P{text[1:]}" if text.startswith("port") else text


def why(finding: Finding, say: Say = plainly) -> str:
    """How the evidence shows it; empty for a code that this version does not know."""
    return fill(say(BY_LABEL[finding.code].why), _said(finding, _FEW, say)) if finding.code in BY_LABEL else ""


def changes(finding: Finding, say: Say = plainly, *, whole: bool = True) -> tuple[tuple[Audience, str], ...]:
    """What to change, by whom; of many hosts all, or the first few. Nothing for a code this version does not know."""
    if finding.code not in BY_LABEL:
        return ()
    told = _said(finding, 0 if whole else _FEW, say)
    return tuple((one.who, fill(say(one.text), told)) for one in BY_LABEL[finding.code].remedies)


def requests(finding: Finding, say: Say = plainly, *, whole: bool) -> tuple[str, ...]:
    """The changes as sentences, each addressed to who can make it; of many hosts all, or the first few."""
    return tuple(addressed(who, text, say) for who, text in changes(finding, say, whole=whole))


def ask(finding: Finding, say: Say = plainly) -> str:
    """The first change, addressed to who can make it; of many hosts the first few."""
    see = say(N_("See: lineclear explain {code}.")).format(code=finding.code)
    return next(iter(requests(finding, say, whole=False)), see)


def addressed(who: Audience, text: str, say: Say = plainly) -> str:
    """A change as a sentence: `Ask the network administrator: ...`; what nobody need change stands alone."""
    return say(_ASK[who]).format(what=text)


def stopped(report: Report, say: Say = plainly) -> str:
    """Who ended the run: `stopped early by the deadline`."""
    by = report.evidence.interrupted_by
    return say(_STOPPED[by]) if by in _STOPPED else f"stopped early by the {by}"


def hosts_and_ports(targets: tuple[str, ...], most: int = 0, say: Say = plainly) -> str:
    """Targets as one would put them in a ticket: `ports 4000 and 4001 of ndc1.ibllc.com, zdc1.ibllc.com`.

    `most`: how many hosts are named of those with the same ports; 0: all. Where some are left out and ports differ,
    hosts are counted: `port 4001 of 11 hosts and port 443 of 15 hosts` is read at a glance, six names of 26 are not.
    """
    ports: dict[str, list[str]] = {}
    for one in targets:
        host, _, port = one.rpartition(":")
        ports.setdefault(host, []).append(port)
    hosts: dict[tuple[str, ...], list[str]] = {}
    for host, several in ports.items():
        hosts.setdefault(tuple(sorted(several, key=lambda one: (len(one), one))), []).append(host)
    told = say(N_("{ports} of {hosts}"))
    if len(hosts) > 1 and any(_too_many(names, most) for names in hosts.values()):
        number = say(N_("{number} hosts"))
        counted = (
            (several, names[0] if len(names) == 1 else number.format(number=len(names)))
            for several, names in hosts.items()
        )
        return _joined([told.format(ports=_ports(several, say), hosts=who) for several, who in counted], say)
    each = (told.format(ports=_ports(several, say), hosts=_few(names, most, say)) for several, names in hosts.items())
    return "; ".join(each)


def concerned(finding: Finding, say: Say = plainly) -> str:
    """The targets of a finding: the first few of many where what to change names every one of their hosts anyway."""
    hosts = {one.rpartition(":")[0] for one in finding.targets}
    words = {word.rstrip(".:") for _, text in changes(finding, say) for word in _NAME.findall(text)}
    return hosts_and_ports(finding.targets, _FEW if hosts <= words else 0, say)


def ports_named(ports: Sequence[int], say: Say = plainly) -> str:
    """`port 4000`, `ports 4000 and 4001`; empty for none."""
    return _ports(tuple(map(str, ports)), say) if ports else ""


def _ports(ports: tuple[str, ...], say: Say) -> str:
    *several, last = ports
    if not several:
        return say(N_("port {port}")).format(port=last)
    return say(N_("ports {ports}")).format(ports=_joined(ports, say))


def _joined(names: Sequence[str], say: Say) -> str:
    """`a, b and c`."""
    *several, last = names
    return say(_AND).format(several=_commas(several, say), last=last) if several else last


def _commas(names: Sequence[str], say: Say) -> str:
    between = say(_COMMA).format(one="", other="")
    return between.join(names)


def _few(names: Sequence[str], most: int, say: Say) -> str:
    if not _too_many(names, most):
        return _commas(names, say)
    return say(N_("{several} and {number} more")).format(several=_commas(names[:most], say), number=len(names) - most)


def _too_many(names: Sequence[str], most: int) -> bool:
    """Whether some are left out: for a single one it would not pay."""
    return bool(most) and len(names) > most + 1


def _said(finding: Finding, most: int, say: Say) -> Finding:
    """The finding in words: targets as one phrase, lists of hosts no longer than asked, facts as its code says them."""
    several = len(finding.targets) > 1
    targets = (hosts_and_ports(finding.targets, most, say),) if several else finding.targets
    code = BY_LABEL[finding.code]
    lists = (*_LISTS, *code.lists)
    known = {"subject": finding.subject, **dict(finding.facts)}
    plain = {
        name: _listed(text, most if name in _LONG else 0, say) if name in lists else text
        for name, text in known.items()
    }
    filled = _with(replace(finding, targets=targets), plain)
    told = {(one.fact, one.value): fill(say(one.text), filled) for one in code.phrases}
    words = {name: _in_words(name, text, told, say) for name, text in known.items()}
    return _with(filled, plain | {name: text for name, text in words.items() if text is not None})


def _with(finding: Finding, known: dict[str, str]) -> Finding:
    """The finding with another subject and other facts."""
    facts = tuple((name, text) for name, text in known.items() if name != "subject")
    return replace(finding, subject=known["subject"], facts=facts)


def _in_words(name: str, text: str, told: dict[tuple[str, str], str], say: Say) -> str | None:
    """A fact in the words of its code: one of them, or a list in which some are. None: it has none of them."""
    parts = _parts(text)
    words = [told.get((name, one), one) for one in parts]
    return None if words == parts else _joined(words, say)


def _listed(text: str, most: int, say: Say) -> str:
    """`a, b, c and d` in the reader's language, cut to a few where `most` is given: `a, b, c and 8 more`."""
    names = _parts(text)
    return _few(names, most, say) if _too_many(names, most) else _joined(names, say)


def _parts(text: str) -> list[str]:
    """What `a, b and c` lists."""
    return text.replace(" and ", ", ").split(", ")


def _and_more(report: Report, finding: Finding, say: Say) -> str:
    others = sum(one is not finding and one.severity is not Severity.INFO for one in report.diagnosis.findings)
    if not others:
        return ""
    text = say(N_("(And 1 more cause.)")) if others == 1 else say(N_("(And {number} more causes.)"))
    return f" {text.format(number=others)}"


def _cause_without_finding(report: Report, say: Say) -> str:
    needed = [one for one in report.diagnosis.targets if one.required]
    met = sum(one.ok is True for one in needed)
    failed = sum(one.ok is False for one in needed)
    if report.diagnosis.verdict is Verdict.SUCCESS:
        every = say(N_("Every host and port the list demands answered and proved itself ({met} of {number})."))
        enough = say(
            N_(
                "All that the list demands works: {met} of {number} answered and proved themselves, and the rest go "
                "through a proxy or have an alternative that works."
            )
        )
        return (every if met == len(needed) else enough).format(met=met, number=len(needed))
    if report.diagnosis.verdict is Verdict.INCONCLUSIVE:
        return _unknown(report, len(needed) - met - failed, len(needed), say)
    one = say(N_("{failed} of 1 required target failed, and no single cause of it is proven."))
    many = say(N_("{failed} of {number} required targets failed, and no single cause of it is proven."))
    return (one if len(needed) == 1 else many).format(failed=failed, number=len(needed))


def _unknown(report: Report, number: int, needed: int, say: Say) -> str:
    one = say(N_("{unknown} of 1 required target could not be judged"))
    many = say(N_("{unknown} of {number} required targets could not be judged"))
    told = (one if needed == 1 else many).format(unknown=number, number=needed)
    notes = Counter(one.note for one in report.diagnosis.targets if one.required and one.ok is None and one.note)
    early = say(N_("the run was {stopped}")).format(stopped=stopped(report, say)) if report.evidence.interrupted else ""
    reason = early or next((note.rstrip(".") for note, _ in notes.most_common(1)), "")
    return (
        say(N_("{what}: {reason}.")).format(what=told, reason=reason)
        if reason
        else say(N_("{what}.")).format(what=told)
    )


def _ask_without_finding(report: Report, say: Say) -> str:
    if report.diagnosis.verdict is Verdict.SUCCESS:
        return _nothing_to_change(report, say)
    if report.diagnosis.verdict is Verdict.INCONCLUSIVE:
        early = say(_RUN_AGAIN.get(report.evidence.interrupted_by, _LET_FINISH))
        return early if report.evidence.interrupted else say(_MISSING)
    return say(N_("Ask the network administrator to look at the evidence below; save it with --save FILE."))


def next_to_look(report: Report, say: Say = plainly) -> str:
    """The heading over the suspects: that it is not the network is said where all of it works, and only there."""
    who = report.evidence.catalog.application or say(N_("the application"))
    if report.diagnosis.verdict is Verdict.SUCCESS:
        return say(N_("If {who} still does not connect, it is not the network. Look here:")).format(who=who)
    return say(N_("If {who} does not connect at all, look here too:")).format(who=who)


def _nothing_to_change(report: Report, say: Say) -> str:
    nothing = say(N_("Nothing to change."))
    if not report.diagnosis.suspects:
        return nothing
    who = report.evidence.catalog.application or say(N_("the application"))
    more = say(N_("If {who} still does not connect, it is not this network; the next suspects follow."))
    return f"{nothing} {more.format(who=who)}"
