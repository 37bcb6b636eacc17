"""nftables: sets and a chain of ours in a table that exists, and one rule that jumps there. Grammar: nft(8)."""

from collections.abc import Iterator, Sequence

from lineclear.allowlist.capability import Capability
from lineclear.allowlist.context import Context
from lineclear.allowlist.grouping import Opening, openings
from lineclear.allowlist.heading import commented
from lineclear.allowlist.rule import AllowRule
from lineclear.allowlist.wording import prose
from lineclear.errors import UsageError

from .sources import by_family

_FAMILIES = (("inet", "ip", "bridge", "ip6", "netdev"), {4: "ip", 6: "ip6"})
_WORDS = 3
_LONGEST_COMMENT = 100


def nftables(rules: Sequence[AllowRule], context: Context, capability: Capability) -> str:
    """A file for `nft -f`: atomic, and nothing in it touches what is not ours but the one jump."""
    hook = _hook(context)
    found = openings(rules)
    table, chain = hook.rsplit(" ", 1)
    ours = f"{table} {_name(context)}"
    lines = [line for one in found for line in _sets(one, table, context)]
    lines += [f"add chain {ours}", f"flush chain {ours}"]
    lines += [line for one in found for line in _rules(one, ours, context)]
    comment = prose(f"lineclear {context.reference} {context.date}", _LONGEST_COMMENT)
    lines.append(f'insert rule {table} {chain} jump {_name(context)} comment "{comment}"')
    return commented(rules, context, capability) + "\n".join(lines) + "\n"


def _hook(context: Context) -> str:
    """`inet filter output`, or what --chain says."""
    wanted = context.chain or f"inet filter {'forward' if context.sources else 'output'}"
    words = wanted.split()
    plain = all(word.replace("_", "").replace("-", "").isalnum() and word.isascii() for word in words)
    if len(words) != _WORDS or words[0] not in ("inet", "ip", "ip6") or not plain:
        raise UsageError(f"--chain {wanted!r} is not a chain of nftables.", "Write --chain 'inet filter output'.")
    return " ".join(words)


def _name(context: Context) -> str:
    return context.name(between="_")


def _set(one: Opening, version: int, context: Context) -> str:
    return context.name(str(one.number), f"v{version}", between="_")


def _versions(one: Opening, table: str) -> Iterator[int]:
    """The versions of IP it has addresses of, and the table can see."""
    for version, other in ((4, "ip6"), (6, "ip")):
        if one.blocks(version) and table.partition(" ")[0] != other:
            yield version


def _sets(one: Opening, table: str, context: Context) -> Iterator[str]:
    for version in _versions(one, table):
        name = f"{table} {_set(one, version, context)}"
        yield f"add set {name} {{ type ipv{version}_addr; flags interval; }}"
        yield f"flush set {name}"
        yield f"add element {name} {{ {', '.join(one.blocks(version))} }}"


def _rules(one: Opening, ours: str, context: Context) -> Iterator[str]:
    ports = ", ".join(str(each) for each in one.ports)
    comment = prose(", ".join(one.services), _LONGEST_COMMENT)
    for version in _versions(one, ours):
        family = "ip" if version == 4 else "ip6"  # noqa: PLR2004
        sources = by_family(context.sources, version)  # `fitting` has left out what nobody of this family may reach
        source = f"{family} saddr {{ {', '.join(sources)} }} " if sources else ""
        to = f"{family} daddr @{_set(one, version, context)} {one.protocol.value} dport {{ {ports} }}"
        yield f'add rule {ours} {source}{to} accept comment "{comment}"'
