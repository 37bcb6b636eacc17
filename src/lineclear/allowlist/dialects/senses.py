"""OPNsense and pfSense: aliases to be imported. Grammar: the manuals of both, on aliases."""

import hashlib
from collections.abc import Sequence
from typing import Any

from lineclear.allowlist.capability import Capability
from lineclear.allowlist.context import Context
from lineclear.allowlist.grouping import openings
from lineclear.allowlist.heading import heading, removal
from lineclear.allowlist.rule import AllowRule
from lineclear.allowlist.wording import comment, prose
from lineclear.model import to_json

_LONGEST_NAME = 31


def opnsense(rules: Sequence[AllowRule], context: Context, capability: Capability) -> str:
    """Aliases of hosts and of ports; rules that use them are made by hand, for they belong to an interface."""
    aliases: dict[str, Any] = {}
    for one in openings(rules):
        said = prose(f"{context.reference}, {context.date}: {', '.join(one.services)}", 200)
        places = (*one.names, *one.ipv4, *one.ipv6)
        ports = [str(each).replace("-", ":") for each in one.ports]
        number = str(one.number)
        for parts, kind, content in (
            ((number,), "network" if _any_block(places) else "host", places),
            ((number, one.protocol.value, "ports"), "port", ports),
        ):
            name = context.name(*parts, between="_", longest=_LONGEST_NAME)
            aliases[_uuid(name)] = _alias(name, kind, content, said)
    return to_json({"lineclear": heading(rules, context, capability), "aliases": {"alias": aliases}}).decode()


def _any_block(places: Sequence[str]) -> bool:
    return any("/" in place for place in places)


def _alias(name: str, kind: str, content: Sequence[str], description: str) -> dict[str, str]:
    return {
        "enabled": "1",
        "name": name,
        "type": kind,
        "proto": "",
        "counters": "0",
        "updatefreq": "",
        "content": "\n".join(content),
        "description": description,
    }


def _uuid(name: str) -> str:
    """The same for the same name (RFC 9562, version 8), so that a second import renews what the first made."""
    digits = hashlib.sha256(name.encode()).hexdigest()
    return f"{digits[:8]}-{digits[8:12]}-8{digits[13:16]}-8{digits[17:20]}-{digits[20:32]}"


def pfsense(rules: Sequence[AllowRule], context: Context, capability: Capability) -> str:
    """Lines for Firewall, Aliases, Import: a place and its description, which says the ports."""
    back = removal(context, capability)
    made = comment(f"{context.reference}, made {context.date} by: {context.command}, to take it back: {back}")
    lines = []
    for one in openings(rules):
        ports = " ".join(map(str, one.ports))
        lines += [f"{place} {one.protocol.value} {ports}, {made}\n" for place in (*one.names, *one.ipv4, *one.ipv6)]
    return "".join(lines)
