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

from lineclear.allowlist.verify import format_of
from lineclear.allowlist.verify.asking import conversation, request
from lineclear.allowlist.verify.packet import TCP, UDP, Question
from lineclear.allowlist.verify.requesting import request_steps
from lineclear.allowlist.verify.ruleset import Ruleset
from lineclear.allowlist.verify.walking import Fate, Ruling, fate

from .drawn import FIRST_OWN, Draw, Packet
from .drawn_squid import Request
from .squid_rig import HOSTS

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


class Rig:
    """A rig of real programs, as a process of its own: a line of JSON to it, a line back."""

    def __init__(self, module: str) -> None:
        self._words = [sys.executable, "-m", f"tests.allowlist.verify.{module}"]

    def __enter__(self) -> Self:
        self._process = subprocess.Popen(
            self._words, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )
        return self

    def __exit__(self, *_: object) -> None:
        self._process.communicate()

    def ask(self, **asked: Any) -> Any:
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        self._process.stdin.write(json.dumps(asked) + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, "the rig has ended"
        return json.loads(line)


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
    """Every pair of which `verify` said what is not so; `said` counts its rulings.

    On a busy machine an answer may be late, so what seems wrong is asked again, patiently and from other ports.
    """
    with Rig("rig") as firewall:
        for seed in range(pairs // BATCH):
            wrong, fates = _batch(firewall, program, seed, patiently=False)
            said.update(one.ruling for one in fates)
            if wrong:
                yield from _batch(firewall, program, seed, patiently=True)[0]


def _batch(firewall: Rig, program: Program, seed: int, *, patiently: bool) -> tuple[list[str], list[Fate]]:
    """What is wrong of one ruleset's packets, and what was said of each."""
    draw = Draw(seed)
    hook = draw.one(("output", "forward"))
    packets = draw.packets(hook, BATCH, FIRST_OWN + (20000 if patiently else 0) + seed * BATCH % 20000)
    script = program.load(draw)
    quiet_s = 2.0 if patiently else 0.025
    answer = firewall.ask(load=script, dump=program.dump, hook=hook, packets=packets, quiet_s=quiet_s)
    ruleset = program.read(answer["dump"], "the ruleset")
    fates = [foreseen(ruleset, packet, hook) for packet in packets]
    wrong = [
        f"seed {seed}, {hook} {packet}: {claim}\n{script}"
        for packet, found, through in zip(packets, fates, answer["through"], strict=True)
        if (claim := wrong_claim(found, through=through))
    ]
    return wrong, fates


def squid_disagreements(
    rules: Callable[[Draw], str], requests: Callable[[Draw, int], list[Request]], pairs: int, said: Counter[Ruling]
) -> Iterator[str]:
    """The same of requests to a proxy."""
    with Rig("squid_rig") as squid:
        for seed in range(pairs // BATCH):
            draw = Draw(seed)
            text, asked = rules(draw), requests(draw, BATCH)
            ruleset = format_of("squid").read(text, "the rules")
            for one, through in zip(asked, squid.ask(rules=text, requests=asked), strict=True):
                found = foreseen_request(ruleset, one)
                said[found.ruling] += 1
                if claim := wrong_claim(found, through=through):
                    yield f"seed {seed}, {one}: {claim}\n{text}"


def wrong_claim(found: Fate, *, through: bool) -> str:
    """What was said, where it is not so; "cannot tell" is never wrong."""
    if found.ruling is Ruling.CANNOT_TELL or (found.ruling is Ruling.PERMITTED) is through:
        return ""
    return f"{found.ruling.value} by {found.by.said()}, really {through}"


def foreseen_request(ruleset: Ruleset, asked: Request) -> Fate:
    """What `verify` says of one request."""
    client, method, host, port = asked
    question = Question(sources=((4, _span(client)),))
    steps = request_steps(host, (HOSTS.get(host, host),), (port, port), method, question)
    return fate(ruleset, list(steps))
