"""The vendor's own servers: gone, dumb, or with a certificate that is not right."""

from msgspec.structs import replace

from lab.addresses import ADDRESSES
from lab.scenario import Change, Names
from lab.servers import changed
from lab.world import World
from lineclear.simulate.authority import new_authority
from lineclear.simulate.scene import Leaf


def door(names: Names, **changes: object) -> Change:
    """Doors that behave otherwise: `manner` of `lab.servers.Door`."""

    def change(world: World) -> None:
        world.doors = changed(world.doors, names, **changes)

    return change


def certificate(name: str, *, for_name: str = "", **changes: object) -> Change:
    """The certificate of one door: for another name, of another authority, or of other dates."""

    def change(world: World) -> None:
        own = for_name or name.partition(":")[0]
        leaf = Leaf(names=(own,), **changes)  # type: ignore[arg-type]
        world.doors = changed(world.doors, frozenset({name}), leaf=leaf)

    return change


def certificate_at(address: str, port: int, leaf: Leaf) -> Change:
    """The certificate shown at one address of a host alone."""

    def change(world: World) -> None:
        world.doors = tuple(
            replace(one, leaf=leaf) if (one.address, one.port) == (address, port) else one for one in world.doors
        )

    return change


def second_authority(**days: float) -> Change:
    """There is one more public authority, `box` for those who ask for its certificates; they run out as `days` says."""

    def change(world: World) -> None:
        world.certifier.authorities["box"] = new_authority("Lineclear Simulated Second", **days)
        world.trusts_box = True
        world.file("public.pem", b"".join(world.certifier.authorities[one].pem for one in ("public", "box")))

    return change


def also_at(host: str, address: str) -> Change:
    """All servers of a host stand at one more address, with the same certificates."""

    def change(world: World) -> None:
        world.internet.ip(f"addr add {address}/32 dev lo")
        world.ways[address] = world.ways_back[address] = world.ways[ADDRESSES[host]]
        doors = (replace(one, address=address, families=(4,)) for one in world.doors if one.host == host)
        world.doors += tuple(doors)
        if not address.startswith("203.0.113."):
            world.late.append(lambda _: world.core.ip(f"route add {address} dev cable"))

    return change
