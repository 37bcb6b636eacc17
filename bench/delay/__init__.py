"""A long cable between two network namespaces, by address and direction, for kernels without netem.

It holds packets, delays some more than others, loses some, lets only so many bytes a second or only so large packets
pass, or swallows everything.

    with Cable(Side(client, "10.99.255.1"), Side(server, "10.99.255.2"), plan, seed=1):
        ...

Each namespace gets a TUN device; one small program owns both and holds every packet as the plan says. Added to what
was asked: about 0.1 ms when idle. Routes are the caller's: what should take the cable is routed to the device.

`delay.c` is compiled where it is used; without a C compiler `element.py` does the same ten times slower.
"""

import fcntl
import json
import os
import struct
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from pathlib import Path
from typing import NamedTuple, Self

from bench.native import compiled

_TUNSETIFF = 0x400454CA
_TUN_WITHOUT_HEADER = 0x1001
_QUEUE = 200_000
"""Packets a device may hold for the program: more than any bench has in flight."""

_OWN_LANES = 64
"""Lanes below are shared by those who name them."""

Inside = Callable[[], AbstractContextManager[None]]
"""Called, it gives a context in which this process is in some network namespace."""


class Way(NamedTuple):
    """One direction of a rule."""

    delay_ms: float = 0.0
    jitter_ms: float = 0.0
    """Up to so much more, by chance; packets of one rule and direction stay in order, as they do in a queue."""
    loss: float = 0.0
    """Chance of each packet to be lost."""
    kbit_s: float = 0.0
    """What passes in a second; 0: no limit."""
    queue_bytes: int = 64_000
    """What may wait for its turn where there is a limit; the rest is dropped."""
    lane: int = 0
    """Ways of one lane share its rate and queue, whatever rule they are of; 0: this one has its own."""
    mtu: int = 0
    """Larger packets do not pass; 0: all do."""
    teller: str = ""
    """The router that tells the sender so by ICMP (RFC 1191, RFC 8201); empty: nobody does."""

    def words(self, own_lane: int) -> str:
        """As the program reads it."""
        whole = self.delay_ms * 1e3, self.jitter_ms * 1e3, self.loss * 1e6, self.kbit_s * 125
        numbers = [f"{one:.0f}" for one in (*whole, self.queue_bytes, self.lane or own_lane, self.mtu)]
        return " ".join([*numbers, self.teller or "-"])


class Rule(NamedTuple):
    """What happens to packets from and to some addresses of the right side. The first rule that fits counts."""

    prefix: str
    """An address, or a block such as `10.99.0.0/16`."""
    rtt_ms: float = 0.0
    loss: float = 0.0
    """Chance of each packet, each way, to be lost."""
    drop: bool = False
    port: int = 0
    """Only this TCP or UDP port of theirs; 0: any."""
    there: Way | None = None
    """From left to right; None: half of `rtt_ms`, and `loss`."""
    back: Way | None = None

    def line(self, number: int) -> str:
        """The rule as the program reads it, the `number`th of its plan."""
        address, _, length = self.prefix.partition("/")
        bits = length or ("128" if ":" in address else "32")
        alike = Way(delay_ms=self.rtt_ms / 2, loss=self.loss)
        lanes = _OWN_LANES + 2 * number
        ways = (self.there or alike).words(lanes), (self.back or alike).words(lanes + 1)
        return f"{address} {bits} {self.port} {int(self.drop)} {' '.join(ways)}\n"


class Side(NamedTuple):
    """One end of the cable: its namespace, and the device's address there."""

    inside: Inside
    address: str
    device: str = "cable"


class Cable:
    """The program and its devices. Leaving the context ends both; `said` is then what it did."""

    def __init__(self, left: Side, right: Side, plan: Sequence[Rule], seed: int = 1) -> None:
        self.said: dict[str, float] = {}
        self._sides = (left, right)
        self._plan = plan
        self._seed = seed
        self._program: subprocess.Popen[str] | None = None

    def __enter__(self) -> Self:
        ends = [_open_end(side) for side in self._sides]
        with tempfile.NamedTemporaryFile("w", suffix=".plan") as plan:
            plan.writelines(rule.line(number) for number, rule in enumerate(self._plan))
            plan.flush()
            self._program = subprocess.Popen(
                [*programs()[0], *map(str, ends), plan.name, str(self._seed)],
                pass_fds=ends,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                text=True,
            )
            assert self._program.stdout is not None
            ready = self._program.stdout.readline()
        for end in ends:
            os.close(end)
        if ready != "ready\n":
            raise RuntimeError(f"the delay element did not start: {ready!r}")
        return self

    def __exit__(self, *_: object) -> None:
        assert self._program is not None
        said, _nothing = self._program.communicate()
        self.said = json.loads(said)


def programs() -> list[list[str]]:
    """Command lines of the element, the fastest first."""
    source = Path(__file__).with_name("delay.c")
    program = compiled(source)
    native = [[str(program)]] if program else []
    return [*native, [sys.executable, str(source.with_name("element.py"))]]


def _open_end(side: Side) -> int:
    with side.inside():
        end = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
        fcntl.ioctl(end, _TUNSETIFF, struct.pack("16sH22x", side.device.encode(), _TUN_WITHOUT_HEADER))
        lines = (
            f"link set {side.device} up txqueuelen {_QUEUE}",
            f"addr add {side.address} dev {side.device}",
        )
        subprocess.run(["ip", "-batch", "-"], input="\n".join(lines), text=True, check=True)
    return end
