"""Devices that look into connections or stand in for servers: mitmproxy, stunnel, haproxy, an application firewall."""

import fcntl
import os
import ssl
import struct
import sys
from collections.abc import Callable, Iterable
from functools import partial
from hashlib import sha256
from pathlib import Path

from lab import mitmproxy
from lab.addresses import ADDRESSES
from lab.changes.filters import redirected
from lab.scenario import Change
from lab.servers import changed
from lab.topology import set_key
from lab.world import HOME, World
from lineclear.simulate.authority import new_authority
from lineclear.simulate.scene import Leaf

_INLINE, _BOX, RELAY = (str(Path(__file__).parents[1] / name) for name in ("inline.py", "box.py", "relay.py"))


def mitm(ports: Iterable[int], *options: str, trusted: bool) -> tuple[Change, ...]:
    """Mitmproxy on the office router takes some ports and opens TLS; the desktop trusts its authority, or not.

    Options such as `--ignore-hosts=EXPRESSION` say whom it lets pass unopened.
    """

    def change(world: World) -> None:
        world.trusts_box = trusted
        world.start(world.office, *mitmproxy_words(world, *options), port=8080)

    return change, redirected(ports, 8080)


def box(ports: Iterable[int], *options: str, which: str = "") -> tuple[Change, ...]:
    """A box on the office router takes some ports, of one kind only if nft's words are given: options of `lab.box`."""

    def change(world: World) -> None:
        world.start(world.office, sys.executable, _BOX, "8081", *options, port=8081)

    return change, redirected(ports, 8081, which)


def opening(ports: Iterable[int], *options: str, trusted: bool, which: str = "") -> tuple[Change, ...]:
    """The same, and it opens TLS; the desktop trusts its authority, or not."""

    def change(world: World) -> None:
        world.trusts_box = trusted
        words = (f"--opens={world.box_authority()}", f"--days={world.internet_days}", *options)
        box(ports, *words)[0](world)

    return change, redirected(ports, 8081, which)


def inspecting_as(name: str, **days: float) -> Change:
    """The inspecting device's authority is called `name`; its certificates run out when `days` says."""

    def change(world: World) -> None:
        world.certifier.authorities["box"] = new_authority(name, **days)

    return change


def mitmproxy_words(world: World, *options: str) -> tuple[str, ...]:
    """The command line of a mitmproxy that takes what is redirected to port 8080, and signs as the box does."""
    world.file("mitmproxy/mitmproxy-ca.pem", world.box_authority().read_bytes())
    words = ("--mode=transparent", "--listen-port=8080", "--listen-host=0.0.0.0", "--showhost", "--flow-detail=0")
    places = (f"confdir={HOME}/mitmproxy", f"ssl_verify_upstream_trusted_ca={HOME}/public.pem")
    settings = [word for one in places for word in ("--set", one)]
    return str(mitmproxy.program()), *words, *settings, *options


def tls_relay(ports: Iterable[int], host: str) -> tuple[Change, ...]:
    """Stunnel on the office router ends TLS on some ports with a certificate of the office, and goes on to one host.

    What was meant for all others arrives there too.
    """

    def change(world: World) -> None:
        pem = world.file("relay.pem", world.certifier.pem(Leaf(names=("relay.office.example",), authority="box")))
        text = (
            f"foreground = yes\npid =\n[in]\naccept = 0.0.0.0:9443\ncert = {pem}\nconnect = 127.0.0.1:9444\n"
            f"[out]\nclient = yes\naccept = 127.0.0.1:9444\nconnect = {ADDRESSES[host]}:4001\n"
        )
        world.start(world.office, "stunnel4", str(world.file("relay.conf", text)), port=9444)

    return change, redirected(ports, 9443)


def behind_stunnel(host: str, *options: str, with_chain: bool = True, self_signed: bool = False) -> Change:
    """The TLS port of a gateway is served by stunnel with a certificate of its own, as `options` of stunnel say."""

    def text(pem: Path) -> str:
        body = "".join(f"{one}\n" for one in options)
        return (
            f"foreground = yes\npid =\n[gateway]\naccept = {ADDRESSES[host]}:4001\nconnect = 127.0.0.1:4001\n"
            f"cert = {pem}\n{body}"
        )

    made = _signed_by_itself if self_signed else partial(_signed, with_chain=with_chain)
    return _behind(host, ("stunnel4",), text, made)


def behind_haproxy(host: str, *options: str) -> Change:
    """The TLS port of a gateway is served by haproxy with a certificate of its own; `options` of its `bind`."""

    def text(pem: Path) -> str:
        return (
            "defaults\n mode tcp\n timeout client 60s\n timeout server 60s\n timeout connect 5s\n"
            f"listen gateway\n bind {ADDRESSES[host]}:4001 ssl crt {pem} {' '.join(options)}\n"
            " server itself 127.0.0.1:4001\n"
        )

    return _behind(host, ("haproxy", "-db", "-f"), text, _signed)


def slow_to_answer(host: str, seconds: float) -> Change:
    """The TLS port of a gateway stands behind a haproxy that passes nothing on before some seconds are over."""

    def change(world: World) -> None:
        world.doors = changed(world.doors, frozenset({f"{host}:4001"}), address="127.0.0.1", families=(4,))
        text = (
            "defaults\n mode tcp\n timeout client 60s\n timeout server 60s\n timeout connect 5s\n"
            f"listen gateway\n bind {ADDRESSES[host]}:4001\n tcp-request inspect-delay {seconds:.0f}s\n"
            " tcp-request content accept if WAIT_END\n server itself 127.0.0.1:4001\n"
        )
        config = world.file("slow.cfg", text)
        world.late.append(lambda world: _start_balancer(world, config, host, 4001))

    return change


def _signed(world: World, host: str, *, with_chain: bool = True) -> bytes:
    return world.certifier.pem(Leaf(names=(f"*.{host.partition('.')[2]}",)), with_chain=with_chain)


def _signed_by_itself(world: World, host: str) -> bytes:
    key = HOME / "own.key"
    usual = ("-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc", "-keyout", str(key), "-days", "90")
    own = ("-subj", f"/CN={host}", "-addext", f"subjectAltName=DNS:{host}")
    return (world.run(world.internet, "openssl", "req", "-x509", *usual, *own) + key.read_text()).encode()


def _behind(
    host: str, program: tuple[str, ...], text: Callable[[Path], str], made: Callable[[World, str], bytes]
) -> Change:
    def change(world: World) -> None:
        name = f"{host}:4001"
        pem = made(world, host)
        world.doors = changed(world.doors, frozenset({name}), address="127.0.0.1", families=(4,), leaf=None)
        config = world.file("gateway.conf", text(world.file("gateway.pem", pem)))

        def start(world: World) -> None:
            world.start(world.internet, *program, str(config), port=4001, at=ADDRESSES[host])
            first = pem[: pem.index(b"-----END") + 40].decode()
            der = ssl.PEM_cert_to_DER_cert(first[: first.index("-----END CERTIFICATE-----") + 25])
            world.servers.arrivals.fingerprints[name] = sha256(der).hexdigest()

        world.late.append(start)

    return change


def balanced(host: str, ports: Iterable[int], dead: int, alive: int) -> Change:
    """A load balancer (haproxy) before a gateway: some of the servers it takes in turn refuse."""

    def change(world: World) -> None:
        names = frozenset(f"{host}:{port}" for port in ports)
        world.doors = changed(world.doors, names, address="127.0.0.1", families=(4,))
        text = "defaults\n mode tcp\n timeout client 60s\n timeout server 60s\n timeout connect 5s\n retries 0\n"
        for port in ports:
            servers = [f"127.0.0.1:{port}"] * alive + ["127.0.0.1:9"] * dead
            lines = "".join(f" server s{number} {one}\n" for number, one in enumerate(servers))
            text += f"listen p{port}\n bind {ADDRESSES[host]}:{port}\n balance roundrobin\n{lines}"
        config = world.file("balancer.cfg", text)
        world.late.append(lambda world: _start_balancer(world, config, host, next(iter(ports))))

    return change


def _start_balancer(world: World, config: Path, host: str, port: int) -> None:
    world.start(world.internet, "haproxy", "-db", "-f", str(config), port=port, at=ADDRESSES[host])


def edge_near(hosts: Iterable[str]) -> Change:
    """Web servers of some hosts stand at the provider's (haproxy), as those of a content delivery network do."""

    def change(world: World) -> None:
        text = (
            "defaults\n mode tcp\n timeout connect 5s\n timeout client 60s\n timeout server 60s\n"
            "listen edge\n bind :9995\n server far 0.0.0.0:0\n"
            "listen ready\n mode http\n bind 127.0.0.1:9994\n http-request return status 200\n"
        )
        world.start(world.provider, "haproxy", "-db", "-f", str(world.file("edge.cfg", text)), port=9994)
        to = ", ".join(ADDRESSES[one] for one in hosts)
        rule = f'iifname "to-office" ip daddr {{ {to} }} tcp dport {{ 80, 443 }} redirect to :9995'
        world.chain(world.provider, "nat hook prerouting priority -100", rule)

    return change


def looks_inside(*rules: str) -> Change:
    """An application-aware firewall (`lab.inline`) between the office and its provider, with some rules."""
    return _between(_INLINE, *rules)


def thinks_first(seconds: float, ports: Iterable[int]) -> Change:
    """A device between the office and its provider holds what servers consent to a while (`lab.relay`)."""
    return _between(RELAY, str(seconds), ",".join(map(str, ports)), "1500")


def open_tun(name: str) -> int:
    """A TUN device of the place one is in, and its other end."""
    end = os.open("/dev/net/tun", os.O_RDWR)
    fcntl.ioctl(end, 0x400454CA, struct.pack("16sH22x", name.encode(), 0x1001))
    return end


def _between(program: str, *words: str) -> Change:
    """A program stands between the office and its provider; it is given both ends, and some words."""

    def change(world: World) -> None:
        places = ((world.office, "provider", "100.64.1.2/24"), (world.provider, "office", "100.64.1.1/24"))
        world.office.ip("link del to-provider")
        ends = []
        for place, other, address in places:
            with place.inside():
                ends.append(open_tun(f"to-{other}"))
            place.ip(f"addr add {address} dev to-{other}", f"link set to-{other} up txqueuelen 5000")
            set_key(place, f"net/ipv6/conf/to-{other}/disable_ipv6", "1")
        world.office.ip("route add default via 100.64.1.1")
        world.core.ip("route replace 100.64.1.0/24 via 100.64.2.2")
        world.start(world.office, sys.executable, program, *map(str, ends), *words, pass_fds=tuple(ends))
        for one in ends:
            os.close(one)

    return change
