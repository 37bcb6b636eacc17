"""What works and will hurt, and what only looks so."""

from tests.diagnose.rows import DEGRADED, FAILURE, SUCCESS, Row, row
from tests.diagnose.words import silent
from tests.diagnose.words_deep import forgets, says_goodbye

from lineclear.model import Failure

ROWS: tuple[Row, ...] = (
    row("silent connections are held and nothing forgets them", forgets(float("inf")), verdict=SUCCESS),
    row(
        "silent connections are forgotten after a minute",
        forgets(60.0),
        verdict=DEGRADED,
        warnings=("idle-timeout-short",),
    ),
    row(
        "silent connections are forgotten, and who asks is reset",
        forgets(100.0, Failure.CONNECTION_RESET),
        verdict=DEGRADED,
        warnings=("idle-timeout-short",),
    ),
    row("the server ends a silent connection after a minute", says_goodbye(60.0), verdict=SUCCESS),
    row(
        "silent connections are forgotten sooner than the first of them is asked",
        forgets(1.0),
        verdict=DEGRADED,
        warnings=("idle-timeout-short",),
    ),
    row("not one question is answered: no step to see", forgets(-1.0), verdict=SUCCESS),
    row(
        "nobody to hold a connection with on 4001",
        silent("*:4001"),
        forgets(float("inf")),
        verdict=FAILURE,
        errors=("egress-port-dropped",),
        dead=("*:4001",),
    ),
)
