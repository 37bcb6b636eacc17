"""Where the doors stand: addresses, ports and the bound sockets. No root, nothing but loopback.

Every host gets an address of its own in 127.77.0.0/16 and every printed port one free port number that holds on all
of them. Where only 127.0.0.1 can be bound (macOS, Windows), every host and port gets a port of its own instead.
A port where nothing may answer is bound all the same: so that no other program comes to stand there.
"""

import contextlib
import errno
import ipaddress
import random
import socket
from collections.abc import Iterable, Iterator

from msgspec import Struct

from lineclear.model import Endpoint, UsageError

from .scene import BLOCK_PAGE, CONTROLS, Door, Opening, Scene

NETWORK = "127.77.0.0/16"
RESOLVER = "127.77.0.53"
FRIEND = "127.77.0.1"
"""The positive control: it always accepts."""
PROXY = "127.77.0.3"
BLOCK = "127.77.0.66"
ONLY = "127.0.0.1"
BACKLOG = 512
HELD = 2
"""Connections that fill a backlog of one."""
TRIES = 200
OURS = frozenset({BLOCK_PAGE, *CONTROLS})
"""Hosts of the edge that no list names."""
PORTS = range(10240, 32768)
"""Below the range from which Linux takes ports for outgoing connections."""

_chance = random.SystemRandom()


class Places(Struct, frozen=True, kw_only=True):
    """Every address and port of one edge."""

    one_address: bool
    doors: dict[tuple[str, int], Endpoint]
    resolver: Endpoint
    friend: Endpoint
    proxy: Endpoint

    @property
    def addresses(self) -> dict[str, str]:
        """The address of each host, controls and block page included."""
        return {host: endpoint.address for (host, _), endpoint in self.doors.items()}

    @property
    def nobody(self) -> tuple[str, ...]:
        """Where nobody is: addresses on whose mapped ports nothing listens, or `PORT@ADDRESS:DIALLED` for each port."""
        if not self.one_address:
            return CONTROLS
        return tuple(f"{port}@{endpoint}" for (host, port), endpoint in self.doors.items() if host in CONTROLS)

    @property
    def network(self) -> str:
        """The network in which all answers lie."""
        return f"{ONLY}/32" if self.one_address else NETWORK

    @property
    def rules(self) -> tuple[str, ...]:
        """The `--connect-to` rules that lead from the list's ports here, in curl's form."""
        if self.one_address:
            return tuple(_rule(*door, endpoint) for door, endpoint in self.doors.items() if door[0] not in OURS)
        moved = [_rule(host, port, to) for (host, port), to in self.doors.items() if _foreign(host, to.address)]
        ports = {port: endpoint.port for (_, port), endpoint in self.doors.items()}
        return (*moved, *(f":{printed}::{actual}" for printed, actual in ports.items()))


class Ground(Struct, frozen=True, kw_only=True):
    """The places and the sockets bound there."""

    places: Places
    listeners: tuple[tuple[Door, socket.socket], ...]
    dns_udp: socket.socket
    dns_tcp: socket.socket
    friend: socket.socket
    proxy: socket.socket


def only_one_address() -> bool:
    """Whether 127.0.0.1 is all the loopback this system has, as on macOS."""
    with contextlib.ExitStack() as held:
        try:
            _bind_free(held, RESOLVER)
        except OSError:
            return True
    return False


@contextlib.contextmanager
def ground(scene: Scene, *, single: bool) -> Iterator[Ground]:
    """Bind everything the scene needs, all on 127.0.0.1 if `single`, and let go of it at the end.

    Raises:
        UsageError: no free ports were found.
    """
    with contextlib.ExitStack() as held:
        bound = _bind_doors(scene, held, single=single)
        dns_udp, dns_tcp = _bind_resolver(held, ONLY if single else RESOLVER)
        friend = _bind_free(held, ONLY if single else FRIEND)
        proxy = _bind_free(held, ONLY if single else PROXY)
        friend.listen(BACKLOG)
        if scene.web_proxy:
            proxy.listen(BACKLOG)
        for door, sock in bound:
            _open(door.opening, sock, held)
        _quiet_resolver(scene, dns_udp, dns_tcp, held)
        yield Ground(
            places=Places(
                one_address=single,
                doors={(door.host, door.port): _endpoint(sock) for door, sock in bound},
                resolver=_endpoint(dns_udp),
                friend=_endpoint(friend),
                proxy=_endpoint(proxy),
            ),
            listeners=tuple((door, sock) for door, sock in bound if door.opening is Opening.ANSWER),
            dns_udp=dns_udp,
            dns_tcp=dns_tcp,
            friend=friend,
            proxy=proxy,
        )


def _bind_doors(scene: Scene, held: contextlib.ExitStack, *, single: bool) -> tuple[tuple[Door, socket.socket], ...]:
    """A bound socket for every door: one port number for each printed port, or one for each door."""
    if single:
        return tuple((door, _bind_free(held, ONLY)) for door in scene.doors)
    addresses = _addresses(scene)
    sockets: dict[tuple[str, int], socket.socket] = {}
    for printed in dict.fromkeys(one.port for one in scene.doors):
        hosts = [one.host for one in scene.doors if one.port == printed]
        bound = _bind_one_port(held, printed, [addresses[host] for host in hosts])
        sockets |= {(host, printed): sock for host, sock in zip(hosts, bound, strict=True)}
    return tuple((door, sockets[door.host, door.port]) for door in scene.doors)


def _addresses(scene: Scene) -> dict[str, str]:
    """127.77.1.1 and upwards in the order of the list; what is an address of this machine stays where it is."""
    fixed = {BLOCK_PAGE: BLOCK, **{one: one for one in CONTROLS}}
    hosts = [one for one in dict.fromkeys(door.host for door in scene.doors) if one not in fixed]
    per_block = 250
    rows = (f"127.77.{1 + row // per_block}.{1 + row % per_block}" for row, _ in enumerate(hosts))
    return fixed | {host: host if _is_loopback(host) else row for host, row in zip(hosts, rows, strict=True)}


def _bind_one_port(held: contextlib.ExitStack, printed: int, addresses: Iterable[str]) -> list[socket.socket]:
    """The same free port on every address: the printed one with a 2 before it where that is free."""
    addresses = list(addresses)
    for candidate in _candidates(printed):
        with contextlib.ExitStack() as attempt:
            try:
                sockets = [_bind(attempt, address, candidate) for address in addresses]
            except OSError as problem:
                if problem.errno != errno.EADDRINUSE:
                    raise
                continue
            held.push(attempt.pop_all())
            return sockets
    raise UsageError(
        f"No port is free on all of {len(addresses)} loopback addresses.",
        "Stop other simulations, or pass --one-address.",
    )


def _candidates(printed: int) -> Iterator[int]:
    if 20000 + printed in PORTS:
        yield 20000 + printed
    for _ in range(TRIES):
        yield _chance.choice(PORTS)


def _bind_resolver(held: contextlib.ExitStack, address: str) -> tuple[socket.socket, socket.socket]:
    """UDP and TCP on one port."""
    for candidate in _candidates(53):
        with contextlib.ExitStack() as attempt:
            try:
                pair = _bind(attempt, address, candidate, socket.SOCK_DGRAM), _bind(attempt, address, candidate)
            except OSError as problem:
                if problem.errno != errno.EADDRINUSE:
                    raise
                continue
            held.push(attempt.pop_all())
            return pair
    raise UsageError(f"No port of {address} is free for the name server.", "Stop other simulations.")


def _bind_free(held: contextlib.ExitStack, address: str) -> socket.socket:
    return _bind(held, address, 0)


def _bind(
    held: contextlib.ExitStack, address: str, port: int, kind: socket.SocketKind = socket.SOCK_STREAM
) -> socket.socket:
    """A bound socket. SO_REUSEADDR stays off: with it another edge could listen where this one refuses."""
    sock = held.enter_context(socket.socket(socket.AF_INET, kind))
    sock.settimeout(0)
    sock.bind((address, port))
    return sock


def _open(opening: Opening, sock: socket.socket, held: contextlib.ExitStack) -> None:
    if opening is Opening.ANSWER:
        sock.listen(BACKLOG)
    elif opening is Opening.SILENT:
        _fill(sock, held)


def _fill(sock: socket.socket, held: contextlib.ExitStack) -> None:
    """Listen with room for one and fill it: Linux then drops every further SYN without a word."""
    sock.listen(1)
    for _ in range(HELD):
        held.enter_context(socket.create_connection(sock.getsockname(), timeout=1.0))


def _quiet_resolver(scene: Scene, udp: socket.socket, tcp: socket.socket, held: contextlib.ExitStack) -> None:
    """Open the name server's sockets the way the zone says."""
    _open(scene.zone.opening, tcp, held)
    if scene.zone.opening is Opening.REFUSE:
        udp.connect((udp.getsockname()[0], 9))  # a connected socket takes no strangers: they get port unreachable


def _endpoint(sock: socket.socket) -> Endpoint:
    address, port = sock.getsockname()
    return Endpoint(address=address, port=port)


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.IPv4Address(host).is_loopback
    except ipaddress.AddressValueError:
        return False


def _foreign(host: str, address: str) -> bool:
    """Whether the list gives an address that is not where the host stands here."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return host != address


def _rule(host: str, port: int, to: Endpoint) -> str:
    return f"{_bracketed(host)}:{port}:{to.address}:{to.port}"


def _bracketed(host: str) -> str:
    return f"[{host}]" if ":" in host else host
