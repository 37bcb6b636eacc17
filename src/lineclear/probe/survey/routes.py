"""Routes and routing policy from the kernel's messages, and which routes are worth keeping."""

import sys
from collections.abc import Iterable, Iterator, Mapping

from lineclear.model import Interface, PolicyRule, Presence, Route

from . import netlink
from .netlink import Message

MOST = 256
"""Routes kept. Defaults and refusals come first; a router's full table would drown the report."""

_DESTINATION, _OUT, _GATEWAY, _PRIORITY, _MULTIPATH, _TABLE, _VIA = 1, 4, 5, 6, 9, 15, 18  # RTA_*
_KINDS = {1: "unicast", 6: "blackhole", 7: "unreachable", 8: "prohibit", 9: "throw"}
_MAIN = 254
_CLONED = 0x200
_HOP_HEADER = 8  # struct rtnexthop: length, flags, hops, interface
_LENGTHS = {2: 4, 10: 16}
_VERSIONS = {2: 4, 10: 6}


def from_messages(routes: Iterable[Message], names: Mapping[int, str]) -> Iterator[Route]:
    """The routes a packet for another machine can take or be refused by; local and multicast ones left out."""
    for fixed, found in routes:
        kind = _KINDS.get(fixed[7])
        if kind is None or fixed[0] not in _VERSIONS or fixed[8] & _CLONED:
            continue
        for hop in _hops(found):
            yield Route(
                destination=_prefix(fixed[0], found.get(_DESTINATION), fixed[1]),
                gateway=_gateway(hop),
                interface="" if kind != "unicast" else names.get(netlink.number(hop.get(_OUT)), ""),
                metric=netlink.number(found.get(_PRIORITY)),
                kind=kind,
                table=_table(netlink.number(found.get(_TABLE), fixed[4])),
            )


def worth_keeping(routes: Iterable[Route], most: int = MOST) -> tuple[tuple[Route, ...], str]:
    """At most `most` routes: defaults, then refusals, then the rest; and a note when some were left out."""
    ranked = sorted(routes, key=lambda one: (not covers_all(one), one.kind == "unicast", bool(one.table)))
    note = f"{len(ranked)} in the tables, {most} kept" if len(ranked) > most else ""
    return tuple(ranked[:most]), note


def covers_all(route: Route) -> bool:
    """Whether it is a default route, or a part of what VPN software sets in its place."""
    return any(route.destination in together for covers in _COVERS.values() for together in covers)


def presence(version: int, interfaces: Iterable[Interface], routes: Iterable[Route], all_known: bool) -> Presence:
    """Whether this machine can use a family: an address beyond the link, and a way to everywhere."""
    has_address = any(
        is_wide(text) and _VERSIONS_BY_COLON[":" in text] == version
        for one in interfaces
        if one.up is not Presence.NO
        for text in one.addresses
    )
    destinations = {one.destination for one in routes if one.kind == "unicast"}
    if has_address and any(together <= destinations for together in _COVERS[version]):
        return Presence.YES
    return Presence.NO if all_known else Presence.UNKNOWN


def is_wide(address: str) -> bool:
    """Whether an address means anything beyond its own link."""
    return not address.startswith(("127.", "169.254.", "fe80:")) and address.partition("/")[0] != "::1"


def policy(rules: Iterable[Message]) -> tuple[PolicyRule, ...]:
    """The routing policy in its order; empty when it is the one every Linux starts with."""
    found = tuple(sorted((_rule(*one) for one in rules if one[0][0] in _VERSIONS), key=lambda one: one.priority))
    told = {(one.priority, one.version, one.selector, one.action) for one in found}
    return () if told.issuperset(_MUST) and not told - _ORDINARY else found


def _hops(found: dict[int, bytes]) -> Iterator[dict[int, bytes]]:
    """The next hops of a route, each as the attributes of a route with one."""
    several = found.get(_MULTIPATH)
    if several is None:
        yield found
        return
    at = 0
    while at + _HOP_HEADER <= len(several):
        length = int.from_bytes(several[at : at + 2], sys.byteorder)
        if length < _HOP_HEADER:
            return
        yield {_OUT: several[at + 4 : at + 8], **netlink.attributes(several[at + _HOP_HEADER : at + length])}
        at += (length + 3) & ~3


def _gateway(hop: dict[int, bytes]) -> str:
    return netlink.address(hop.get(_GATEWAY) or hop.get(_VIA, b"")[2:])  # RTA_VIA: family, then the address


def _prefix(family: int, value: bytes | None, length: int) -> str:
    return f"{netlink.address(value or bytes(_LENGTHS[family]))}/{length}"


def _table(table: int) -> str:
    return "" if table == _MAIN else str(table)


_VERSIONS_BY_COLON = {False: 4, True: 6}
_COVERS = {
    4: ({"0.0.0.0/0"}, {"0.0.0.0/1", "128.0.0.0/1"}),
    6: ({"::/0"}, {"::/1", "8000::/1"}, {"2000::/3"}),
}
_FROM, _TO, _IN, _GOTO, _RULE_PRIORITY, _MARK, _SUPPRESS, _MASK, _OUT_NAME = 2, 1, 3, 4, 6, 10, 14, 16, 17  # FRA_*
_USERS, _PROTOCOL, _SOURCE_PORTS, _PORTS = 20, 22, 23, 24
_LOOKUP, _JUMP = 1, 2
_ACTIONS = {_JUMP: "goto", 3: "nop", 6: "blackhole", 7: "unreachable", 8: "prohibit"}
_TABLES = {253: "default", 254: "main", 255: "local"}
_INVERTED = 0x2
_ALL_BITS = 0xFFFFFFFF


def _rule(fixed: tuple[int, ...], found: dict[int, bytes]) -> PolicyRule:
    family, to_length, from_length, _, table, action, flags = fixed
    words = [
        "not" if flags & _INVERTED else "",
        f"from {_prefix(family, found[_FROM], from_length)}" if _FROM in found else "",
        f"to {_prefix(family, found[_TO], to_length)}" if _TO in found else "",
        _marked(found),
        f"iif {netlink.text(found[_IN])}" if _IN in found else "",
        f"oif {netlink.text(found[_OUT_NAME])}" if _OUT_NAME in found else "",
        _range("uidrange", found.get(_USERS), 4),
        f"ipproto {netlink.number(found[_PROTOCOL])}" if _PROTOCOL in found else "",
        _range("sport", found.get(_SOURCE_PORTS), 2),
        _range("dport", found.get(_PORTS), 2),
    ]
    return PolicyRule(
        priority=netlink.number(found.get(_RULE_PRIORITY)),
        version=_VERSIONS[family],
        selector=" ".join(word for word in words if word),
        action=_action(action, netlink.number(found.get(_TABLE), table), found),
    )


def _action(action: int, table: int, found: dict[int, bytes]) -> str:
    if action == _LOOKUP:
        least = netlink.number(found.get(_SUPPRESS), _ALL_BITS)
        narrowed = "" if least == _ALL_BITS else f" suppress_prefixlength {least}"
        return f"lookup {_TABLES.get(table, table)}{narrowed}"
    word = _ACTIONS.get(action, f"action {action}")
    return f"{word} {netlink.number(found.get(_GOTO))}" if action == _JUMP else word


def _marked(found: dict[int, bytes]) -> str:
    if _MARK not in found:
        return ""
    mask = netlink.number(found.get(_MASK), _ALL_BITS)
    return f"fwmark {netlink.number(found[_MARK]):#x}" + ("" if mask == _ALL_BITS else f"/{mask:#x}")


def _range(word: str, value: bytes | None, width: int) -> str:
    if value is None or len(value) != 2 * width:
        return ""
    return f"{word} {netlink.number(value[:width])}-{netlink.number(value[width:])}"


_MUST = {(32766, 4, "", "lookup main")}
_ORDINARY = _MUST | {
    (0, 4, "", "lookup local"),
    (32767, 4, "", "lookup default"),
    (0, 6, "", "lookup local"),
    (32766, 6, "", "lookup main"),
}
