"""What rulesets are drawn from, and the packets they are asked about: the same for the same seed."""

import random
from collections.abc import Sequence
from typing import TypeVar

from .rig import ADDRESSES, PORTS, SOURCES

T = TypeVar("T")
BLOCKS = {
    4: ("192.0.2.0/24", "192.0.2.0/30", "192.0.2.128/25", "198.51.100.0/24", "203.0.113.64/26", "0.0.0.0/0"),
    6: ("2001:db8::/64", "2001:db8::/32", "2001:db8:1::/48", "::/0"),
}
RANGES = {
    4: (("192.0.2.1", "192.0.2.2"), ("192.0.2.2", "198.51.100.9"), ("198.51.100.0", "203.0.113.77")),
    6: (("2001:db8::1", "2001:db8::2"), ("2001:db8::2", "2001:db8:1::9")),
}
CLIENTS = {
    4: ("10.1.0.2", "10.1.0.128/25", "10.9.0.1", "10.0.0.0/8"),
    6: ("fd01::2", "fd01::80/121", "fd09::1", "fc00::/7"),
}
PORT_RANGES = ((1, 1023), (80, 443), (4000, 4001), (4000, 8199), (444, 65535))
FIRST_OWN = 20000
Packet = tuple[str, str, int, str, int]
"""Protocol, source, own port, address, port."""


class Draw:
    """Draws, each from its own seed."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)  # noqa: S311  nothing is kept secret by it

    def one(self, among: Sequence[T]) -> T:
        return self._random.choice(among)

    def some(self, among: Sequence[T], most: int) -> list[T]:
        return self._random.sample(among, self._random.randint(1, min(most, len(among))))

    def number(self, first: int, last: int) -> int:
        return self._random.randint(first, last)

    def chance(self, percent: int) -> bool:
        return self._random.randrange(100) < percent

    def packets(self, hook: str, count: int, first_own: int) -> list[Packet]:
        """Packets, each from an own port that no other packet of a run has."""
        return [self._packet(hook, first_own + number) for number in range(count)]

    def _packet(self, hook: str, own: int) -> Packet:
        version = 4 if self.chance(65) else 6
        return (
            "tcp" if self.chance(65) else "udp",
            self.one(SOURCES[hook][version]),
            own,
            self.one(ADDRESSES[version]),
            self.one(PORTS),
        )
