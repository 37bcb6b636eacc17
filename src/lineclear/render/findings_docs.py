"""The pages of docs/findings, made from the codes: `python -m lineclear.render.findings_docs docs/findings`."""

import sys
from pathlib import Path

from lineclear.diagnose.codes import Code

from .explain import families, sections, shown
from .markdown import plain

_INTRODUCTION = """\
# Findings

Every root cause a report can name, with a number that is never used for anything else. The same text, offline:
`lineclear explain CODE`. These pages are generated from the codes; do not edit them.
"""


def pages() -> dict[str, str]:
    """File name to text: an index, and a page for each code."""
    found = {"README.md": _index()}
    for _, codes in families():
        found |= {f"{one.label}.md": _page(one) for one in codes}
    return found


def write(folder: Path) -> None:
    """Makes `folder` hold the pages and no others."""
    folder.mkdir(parents=True, exist_ok=True)
    wanted = pages()
    for one in folder.glob("*.md"):
        if one.name not in wanted:
            one.unlink()
    for name, text in wanted.items():
        (folder / name).write_text(text, encoding="utf-8", newline="\n")


def _index() -> str:
    tables = [
        f"\n## {title}\n\n| code | severity | cause |\n|---|---|---|\n{''.join(map(_row, codes))}"
        for title, codes in families()
    ]
    return _INTRODUCTION + "".join(tables)


def _row(code: Code) -> str:
    title = plain(shown(code.title, code))
    return f"| [{code.label}]({code.label}.md) `{code.id}` | {code.severity.value} | {title} |\n"


def _page(code: Code) -> str:
    parts = [f"# {code.label}: {code.id}", plain(shown(code.title, code)), f"Severity: {code.severity.value}."]
    for title, texts in sections(code):
        listed = len(texts) > 1
        parts += [f"## {title}", "\n".join(f"- {plain(one)}" if listed else plain(one) for one in texts)]
    return "\n\n".join(parts) + "\n"


if __name__ == "__main__":
    write(Path(sys.argv[1]))
