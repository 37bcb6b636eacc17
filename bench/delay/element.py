"""`delay.c` in Python, for machines without a C compiler. Same arguments, same plan, same last words."""

import heapq
import ipaddress
import itertools
import json
import os
import random
import select
import struct
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

_LARGEST = 2048
_V4, _V6 = 4, 6
_PORTED = (6, 17)
_ICMP6 = 58
_QUOTED4, _QUOTED6 = 548, 1232


@dataclass
class Way:
    """One direction of a rule, and when its last packet is due."""

    delay_s: float
    jitter_s: float
    loss: float
    bytes_s: int
    queue: int
    lane: int
    mtu: int
    teller: bytes
    last_s: float = 0.0


class Rule(NamedTuple):
    network: ipaddress.IPv4Network | ipaddress.IPv6Network
    port: int
    drop: bool
    ways: tuple[Way, Way]


class Element:
    """Packets on their way, and what became of the others."""

    def __init__(self, rules: list[Rule], seed: int) -> None:
        self.held: list[tuple[float, int, int, bytes]] = []
        self.counts = {"forwarded": 0, "lost": 0, "dropped": 0, "overflowed": 0, "oversize": 0}
        self.late_s: list[float] = [0.0]
        self._rules = rules
        self._lane_free_s: dict[int, float] = {}
        self._chance = random.Random(seed)  # noqa: S311  not a secret
        self._order = itertools.count()

    def take(self, packet: bytes, ends: tuple[int, int], from_left: bool) -> None:
        """Hold one packet for the other of the two `ends`, lose it or drop it."""
        back, to = ends if from_left else ends[::-1]
        rule = self._fitting(packet, from_left)
        way = rule.ways[not from_left] if rule else None
        due: float | None = time.monotonic()
        if rule is not None and rule.drop:
            self.counts["dropped"] += 1
            due = None
        elif way is not None and way.mtu and len(packet) > way.mtu:
            self.counts["oversize"] += 1
            if way.teller:
                os.write(back, too_big(way, packet))
            due = None
        elif way is not None:
            due = self._due_at(way, time.monotonic(), len(packet))
        if due is not None:
            heapq.heappush(self.held, (due, next(self._order), to, packet))

    def _due_at(self, way: Way, now: float, size: int) -> float | None:
        if way.loss and self._chance.random() < way.loss:
            self.counts["lost"] += 1
            return None
        due = self._turn(way, now, size)
        if due is None:
            self.counts["overflowed"] += 1
            return None
        due += way.delay_s
        if way.jitter_s:
            way.last_s = due = max(way.last_s, due + self._chance.uniform(0, way.jitter_s))
        return due

    def _turn(self, way: Way, now: float, size: int) -> float | None:
        """When a packet may leave its queue; None: there is no room for it."""
        if not way.bytes_s:
            return now
        start = max(now, self._lane_free_s.get(way.lane, 0.0))
        if (start - now) * way.bytes_s + size > way.queue:
            return None
        self._lane_free_s[way.lane] = start + size / way.bytes_s
        return self._lane_free_s[way.lane]

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


def too_big(way: Way, packet: bytes) -> bytes:
    """What tells the sender of `packet` how much passes (RFC 1191, RFC 8201)."""
    six = packet[0] >> 4 == _V6
    quoted = packet[: _QUOTED6 if six else _QUOTED4]
    kind = struct.pack("!BB", *((2, 0) if six else (3, 4)))
    rest = struct.pack("!I", way.mtu) + quoted
    size = len(rest) + 4
    if six:
        ends = way.teller + packet[8:24]
        head = struct.pack("!IHBB", _V6 << 28, size, _ICMP6, 64) + ends
        return head + kind + _checksum(ends + struct.pack("!II", size, _ICMP6) + kind + b"\0\0" + rest) + rest
    ends = way.teller + packet[12:16]
    start = struct.pack("!BBHIBB", 0x45, 0, 20 + size, 0, 64, 1)
    return start + _checksum(start + b"\0\0" + ends) + ends + kind + _checksum(kind + b"\0\0" + rest) + rest


def _checksum(data: bytes) -> bytes:
    """RFC 1071."""
    padded = data + b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f"!{len(padded) // 2}H", padded))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return struct.pack("!H", ~total & 0xFFFF)


def _rule(line: str) -> Rule:
    prefix, length, port, drop, *ways = line.split()
    network = ipaddress.ip_network(f"{prefix}/{length}", strict=False)
    return Rule(network, int(port), drop == "1", (_way(ways[:8]), _way(ways[8:])))


def _way(words: list[str]) -> Way:
    *numbers, teller = words
    delay_us, jitter_us, loss_ppm, *whole = map(int, numbers)
    packed = b"" if teller == "-" else ipaddress.ip_address(teller).packed
    return Way(delay_us / 1e6, jitter_us / 1e6, loss_ppm / 1e6, *whole, packed)


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
                element.take(os.read(fd, _LARGEST), (left, right), fd == left)
            except BlockingIOError:
                continue
    print(element.last_words())


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3], int(sys.argv[4]))
