"""Ports that refuse or drop, services that are down: what a telnet test sees as well."""

import msgspec

from lineclear.model import Role, Verdict
from lineclear.simulate.scene import Choice, Door, Opening, Scene, is_server

from .fault import Change, Fault, dropped, gateway, on_port, refused, unless_web

REGION = "europe"
AUXILIARY_HOST = "s3.amazonaws.com"


def _first_with_backup(scene: Scene) -> str:
    """The first service that has a backup; empty: none has."""
    return next((one.services[0] for one in scene.doors if Role.BACKUP in one.roles), "")


def _role_down(role: Role) -> Change:
    """One service loses its primary, or its backup."""

    def change(scene: Scene) -> Scene:
        service = _first_with_backup(scene)
        return refused(lambda one: service in one.services and role in one.roles)(scene)

    return change


def _of_region(door: Door) -> bool:
    return any(REGION in one for one in door.services)


def _host(name: str) -> Choice:
    return lambda door: is_server(door) and door.host == name


def _web_by_proxy(scene: Scene) -> Scene:
    direct = scene.change(is_server, opening=Opening.REFUSE, works=False)
    return msgspec.structs.replace(direct, web_proxy=True)


PORTS = (
    Fault(
        name="refused",
        group="firewall",
        does="Ports 4000 and 4001 refuse at every host: a reset at once.",
        breaks="every TWS connection and IB CAM",
        telnet="connection refused",
        verdict=Verdict.FAILURE,
        codes=("egress-port-refused",),
        change=refused(gateway),
    ),
    Fault(
        name="refused-4000",
        group="firewall",
        does="Port 4000 refuses at every host; 4001 works.",
        breaks="market data and the helper request of every TWS connection",
        telnet="connection refused on 4000, open on 4001",
        verdict=Verdict.FAILURE,
        codes=("egress-port-refused",),
        change=refused(on_port(4000)),
    ),
    Fault(
        name="refused-4001",
        group="firewall",
        does="Port 4001 refuses at every host; 4000 works.",
        breaks="the login of every TWS connection",
        telnet="connection refused on 4001, open on 4000",
        verdict=Verdict.FAILURE,
        codes=("egress-port-refused",),
        change=refused(on_port(4001)),
    ),
    Fault(
        name="silent",
        group="firewall",
        does="Packets to 4000 and 4001 are dropped without a word, whatever the address.",
        breaks="every TWS connection and IB CAM",
        telnet="times out",
        verdict=Verdict.FAILURE,
        codes=("egress-port-dropped",),
        change=dropped(gateway),
        linux_only=True,
    ),
    Fault(
        name="silent-4000",
        group="firewall",
        does="Packets to 4000 are dropped; 4001 works.",
        breaks="market data and the helper request of every TWS connection",
        telnet="times out on 4000, open on 4001",
        verdict=Verdict.FAILURE,
        codes=("egress-port-dropped",),
        change=dropped(on_port(4000)),
        linux_only=True,
    ),
    Fault(
        name="silent-4001",
        group="firewall",
        does="Packets to 4001 are dropped; 4000 works.",
        breaks="the login of every TWS connection",
        telnet="times out on 4001, open on 4000",
        verdict=Verdict.FAILURE,
        codes=("egress-port-dropped",),
        change=dropped(on_port(4001)),
        linux_only=True,
    ),
    Fault(
        name="silent-all",
        group="firewall",
        does="Packets to every port of the list are dropped; names still resolve.",
        breaks="everything",
        telnet="times out everywhere",
        verdict=Verdict.FAILURE,
        codes=("egress-port-dropped",),
        change=dropped(is_server),
        linux_only=True,
    ),
    Fault(
        name="web-only",
        group="firewall",
        does="Only ports 80 and 443 get out; all others are dropped.",
        breaks="every TWS connection and IB CAM",
        telnet="times out on 4000 and 4001, open on 80 and 443",
        verdict=Verdict.FAILURE,
        codes=("egress-port-dropped",),
        change=dropped(unless_web),
        linux_only=True,
    ),
    Fault(
        name="proxy-web-only",
        group="firewall",
        does="An explicit HTTP proxy (environment https_proxy) carries websites; everything direct is refused.",
        breaks="every TWS connection and IB CAM; websites work in a browser",
        telnet="connection refused everywhere",
        verdict=Verdict.FAILURE,
        codes=("proxy-is-the-only-way-out",),
        change=_web_by_proxy,
    ),
    Fault(
        name="primary-down",
        group="servers",
        does="The primary of the first service that has a backup refuses on all its ports.",
        breaks="TWS America East until it turns to its backup",
        telnet="connection refused at one host",
        verdict=Verdict.FAILURE,
        codes=("port-refused-by-host",),
        change=_role_down(Role.PRIMARY),
    ),
    Fault(
        name="backup-down",
        group="servers",
        does="The backup of the first service that has one refuses on all its ports.",
        breaks="the redundancy of TWS America East",
        telnet="connection refused at one host",
        verdict=Verdict.DEGRADED,
        codes=("port-refused-by-host",),
        change=_role_down(Role.BACKUP),
    ),
    Fault(
        name="region-down",
        group="servers",
        does="Both hosts of TWS Europe refuse.",
        breaks="TWS Europe",
        telnet="connection refused at two hosts",
        verdict=Verdict.FAILURE,
        codes=("region-unreachable",),
        change=refused(_of_region),
    ),
    Fault(
        name="auxiliary-down",
        group="servers",
        does=f"{AUXILIARY_HOST} refuses.",
        breaks="TWS cloud settings",
        telnet="connection refused at one host",
        verdict=Verdict.DEGRADED,
        codes=("port-refused-by-host",),
        change=refused(_host(AUXILIARY_HOST)),
    ),
)
