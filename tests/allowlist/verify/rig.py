"""Real packets through a real firewall: a client, a router that is the firewall, and a server, in namespaces.

    client (10.1.0.0/24) -- in0 [ router ] out0 -- server (192.0.2.0/24 and others)

Run it as root, `python -m tests.allowlist.verify.rig`. A request a line on the standard input, as JSON: `load`, a
script that sets the firewall; `dump`, one that prints it; `hook`, `output` (the router itself sends) or `forward` (the
client does); `packets`, each protocol, source, own port, address and port; `quiet_s`, after how long without a sign no
more is expected. A line comes back: `dump`, and for each packet whether an answer came. A conversation is two ways;
nothing is believed but the answer's byte at its end.
"""

import contextlib
import json
import os
import selectors
import socket
import struct
import subprocess
import sys
from collections.abc import Iterator, Sequence
from typing import Any

from bench.world import Place, alone

SOURCES = {
    "forward": {4: ("10.1.0.2", "10.1.0.130"), 6: ("fd01::2", "fd01::82")},
    "output": {4: ("10.9.0.1", "10.9.0.65"), 6: ("fd09::1", "fd09::41")},
}
ADDRESSES = {
    4: ("192.0.2.1", "192.0.2.2", "192.0.2.130", "198.51.100.9", "203.0.113.77"),
    6: ("2001:db8::1", "2001:db8::2", "2001:db8:1::9"),
}
PORTS = (22, 53, 80, 443, 4000, 4001, 8194, 8199)
ANSWERS = {b"?": b"!", b"!": b"."}
_LIMIT_S = 560
_RESET = struct.pack("ii", 1, 0)
_LINKS = (
    ("client", "eth0", "10.1.0.2/24 10.1.0.130/24 fd01::2/64 fd01::82/64"),
    ("router", "in0", "10.1.0.1/24 fd01::1/64"),
    ("router", "out0", "10.9.0.1/24 10.9.0.65/24 fd09::1/64 fd09::41/64"),
    ("server", "eth0", "10.9.0.2/24 fd09::2/64"),
)
_ROUTES = {"client": ("10.1.0.1", "fd01::1"), "router": ("10.9.0.2", "fd09::2"), "server": ("10.9.0.1", "fd09::1")}


def family_of(address: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def made(protocol: str, address: str, port: int) -> socket.socket:
    kind = socket.SOCK_DGRAM if protocol == "udp" else socket.SOCK_STREAM
    one = socket.socket(family_of(address), kind)
    one.setblocking(False)
    one.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    one.bind((address, port))
    if protocol == "tcp":
        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)  # no end of a connection outlives its batch
    return one


class Rig:
    """The three machines, and the server's ears."""

    def __init__(self) -> None:
        self._stack = contextlib.ExitStack()
        self.places = {name: self._stack.enter_context(Place(name)) for name in ("client", "router", "server")}
        for left, right in ((0, 1), (2, 3)):
            self._link(_LINKS[left], _LINKS[right])
        self._neighbours()
        for name, gateways in _ROUTES.items():
            self.places[name].ip(*(f"route add default via {one}" for one in gateways))
        with self.places["router"].inside():
            for key in ("net/ipv6/conf/all/forwarding", "net/ipv4/ip_forward"):
                with open(f"/proc/sys/{key}", "w", encoding="ascii") as file:  # noqa: PTH123
                    file.write("1")
        self.waiting = selectors.DefaultSelector()
        self._listen()

    def _link(self, left: tuple[str, str, str], right: tuple[str, str, str]) -> None:
        words = ["ip", "link", "add", left[1], "netns", left[0], "type", "veth", "peer", right[1], "netns", right[0]]
        subprocess.run(words, check=True)
        for place, device, addresses in (left, right):
            lines = [f"addr add {one} dev {device}{' nodad' if ':' in one else ''}" for one in addresses.split()]
            self.places[place].ip(*lines, f"link set {device} up")

    def _neighbours(self) -> None:
        """Everybody knows everybody's hardware address: no rule under test can stand in the way of asking for one."""
        found = {}
        for place, device, _ in _LINKS:
            with self.places[place].inside():
                found[place, device] = _hardware(device)
        for (place, device, _), (other, far, addresses) in zip(_LINKS, _swapped(), strict=True):
            lines = [
                f"neigh replace {one.partition('/')[0]} lladdr {found[other, far]} dev {device} nud permanent"
                for one in addresses.split()
            ]
            self.places[place].ip(*lines)

    def _listen(self) -> None:
        every = [address for addresses in ADDRESSES.values() for address in addresses]
        self.places["server"].ip(
            *(f"addr add {one}/{'128' if ':' in one else '32'} dev lo{' nodad' if ':' in one else ''}" for one in every)
        )
        with self.places["server"].inside():
            for protocol in ("tcp", "udp"):
                for address in every:
                    for port in PORTS:
                        ear = made(protocol, address, port)
                        if protocol == "tcp":
                            ear.listen(64)
                        self.waiting.register(ear, selectors.EVENT_READ, None)

    def answer(self, asked: dict[str, Any]) -> dict[str, Any]:
        """Load, dump, send, and listen until nothing more comes."""
        with self.places["router"].inside():
            script(asked["load"])
            dump = script(asked["dump"])
        place = self.places["router" if asked["hook"] == "output" else "client"]
        with place.inside():
            callers = [call(*one) for one in asked["packets"]]
        return {"dump": dump, "through": list(self._heard(callers, asked["quiet_s"]))}

    def _heard(self, callers: Sequence[socket.socket], quiet_s: float) -> Iterator[bool]:
        reached: set[int] = set()
        accepted: list[socket.socket] = []
        for number, caller in enumerate(callers):
            self.waiting.register(caller, selectors.EVENT_READ, number)
        while found := self.waiting.select(quiet_s):
            for key, _ in found:
                one: socket.socket = key.fileobj  # type: ignore[assignment]
                if key.data is None:
                    accepted += serve(one)
                    continue
                if is_over(one, key.data, reached):
                    self.waiting.unregister(one)
        for caller in callers:
            with contextlib.suppress(KeyError):
                self.waiting.unregister(caller)
            caller.close()
        for one in accepted:
            one.close()
        yield from (number in reached for number in range(len(callers)))


def _hardware(device: str) -> str:
    said = subprocess.run(["ip", "-j", "link", "show", device], capture_output=True, text=True, check=True).stdout
    return str(json.loads(said)[0]["address"])


def _swapped() -> tuple[tuple[str, str, str], ...]:
    return _LINKS[1], _LINKS[0], _LINKS[3], _LINKS[2]


def serve(ear: socket.socket) -> list[socket.socket]:
    """Answer with a byte."""
    if ear.type is socket.SOCK_DGRAM:
        with contextlib.suppress(OSError):
            said, whence = ear.recvfrom(9)
            ear.sendto(ANSWERS[said], whence)
        return []
    with contextlib.suppress(OSError):
        one = ear.accept()[0]
        one.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        one.send(b"!")
        return [one]
    return []


def is_over(one: socket.socket, number: int, reached: set[int]) -> bool:
    """Take what came; whether no more is to come. A datagram that was answered is followed by one more."""
    with contextlib.suppress(OSError):
        heard = one.recv(9)
        if heard == b"!" and one.type is socket.SOCK_DGRAM:
            one.send(heard)
            return False
        if heard:
            reached.add(number)
    return True


def call(protocol: str, source: str, own: int, address: str, port: int) -> socket.socket:
    caller = made(protocol, source, own)
    with contextlib.suppress(OSError):
        caller.connect((address, port))
        if protocol == "udp":
            caller.send(b"?")
    return caller


def script(text: str) -> str:
    ran = subprocess.run(["sh", "-eu"], input=text, capture_output=True, text=True, check=False)
    if ran.returncode:
        raise SystemExit(f"ended with {ran.returncode}: {ran.stderr}\n{text}")
    return ran.stdout


def main() -> None:
    alone(_LIMIT_S)
    os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})  # packets are handled where they are sent, in their order
    rig = Rig()
    for line in sys.stdin:
        sys.stdout.write(json.dumps(rig.answer(json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
