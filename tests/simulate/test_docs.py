"""docs/simulate.md says what is so."""

import re
from pathlib import Path

from lineclear.simulate import FAULTS
from lineclear.simulate.conversations import CONVERSATIONS
from lineclear.simulate.faults import fault
from lineclear.simulate.scene import SAYS

PAGE = Path(__file__, "..", "..", "..", "docs", "simulate.md").resolve().read_text(encoding="utf-8")


def test_the_example_in_python_runs() -> None:
    (example,) = re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)
    names: dict[str, object] = {}
    exec(compile(example, "docs/simulate.md", "exec"), names)  # noqa: S102  (our own page)
    assert names["running"].works("ndc1.ibllc.com", 4000) is False  # type: ignore[attr-defined]


def test_every_fault_named_there_exists() -> None:
    section = PAGE.partition("## Faults")[2].partition("## From Python")[0]
    named = {one for one in re.findall(r"`([a-z]+(?:-[a-z0-9]+)+)`", section) if one not in SAYS_VALUES}
    named |= set(re.findall(r"--fault ([a-z0-9-]+)", PAGE))
    assert named
    assert named <= {one.name for one in FAULTS}


def test_every_transport_is_explained() -> None:
    assert {f"| `{transport.value}` |" in PAGE for transport in SAYS} == {True}
    assert set(SAYS.values()) <= CONVERSATIONS.keys()


def test_the_changes_it_recommends_exist() -> None:
    recommended = re.findall(r"has the usual ones \((.*?)\)", PAGE, re.DOTALL)[0]
    assert all(hasattr(fault, name) for name in re.findall(r"`(\w+)`", recommended))


SAYS_VALUES = {transport.value for transport in SAYS}
