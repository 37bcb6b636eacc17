"""Runs leave nothing behind: a few here, a thousand in `python -m bench soak`."""

import gc
import sys
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.page.conftest import Served, checking

from lineclear.catalog import load
from lineclear.model import Evidence
from lineclear.page.checking import Checking
from lineclear.simulate import edge

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="descriptors are counted in /proc")


@pytest.fixture(scope="module")
def page() -> Iterator[Served]:
    with edge(catalog=load("ibkr")) as running, checking(running.options) as served:
        served.enter()
        yield served


def run(page: Served) -> None:
    """One run of one service, to its verdict."""
    page.begin("ib-cam")
    while b'data-verdict="measuring"' in page.ask("/")[2]:
        pass
    assert page.ask("/download/json")[0] == 200


def left_over() -> tuple[int, int, int, int]:
    """Descriptors, threads of checks, checks and evidence in this process."""
    gc.collect()
    kept = gc.get_objects()
    return (
        sum(1 for _ in Path("/proc/self/fd").iterdir()),
        sum(one.name == "lineclear-check" for one in threading.enumerate()),
        sum(isinstance(one, Checking) for one in kept),
        sum(isinstance(one, Evidence) for one in kept),
    )


def test_runs_leave_nothing_behind(page: Served) -> None:
    while b'data-verdict="measuring"' in page.ask("/")[2]:
        pass
    run(page)
    before = left_over()
    for _ in range(5):
        run(page)
    after = left_over()
    assert all(one <= other for one, other in zip(after, before, strict=True)), (before, after)
    assert after[2] == 1
