r"""The topology of one scenario, and what a change may touch.

    desktop -- office -- provider -- core == delay == internet
                    \-- second ---/

Built in a process that is alone in namespaces of its own (`lab.alone`), so that nothing of it can outlive the process.
"""

import contextlib
import fcntl
import os
import shutil
import socket
import struct
import subprocess
import time
from pathlib import Path
from typing import Self

from bench.delay import Cable, Rule, Side
from bench.world import Place
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from lab.addresses import (
    ADDRESSES,
    BLOCK_PAGE,
    CORE_HOP,
    DESKTOP,
    HOSTS,
    NAMES,
    OFFICE,
    PROVIDER_HOP,
    RESOLVER,
    ROWS,
    UNRELATED,
    round_trip_ms,
)
from lab.alone import unprivileged
from lab.servers import Servers, usual_doors
from lineclear.simulate.authority import Certifier
from lineclear.simulate.scene import Zone

HOME = Path("/run/lab")
_NAMES = ("desktop", "office", "provider", "second", "core", "internet")
_LINKS = (
    ("desktop", f"{DESKTOP}/24", "office", f"{OFFICE}/24"),
    ("office", "100.64.1.2/24", "provider", f"{PROVIDER_HOP}/24"),
    ("office", "100.64.9.2/24", "second", "100.64.9.1/24"),
    ("provider", "100.64.2.2/24", "core", f"{CORE_HOP}/24"),
    ("second", "100.64.10.2/24", "core", "100.64.10.1/24"),
)
_ROUTES = {
    "desktop": (f"route add default via {OFFICE}",),
    "office": (f"route add default via {PROVIDER_HOP}",),
    "provider": (f"addr add {RESOLVER}/32 dev lo", f"route add default via {CORE_HOP}"),
    "second": ("route add default via 100.64.10.1",),
    "core": (
        "route add 100.64.1.0/24 via 100.64.2.2",
        "route add 100.64.9.0/24 via 100.64.10.2",
        f"route add {RESOLVER}/32 via 100.64.2.2",
        "route add unreachable default metric 900",
    ),
}
_USUAL_FILES = {
    "/etc/hosts": "127.0.0.1 localhost\n127.0.1.1 desktop\n",
    "/etc/nsswitch.conf": "hosts: files dns\n",
}
_READY_S = 12.0


class World:
    """One topology. Changes may set the public fields before the servers open, and run what they like in the places."""

    def __init__(self) -> None:
        self.doors = usual_doors()
        self.zone = Zone(hosts=tuple(NAMES))
        self.resolvers: tuple[str, ...] = (RESOLVER,)
        self.resolver_options = ""
        self.hosts_lines: tuple[str, ...] = ()
        self.environ: dict[str, str] = {}
        self.internet_days = 0.0
        """How far the clocks of the internet are ahead of the desktop's."""
        self.trusts_box = False
        self.distances = {ADDRESSES[host]: round_trip_ms(host) for host in HOSTS}
        self.losses: dict[str, float] = {}
        self.certifier = Certifier()
        self._stack = contextlib.ExitStack()
        self._chains = 0

    def __enter__(self) -> Self:
        HOME.mkdir(mode=0o755, parents=True)
        Path("/run/netns").mkdir(exist_ok=True)
        self.places = {name: self._stack.enter_context(Place(name)) for name in _NAMES}
        self.desktop, self.office, self.provider = (self.places[name] for name in _NAMES[:3])
        self.second, self.core, self.internet = (self.places[name] for name in _NAMES[3:])
        for left, left_address, right, right_address in _LINKS:
            self._link(left, left_address, right, right_address)
        for name, lines in _ROUTES.items():
            self.places[name].ip(*lines)
        self._tune()
        self.file("public.pem", self.certifier.authorities["public"].pem)
        self.chain(self.office, "nat hook postrouting priority 100", "oifname { to-provider, to-second } masquerade")
        return self

    def __exit__(self, *_: object) -> None:
        self._stack.close()

    def open(self) -> None:
        """Lay the delay, start the servers and write the desktop's files: after the changes."""
        self._lay_cable()
        self.servers = Servers(self.certifier, self.zone, self.internet_days)
        with self.internet.inside():
            self.servers.open(self.doors)
        with self.provider.inside():
            self.servers.open_resolver(RESOLVER)
        self._stack.enter_context(self.servers)
        self._write_desktop()

    # -- what changes use --------------------------------------------------------------------------------------------

    def chain(self, place: Place, kind: str, *rules: str) -> None:
        """A chain of nftables in a place, such as of the kind `filter hook forward priority 0`."""
        self._chains += 1
        body = "\n".join((f"type {kind};", *rules))
        self.run(place, "nft", "-f", "-", stdin=f"table ip lab{self._chains} {{\nchain main {{\n{body}\n}}\n}}\n")

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

    def start(self, place: Place, *words: str, port: int = 0, at: str = "127.0.0.1") -> "subprocess.Popen[str]":
        """A program that goes on in a place, ready when `port` accepts; its output in `/run/lab`.

        Raises:
            RuntimeError: it is not ready in time.
        """
        with (HOME / f"{Path(words[0]).name}.log").open("a") as log:
            program = place.start(*words, stdin=subprocess.DEVNULL, stdout=log, stderr=log)
        self._stack.callback(program.kill)
        until = time.monotonic() + _READY_S
        while port and not _accepts(place, at, port):
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
        lines = [*(f"nameserver {one}" for one in self.resolvers)]
        lines += [f"options {self.resolver_options}"] if self.resolver_options else []
        texts = {**_USUAL_FILES, "/etc/resolv.conf": "\n".join([*lines, ""])}
        texts["/etc/hosts"] += "".join(f"{one}\n" for one in self.hosts_lines)
        for path, text in texts.items():
            subprocess.run(["mount", "--bind", self.file(Path(path).name, text), path], check=True)

    # -- building ----------------------------------------------------------------------------------------------------

    def _link(self, left: str, left_address: str, right: str, right_address: str) -> None:
        subprocess.run(
            ["ip", "link", "add", f"to-{right}", "netns", left, "type", "veth", "peer", f"to-{left}", "netns", right],
            check=True,
        )
        for place, other, address in ((left, right, left_address), (right, left, right_address)):
            self.places[place].ip(f"addr add {address} dev to-{other}", f"link set to-{other} up")

    def _tune(self) -> None:
        """As usual machines are: routers limit their own ICMP errors, users may ping."""
        for place in self.places.values():
            self._sysctl(place, "net/ipv4/icmp_ratelimit", "1000")
            for part in ("all", "default"):
                self._sysctl(place, f"net/ipv4/conf/{part}/rp_filter", "0")
        self._sysctl(self.desktop, "net/ipv4/ip_forward", "0")
        self._sysctl(self.desktop, "net/ipv4/ping_group_range", "0 2147483647")

    def _sysctl(self, place: Place, key: str, value: str) -> None:
        with place.inside():
            Path("/proc/sys", key).write_text(value)

    def _lay_cable(self) -> None:
        plan = [Rule(address, ms, self.losses.get(address, 0.0)) for address, ms in self.distances.items()]
        plan.append(Rule("0.0.0.0/0", 12.0))
        ends = Side(self.core.inside, "100.64.3.1/32"), Side(self.internet.inside, "100.64.3.2/32")
        self._stack.enter_context(Cable(*ends, plan))
        elsewhere = [*UNRELATED.values(), BLOCK_PAGE]
        routes = ("203.0.113.0/24", *(f"{one}/32" for one in elsewhere))
        self.core.ip(*(f"route add {one} dev cable" for one in routes))
        own = [f"addr add {one}/32 dev lo" for one in (*ADDRESSES.values(), *elsewhere)]
        self.internet.ip(*own, "route add default dev cable", "route add unreachable 203.0.113.0/24")
        silent = ", ".join(sorted({ADDRESSES[one.host] for one in ROWS if not one.pingable}))
        rule = f"ip daddr {{ {silent} }} icmp type echo-request drop"
        self.chain(self.internet, "filter hook input priority 0", rule)


def missing(programs: tuple[str, ...]) -> tuple[str, ...]:
    """Which of some programs this machine does not have."""
    return tuple(one for one in programs if shutil.which(one, path=f"{os.environ['PATH']}:/usr/sbin:/sbin") is None)


def _sources() -> tuple[str, ...]:
    root = Path(__file__).parents[1]
    return str(root / "src"), str(root)


def _accepts(place: Place, address: str, port: int) -> bool:
    with place.inside(), socket.socket() as probe:
        probe.settimeout(1)
        return probe.connect_ex((address, port)) == 0
