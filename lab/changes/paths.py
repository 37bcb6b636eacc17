"""How far things are, how lossy the way is, and by how many uplinks the office leaves."""

from typing import Any

from lab.scenario import Change
from lab.world import World

_SECOND_TABLE = "100"
SPREADS = {
    "per connection": "numgen inc mod 2",
    "per destination": "jhash ip daddr mod 2 seed 0x1",
    "per source port": "jhash tcp sport mod 2 seed 0x1",
}


def both_ways(**changes: Any) -> Change:
    """Every way from and to the vendor is changed: fields of `bench.delay.Way`."""

    def change(world: World) -> None:
        there(**changes)(world)
        back(**changes)(world)

    return change


def there(**changes: Any) -> Change:
    """The way to every host of the list."""

    def change(world: World) -> None:
        world.ways = {address: way._replace(**changes) for address, way in world.ways.items()}

    return change


def back(**changes: Any) -> Change:
    """The way from every host of the list."""

    def change(world: World) -> None:
        world.ways_back = {address: way._replace(**changes) for address, way in world.ways_back.items()}

    return change


def farther(ms: float) -> Change:
    """Every host is this much farther, there and back."""

    def change(world: World) -> None:
        for ways in (world.ways, world.ways_back):
            ways.update({address: way._replace(delay_ms=way.delay_ms + ms / 2) for address, way in ways.items()})

    return change


def lossy(chance: float) -> Change:
    """Every packet from and to the vendor is lost with this chance, each way."""
    return both_ways(loss=chance)


def two_uplinks(spread: str) -> Change:
    """The office leaves by two providers with different public addresses, as `SPREADS` says."""

    def change(world: World) -> None:
        world.office.ip(f"rule add fwmark 1 lookup {_SECOND_TABLE}", "route add default via 100.64.9.1 table 100")
        world.chain(
            world.office,
            "filter hook prerouting priority -150",
            f'iifname "to-desktop" meta l4proto tcp ct state new ct mark set {SPREADS[spread]}',
            'iifname "to-desktop" meta mark set ct mark',
        )

    return change
