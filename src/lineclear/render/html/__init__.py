"""The report as one self-contained HTML document: no script, no request to anybody, the same words as every format.

`html` makes the whole; `fragments` holds its parts for the live page, which are made of a `Run`: a check as far as it
is known. `style` is the style sheet of both.
"""

from markupsafe import Markup

from lineclear.locale import DEFAULT
from lineclear.model import Report

from . import fragments, words
from .pages import filled, style, style_hash
from .rows import row_ids
from .run import Run, State, element_id, planned, run_of, state_of


def html(report: Report, *, language: str = DEFAULT) -> str:
    """The document, with a final line end."""
    run = run_of(report)
    return filled(
        "document.html",
        language,
        title=report.evidence.catalog.title,
        edition=report.evidence.catalog.edition,
        started=report.evidence.started,
        word=words.VERDICTS[report.diagnosis.verdict],
        style_hash=style_hash(),
        style=Markup(style()),  # noqa: S704 - ours
        parts={one.__name__: Markup(one(run, language)) for one in _PARTS},  # noqa: S704 - made by templates that escape
    )


_PARTS = (
    fragments.banner,
    fragments.path,
    fragments.services,
    fragments.findings,
    fragments.targets,
    fragments.about,
)


__all__ = [
    "Run",
    "State",
    "element_id",
    "fragments",
    "html",
    "planned",
    "row_ids",
    "run_of",
    "state_of",
    "style",
    "style_hash",
]
