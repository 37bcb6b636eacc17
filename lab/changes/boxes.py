"""Devices that look into connections: mitmproxy, a TLS relay of stunnel, an application-aware firewall."""

import fcntl
import os
import ssl
import struct
import sys
from collections.abc import Iterable
from hashlib import sha256
from pathlib import Path

from lab import mitmproxy
from lab.addresses import ADDRESSES
from lab.changes.filters import redirected
from lab.scenario import Change
from lab.servers import changed
from lab.topology import set_key
from lab.world import HOME, World
from lineclear.simulate.scene import Leaf

_INLINE = str(Path(__file__).parents[1] / "inline.py")


def mitm(ports: Iterable[int], *options: str, trusted: bool) -> tuple[Change, ...]:
    """Mitmproxy on the office router takes some ports and opens TLS; the desktop trusts its authority, or not.

    Options such as `--ignore-hosts=EXPRESSION` say whom it lets pass unopened.
    """

    def change(world: World) -> None:
        world.trusts_box = trusted
        world.file("mitmproxy/mitmproxy-ca.pem", world.box_authority().read_bytes())
        words = ("--mode=transparent", "--listen-port=8080", "--listen-host=0.0.0.0", "--showhost", "--flow-detail=0")
        places = (f"confdir={HOME}/mitmproxy", f"ssl_verify_upstream_trusted_ca={HOME}/public.pem")
        settings = [word for one in places for word in ("--set", one)]
        world.start(world.office, str(mitmproxy.program()), *words, *settings, *options, port=8080)

    return change, redirected(ports, 8080)


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


def behind_stunnel(host: str, *options: str, with_chain: bool = True) -> Change:
    """The TLS port of a gateway is served by stunnel with a certificate of its own, as `options` of stunnel say."""

    def change(world: World) -> None:
        name = f"{host}:4001"
        pem = world.certifier.pem(Leaf(names=(f"*.{host.partition('.')[2]}",)), with_chain=with_chain)
        world.doors = changed(world.doors, frozenset({name}), address="127.0.0.1", families=(4,), leaf=None)
        body = "".join(f"{one}\n" for one in options)
        text = (
            f"foreground = yes\npid =\n[gateway]\naccept = {ADDRESSES[host]}:4001\nconnect = 127.0.0.1:4001\n"
            f"cert = {world.file('gateway.pem', pem)}\n{body}"
        )
        config = world.file("gateway.conf", text)

        def start(world: World) -> None:
            world.start(world.internet, "stunnel4", str(config), port=4001, at=ADDRESSES[host])
            first = pem[: pem.index(b"-----END") + 40].decode()
            der = ssl.PEM_cert_to_DER_cert(first[: first.index("-----END CERTIFICATE-----") + 25])
            world.servers.arrivals.fingerprints[name] = sha256(der).hexdigest()

        world.late.append(start)

    return change


def looks_inside(*rules: str) -> Change:
    """An application-aware firewall (`lab.inline`) between the office and its provider, with some rules."""

    def change(world: World) -> None:
        places = ((world.office, "provider", "100.64.1.2/24"), (world.provider, "office", "100.64.1.1/24"))
        world.office.ip("link del to-provider")
        ends = []
        for place, other, address in places:
            with place.inside():
                ends.append(os.open("/dev/net/tun", os.O_RDWR))
                fcntl.ioctl(ends[-1], 0x400454CA, struct.pack("16sH22x", f"to-{other}".encode(), 0x1001))
            place.ip(f"addr add {address} dev to-{other}", f"link set to-{other} up txqueuelen 5000")
            set_key(place, f"net/ipv6/conf/to-{other}/disable_ipv6", "1")
        world.office.ip("route add default via 100.64.1.1")
        world.core.ip("route replace 100.64.1.0/24 via 100.64.2.2")
        world.start(world.office, sys.executable, _INLINE, *map(str, ends), *rules, pass_fds=tuple(ends))
        for one in ends:
            os.close(one)

    return change
