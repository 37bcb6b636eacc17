"""One question to a scripted resolver, and what came of it."""

import socket
from typing import Any

import pytest

from lineclear.model import Record
from lineclear.probe.naming.dns import ask
from lineclear.probe.naming.dnsquestion import Answer

from .stage import (
    FakeResolver,
    Line,
    Stage,
    answer,
)

NAME = "ndc1_hb1.ibllc.com"
ADDRESS = "192.0.2.1"
GOOD = answer(ADDRESS)
TRUE = Record(name=NAME, type="A", value=ADDRESS, ttl_s=300)


def near(value: float) -> Any:
    return pytest.approx(value)


def play(stage: Stage, script: list[Line], over: str = "udp", edns: bool = False) -> tuple[Answer, FakeResolver]:
    resolver = stage.resolvers({(NAME, "A"): script})
    return stage.play(ask(stage.run, name=NAME, rtype="A", resolver=resolver.endpoint, over=over, edns=edns)), resolver


class BarredSocket(socket.socket):
    """A socket whose machine refuses to open, connect or send, with the errno given for it."""

    def __init__(self, refuses: dict[str, int] | None = None, kind: int = socket.SOCK_DGRAM) -> None:
        self.refuses = refuses or {}
        if "open" in self.refuses:
            raise OSError(self.refuses["open"], "open")
        super().__init__(socket.AF_INET, kind)
        self.setblocking(False)

    def connect_ex(self, address: Any) -> int:
        return self.refuses.get("connect") or super().connect_ex(address)

    def send(self, data: Any, flags: int = 0) -> int:
        if "send" in self.refuses:
            raise OSError(self.refuses["send"], "send")
        return super().send(data, flags)
