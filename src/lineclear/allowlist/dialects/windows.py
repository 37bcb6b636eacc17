"""Windows Defender Firewall: a PowerShell script. Grammar: Microsoft Learn, New-NetFirewallRule."""

from collections.abc import Iterator, Sequence

from lineclear.allowlist.capability import Capability
from lineclear.allowlist.context import Context
from lineclear.allowlist.grouping import Opening, chunks, openings
from lineclear.allowlist.heading import commented
from lineclear.allowlist.rule import AllowRule
from lineclear.allowlist.wording import prose

from .sources import by_family

_MOST_ADDRESSES = 500
_LONGEST_NAME = 120


def windows(rules: Sequence[AllowRule], context: Context, capability: Capability) -> str:
    """Outbound rules of one group, emptied first: the script renews what it made, or with -Remove only removes it."""
    group = context.name()
    lines = [
        "param([switch]$Remove)",
        "$ErrorActionPreference = 'Stop'",
        f"Get-NetFirewallRule -Group '{group}' -ErrorAction SilentlyContinue | Remove-NetFirewallRule",
        "if ($Remove) { return }",
    ]
    for one in openings(rules):
        lines += _rules(one, group, context)
    return commented(rules, context, capability) + "\n".join(lines) + "\n"


def _rules(one: Opening, group: str, context: Context) -> Iterator[str]:
    name = prose(f"{group} {one.number}: {', '.join(one.services)}", _LONGEST_NAME)
    for version in (4, 6):
        sources = by_family(context.sources, version)
        if sources is None:
            continue
        here = f" -LocalAddress {_array(sources)}" if sources else ""
        for addresses in chunks(one.blocks(version), _MOST_ADDRESSES):
            yield (
                f"New-NetFirewallRule -Group '{group}' -DisplayName '{name}' -Direction Outbound -Action Allow "
                f"-Protocol {one.protocol.name} -RemotePort {_array(map(str, one.ports))}{here} "
                f"-RemoteAddress {_array(addresses)} | Out-Null"
            )


def _array(texts: Sequence[str] | Iterator[str]) -> str:
    quoted = ", ".join(f"'{one}'" for one in texts)
    return f"@({quoted})"
