"""Squid: one pair of ACLs for each group of ports. Grammar: squid.conf.documented, `acl` and `http_access`."""

from collections.abc import Iterator, Sequence

from lineclear.allowlist.capability import Capability
from lineclear.allowlist.context import Context
from lineclear.allowlist.grouping import Opening, openings
from lineclear.allowlist.heading import commented
from lineclear.allowlist.rule import AllowRule


def squid(rules: Sequence[AllowRule], context: Context, capability: Capability) -> str:
    """A file to be included: `acl` lines and one `http_access allow` for each kind of destination and its ports."""
    name = context.name(between="_")
    lines = []
    if context.sources:
        lines.append(f"acl {name}_from src {' '.join(context.sources)}")
    else:
        lines.append("# Without --source, every client that reaches this proxy may use the exception.")
    for one in openings(rules):
        lines += _opening(one, name, with_source=bool(context.sources))
    return commented(rules, context, capability) + "\n".join(lines) + "\n"


def _opening(one: Opening, name: str, *, with_source: bool) -> Iterator[str]:
    ports = f"{name}_{one.number}_ports"
    yield f"acl {ports} port {' '.join(str(each) for each in one.ports)}"
    source = f"{name}_from " if with_source else ""
    for kind, values in _kinds(one):
        acl = f"{name}_{one.number}_{kind.partition(' ')[0]}"
        for value in values:
            yield f"acl {acl} {kind} {value}"
        yield f"http_access allow {source}{ports} {acl}"


def _kinds(one: Opening) -> Iterator[tuple[str, Sequence[str]]]:
    """The destinations by kind of ACL. `-n`: an address in a URL is never turned into a name its owner chose.

    A wildcard is an expression, for `.example.com` would let `example.com` itself pass too.
    """
    if one.names:
        yield "dstdomain -n", one.names
    if one.wildcards:
        yield "dstdom_regex -n", [rf"^.+{wildcard[1:].replace('.', chr(92) + '.')}$" for wildcard in one.wildcards]
    if one.ipv4 or one.ipv6:
        yield "dst", [*one.ipv4, *one.ipv6]
