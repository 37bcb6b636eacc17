"""Where the `lineclear` command begins: with the collector off, which would only look at imports."""

from __future__ import annotations

import gc

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn


def command() -> NoReturn:
    """Run the words of the command line and leave."""
    gc.disable()
    from lineclear.cli import run_and_leave  # noqa: PLC0415  after the collector is off: 2 ms of every start

    run_and_leave()
