"""The report as a monitoring plugin says it: one line, then performance data after a bar.

The guidelines of the plugins: `SERVICE STATUS: text | 'label'=value[unit];warn;crit;min;max`. The exit code that goes
with it is `NAGIOS_EXIT`.
"""

from lineclear.model import Report, Verdict

from .prose import headline
from .safe import safe
from .words import FAILED, OK, UNKNOWN, word_of

_STATUS = {
    Verdict.SUCCESS: "OK",
    Verdict.DEGRADED: "WARNING",
    Verdict.FAILURE: "CRITICAL",
    Verdict.INCONCLUSIVE: "UNKNOWN",
}
_COUNTS = (("ok", OK), ("failed", FAILED), ("unknown", UNKNOWN))


def nagios(report: Report) -> str:
    """One line with a final line end."""
    told = headline(report)
    text = safe(f"{told.cause} {told.ask}").replace("|", "/")
    return f"LINECLEAR {_STATUS[report.diagnosis.verdict]}: {told.word}, {text} | {' '.join(_numbers(report))}\n"


def _numbers(report: Report) -> list[str]:
    needed = [word_of(one) for one in report.diagnosis.targets if one.required]
    counts = [f"'{label}'={needed.count(word)};;;0;{len(needed)}" for label, word in _COUNTS]
    trips = [
        f"'{_label(one.name)}'={one.rtt_ms / 1000:.6f}s;;;0"
        for one in report.diagnosis.targets
        if one.required and one.rtt_ms is not None
    ]
    return [f"'time'={report.evidence.took_ms / 1000:.3f}s;;;0", *counts, *trips]


def _label(name: str) -> str:
    """A label may hold no quote, no equals sign and no bar."""
    return safe(name).translate({ord("'"): "_", ord("="): "_", ord("|"): "_"})
