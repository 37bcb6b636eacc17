"""The delay element, in C and in Python: both are given the same packets and must do the same with them."""

import ipaddress
import json
import socket
import struct
import subprocess
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path

import pytest
from bench.delay import Rule, Way, programs

NEAR, FAR, OTHER, THIRD = "10.0.0.1", "203.0.113.16", "203.0.113.20", "203.0.113.24"
NEAR6, FAR6 = "2001:db8:77::2", "2001:db8:203:113::16"
TELLER, TELLER6 = "100.64.3.1", "2001:db8:3::1"
COMMANDS = {Path(one[-1]).name: one for one in programs()}


def packet(source: str, to: str, size: int = 60, port: int = 443, number: int = 0) -> bytes:
    """A TCP segment of `size` bytes in all, `number` in its sequence field."""
    ends = ipaddress.ip_address(source).packed + ipaddress.ip_address(to).packed
    six = ":" in to
    head = struct.pack("!IHBB", 6 << 28, size - 40, 6, 64) if six else struct.pack("!BBHIBBH", 69, 0, size, 0, 64, 6, 0)
    ports = (5000, port) if source in (NEAR, NEAR6) else (port, 5000)
    segment = struct.pack("!HHI", *ports, number)
    return (head + ends + segment).ljust(size, b"x")


class Bed:
    """The program with a socket in the place of each TUN device."""

    def __init__(self, command: Sequence[str], plan: Path) -> None:
        self.left, left = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        self.right, right = socket.socketpair(socket.AF_UNIX, socket.SOCK_SEQPACKET)
        ends = left.fileno(), right.fileno()
        for one in (left, right):
            one.setblocking(False)
        self.program = subprocess.Popen(
            [*command, *map(str, ends), str(plan), "1"],
            pass_fds=ends,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        for one in (left, right):
            one.close()
        for one in (self.left, self.right):
            one.settimeout(20)

    def end(self) -> dict[str, float]:
        """Its last words."""
        said, _ = self.program.communicate(timeout=20)
        return dict(json.loads(said))

    def close(self) -> None:
        for one in (self.left, self.right):
            one.close()
        self.program.kill()
        self.program.communicate()


Lay = Callable[..., Bed]


@pytest.fixture(params=COMMANDS)
def lay(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Lay]:
    beds: list[Bed] = []

    def make(*rules: Rule) -> Bed:
        plan = tmp_path / "plan"
        plan.write_text("".join(rule.line(number) for number, rule in enumerate(rules)))
        beds.append(Bed(COMMANDS[request.param], plan))
        assert beds[-1].program.stdout is not None
        assert beds[-1].program.stdout.readline() == "ready\n"
        return beds[-1]

    yield make
    for one in beds:
        one.close()


def numbers(end: socket.socket, count: int) -> list[int]:
    """The sequence fields of the next packets, IPv4."""
    return [int(struct.unpack("!I", end.recv(2048)[24:28])[0]) for _ in range(count)]


def test_both_directions_pass_by_both_families(lay: Lay) -> None:
    bed = lay(Rule("0.0.0.0/0"), Rule("::/0", 1.0))
    for near, far in ((NEAR, FAR), (NEAR6, FAR6)):
        bed.left.send(packet(near, far))
        assert bed.right.recv(2048) == packet(near, far)
        bed.right.send(packet(far, near))
        assert bed.left.recv(2048) == packet(far, near)
    assert bed.end()["forwarded"] == 4


def test_the_first_rule_that_fits_counts_and_a_port_narrows_it(lay: Lay) -> None:
    bed = lay(Rule(FAR, drop=True, port=4000), Rule(FAR), Rule("0.0.0.0/0", drop=True))
    for port, to in ((4000, FAR), (443, OTHER), (443, FAR)):
        bed.left.send(packet(NEAR, to, port=port, number=port))
    assert numbers(bed.right, 1) == [443]
    assert bed.end()["dropped"] == 2


def test_what_is_far_arrives_after_what_is_near(lay: Lay) -> None:
    bed = lay(Rule(FAR, there=Way(delay_ms=150)), Rule(OTHER))
    bed.left.send(packet(NEAR, FAR, number=1))
    bed.left.send(packet(NEAR, OTHER, number=2))
    assert numbers(bed.right, 2) == [2, 1]


def test_each_direction_has_a_way_of_its_own(lay: Lay) -> None:
    bed = lay(Rule(FAR, there=Way(loss=1.0), back=Way()))
    bed.left.send(packet(NEAR, FAR))
    bed.right.send(packet(FAR, NEAR, number=7))
    assert numbers(bed.left, 1) == [7]
    said = bed.end()
    assert (said["lost"], said["forwarded"]) == (1, 1)


def test_some_of_many_are_lost(lay: Lay) -> None:
    bed = lay(Rule(FAR, there=Way(loss=0.5)), Rule(OTHER))
    for number in range(200):
        bed.left.send(packet(NEAR, FAR, number=number))
    bed.left.send(packet(NEAR, OTHER, number=1000))
    arrived = list(iter(lambda: numbers(bed.right, 1)[0], 1000))
    assert 40 < len(arrived) < 160
    assert bed.end()["lost"] == 200 - len(arrived)


def test_jitter_keeps_the_order(lay: Lay) -> None:
    bed = lay(Rule(FAR, there=Way(delay_ms=1, jitter_ms=8)))
    for number in range(60):
        bed.left.send(packet(NEAR, FAR, number=number))
    assert numbers(bed.right, 60) == list(range(60))


def test_a_full_queue_drops_and_lanes_are_shared(lay: Lay) -> None:
    slow = Way(kbit_s=0.08, queue_bytes=3000, lane=1)
    bed = lay(Rule(FAR, there=slow), Rule(OTHER, there=slow), Rule(THIRD))
    for number in range(10):
        bed.left.send(packet(NEAR, FAR if number % 2 else OTHER, 1000))
    bed.left.send(packet(NEAR, THIRD, number=5))
    assert numbers(bed.right, 1) == [5]
    assert bed.end()["overflowed"] == 7


def test_a_queue_of_its_own_is_not_filled_by_others(lay: Lay) -> None:
    slow = Way(kbit_s=0.08, queue_bytes=1000)
    bed = lay(Rule(FAR, there=slow), Rule(OTHER, there=slow), Rule(THIRD))
    for to in (FAR, OTHER, FAR, OTHER):
        bed.left.send(packet(NEAR, to, 1000))
    bed.left.send(packet(NEAR, THIRD, number=5))
    assert numbers(bed.right, 1) == [5]
    assert bed.end()["overflowed"] == 2


def test_what_is_too_large_vanishes_where_nobody_tells(lay: Lay) -> None:
    bed = lay(Rule(FAR, there=Way(mtu=1400)))
    bed.left.send(packet(NEAR, FAR, 1401, number=1))
    bed.left.send(packet(NEAR, FAR, 1400, number=2))
    assert numbers(bed.right, 1) == [2]
    assert bed.end()["oversize"] == 1


@pytest.mark.parametrize("size", [1401, 1500])
def test_what_is_too_large_is_told_of(lay: Lay, size: int) -> None:
    bed = lay(Rule(FAR, there=Way(mtu=1400, teller=TELLER), back=Way(mtu=1300, teller=TELLER)))
    large = packet(NEAR, FAR, size)
    bed.left.send(large)
    told = bed.left.recv(2048)
    assert (told[12:16], told[16:20]) == (ipaddress.ip_address(TELLER).packed, ipaddress.ip_address(NEAR).packed)
    assert (told[9], told[20], told[21], struct.unpack("!H", told[26:28])[0]) == (1, 3, 4, 1400)
    assert told[28:] == large[: len(told) - 28]
    assert len(told) == struct.unpack("!H", told[2:4])[0] >= 56
    assert summed(told[:20]) == summed(told[20:]) == 0xFFFF
    bed.right.send(packet(FAR, NEAR, size))
    assert struct.unpack("!H", bed.right.recv(2048)[26:28])[0] == 1300


@pytest.mark.parametrize("size", [1401, 1500])
def test_what_is_too_large_is_told_of_over_ipv6(lay: Lay, size: int) -> None:
    bed = lay(Rule(FAR6, there=Way(mtu=1400, teller=TELLER6)))
    large = packet(NEAR6, FAR6, size)
    bed.left.send(large)
    told = bed.left.recv(2048)
    assert told[8:40] == ipaddress.ip_address(TELLER6).packed + ipaddress.ip_address(NEAR6).packed
    assert (told[6], told[40], told[41], struct.unpack("!I", told[44:48])[0]) == (58, 2, 0, 1400)
    assert told[48:] == large[: len(told) - 48]
    assert len(told) - 40 == struct.unpack("!H", told[4:6])[0] <= 1240
    assert summed(told[8:40] + struct.pack("!II", len(told) - 40, 58) + told[40:]) == 0xFFFF


def summed(data: bytes) -> int:
    """The sum of RFC 1071: all ones where a checksum in `data` is right."""
    total: int = sum(struct.unpack(f"!{len(data) // 2}H", data[: len(data) // 2 * 2])) + (data[-1] << 8) * (
        len(data) % 2
    )
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total
