"""pf on OpenBSD, FreeBSD and macOS: tables and rules for an anchor of ours. Grammar: pf.conf(5)."""

from collections.abc import Iterator, Sequence

from lineclear.allowlist.capability import Capability
from lineclear.allowlist.context import Context
from lineclear.allowlist.grouping import Opening, openings
from lineclear.allowlist.heading import commented
from lineclear.allowlist.rule import AllowRule

_LONGEST_TABLE = 31


def pf(rules: Sequence[AllowRule], context: Context, capability: Capability) -> str:
    """The contents of the anchor `lineclear-ibkr`."""
    found = openings(rules)
    lines = [_table(one, context) for one in found]
    lines += [line for one in found for line in _passes(one, context)]
    return commented(rules, context, capability) + "\n".join(lines) + "\n"


def _name(one: Opening, context: Context) -> str:
    return context.name(str(one.number), between="_", longest=_LONGEST_TABLE)


def _table(one: Opening, context: Context) -> str:
    return f"table <{_name(one, context)}> const {{ {', '.join((*one.ipv4, *one.ipv6))} }}"


def _passes(one: Opening, context: Context) -> Iterator[str]:
    ports = ", ".join(str(each).replace("-", ":") for each in one.ports)
    source = f"{{ {', '.join(context.sources)} }}" if context.sources else "any"
    direction = "" if context.sources else "out "
    to = f"to <{_name(one, context)}> port {{ {ports} }}"
    yield f"pass {direction}quick proto {one.protocol.value} from {source} {to}"
