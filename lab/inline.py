"""An application-aware firewall between two TUN devices: it looks at what a client says first, and then decides.

    inline.py LEFT RIGHT RULE...

LEFT and RIGHT are open TUN descriptors, the clients on the left. A rule is `PORTS KIND ACTION`, such as
`443 sni=.example reset`: the first that fits a connection counts, and what none fits passes.

- PORTS: joined by commas
- KIND: `tls`, `http`, `unknown` (neither), `any`, or `sni=SUFFIX`: TLS to a name that ends so; `tls13`: TLS that offers
  version 1.3, `tls12`: TLS that does not; `split`: TLS whose greeting does not end in the first segment
- ACTION: `pass`, `drop` (everything of the connection vanishes from then on), `reset` (both ends get one), `swallow`
  (what the client says is acknowledged in the server's name, and goes nowhere); `then-drop` and `then-reset`: the same
  only when the client speaks after the server, as devices do that judge by the server's answer

Handshakes pass, as they do through any device that must see a payload first: so every port looks open. IPv4 alone.
"""

import os
import re
import select
import struct
import sys
from typing import NamedTuple

_LARGEST = 2048
_TCP, _ACK, _RST_ACK = 6, 0x10, 0x14
_NAME = re.compile(rb"\x00\x00(..)(..)\x00(..)([a-zA-Z0-9._-]+)", re.DOTALL)
"""The server name extension of a ClientHello (RFC 6066, 3)."""
_VERSIONS = re.compile(rb"\x00\x2b\x00(.)(.)((?:[\x03\x7f].|[\x0a-\xfa]{2})+)", re.DOTALL)
"""The extension of the supported versions, numbers made up by the client among them (RFC 8701)."""
_HTTP = re.compile(rb"(GET|POST|HEAD|PUT|CONNECT|OPTIONS) ")

_LATER = {"then-drop": "drop", "then-reset": "reset"}
_OPEN = ("pass", *_LATER)

Flow = tuple[bytes, bytes, bytes]
"""Client and server address, and both ports."""


class Rule(NamedTuple):
    """What is done with connections of one kind."""

    ports: frozenset[int]
    kind: str
    action: str

    def fits(self, port: int, said: bytes) -> bool:
        """Whether it speaks of a connection to `port` whose client began with `said`."""
        kind, _, suffix = self.kind.partition("=")
        if port not in self.ports:
            return False
        if kind == "sni":
            return is_tls(said) and server_name(said).endswith(suffix.encode())
        if kind in ("tls12", "tls13"):
            return is_tls(said) and offers_tls13(said) == (kind == "tls13")
        if kind == "split":
            return is_tls(said) and int.from_bytes(said[3:5], "big") > len(said) - 5
        return kind == "any" or kind == ("tls" if is_tls(said) else "http" if _HTTP.match(said) else "unknown")


class Segment(NamedTuple):
    """What is looked at of an IPv4 TCP segment."""

    source: bytes
    to: bytes
    ports: bytes
    sequence: int
    acknowledged: int
    said: bytes


def segment(packet: bytes) -> Segment | None:
    """A packet as TCP; None: it is none."""
    if packet[0] >> 4 != 4 or packet[9] != _TCP:  # noqa: PLR2004
        return None
    head = (packet[0] & 15) * 4
    sequence, acknowledged = struct.unpack("!II", packet[head + 4 : head + 12])
    said = packet[head + (packet[head + 12] >> 4) * 4 : int.from_bytes(packet[2:4], "big")]
    return Segment(packet[12:16], packet[16:20], packet[head : head + 4], sequence, acknowledged, said)


def is_tls(said: bytes) -> bool:
    """Whether it begins a TLS handshake."""
    return said[:2] == b"\x16\x03"


def server_name(said: bytes) -> bytes:
    """The name a ClientHello asks for; empty: none."""
    return next((name for size, _, _, name in _NAME.findall(said) if int.from_bytes(size, "big") == len(name) + 5), b"")


def offers_tls13(said: bytes) -> bool:
    """Whether a ClientHello names version 1.3 among those it supports (RFC 8446, 4.2.1)."""
    lists = (offered[: more[0]] for whole, more, offered in _VERSIONS.findall(said) if whole[0] == more[0] + 1)
    return any(b"\x03\x04" in one for one in lists)


class Filter:
    """Connections that were looked at, and what became of them."""

    def __init__(self, rules: list[Rule]) -> None:
        self._rules = rules
        self._decided: dict[Flow, str] = {}
        self._first: dict[Flow, int] = {}
        self._answered: set[Flow] = set()

    def passes(self, packet: bytes, *, from_left: bool) -> tuple[bool, tuple[bytes, ...]]:
        """Whether a packet goes on, and what is sent to the left and to the right beside."""
        seen = segment(packet)
        if seen is None:
            return True, ()
        ends = (seen.source, seen.to) if from_left else (seen.to, seen.source)
        flow = (*ends, seen.ports if from_left else seen.ports[2:] + seen.ports[:2])
        if from_left and seen.said:
            return self._hear(flow, seen)
        if seen.said:
            self._answered.add(flow)
        return self._decided.get(flow, "pass") in _OPEN, ()

    def _hear(self, flow: Flow, seen: Segment) -> tuple[bool, tuple[bytes, ...]]:
        """What becomes of words of the client."""
        known = self._decided.get(flow)
        if known is None:
            self._first[flow] = seen.sequence
            action = self._action(int.from_bytes(seen.ports[2:], "big"), seen.said)
        else:
            speaks_again = flow in self._answered and seen.sequence != self._first[flow]
            action = _LATER.get(known, known) if speaks_again else known
        self._decided[flow] = action
        if action == "reset":
            return False, resets(seen) if action != known else ()
        return action in _OPEN, (acknowledgement(seen),) if action == "swallow" else ()

    def _action(self, port: int, said: bytes) -> str:
        return next((one.action for one in self._rules if one.fits(port, said)), "pass")


def resets(seen: Segment) -> tuple[bytes, bytes]:
    """One to the client as if the server had sent it, one to the server as if the client had."""
    after = (seen.sequence + len(seen.said)) & 0xFFFFFFFF
    back = seen.ports[2:] + seen.ports[:2]
    to_client = _reset(seen.to, seen.source, back, seen.acknowledged, after)
    return to_client, _reset(seen.source, seen.to, seen.ports, seen.sequence, seen.acknowledged)


def acknowledgement(seen: Segment) -> bytes:
    """One to the client as if the server had got what it said."""
    after = (seen.sequence + len(seen.said)) & 0xFFFFFFFF
    return _bare(seen.to, seen.source, seen.ports[2:] + seen.ports[:2], seen.acknowledged, after, _ACK, 500)


def _reset(source: bytes, to: bytes, ports: bytes, sequence: int, acknowledged: int) -> bytes:
    return _bare(source, to, ports, sequence, acknowledged, _RST_ACK, 0)


def _bare(  # noqa: PLR0917  a segment's fields, in their order
    source: bytes, to: bytes, ports: bytes, sequence: int, acknowledged: int, flags: int, window: int
) -> bytes:
    tcp = ports + struct.pack("!IIBBHHH", sequence, acknowledged, 5 << 4, flags, window, 0, 0)
    tcp = tcp[:16] + checksum(source + to + struct.pack("!HH", _TCP, len(tcp)) + tcp) + tcp[18:]
    head = struct.pack("!BBHIBBH", 0x45, 0, 40, 0, 64, _TCP, 0) + source + to
    return head[:10] + checksum(head) + head[12:] + tcp


def checksum(data: bytes) -> bytes:
    """The internet's (RFC 1071)."""
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return struct.pack("!H", ~total & 0xFFFF)


def rule(text: str) -> Rule:
    """`PORTS KIND ACTION`."""
    ports, kind, action = text.split()
    return Rule(frozenset(map(int, ports.split(","))), kind, action)


def main(left: int, right: int, rules: list[str]) -> None:
    """Look at packets for ever."""
    device = Filter([rule(one) for one in rules])
    watched = select.poll()
    for end in (left, right):
        watched.register(end, select.POLLIN)
    while True:
        for end, _ in watched.poll():
            packet = os.read(end, _LARGEST)
            goes_on, beside = device.passes(packet, from_left=end == left)
            for to, more in zip((left, right), beside, strict=False):
                os.write(to, more)
            if goes_on:
                os.write(right if end == left else left, packet)


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
