"""The pages of the project: links lead somewhere, and the tour shows what the program prints."""

import os
import re
import shlex
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[1]
PAGES = sorted({*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md")})
FENCE = re.compile(r"^```.*?^```$", re.DOTALL | re.MULTILINE)
LINK = re.compile(r"\]\((?!https?:)([^)\s]*)\)")


def anchors(page: Path) -> set[str]:
    """What headings of a page can be linked by, as GitHub makes it of them."""
    headings = re.findall(r"^#+ (.*)$", FENCE.sub("", page.read_text(encoding="utf-8")), re.MULTILINE)
    return {re.sub(r"[^\w\- ]", "", heading.lower()).replace(" ", "-") for heading in headings}


@pytest.mark.parametrize("page", PAGES, ids=[str(page.relative_to(ROOT)) for page in PAGES])
def test_every_link_leads_somewhere(page: Path) -> None:
    for link in LINK.findall(FENCE.sub("", page.read_text(encoding="utf-8"))):
        name, _, anchor = link.partition("#")
        there = page.parent / name if name else page
        assert there.exists(), link
        assert not anchor or anchor in anchors(there), link


def test_the_readme_leads_to_the_tour_and_the_decisions() -> None:
    assert {"docs/tour.md", "docs/decisions/"} <= set(LINK.findall((ROOT / "README.md").read_text(encoding="utf-8")))


def shown() -> Iterator[tuple[list[str], str]]:
    """Each command of the tour, in order, with what the tour says it prints."""
    tour = (ROOT / "docs" / "tour.md").read_text(encoding="utf-8")
    for block in re.findall(r"^```console\n(.*?)^```$", tour, re.DOTALL | re.MULTILINE):
        for command in re.split(r"^\$ lineclear ", block, flags=re.MULTILINE)[1:]:
            words, _, printed = command.partition("\n")
            yield shlex.split(words), printed


def stable(text: str) -> str:
    """Without what differs from run to run: times, free ports, and where lines are broken for them."""
    timeless = re.sub(r"<?\d+(\.\d+)? m?s\b", "TIME", text)
    return " ".join(re.sub(r"(127[.\d]+):\d+", r"\1:PORT", timeless).split())


@pytest.mark.skipif(sys.platform == "darwin", reason="macOS has one loopback address; the tour shows many")
def test_the_tour_shows_what_is_printed(tmp_path: Path) -> None:
    environment = os.environ | {"PYTHONPATH": str(ROOT / "src"), "NO_COLOR": "1", "PYTHONUTF8": "1", "COLUMNS": "80"}
    commands = list(shown())
    assert len(commands) > 5
    for words, printed in commands:
        ran = subprocess.run(
            (sys.executable, "-m", "lineclear", *words),
            cwd=tmp_path,
            env=environment,
            capture_output=True,
            text=True,
            encoding="utf-8",
            timeout=60,
            check=False,
        )
        assert ran.returncode in (0, 1), ran.stderr
        rest = stable(ran.stdout)
        for part in map(stable, printed.split("…\n")):
            assert part in rest, words
            rest = rest.partition(part)[2] if part else rest
