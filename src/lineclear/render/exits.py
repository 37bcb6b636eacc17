"""What the process says of a verdict when it ends. A contract: scripts and monitoring systems depend on it."""

from lineclear.model import Verdict

EXIT: dict[Verdict, int] = {
    Verdict.SUCCESS: 0,
    Verdict.FAILURE: 1,
    Verdict.INCONCLUSIVE: 3,
    Verdict.DEGRADED: 4,
}
"""2 is kept for usage and configuration, 130 for a run that was interrupted."""

EXIT_USAGE = 2
EXIT_INTERRUPTED = 130

NAGIOS_EXIT: dict[Verdict, int] = {
    Verdict.SUCCESS: 0,
    Verdict.DEGRADED: 1,
    Verdict.FAILURE: 2,
    Verdict.INCONCLUSIVE: 3,
}
"""OK, WARNING, CRITICAL, UNKNOWN, as monitoring plugins say them. `check --format nagios` ends with these."""
