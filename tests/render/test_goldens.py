"""Each format over each network, as it is printed. A golden that changes is a change people will see: read it.

To write them again: `python -m pytest tests/render --rewrite-goldens`.
"""

import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from lineclear.render import FORMATS

from .reports import REPORTS

_ENDINGS = {
    "text": "txt",
    "json": "json",
    "html": "html",
    "markdown": "md",
    "junit": "xml",
    "nagios": "nagios.txt",
    "csv": "csv",
}
_WIDTHS = (40, 80, 120)
_EVIDENCE = '  "evidence": {'
"""A golden of JSON ends here: what follows is the model's, and has tests of its own."""
_STYLE = re.compile(r"sha256-[^']+|(?<=<style>).*(?=</style>)", re.DOTALL)
"""Left out of a golden of HTML: how it looks is for the pictures to show."""
FOLDER = Path(__file__).parent / "goldens"


def _cases() -> Iterator[tuple[str, str, dict[str, object]]]:
    """File name, report, and how it is rendered."""
    for name in REPORTS:
        for width in _WIDTHS:
            yield f"{name}.{width}.txt", name, {"width": width}
    yield "egress-ports-dropped.ascii.txt", "egress-ports-dropped", {"ascii": True}
    yield "egress-ports-dropped.colour.txt", "egress-ports-dropped", {"color": True}
    yield "backup-down.verbose.txt", "backup-down", {"verbose": True}
    for format_ in (one for one in FORMATS if one != "text"):
        # Two reports are enough for formats whose shape does not depend on the network.
        for name in REPORTS if format_ in ("markdown", "nagios") else ("backup-down", "interrupted"):
            yield f"{name}.{_ENDINGS[format_]}", name, {"format": format_}


CASES = list(_cases())


@pytest.mark.usefixtures("own_codes")
@pytest.mark.parametrize(("golden", "report", "how"), CASES, ids=[one[0] for one in CASES])
def test_a_report_looks_as_it_did(golden: str, report: str, how: dict[str, object], *, rewrite_goldens: bool) -> None:
    options = {name: value for name, value in how.items() if name != "format"}
    whole = FORMATS[str(how.get("format", "text"))](REPORTS[report](), **options)
    text = _STYLE.sub("", whole) if how.get("format") == "html" else whole.partition(_EVIDENCE)[0]
    path = FOLDER / golden
    if rewrite_goldens:
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8", newline="\n")
    assert text == path.read_text(encoding="utf-8")


def test_no_golden_is_left_over() -> None:
    assert {one.name for one in FOLDER.iterdir()} == {one[0] for one in CASES}


def test_every_format_has_a_golden() -> None:
    assert {how.get("format", "text") for _, _, how in CASES} == set(FORMATS)
