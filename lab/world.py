"""One network (`lab.topology`) with its servers, and what a change may touch.

Built in a process that is alone in namespaces of its own (`lab.alone`), so that nothing of it can outlive the process.
"""

import contextlib
import fcntl
import os
import secrets
import shutil
import socket
import struct
import subprocess
import time
from collections.abc import Callable
from pathlib import Path
from typing import Self

from bench.delay import Cable, Rule, Side, Way
from bench.world import Place
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from lab.addresses import (
    ADDRESSES,
    ADDRESSES6,
    BLOCK_PAGE,
    CLOCK,
    HOSTS,
    NAMES,
    NOBODY_BESIDE,
    NOBODY_BESIDE6,
    REFLECTORS,
    REFLECTORS6,
    RESOLVER,
    RESOLVER6,
    ROWS,
    UNRELATED,
    round_trip_ms,
    six,
)
from lab.alone import unprivileged
from lab.servers import Servers, usual_doors
from lab.topology import PLACES, lay
from lineclear.simulate.authority import Certifier
from lineclear.simulate.names import Book
from lineclear.simulate.scene import Zone

HOME = Path("/run/lab")
_USUAL_FILES = {
    "/etc/hosts": "127.0.0.1 localhost\n127.0.1.1 desktop\n::1 localhost ip6-localhost\n",
}
_READY_S = 12.0
_ELSEWHERE = (*UNRELATED.values(), BLOCK_PAGE, CLOCK)
_ELSEWHERE_MS = 12.0
_SEEDS = 2**31
_BEYOND = (
    "203.0.113.0/24",
    "2001:db8:203::/48",
    *_ELSEWHERE,
    "2001:db8:198::/48",
    *REFLECTORS,
    NOBODY_BESIDE,
    "2001:db8:161::/48",
)
"""What the core sends over the long cable."""


class World:
    """One topology. Changes may set the public fields before the servers open, and run what they like in the places."""

    def __init__(self) -> None:
        self.doors = usual_doors()
        self.zone = Zone(hosts=tuple(NAMES))
        self.names = dict(NAMES)
        """IPv4 address by name, as the zone says it."""
        self.more_names: dict[str, tuple[str, ...]] = {}
        """Further addresses of a name, of either family."""
        self.families: tuple[int, ...] = (4,)
        """Of the addresses names have here: by these, nonces are left."""
        self.resolvers: tuple[str, ...] = (RESOLVER,)
        self.resolver_options = ""
        self.hosts_lines: tuple[str, ...] = ()
        self.environ: dict[str, str] = {}
        self.internet_days = 0.0
        """How far the clocks of the internet are ahead of the desktop's."""
        self.trusts_box = False
        self.ways = {address: Way(delay_ms=round_trip_ms(host) / 2) for host in HOSTS for address in _both(host)}
        """From the core to each address of the list."""
        self.ways_back = dict(self.ways)
        self.certifier = Certifier()
        self.search = ""
        self.name_service = "files dns"
        self.check_under: tuple[str, ...] = ()
        """What the check is started by, such as a program that limits it."""
        self.home_files: dict[str, str] = {}
        """Texts by path below the user's home."""
        self.late: list[Callable[[World], None]] = []
        """Changes made when the internet stands."""
        self._stack = contextlib.ExitStack()
        self._chains = 0

    def __enter__(self) -> Self:
        HOME.mkdir(mode=0o755, parents=True)
        Path("/run/netns").mkdir(exist_ok=True)
        self.places = {name: self._stack.enter_context(Place(name)) for name in PLACES}
        self.desktop, self.office, self.provider = (self.places[name] for name in PLACES[:3])
        self.second, self.core, self.internet = (self.places[name] for name in PLACES[3:])
        lay(self.places)
        self.file("public.pem", self.certifier.authorities["public"].pem)
        rule = "meta nfproto ipv4 oifname { to-provider, to-second } masquerade"
        self.chain(self.office, "nat hook postrouting priority 100", rule)
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def open(self) -> None:
        """Lay the delay, start the servers and write the desktop's files: after the changes."""
        self._lay_cable()
        book = Book(zone=self.zone, addresses=self.names, more=self.more_names)
        self.servers = Servers(self.certifier, book, self.internet_days)
        with self.internet.inside():
            self.servers.open(self.doors)
            self.servers.open_clock(CLOCK, six(CLOCK))
        with self.provider.inside():
            self.servers.open_resolvers(RESOLVER, RESOLVER6)
        self._stack.enter_context(self.servers)
        for start in self.late:
            start(self)
        self._write_desktop()

    # -- what changes use --------------------------------------------------------------------------------------------

    def chain(self, place: Place, kind: str, *rules: str) -> None:
        """A chain of nftables in a place, such as of the kind `filter hook forward priority 0`."""
        self._chains += 1
        body = "\n".join((f"type {kind};", *rules))
        self.run(place, "nft", "-f", "-", stdin=f"table inet lab{self._chains} {{\nchain main {{\n{body}\n}}\n}}\n")

    def run(self, place: Place, *words: str, stdin: str = "") -> str:
        """A command in a place; what it printed.

        Raises:
            RuntimeError: it failed.
        """
        with place.inside():
            ran = subprocess.run(words, input=stdin, capture_output=True, text=True, check=False)
        if ran.returncode:
            raise RuntimeError(f"{' '.join(words)}: {ran.stderr.strip()}")
        return ran.stdout

    def start(
        self,
        place: Place,
        *words: str,
        port: int = 0,
        at: str = "127.0.0.1",
        ready: Path | None = None,
        pass_fds: tuple[int, ...] = (),
    ) -> "subprocess.Popen[str]":
        """A program that goes on in a place, ready when `port` accepts or a file is filled; its output in `/run/lab`.

        Raises:
            RuntimeError: it is not ready in time.
        """
        with (HOME / f"{Path(words[0]).name}.log").open("a") as log:
            program = place.start(*words, stdin=subprocess.DEVNULL, stdout=log, stderr=log, pass_fds=pass_fds)
        self._stack.callback(program.kill)
        until = time.monotonic() + _READY_S
        while (port and not _accepts(place, at, port)) or (ready and not _has_something(ready)):
            if time.monotonic() > until or program.poll() is not None:
                raise RuntimeError(f"{words[0]} did not start: {Path(log.name).read_text()[-600:]}")
            time.sleep(0.05)
        return program

    def file(self, name: str, text: str | bytes) -> Path:
        """A file any program of the scenario can read."""
        path = HOME / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        path.chmod(0o644)
        return path

    def hold_tun(self, device: str) -> None:
        """Open a TUN device of the desktop, so that it has a carrier; nobody ever reads what is sent there."""
        with self.desktop.inside():
            end = os.open("/dev/net/tun", os.O_RDWR | os.O_NONBLOCK)
            fcntl.ioctl(end, 0x400454CA, struct.pack("16sH22x", device.encode(), 0x1001))
        self._stack.callback(os.close, end)

    def box_authority(self) -> Path:
        """The inspecting device's issuing certificate with its root and key, for programs that sign with it."""
        box = self.certifier.authorities["box"]
        key = box.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        return self.file("box.pem", box.intermediate.public_bytes(Encoding.PEM) + box.pem + key)

    # -- the desktop -------------------------------------------------------------------------------------------------

    def client(self, *words: str, stdin: str = "", timeout: float = 35) -> "subprocess.CompletedProcess[str]":
        """A program on the desktop, as a user without any privilege."""
        environ = {
            "PATH": os.environ["PATH"],
            "HOME": "/run/lab/home",
            "LANG": "C.UTF-8",
            "PYTHONPATH": os.pathsep.join(_sources()),
            "PYTHONDONTWRITEBYTECODE": "1",
            **self.environ,
        }
        return subprocess.run(
            ["ip", "netns", "exec", "desktop", *unprivileged(), *words],
            input=stdin,
            env=environ,
            cwd="/",
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )

    def _write_desktop(self) -> None:
        public, box = (self.certifier.authorities[name].pem for name in ("public", "box"))
        self.file("system.pem", public + (box if self.trusts_box else b""))
        for folder in ("home", "out"):
            (HOME / folder).mkdir()
            (HOME / folder).chmod(0o777)  # for whoever the user is
        for path, text in self.home_files.items():
            self.file(f"home/{path}", text)
        lines = [*(f"nameserver {one}" for one in self.resolvers)]
        lines += [f"search {self.search}"] if self.search else []
        lines += [f"options {self.resolver_options}"] if self.resolver_options else []
        texts = {**_USUAL_FILES, "/etc/nsswitch.conf": f"hosts: {self.name_service}\n"}
        texts |= {"/etc/resolv.conf": "\n".join([*lines, ""])}
        texts["/etc/hosts"] += "".join(f"{one}\n" for one in self.hosts_lines)
        for path, text in texts.items():
            subprocess.run(["mount", "--bind", self.file(Path(path).name, text), path], check=True)

    # -- building ----------------------------------------------------------------------------------------------------

    def _lay_cable(self) -> None:
        plan = [Rule(address, there=way, back=self.ways_back[address]) for address, way in self.ways.items()]
        plan += [Rule("0.0.0.0/0", _ELSEWHERE_MS), Rule("::/0", _ELSEWHERE_MS)]
        ends = Side(self.core.inside, "100.64.3.1/32"), Side(self.internet.inside, "100.64.3.2/32")
        chance = secrets.randbelow(_SEEDS)  # the same packets lost in every run would prove one run
        self._stack.enter_context(Cable(*ends, plan, chance))
        self.core.ip("addr add 2001:db8:3::1/128 dev cable nodad", *(f"route add {one} dev cable" for one in _BEYOND))
        own = [f"addr add {one} dev lo{' nodad' if ':' in one else ''}" for one in _here()]
        routes = ["route add default dev cable", "route add ::/0 dev cable"]
        routes += [f"route add unreachable {one}" for one in _BEYOND[:2]]
        routes += [f"route add blackhole {one}" for one in (NOBODY_BESIDE, NOBODY_BESIDE6)]
        self.internet.ip("addr add 2001:db8:3::2/128 dev cable nodad", *own, *routes)
        silent = sorted({one.host for one in ROWS if not one.pingable})
        self.chain(
            self.internet,
            "filter hook input priority 0",
            f"ip daddr {{ {', '.join(ADDRESSES[one] for one in silent)} }} icmp type echo-request drop",
            f"ip6 daddr {{ {', '.join(ADDRESSES6[one] for one in silent)} }} icmpv6 type echo-request drop",
        )


def _both(host: str) -> tuple[str, str]:
    return ADDRESSES[host], ADDRESSES6[host]


def _here() -> tuple[str, ...]:
    """Every address of the internet."""
    plain = (*ADDRESSES.values(), *_ELSEWHERE)
    return (*plain, *map(six, plain), *REFLECTORS, *REFLECTORS6)


def missing(programs: tuple[str, ...]) -> tuple[str, ...]:
    """Which of some programs this machine does not have."""
    return tuple(one for one in programs if shutil.which(one, path=f"{os.environ['PATH']}:/usr/sbin:/sbin") is None)


def _sources() -> tuple[str, ...]:
    root = Path(__file__).parents[1]
    return str(root / "src"), str(root)


def _has_something(path: Path) -> bool:
    return path.exists() and path.stat().st_size > 0


def _accepts(place: Place, address: str, port: int) -> bool:
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    with place.inside(), socket.socket(family) as probe:
        probe.settimeout(1)
        return probe.connect_ex((address, port)) == 0
