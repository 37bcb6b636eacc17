"""Programs of the desktop itself that take its connections before they leave, as virus scanners and filters do."""

from collections.abc import Iterable

from lab.changes.boxes import mitmproxy_words
from lab.changes.proxies import ACCEPTS_FIRST
from lab.scenario import Change
from lab.world import World

_GROUP = "13"
"""The agent's own connections pass: they are known by its group."""
_AS_ITSELF = ("setpriv", f"--regid={_GROUP}", "--clear-groups")


def opening(ports: Iterable[int], *options: str, trusted: bool) -> tuple[Change, ...]:
    """Mitmproxy on the desktop opens TLS on some ports; the desktop trusts its authority, or not."""

    def change(world: World) -> None:
        world.trusts_box = trusted
        words = mitmproxy_words(world, *options)
        world.start(world.desktop, *_AS_ITSELF, *words, port=8080)

    return change, taken(ports, 8080)


def relaying(ports: Iterable[int], which: str = "") -> tuple[Change, ...]:
    """Haproxy on the desktop accepts some ports for everybody, then tries the far end.

    `which`: connections of one kind only, in nft's words.
    """

    def change(world: World) -> None:
        config = world.file("agent.cfg", ACCEPTS_FIRST.format(silence_s=60))
        world.start(world.desktop, *_AS_ITSELF, "haproxy", "-db", "-f", str(config), port=9997)

    return change, taken(ports, 9999, which)


def taken(ports: Iterable[int], to: int, which: str = "") -> Change:
    """What programs of the desktop send to some ports goes to a port of the desktop itself, but for the agent's own."""

    def change(world: World) -> None:
        every = ", ".join(map(str, ports))
        rule = f'oifname != "lo" {which} meta skgid != {_GROUP} tcp dport {{ {every} }} redirect to :{to}'
        world.chain(world.desktop, "nat hook output priority -100", rule)

    return change
