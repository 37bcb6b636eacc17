"""How far things are, how lossy the way is, and by how many uplinks the office leaves."""

from lab.addresses import ADDRESSES
from lab.scenario import Change
from lab.world import World

_SECOND_TABLE = "100"
SPREADS = {
    "per connection": "numgen inc mod 2",
    "per destination": "jhash ip daddr mod 2 seed 0x1",
    "per source port": "jhash tcp sport mod 2 seed 0x1",
}


def farther(ms: float) -> Change:
    """Every host is this much farther, there and back."""

    def change(world: World) -> None:
        world.distances = {address: before + ms for address, before in world.distances.items()}

    return change


def lossy(chance: float) -> Change:
    """Every packet from and to the vendor is lost with this chance, each way."""

    def change(world: World) -> None:
        world.losses = dict.fromkeys(ADDRESSES.values(), chance)

    return change


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
