"""An administrator's way from Failure to Success by one generated file, one box of each kind, in the lab."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
from lab.alone import command, lifeline, why_not
from lab.excepting import BOXES
from lab.world import missing

ROOT = Path(__file__).parents[2]
LIMIT_S = 150


def steps(name: str) -> list[dict[str, Any]]:
    with lifeline() as (end, more):
        ran = subprocess.run(
            command(name, module="lab.excepting"),
            cwd=ROOT,
            env={**os.environ, **more, "PYTHONPATH": os.pathsep.join((str(ROOT / "src"), str(ROOT)))},
            pass_fds=(end,),
            capture_output=True,
            text=True,
            timeout=LIMIT_S,
            check=False,
        )
    assert ran.returncode == 0, ran.stderr
    found: list[dict[str, Any]] = json.loads(ran.stdout)
    return found


@pytest.mark.skipif(bool(why_not()), reason="the lab cannot run here")
@pytest.mark.parametrize("name", BOXES)
def test_one_generated_file_leads_from_failure_to_success(name: str) -> None:
    if lacking := missing(BOXES[name].needs):
        pytest.skip(f"no {', '.join(lacking)} on this machine")
    before, blocked, written, permitted, after = steps(name)
    assert (before["code"], before["said"]["verdict"]) == (1, "failure"), before
    assert (blocked["code"], blocked["said"]["ruling"]) == (1, "blocked"), blocked
    assert written["code"] == 0, written
    assert (permitted["code"], permitted["said"]["ruling"]) == (0, "permitted"), permitted
    assert {one["ruling"] for one in permitted["said"]["answers"]} == {"permitted"}
    assert (after["code"], after["said"]["verdict"]) == (0, "success"), after
