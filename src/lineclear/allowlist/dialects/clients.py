"""Surge and Clash: lines that send these hosts past the proxy of a client. Grammar: the manuals of Surge and mihomo."""

from collections.abc import Iterator, Sequence

from lineclear.allowlist.capability import Capability
from lineclear.allowlist.context import Context
from lineclear.allowlist.grouping import openings
from lineclear.allowlist.heading import commented
from lineclear.allowlist.rule import AllowRule


def surge(rules: Sequence[AllowRule], context: Context, capability: Capability) -> str:
    """Lines for the head of the section [Rule]."""
    return commented(rules, context, capability) + "".join(f"{line}\n" for line in _lines(rules))


def clash(rules: Sequence[AllowRule], context: Context, capability: Capability) -> str:
    """Lines for the head of `rules:`."""
    lines = "".join(f'  - "{line}"\n' for line in _lines(rules))
    return f"{commented(rules, context, capability)}rules:\n{lines}"


def _lines(rules: Sequence[AllowRule]) -> Iterator[str]:
    seen: dict[str, None] = {}
    for one in openings(rules):
        seen |= dict.fromkeys(f"DOMAIN,{name},DIRECT" for name in one.names)
        seen |= dict.fromkeys(f"IP-CIDR,{_long(block, 32)},DIRECT,no-resolve" for block in one.ipv4)
        seen |= dict.fromkeys(f"IP-CIDR6,{_long(block, 128)},DIRECT,no-resolve" for block in one.ipv6)
    yield from seen


def _long(block: str, length: int) -> str:
    return block if "/" in block else f"{block}/{length}"
