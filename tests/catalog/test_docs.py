"""docs/catalog.md does what it says."""

import re
from pathlib import Path

import pytest
from msgspec import Struct

from lineclear import catalog
from lineclear.catalog.document import BLOCKS, Document, Inherited
from lineclear.catalog.linting import RULES
from lineclear.model import Kind, Transport, UsageError

PAGE = (Path(__file__).parents[2] / "docs" / "catalog.md").read_text("utf-8")


def block(language: str) -> str:
    found = re.search(rf"^```{language}\n(.*?)^```$", PAGE, re.MULTILINE | re.DOTALL)
    assert found
    return found.group(1)


EXAMPLE = block("toml")


def test_the_example_loads_and_is_shown_as_the_page_says() -> None:
    assert catalog.show(catalog.parse_toml(EXAMPLE, "meridian.toml"), "table", 80) == block("text")


def test_the_example_has_one_of_everything() -> None:
    requirements = catalog.parse_toml(EXAMPLE, "meridian.toml").requirements
    assert {one.kind for one in requirements} == set(Kind) - {Kind.ADDRESS}
    assert {one.transport for one in requirements} == set(Transport) - {Transport.TWS_API}
    assert any(one.ports.first < one.ports.last for one in requirements)
    for field in ("any_of", "condition", "certificate_names", "source", "alias_of", "loses", "footnotes"):
        assert any(getattr(one, field) for one in requirements), field


def test_lint_has_nothing_worse_than_hints_for_the_example() -> None:
    remarks = catalog.lint(EXAMPLE, "meridian.toml")
    assert {one.id for one in remarks} == {"not-testable"}
    assert not catalog.needs_work(remarks)


def test_every_key_of_the_form_is_on_the_page() -> None:
    shapes: list[type[Struct]] = [Document, Inherited, *BLOCKS.values()]
    keys = {key for shape in shapes for key in shape.__struct_encode_fields__}
    named = set(re.findall(r"`(?:\[*)([a-z_]+)(?:\]*)`", PAGE))
    assert keys <= named


def test_every_remark_of_lint_is_on_the_page() -> None:
    room = Path(catalog.__file__).parent
    source = "".join(path.read_text("utf-8") for path in room.glob("*.py"))
    ids = set(re.findall(r'(?:\bid|rule)(?:: str)?="([a-z-]+)"', source)) | {"does-not-load"}
    listed = set(re.findall(r"`([a-z-]+)`", PAGE.partition("## Lint")[2].partition("## Choosing")[0]))
    assert ids <= listed
    assert len(ids) >= len(RULES)


def test_the_refusal_on_the_page_is_the_one_you_get() -> None:
    printed = re.search(r"^    acme\.toml, line 35: (.*)$", PAGE, re.MULTILINE)
    assert printed
    with pytest.raises(UsageError) as caught:
        catalog.parse_toml(EXAMPLE.replace("{ role = ", "{ rol = ", 1), "acme.toml")
    assert str(caught.value).endswith(printed.group(1))


def test_the_program_on_the_page_runs(capsys: pytest.CaptureFixture[str]) -> None:
    exec(compile(block("python"), "docs/catalog.md", "exec"), {})  # noqa: S102  our own page
    assert "tws-europe/primary/4001 zdc1.ibllc.com 4001 tls" in capsys.readouterr().out
