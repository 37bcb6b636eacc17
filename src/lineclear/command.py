"""Where the `lineclear` command begins: with the collector off, which would only look at imports.

Until everything is imported, Ctrl-C just ends the process, as it ends any other: there is nothing to tell yet, and an
exception in the middle of an import ends in a traceback, or within a library that does not expect it.
"""

from __future__ import annotations

import _signal  # type: ignore[import-not-found]  # `signal` itself takes 2 ms
import gc

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import NoReturn


def command() -> NoReturn:
    """Run the words of the command line and leave."""
    gc.disable()
    if _signal.getsignal(_signal.SIGINT) is _signal.default_int_handler:  # else who started us wants it otherwise
        _signal.signal(_signal.SIGINT, _signal.SIG_DFL)
    from lineclear.cli import run_and_leave  # noqa: PLC0415  after the collector is off: 2 ms of every start

    run_and_leave()
