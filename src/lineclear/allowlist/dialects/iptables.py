"""iptables, ip6tables and ipset: a script that can be run again. Grammar: iptables-restore(8), ipset(8), sh(1)."""

from collections.abc import Iterator, Sequence

from lineclear.allowlist.capability import Capability
from lineclear.allowlist.context import Context
from lineclear.allowlist.grouping import Opening, chunks, openings
from lineclear.allowlist.heading import commented
from lineclear.allowlist.rule import AllowRule
from lineclear.allowlist.wording import prose
from lineclear.errors import UsageError
from lineclear.model import Ports

from .sources import by_family

_LONGEST_CHAIN, _LONGEST_SET, _LONGEST_COMMENT = 28, 31, 200
_MOST_PORTS = 15
_PROGRAMS = ((4, "iptables"), (6, "ip6tables"))
_END = "END_OF_LINECLEAR"


def iptables(rules: Sequence[AllowRule], context: Context, capability: Capability) -> str:
    """A script: sets by `ipset restore`, a chain of ours by `iptables-restore --noflush`, and one jump to it."""
    found = openings(rules)
    chain, hook = _chain(context), _hook(context)
    parts = [
        "#!/bin/sh\n",
        commented(rules, context, capability),
        "set -eu\n",
        _fed("ipset -exist restore", _sets(found, context)),
    ]
    for version, program in _PROGRAMS:
        lines = [line for one in found for line in _rules(one, version, context)]
        if not lines:
            continue
        parts.append(_fed(f"{program}-restore --noflush", ["*filter", f":{chain} - [0:0]", *lines, "COMMIT"]))
        parts.append(f"{program} -C {hook} -j {chain} 2>/dev/null || {program} -I {hook} -j {chain}\n")
    return "".join(parts)


def _fed(command: str, lines: Sequence[str]) -> str:
    return "\n".join([f"{command} <<'{_END}'", *lines, _END]) + "\n"


def _chain(context: Context) -> str:
    return context.name(between="_", longest=_LONGEST_CHAIN).upper()


def _hook(context: Context) -> str:
    wanted = context.chain or ("FORWARD" if context.sources else "OUTPUT")
    if not wanted.replace("_", "").replace("-", "").isalnum() or not wanted.isascii() or wanted.startswith("-"):
        raise UsageError(f"--chain {wanted!r} is not a chain of iptables.", "Write --chain OUTPUT.")
    return wanted


def _set(one: Opening, version: int, context: Context) -> str:
    return context.name(str(one.number), f"v{version}", longest=_LONGEST_SET)


def _sets(found: Sequence[Opening], context: Context) -> list[str]:
    lines = []
    for one in found:
        for version, family in ((4, "inet"), (6, "inet6")):
            blocks = one.blocks(version)
            if not blocks:
                continue
            name = _set(one, version, context)
            room = max(65536, len(blocks))
            lines += [f"create {name} hash:net family {family} maxelem {room}", f"flush {name}"]
            lines += [f"add {name} {half}" for block in blocks for half in _halves(block)]
    return lines


def _halves(block: str) -> tuple[str, ...]:
    """No prefix of length 0 is taken by ipset: the whole of a family is written as its two halves."""
    return {"0.0.0.0/0": ("0.0.0.0/1", "128.0.0.0/1"), "::/0": ("::/1", "8000::/1")}.get(block, (block,))


def _rules(one: Opening, version: int, context: Context) -> Iterator[str]:
    sources = by_family(context.sources, version)
    if not one.blocks(version) or sources is None:
        return
    match = f"-m set --match-set {_set(one, version, context)} dst"
    comment = prose(", ".join(one.services), _LONGEST_COMMENT)
    for source in sources or ("",):
        start = f"-A {_chain(context)} " + (f"-s {source} " if source else "") + f"-p {one.protocol.value} {match}"
        for ports in chunks([_ports(each) for each in one.ports], _MOST_PORTS // 2):
            yield f'{start} -m multiport --dports {",".join(ports)} -m comment --comment "{comment}" -j ACCEPT'


def _ports(ports: Ports) -> str:
    return str(ports).replace("-", ":")
