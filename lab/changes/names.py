"""Names: what the provider's resolver says, real forwarders in the office, and what the desktop is set to."""

import sys
from pathlib import Path

from msgspec.structs import replace

from lab.addresses import OFFICE, RESOLVER
from lab.scenario import Change
from lab.world import World

_FORGER = str(Path(__file__).parents[1] / "forger.py")
STUB = "127.0.0.53"
"""Where a name server of the desktop's own stands."""
_LEAD_S, _LAG_MS = 0.12, 250
"""By how much the forger is the quicker of the two, or the slower: enough on a crowded machine."""


def zone(**changes: object) -> Change:
    """What the provider's name server says: `manner` of `lineclear.simulate.names` or `lab.manners`, or `delay_s`."""

    def change(world: World) -> None:
        world.zone = replace(world.zone, **changes)

    return change


def resolvers(*addresses: str, options: str = "") -> Change:
    """The desktop's resolv.conf."""

    def change(world: World) -> None:
        world.resolvers, world.resolver_options = addresses, options

    return change


def named(name: str, *addresses: str) -> Change:
    """One more name in the zone, or other addresses for one that is there."""

    def change(world: World) -> None:
        fours = [one for one in addresses if ":" not in one]
        world.names[name] = fours[0] if fours else ""
        world.more_names[name] = tuple(one for one in addresses if one not in fours[:1])
        world.zone = replace(world.zone, hosts=(*world.zone.hosts, name))

    return change


def searching(domain: str) -> Change:
    """The domain the desktop appends to short names."""

    def change(world: World) -> None:
        world.search = domain

    return change


def name_service(line: str) -> Change:
    """Where the desktop's programs look names up: the `hosts` line of nsswitch.conf."""

    def change(world: World) -> None:
        world.name_service = line

    return change


def hosts_file(*lines: str) -> Change:
    """Lines in the desktop's hosts file."""

    def change(world: World) -> None:
        world.hosts_lines += lines

    return change


def dnsmasq(*options: str) -> Change:
    """Dnsmasq on the office router, asking the provider's resolver; the desktop uses it."""

    def change(world: World) -> None:
        words = ("--no-daemon", "--no-resolv", "--no-hosts", f"--server={RESOLVER}", "--user=root", "--pid-file=")
        world.start(world.office, "dnsmasq", *words, *options, port=53, at=OFFICE)
        world.resolvers = (OFFICE,)

    return change


def stub(*options: str) -> Change:
    """Dnsmasq on the desktop itself at 127.0.0.53, which the desktop's programs ask; `options` say whom it asks."""

    def change(world: World) -> None:
        words = ("--no-daemon", "--no-resolv", "--no-hosts", "--user=root", "--pid-file=", "--bind-interfaces")
        world.start(world.desktop, "dnsmasq", *words, f"--listen-address={STUB}", *options, port=53, at=STUB)
        world.resolvers = (STUB,)

    return change


def unbound(*lines: str, modules: str = "iterator", zones: str = "") -> Change:
    """Unbound on the office router, forwarding to the provider's resolver; the desktop uses it."""

    def change(world: World) -> None:
        server = [
            f"interface: {OFFICE}",
            "access-control: 10.77.0.0/24 allow",
            "do-daemonize: no",
            'chroot: ""',
            'username: ""',
            'pidfile: ""',
            "use-syslog: no",
            f'module-config: "{modules}"',
            *lines,
        ]
        text = "server:\n" + "".join(f"  {one}\n" for one in server)
        text += (
            f'remote-control:\n  control-enable: no\nforward-zone:\n  name: "."\n  forward-addr: {RESOLVER}\n{zones}'
        )
        world.start(world.office, "unbound", "-d", "-c", str(world.file("unbound.conf", text)), port=53, at=OFFICE)
        world.resolvers = (OFFICE,)

    return change


def taken_over(*options: str) -> Change:
    """The office answers every question for a name itself, whichever server was asked."""

    def change(world: World) -> None:
        asked = world.resolvers
        dnsmasq(*options)(world)
        world.resolvers = asked
        rule = 'iifname "to-desktop" meta l4proto { tcp, udp } th dport 53 redirect to :53'
        world.chain(world.office, "nat hook prerouting priority -100", rule)

    return change


def forged(*rules: str, late: bool = False) -> Change:
    """Somebody in the office (`lab.forger`) answers questions in the resolver's name: before it does, or after."""

    def change(world: World) -> None:
        world.zone = replace(world.zone, delay_s=0.0 if late else _LEAD_S)
        world.start(world.office, sys.executable, _FORGER, "to-desktop", str(_LAG_MS if late else 0), *rules)

    return change


def unknown(host: str) -> Change:
    """The vendor has given a name up: nobody knows it any more."""

    def change(world: World) -> None:
        world.zone = replace(world.zone, hosts=tuple(one for one in world.zone.hosts if one != host))

    return change


def answered_from(address: str) -> Change:
    """Answers of name servers come from another address than the one that was asked."""

    def change(world: World) -> None:
        rule = f'oifname "to-desktop" udp sport 53 ip saddr set {address}'
        world.chain(world.office, "filter hook postrouting priority 150", rule)

    return change
