"""A fault as one would meet it: what is true, what a telnet test and a scan say, and what Lineclear says, side by side.

python -m lab --rehearse everything-opened-trusted
"""

from collections.abc import Iterator

from lab.addresses import HOSTS, ROWS, Row
from lab.outcome import Outcome
from lab.scenario import Scenario
from lineclear.diagnose import diagnose
from lineclear.model import Report, evidence_from_json
from lineclear.render import FORMATS

TOOLS = ("telnet", "nmap -sT")
_WORDS = {True: "usable", False: "NOT usable", None: "cannot tell"}
_COLUMN = 13


def rehearsal(scenario: Scenario, outcome: Outcome, *, width: int = 80) -> str:
    """What is printed of one run with other tools beside; Lineclear's own report last.

    An outcome that is broken or was skipped is one sentence.
    """
    if outcome.broken or outcome.skipped:
        return f"{scenario.name} could not be rehearsed: {outcome.broken or outcome.skipped}.\n"
    evidence = evidence_from_json(outcome.evidence, scenario.name)
    report = FORMATS["text"](Report(evidence=evidence, diagnosis=diagnose(evidence)), width=width)
    head = f"{scenario.name}\n{scenario.says}\n\n"
    return head + "".join(f"{line}\n" for line in _table(outcome)) + f"\nWhat Lineclear says:\n\n{report}"


def _table(outcome: Outcome) -> Iterator[str]:
    """A line for all targets of one port that are alike, the widest first in each port."""
    groups: dict[tuple[str, ...], list[Row]] = {}
    for row in ROWS:
        if row.name in outcome.ok:
            groups.setdefault((str(row.port), *_answers(outcome, row.name)), []).append(row)
    titles = ("in truth", *outcome.peers, "Lineclear")
    wide = max(25, *(len(_hosts(rows)) for rows in groups.values())) + 1
    yield f"{'port':5} {'hosts':{wide}}" + "".join(f"{one:{_COLUMN}}" for one in titles).rstrip()
    for (port, *answers), rows in sorted(groups.items(), key=lambda one: (int(one[0][0]), -len(one[1]))):
        yield f"{port:5} {_hosts(rows):{wide}}" + "".join(f"{one:{_COLUMN}}" for one in answers).rstrip()


def _answers(outcome: Outcome, name: str) -> tuple[str, ...]:
    peers = ("not here" if one.missing else "open" if name in one.ok else "not open" for one in outcome.peers.values())
    return (_WORDS[name in outcome.truth.usable], *peers, _WORDS[outcome.ok[name]])


def _hosts(rows: list[Row]) -> str:
    """`ndc1 and 10 more`; a single host in full where others begin like it."""
    first = rows[0].host.partition(".")[0]
    if len(rows) > 1:
        return f"{first} and {len(rows) - 1} more"
    return first if sum(one.startswith(f"{first}.") for one in HOSTS) == 1 else rows[0].host
