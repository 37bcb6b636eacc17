"""The form of a fault, the doors one can mean, and the changes one can make to them."""

from collections.abc import Callable

import msgspec
from msgspec import Struct

from lineclear.model import TLS_TRANSPORTS, Transport, Verdict
from lineclear.simulate.scene import Choice, Door, Opening, Scene, is_control, is_server

Change = Callable[[Scene], Scene]


class Fault(Struct, frozen=True, kw_only=True):
    """One thing that can be wrong, what it looks like, and what a check must say of it."""

    name: str
    group: str
    """Of most groups only one fault can be had at a time (`faults.apply`)."""
    does: str
    breaks: str
    """What no longer works, in the words of the list."""
    telnet: str
    """What a telnet-style connect says of the doors it breaks."""
    verdict: Verdict
    codes: tuple[str, ...] = ()
    """Ids of the findings a check must report as causes (warning or error)."""
    change: Change
    catalog: str = "ibkr"
    """The catalog whose check `verdict` and `codes` speak of."""
    linux_only: bool = False
    """It needs a full backlog, which other systems answer."""
    many_addresses: bool = False
    """It needs more than one loopback address."""


def gateway(door: Door) -> bool:
    """A port that is not of the web: 4000 and 4001."""
    return is_server(door) and door.transport in (Transport.TCP, Transport.TLS)


def plain_gateway(door: Door) -> bool:
    """An opaque port, such as 4000."""
    return is_server(door) and door.transport is Transport.TCP


def tls_gateway(door: Door) -> bool:
    """A port that speaks TLS and not HTTP, such as 4001."""
    return is_server(door) and door.transport is Transport.TLS


def secure_site(door: Door) -> bool:
    """An HTTPS site."""
    return is_server(door) and door.transport is Transport.HTTPS


def secure(door: Door) -> bool:
    """Whatever speaks TLS."""
    return is_server(door) and door.transport in TLS_TRANSPORTS


def local_api(door: Door) -> bool:
    """A port of the local TWS API."""
    return is_server(door) and door.transport is Transport.TWS_API


def on_port(port: int) -> Choice:
    """One port of every host on the list."""
    return lambda door: is_server(door) and door.port == port


def unless_web(door: Door) -> bool:
    """Every port of the list but 80 and 443."""
    return is_server(door) and door.port not in (80, 443)


def refused(where: Choice) -> Change:
    """Nothing listens there: a reset at once."""
    return lambda scene: scene.change(where, opening=Opening.REFUSE, works=False)


def dropped(where: Choice) -> Change:
    """A firewall drops by port, whatever the address: the controls too."""
    return lambda scene: scene.change(_and_controls(scene, where), opening=Opening.SILENT, works=False)


def behind_box(where: Choice, **manners: object) -> Change:
    """A box in the path accepts in the place of the doors, and of nobody: the controls of those ports connect too."""
    box: dict[str, object] = {"by": "box", "works": False, "opening": Opening.ANSWER, "leaf": None, **manners}
    return lambda scene: scene.change(_and_controls(scene, where), **box)


def misbehaving(where: Choice, **manners: object) -> Change:
    """The servers themselves do something else."""
    return lambda scene: scene.change(where, works=False, **manners)


def certified(where: Choice, **changes: object) -> Change:
    """Other certificates: what `changes` does not say stays."""

    def change(scene: Scene) -> Scene:
        doors = tuple(
            msgspec.structs.replace(one, leaf=msgspec.structs.replace(one.leaf, **changes), works=False)
            if one.leaf and where(one)
            else one
            for one in scene.doors
        )
        return msgspec.structs.replace(scene, doors=doors)

    return change


def inspected(where: Choice, *, trusted: bool = False) -> Change:
    """A device ends TLS, reads along, and shows certificates of an authority of its own."""

    def change(scene: Scene) -> Scene:
        forged = certified(where, authority="box")(scene).change(where, by="box")
        return msgspec.structs.replace(forged, trusts_box=trusted)

    return change


def named(**changes: object) -> Change:
    """The name server says something else."""
    return lambda scene: scene.rename(**changes)


def _and_controls(scene: Scene, where: Choice) -> Choice:
    ports = {one.port for one in scene.doors if where(one)}
    return lambda one: where(one) or (is_control(one) and one.port in ports)
