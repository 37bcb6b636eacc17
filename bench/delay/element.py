"""`delay.c` in Python, for machines without a C compiler. Same arguments, same plan, same last words."""

import heapq
import ipaddress
import itertools
import json
import os
import random
import select
import sys
import time
from pathlib import Path
from typing import NamedTuple

_LARGEST = 2048
_V4, _V6 = 4, 6
_PORTED = (6, 17)


class Rule(NamedTuple):
    network: ipaddress.IPv4Network | ipaddress.IPv6Network
    port: int
    one_way_s: float
    loss: float
    drop: bool


class Element:
    """Packets on their way, and what became of the others."""

    def __init__(self, rules: list[Rule], seed: int) -> None:
        self.held: list[tuple[float, int, int, bytes]] = []
        self.counts = {"forwarded": 0, "lost": 0, "dropped": 0, "overflowed": 0}
        self.late_s: list[float] = [0.0]
        self._rules = rules
        self._chance = random.Random(seed)  # noqa: S311  not a secret
        self._order = itertools.count()

    def take(self, packet: bytes, to: int, from_left: bool) -> None:
        """Hold one packet, lose it or drop it."""
        rule = self._fitting(packet, from_left)
        if rule is not None and rule.drop:
            self.counts["dropped"] += 1
        elif rule is not None and self._chance.random() < rule.loss:
            self.counts["lost"] += 1
        else:
            due = time.monotonic() + (rule.one_way_s if rule else 0.0)
            heapq.heappush(self.held, (due, next(self._order), to, packet))

    def pass_on(self) -> None:
        """Send what is due."""
        while self.held and self.held[0][0] <= time.monotonic():
            due, _, to, packet = heapq.heappop(self.held)
            os.write(to, packet)
            self.counts["forwarded"] += 1
            self.late_s.append(time.monotonic() - due)

    def wait_s(self) -> float:
        """Seconds until something is due."""
        return max(0.0, self.held[0][0] - time.monotonic()) if self.held else 3600.0

    def last_words(self) -> str:
        """What it did, as JSON."""
        late = {"mean_late_us": 1e6 * sum(self.late_s) / len(self.late_s), "max_late_us": 1e6 * max(self.late_s)}
        return json.dumps(self.counts | late)

    def _fitting(self, packet: bytes, from_left: bool) -> Rule | None:
        version = packet[0] >> 4
        if version == _V4:
            at, length, head, protocol = (16 if from_left else 12), 4, (packet[0] & 15) * 4, packet[9]
        elif version == _V6:
            at, length, head, protocol = (24 if from_left else 8), 16, 40, packet[6]
        else:
            return None
        address = ipaddress.ip_address(packet[at : at + length])
        ports = packet[head + (2 if from_left else 0) :]
        port = int.from_bytes(ports[:2], "big") if protocol in _PORTED else 0
        return next((one for one in self._rules if address in one.network and one.port in (0, port)), None)


def _rule(line: str) -> Rule:
    prefix, length, port, one_way_us, loss_ppm, drop = line.split()
    network = ipaddress.ip_network(f"{prefix}/{length}", strict=False)
    return Rule(network, int(port), int(one_way_us) / 1e6, int(loss_ppm) / 1e6, drop == "1")


def main(left: int, right: int, plan: str, seed: int) -> None:
    """Hold packets until standard input ends."""
    element = Element([_rule(line) for line in Path(plan).read_text().splitlines()], seed)
    watched = select.poll()
    for fd in (left, right, 0):
        watched.register(fd, select.POLLIN)
    print("ready", flush=True)
    while True:
        ready = [fd for fd, _ in watched.poll(element.wait_s() * 1000)]
        element.pass_on()
        if 0 in ready:
            break
        for fd in ready:
            try:
                element.take(os.read(fd, _LARGEST), right if fd == left else left, fd == left)
            except BlockingIOError:
                continue
    print(element.last_words())


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
