from collections.abc import Callable, Iterator

import pytest

from lineclear.probe.fleet import volley
from lineclear.probe.naming import dnsudp
from lineclear.probe.ping import icmp

from .stage import Stage


@pytest.fixture
def make_stage() -> Iterator[Callable[..., Stage]]:
    """Stages with limits of their own."""
    made: list[Stage] = []

    def make(**limits: float) -> Stage:
        made.append(Stage(**limits))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture
def stage(make_stage: Callable[..., Stage]) -> Stage:
    """A stage with the limits of every day."""
    return make_stage()


@pytest.fixture(autouse=True)
def stage_time(monkeypatch: pytest.MonkeyPatch) -> None:
    """No datagram lies anywhere: the kernel's stamps are of another time than the stage's."""
    for module in (dnsudp, icmp, volley):
        monkeypatch.setattr(module, "lain_s", lambda _ancillary: 0.0)
