"""The same question asked of `verify` and of the real firewall, many times; whoever says more than is true is named."""

import ipaddress
import json
import subprocess
import sys
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any, NamedTuple, Self

from msgspec.structs import replace

from lineclear.allowlist.verify.asking import conversation, request
from lineclear.allowlist.verify.packet import TCP, UDP, Question
from lineclear.allowlist.verify.ruleset import Ruleset
from lineclear.allowlist.verify.walking import Fate, Ruling, fate

from .drawn import FIRST_OWN, Draw, Packet

ROOT = Path(__file__).parents[3]
BATCH = 100


class Program(NamedTuple):
    """A firewall's program."""

    load: Callable[[Draw], str]
    """A script that sets the firewall anew."""
    dump: str
    """A script that prints what is set."""
    read: Callable[[str, str], Ruleset]
    """What `verify` makes of that."""


class Firewall:
    """The rig, as a process of its own."""

    def __enter__(self) -> Self:
        words = [sys.executable, "-m", "tests.allowlist.verify.rig"]
        self._process = subprocess.Popen(words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def ask(self, load: str, dump: str, hook: str, packets: list[Packet]) -> dict[str, Any]:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        asked = {"load": load, "dump": dump, "hook": hook, "packets": packets}
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, "the rig has ended"
        answer: dict[str, Any] = json.loads(line)
        return answer


def foreseen(ruleset: Ruleset, packet: Packet, hook: str) -> Fate:
    """What `verify` says of one packet."""
    protocol, source, own, address, port = packet
    version = ipaddress.ip_address(address).version
    first = request(version, {"tcp": TCP, "udp": UDP}[protocol], _span(source), _span(address), (port, port))
    question = Question(hook=hook, into="in0", out="out0")
    return fate(ruleset, list(conversation(replace(first, sport=(own, own)), question)))


def _span(address: str) -> tuple[int, int]:
    number = int(ipaddress.ip_address(address))
    return number, number


def disagreements(program: Program, pairs: int, said: Counter[Ruling]) -> Iterator[str]:
    """Every pair of which `verify` said what is not so; `said` counts its rulings."""
    with Firewall() as firewall:
        for seed in range(pairs // BATCH):
            draw = Draw(seed)
            hook = draw.one(("output", "forward"))
            packets = draw.packets(hook, BATCH, FIRST_OWN + seed * BATCH % 40000)
            script = program.load(draw)
            answer = firewall.ask(script, program.dump, hook, packets)
            ruleset = program.read(answer["dump"], "the ruleset")
            for packet, through in zip(packets, answer["through"], strict=True):
                found = foreseen(ruleset, packet, hook)
                said[found.ruling] += 1
                if found.ruling is not Ruling.CANNOT_TELL and (found.ruling is Ruling.PERMITTED) is not through:
                    claim = f"{found.ruling.value} by {found.by.said()}, really {through}"
                    yield f"seed {seed}, {hook} {packet}: {claim}\n{script}"
