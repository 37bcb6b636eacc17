"""The grammar of devices we cannot have, as far as our outputs use it, from the vendor's published syntax.

Each is a table of lines that may stand there, with the title of the document it is from. Groups tell what a line
defines and what it names, so that nothing is named that was not defined above.
"""

import ipaddress
import re
from collections.abc import Iterator

from msgspec import Struct

_QUAD = r"(?:\d{1,3}\.){3}\d{1,3}"
_SIX = r"[0-9a-f:]*:[0-9a-f:]*"
_HOST = r"(?=.{1,253}(?![a-z0-9_.-]))[a-z0-9_](?:[a-z0-9_.-]*[a-z0-9_])?"
_DNS_HOST = r"(?=.{1,253}(?![a-z0-9.-]))[a-z0-9](?:[a-z0-9.-]*[a-z0-9])?"
_PORT = r"\d{1,5}"
_PROSE = r"[A-Za-z0-9 .,:/()+=@_-]*"
_PLACES = {
    "HOST": _HOST,
    "DNS": _DNS_HOST,
    "QUAD": _QUAD,
    "NET4": rf"{_QUAD}/\d{{1,2}}",
    "NET6": rf"{_SIX}/\d{{1,3}}",
    "NET": rf"(?:{_QUAD}/\d{{1,2}}|{_SIX}/\d{{1,3}})",
    "BLOCK4": rf"{_QUAD}(?:/\d{{1,2}})?",
    "BLOCK": rf"(?:{_QUAD}(?:/\d{{1,2}})?|{_SIX}(?:/\d{{1,3}})?)",
    "PORT": _PORT,
    "PORTS": rf"{_PORT}(?:-{_PORT})?",
    "LIST": rf"{_PORT}(?:-{_PORT})?(?:,{_PORT}(?:-{_PORT})?)*",
    "TEXT": _PROSE,
    "NAME": r"[a-z][a-z0-9_-]*",
    "PROTO": "(?:tcp|udp)",
}


class Grammar(Struct, frozen=True, kw_only=True):
    """The lines of one dialect; between two percent signs, a kind of `_PLACES`."""

    title: str
    lines: tuple[str, ...]
    longest_name: int = 63
    comment: str = "#"


def _expression(form: str) -> "re.Pattern[str]":
    """A form as an expression: `%KIND%`, `%KIND*, %` for one or more with commas; `%+NAME%` defines, `%=NAME%` uses."""
    made = ""
    for literal, kind in re.findall(r"([^%]*)(?:%([^%]*)%)?", form):
        made += re.escape(literal)
        if not kind:
            continue
        if kind[0] in "+=":
            one = rf"(?P<{'defines' if kind[0] == '+' else 'uses'}{made.count('(?P<')}>{_PLACES['NAME']})"
            made += one
        elif "*" in kind:
            name, _, between = kind.partition("*")
            made += rf"(?:{_PLACES[name]})(?:{re.escape(between)}(?:{_PLACES[name]}))*"
        elif kind.startswith("["):
            made += rf"(?P<several{made.count('(?P<')}>{_PLACES['NAME']}(?: {_PLACES['NAME']})*)"
        else:
            made += rf"(?:{_PLACES[kind]})"
    return re.compile(rf"{made}\Z")


def faults(text: str, grammar: Grammar) -> Iterator[str]:
    """Every line that the grammar does not have, and every name that is used before it is defined."""
    forms = [_expression(one) for one in grammar.lines]
    defined: set[str] = set()
    for number, line in enumerate(text.splitlines(), 1):
        if grammar.comment and line.startswith(grammar.comment):
            continue
        found = next((one for form in forms if (one := form.match(line))), None)
        if found is None:
            yield f"line {number} is none of {grammar.title}: {line}"
            continue
        groups = {name: value for name, value in found.groupdict().items() if value}
        defined |= {value for name, value in groups.items() if name.startswith("defines")}
        used = [one for name, value in groups.items() if not name.startswith("defines") for one in value.split()]
        yield from (f"line {number} names {one}, which is not defined above" for one in used if one not in defined)
        yield from _too_much(number, line, groups, grammar)


def _too_much(number: int, line: str, groups: dict[str, str], grammar: Grammar) -> Iterator[str]:
    """Names too long, ports and addresses that are none."""
    for name in (one for value in groups.values() for one in value.split()):
        if len(name) > grammar.longest_name:
            yield f"line {number}: {name} is longer than {grammar.longest_name}"
    bare = re.sub(r'"[^"]*"|\'[^\']*\'', "", line)
    for block in re.findall(rf"(?<![\w.:/-]){_QUAD}(?:/\d+)?(?![\w.-])", bare):
        try:
            ipaddress.ip_network(block)
        except ValueError:
            if not block.startswith(("255.", "0.")):  # a mask
                yield f"line {number}: {block} is no block"


_FORTIGATE_BLOCKS = {
    "firewall service custom": ("tcp-portrange", "udp-portrange"),
    "firewall address": ("type", "fqdn", "subnet"),
    "firewall address6": ("ip6",),
    "firewall addrgrp": ("member",),
    "firewall addrgrp6": ("member",),
    "firewall policy": ("name", "srcintf", "dstintf", "action", "schedule", "srcaddr", "dstaddr", "srcaddr6",
                        "dstaddr6", "service", "comments"),
}  # fmt: skip


def fortigate_faults(text: str) -> Iterator[str]:
    """FortiOS CLI Reference: config, edit, set, next, end, and only the settings of the table that is open.

    Addresses and groups are named after they were made.
    """
    table, entry = "", ""
    made = {'"all"'}
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("#"):
            continue
        word, _, rest = line.partition(" ")
        if word == "config" and not table and rest in _FORTIGATE_BLOCKS:
            table = rest
        elif word == "edit" and table and not entry and re.fullmatch(r'0|"[a-z][a-z0-9-]{0,78}"', rest):
            entry = rest
            made.add(rest)
        elif word == "set" and entry and rest.partition(" ")[0] in _FORTIGATE_BLOCKS[table]:
            if not re.fullmatch(rf'[a-z0-9-]+(?: (?:"[*A-Za-z0-9 .,:/()+=@_-]*"|{_QUAD}|[a-z0-9:./-]+))+', rest):
                yield f"line {number} is no setting: {line}"
            key, *named = rest.split() if rest.startswith(("member", "srcaddr", "dstaddr", "service")) else ("",)
            yield from (f"line {number}: {key} {one} is not made above" for one in named if one not in made)
        elif line == "next" and entry:
            entry = ""
        elif line == "end" and table and not entry:
            table = ""
        else:
            yield f"line {number} does not belong there: {line}"
    if table:
        yield "a table is left open"


GRAMMARS = {
    "cisco-asa": Grammar(
        title="Cisco ASA Series Command Reference: object network, object-group, access-list extended",
        comment="!",
        longest_name=64,
        lines=(
            "object network %+NAME%", " fqdn %DNS%", " host %BLOCK%", " subnet %QUAD% %QUAD%", " subnet %NET6%",
            "object-group network %+NAME%", " network-object object %=NAME%", "object-group service %+NAME% %PROTO%",
            " port-object eq %PORT%", " port-object range %PORT% %PORT%",
            "access-list %NAME% line 1 extended permit %PROTO% any object-group %=NAME% object-group %=NAME%",
            ("access-list %NAME% line 1 extended permit %PROTO% object-group %=NAME% object-group %=NAME% "
            "object-group %=NAME%"),
        ),
    ),
    "panos": Grammar(
        title="PAN-OS CLI Quick Start: set address, set service, set rulebase security",
        lines=(
            "set address %+NAME% fqdn %DNS%", "set address %+NAME% ip-netmask %NET%",
            "set address-group %+NAME% static [ %[NAMES]% ]", "set service %+NAME% protocol %PROTO% port %LIST%",
            ("set rulebase security rules %+NAME% from any to any source [ any ] destination %=NAME% service %=NAME% "
            "application any action allow"),
            ("set rulebase security rules %+NAME% from any to any source [ %[NAMES]% ] destination %=NAME% "
            "service %=NAME% application any action allow"),
            'set rulebase security rules %=NAME% description "%TEXT%"', "move rulebase security rules %=NAME% top",
        ),
    ),
    "junos-srx": Grammar(
        title="Junos CLI Reference: security address-book, applications, security policies global",
        lines=(
            "set security address-book global address %+NAME% dns-name %DNS%",
            "set security address-book global address %+NAME% %NET%",
            "set security address-book global address-set %+NAME% address %=NAME%",
            "set applications application %+NAME% protocol %PROTO% destination-port %PORTS%",
            "set applications application-set %+NAME% application %=NAME%",
            'set security policies global policy %NAME% description "%TEXT%"',
            "set security policies global policy %NAME% match source-address any",
            "set security policies global policy %NAME% match source-address %=NAME%",
            "set security policies global policy %NAME% match destination-address %=NAME%",
            "set security policies global policy %NAME% match application %=NAME%",
            "set security policies global policy %NAME% then permit",
        ),
    ),
    "mikrotik": Grammar(
        title="RouterOS manual: Firewall, Address lists, Filter",
        lines=(
            *(f"{menu} firewall address-list add list=%+NAME% address=%{kind}%{comment}"
              for menu in ("/ip", "/ipv6") for kind in ("HOST", "BLOCK") for comment in ("", ' comment="%TEXT%"')),
            *(f"{menu} firewall filter add chain=forward {source}action=accept protocol=%PROTO% "
              'dst-address-list=%=NAME% dst-port=%LIST% comment="%NAME%" place-before=0'
              for menu in ("/ip", "/ipv6") for source in ("", "src-address-list=%=NAME% ")),
        ),
    ),
    "pf": Grammar(
        title="pf.conf(5): TABLES, PACKET FILTERING",
        longest_name=31,
        lines=(
            "table <%+NAME%> const { %BLOCK*, % }",
            "pass out quick proto %PROTO% from any to <%=NAME%> port { %PF*, % }",
            "pass quick proto %PROTO% from { %BLOCK*, % } to <%=NAME%> port { %PF*, % }",
        ),
    ),
    "surge": Grammar(
        title="manual.nssurge.com: Rule",
        lines=("DOMAIN,%HOST%,DIRECT", "IP-CIDR,%NET4%,DIRECT,no-resolve", "IP-CIDR6,%NET6%,DIRECT,no-resolve"),
    ),
    "clash": Grammar(
        title="wiki.metacubex.one: rules",
        lines=(
            "rules:", '  - "DOMAIN,%HOST%,DIRECT"', '  - "IP-CIDR,%NET4%,DIRECT,no-resolve"',
            '  - "IP-CIDR6,%NET6%,DIRECT,no-resolve"',
        ),
    ),
    "panos-edl": Grammar(
        title="Palo Alto Networks: Formatting Guidelines for an External Dynamic List",
        comment="",
        lines=("%BLOCK% %TEXT%",),
    ),
    "pfsense": Grammar(
        title="docs.netgate.com: Alias Configuration, bulk import",
        comment="",
        lines=("%DNS% %TEXT%", "%BLOCK% %TEXT%"),
    ),
    "windows": Grammar(
        title="Microsoft Learn: New-NetFirewallRule, about_Quoting_Rules",
        lines=(
            "param([switch]$Remove)", "$ErrorActionPreference = 'Stop'", "if ($Remove) { return }",
            "Get-NetFirewallRule -Group '%NAME%' -ErrorAction SilentlyContinue | Remove-NetFirewallRule",
            *("New-NetFirewallRule -Group '%NAME%' -DisplayName '%TEXT%' -Direction Outbound -Action Allow "
              f"-Protocol {protocol} -RemotePort @(%QPORTS*, %){here} -RemoteAddress @(%QBLOCK*, %) | Out-Null"
              for protocol in ("TCP", "UDP") for here in ("", " -LocalAddress @(%QBLOCK*, %)")),
        ),
    ),
}  # fmt: skip
_PLACES |= {
    "PF": rf"{_PORT}(?::{_PORT})?",
    "QPORTS": rf"'{_PORT}(?:-{_PORT})?'",
    "QBLOCK": rf"'{_PLACES['BLOCK']}'",
    "NAMES": _PLACES["NAME"],
}
