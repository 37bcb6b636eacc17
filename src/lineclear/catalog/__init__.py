"""Vendors' published lists of hosts and ports: read, checked, narrowed, compared, shown. Values in, values out.

`load`, `load_edition`, `editions` and `select` are what a check needs, and light. What reads TOML or prints tables is
imported when it is called.
"""

from typing import TYPE_CHECKING, Any

from lineclear.model import Catalog

from .selection import select
from .store import Edition, editions, is_file, load_edition, packaged

if TYPE_CHECKING:
    from .comparison import DIFF_FORMATS, Difference, diff
    from .formats import FORMATS, list_text, show
    from .lint_report import LINT_FORMATS, needs_work
    from .linting import LintRemark, lint
    from .loading import load_file, parse_toml, toml_of

_LATER = {
    "DIFF_FORMATS": "comparison",
    "Difference": "comparison",
    "FORMATS": "formats",
    "LINT_FORMATS": "lint_report",
    "LintRemark": "linting",
    "diff": "comparison",
    "lint": "linting",
    "list_text": "formats",
    "load_file": "loading",
    "needs_work": "lint_report",
    "parse_toml": "loading",
    "show": "formats",
    "toml_of": "loading",
}

__all__ = [
    "DIFF_FORMATS",
    "FORMATS",
    "LINT_FORMATS",
    "Difference",
    "Edition",
    "LintRemark",
    "diff",
    "editions",
    "lint",
    "list_text",
    "load",
    "load_edition",
    "load_file",
    "needs_work",
    "parse_toml",
    "schema",
    "select",
    "show",
    "toml_of",
]


def load(reference: str) -> Catalog:
    """The catalog a user names: `ibkr`, `ibkr:2022-01`, or the path of a TOML file.

    Whatever ends in .toml or holds a path separator is a file.

    Raises:
        UsageError: no such edition, or a file that is no catalog.
    """
    if is_file(reference):
        from .loading import load_file  # noqa: PLC0415  the TOML side is not needed for built-in editions

        return load_file(reference)
    catalog, _, edition = reference.partition(":")
    return load_edition(catalog, edition)


def schema() -> str:
    """The published JSON Schema of a catalog file."""
    return packaged("catalog.schema.json").decode()


def __getattr__(name: str) -> Any:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    from importlib import import_module  # noqa: PLC0415  only when a heavy part is asked for

    return getattr(import_module(f".{_LATER[name]}", __name__), name)
