"""Report to text, in each format. Pure functions; a format is imported when it is first used, and nothing else.

To add a format: a module here with a function of its name, a line in `FORMATS`, a golden in tests/render.
"""

from collections.abc import Callable
from importlib import import_module

from lineclear.model import Report

from .exits import EXIT, EXIT_INTERRUPTED, EXIT_USAGE, NAGIOS_EXIT

Format = Callable[..., str]


def load(name: str) -> Format:
    """The function of a format, imported now."""
    function: Format = getattr(import_module(f"{__name__}.{name}"), name)
    return function


def _late(name: str) -> Format:
    def render(report: Report, **options: object) -> str:
        return load(name)(report, **options)

    return render


FORMATS: dict[str, Format] = {
    name: _late(name) for name in ("text", "json", "html", "markdown", "junit", "nagios", "csv")
}
"""Name to function. Each takes the report; `text` also `width`, `color`, `ascii` and `verbose`, `html` `language`."""

__all__ = ["EXIT", "EXIT_INTERRUPTED", "EXIT_USAGE", "FORMATS", "NAGIOS_EXIT", "Format", "load"]
