"""All rows, of every layer."""

from tests.diagnose import (
    rows_acceptors,
    rows_agents,
    rows_browser,
    rows_connects,
    rows_consent,
    rows_far,
    rows_greetings,
    rows_loss,
    rows_machine,
    rows_names,
    rows_quality,
    rows_refusals,
    rows_run,
    rows_several,
    rows_tls,
    rows_web,
)

TABLE = (
    *rows_machine.ROWS,
    *rows_names.ROWS,
    *rows_connects.ROWS,
    *rows_consent.ROWS,
    *rows_acceptors.ROWS,
    *rows_agents.ROWS,
    *rows_tls.ROWS,
    *rows_web.ROWS,
    *rows_browser.ROWS,
    *rows_quality.ROWS,
    *rows_greetings.ROWS,
    *rows_refusals.ROWS,
    *rows_far.ROWS,
    *rows_loss.ROWS,
    *rows_run.ROWS,
    *rows_several.ROWS,
)
