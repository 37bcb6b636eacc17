"""A chain of routers in namespaces of its own: client, gw, isp, core, server. Started as a program by the tests.

It must run as root under `unshare --net --mount`, so that everything it makes ends with it. It reads one request per
line (JSON) and answers each with one line: the observations of the asked verbs, and how many connections the server's
kernel accepted.

A request: `{"ruleset": {"gw": "nft text"}, "listen": {"gw": [8080]}, "limits": {...}, "verbs": [["trace", address,
port], ...]}`. Between requests rules are flushed and listeners closed. The server listens on 443 and 4001.
"""

import contextlib
import ctypes
import functools
import itertools
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Coroutine, Iterator
from pathlib import Path
from typing import Any

import msgspec

from lineclear.model import Endpoint, Limits
from lineclear.probe import cut, tcp
from lineclear.probe.loop.reactor import Reactor
from lineclear.probe.route import idle, origin, other_end, path
from lineclear.probe.run import Run

NODES = ("client", "gw", "isp", "core", "server")
VERBS: dict[str, Callable[..., Coroutine[Any, Any, object]]] = {
    "trace": path.trace,
    "fence": path.fence,
    "connect": tcp.connect,
    "hold": functools.partial(idle.hold, seconds=0.0),
    "origin": functools.partial(origin.origin, floors=(0, 60, 61, 62, 63, 64, 65), hop_limit=None),
    "cut": functools.partial(cut.cut_origin, farthest=3, words=b"\r\n", secure=False),
    "near": functools.partial(origin.origin, floors=(0, 63, 64, 127, 128, 254, 255), hop_limit=2),
}
VERBS["ends"] = lambda run, host, endpoint: other_end.other_ends(run, [(host, endpoint)])
_NEW_NET = 0x40000000
_SYSCTLS = {
    "net/ipv6/conf/default/dad_transmits": "0",
    "net/ipv6/conf/default/accept_dad": "0",
    "net/ipv4/ip_forward": "1",
    "net/ipv6/conf/all/forwarding": "1",
    "net/ipv4/icmp_ratelimit": "0",
    "net/ipv6/icmp/ratelimit": "0",
}


class Chain:
    """The namespaces, entered by name. This process itself lives in the client's."""

    def __init__(self) -> None:
        self._libc = ctypes.CDLL(None, use_errno=True)
        subprocess.run(["mount", "-t", "tmpfs", "none", "/run"], check=True)
        for name in NODES[1:]:
            subprocess.run(["ip", "netns", "add", name], check=True)
        self._handles = {name: os.open(f"/run/netns/{name}", os.O_RDONLY) for name in NODES[1:]}
        self._handles["client"] = os.open("/proc/self/ns/net", os.O_RDONLY)
        for name in NODES:
            self.tune(name, _SYSCTLS)
        self._lay_cables()
        self._listeners: list[socket.socket] = []
        for port in (443, 4001):
            self._listeners.extend(self.listen("server", port))

    @contextlib.contextmanager
    def inside(self, name: str) -> Iterator[None]:
        """Be in another namespace for a while."""
        self._enter(name)
        yield
        self._enter("client")

    def listen(self, name: str, port: int) -> list[socket.socket]:
        """Accept on a port there, on both families; the kernel does it all."""
        with self.inside(name):
            return [
                socket.create_server((host, port), family=family, backlog=64)
                for host, family in (("0.0.0.0", socket.AF_INET), ("::", socket.AF_INET6))
            ]

    def tune(self, name: str, sysctls: dict[str, str]) -> None:
        """Set kernel parameters of a namespace."""
        with self.inside(name):
            for key, value in sysctls.items():
                Path("/proc/sys", key).write_text(value)

    def rules(self, name: str, text: str) -> None:
        """Replace the packet filter of a namespace."""
        with self.inside(name):
            subprocess.run(["nft", "-f", "-"], input=f"flush ruleset\n{text}", text=True, check=True)

    def accepted(self) -> int:
        """Connections the server's kernel accepted since it was made."""
        with self.inside("server"):
            rows = Path("/proc/net/snmp").read_text().splitlines()
        names, values = (row.split() for row in rows if row.startswith("Tcp:"))
        return int(values[names.index("PassiveOpens")])

    def _enter(self, name: str) -> None:
        if self._libc.setns(self._handles[name], _NEW_NET):
            raise OSError(ctypes.get_errno(), "setns")

    def _lay_cables(self) -> None:
        for number, (left, right) in enumerate(itertools.pairwise(NODES)):
            self._ip(left, [f"link add r{number} type veth peer name l{number} netns {right}"])
            self._ip(left, _end(f"r{number}", number, 1))
            self._ip(right, _end(f"l{number}", number, 2))
        for place, name in enumerate(NODES):
            self._ip(name, ["link set lo up", *_routes(place)])

    def _ip(self, name: str, lines: list[str]) -> None:
        with self.inside(name):
            subprocess.run(["ip", "-batch", "-"], input="\n".join(lines), text=True, check=True)


def _end(device: str, number: int, side: int) -> list[str]:
    return [
        f"link set {device} up",
        f"addr add 10.77.{number}.{side}/24 dev {device}",
        f"addr add fd77:{number}::{side}/64 dev {device} nodad",
    ]


def _routes(place: int) -> list[str]:
    """The default route leads to the server; what lies before is behind us."""
    if place == len(NODES) - 1:
        return [f"route add default via 10.77.{place - 1}.1", f"route add ::/0 via fd77:{place - 1}::1"]
    ahead = [f"route add default via 10.77.{place}.2", f"route add ::/0 via fd77:{place}::2"]
    for number in range(place - 1):
        ahead.append(f"route add 10.77.{number}.0/24 via 10.77.{place - 1}.1")
        ahead.append(f"route add fd77:{number}::/64 via fd77:{place - 1}::1")
    return ahead


def answer(chain: Chain, request: dict[str, object]) -> dict[str, object]:
    """Do what one request asks."""
    asked = msgspec.convert(request, Request)
    for name in NODES:
        chain.rules(name, asked.ruleset.get(name, ""))
        chain.tune(name, _SYSCTLS | asked.sysctls.get(name, {}))
    extra = [sock for name, ports in asked.listen.items() for port in ports for sock in chain.listen(name, port)]
    before = chain.accepted()
    reactor = Reactor()
    run = Run(reactor, asked.limits)

    async def verbs() -> None:
        for verb, address, port in asked.verbs:
            opened = await VERBS[verb](run, host="lab", endpoint=Endpoint(address=address, port=port))
            if isinstance(opened, tcp.Connection):
                opened.close()

    reactor.run(verbs())
    reactor.close()
    for sock in extra:
        sock.close()
    return {
        "observations": msgspec.to_builtins(run.observations),
        "accepted": chain.accepted() - before,
    }


class Request(msgspec.Struct):
    ruleset: dict[str, str] = {}
    listen: dict[str, list[int]] = {}
    limits: Limits = Limits()
    sysctls: dict[str, dict[str, str]] = {}
    verbs: list[tuple[str, str, int]] = []


def main() -> None:
    """Answer requests until the input ends."""
    chain = Chain()
    for line in sys.stdin:
        sys.stdout.write(json.dumps(answer(chain, json.loads(line))) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
