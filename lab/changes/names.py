"""Names: what the provider's resolver says, real forwarders in the office, and what the desktop is set to."""

from msgspec.structs import replace

from lab.addresses import OFFICE, RESOLVER
from lab.scenario import Change
from lab.world import World


def zone(**changes: object) -> Change:
    """What the provider's name server says: `manner` of `lineclear.simulate.names`, or `delay_s`."""

    def change(world: World) -> None:
        world.zone = replace(world.zone, **changes)

    return change


def resolvers(*addresses: str, options: str = "") -> Change:
    """The desktop's resolv.conf."""

    def change(world: World) -> None:
        world.resolvers, world.resolver_options = addresses, options

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


def unbound(*lines: str) -> Change:
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
            'module-config: "iterator"',
            *lines,
        ]
        text = "server:\n" + "".join(f"  {one}\n" for one in server)
        text += f'remote-control:\n  control-enable: no\nforward-zone:\n  name: "."\n  forward-addr: {RESOLVER}\n'
        world.start(world.office, "unbound", "-d", "-c", str(world.file("unbound.conf", text)), port=53, at=OFFICE)
        world.resolvers = (OFFICE,)

    return change


def taken_over() -> Change:
    """The office answers every question for a name itself, whichever server was asked."""

    def change(world: World) -> None:
        asked = world.resolvers
        dnsmasq()(world)
        world.resolvers = asked
        rule = 'iifname "to-desktop" meta l4proto { tcp, udp } th dport 53 redirect to :53'
        world.chain(world.office, "nat hook prerouting priority -100", rule)

    return change
