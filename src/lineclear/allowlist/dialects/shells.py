"""ufw and firewalld: scripts of their own commands. Grammar: ufw(8), firewall-cmd(1), firewalld.richlanguage(5)."""

from collections.abc import Iterator, Sequence

from lineclear.allowlist.capability import Capability
from lineclear.allowlist.context import Context
from lineclear.allowlist.grouping import Opening, chunks, openings
from lineclear.allowlist.heading import commented
from lineclear.allowlist.rule import AllowRule
from lineclear.allowlist.wording import prose

from .sources import by_family

_MOST_PORTS = 7
_LONGEST_NAME, _LONGEST_POLICY = 31, 17


def ufw(rules: Sequence[AllowRule], context: Context, capability: Capability) -> str:
    """A line for each address, put before the rules that are there."""
    lines = [line for one in openings(rules) for line in _ufw_lines(one, context)]
    return "#!/bin/sh\n" + commented(rules, context, capability) + "set -eu\n" + "\n".join(lines) + "\n"


def _ufw_lines(one: Opening, context: Context) -> Iterator[str]:
    comment = prose(f"{context.name()}: {', '.join(one.services)}", 120)
    for version in (4, 6):
        sources = by_family(context.sources, version)
        if sources is None:
            continue
        for source in sources or ("",):
            start = f"ufw route prepend allow proto {one.protocol.value} from {source}" if source else _outwards(one)
            for block in one.blocks(version):
                for ports in chunks([str(each).replace("-", ":") for each in one.ports], _MOST_PORTS):
                    yield f"{start} to {block} port {','.join(ports)} comment '{comment}'"


def _outwards(one: Opening) -> str:
    return f"ufw prepend allow out proto {one.protocol.value}"


def firewalld(rules: Sequence[AllowRule], context: Context, capability: Capability) -> str:
    """A policy of ours with sets of ours; made anew at each run, and nothing else touched."""
    policy = context.name(longest=_LONGEST_POLICY)
    run = "firewall-cmd --permanent"
    ingress = "ANY" if context.sources else "HOST"
    lines = [
        f"{run} --delete-policy={policy} >/dev/null 2>&1 || true",
        f"{run} --new-policy={policy}",
        f"{run} --policy={policy} --add-ingress-zone={ingress}",
        f"{run} --policy={policy} --add-egress-zone=ANY",
        f"{run} --policy={policy} --set-priority=-100",
    ]
    for one in openings(rules):
        lines += [f"{run} {line}" for line in _firewalld_lines(one, policy, context)]
    lines.append("firewall-cmd --reload")
    return "#!/bin/sh\n" + commented(rules, context, capability) + "set -eu\n" + "\n".join(lines) + "\n"


def _firewalld_lines(one: Opening, policy: str, context: Context) -> Iterator[str]:
    for version, family in ((4, "inet"), (6, "inet6")):
        sources = by_family(context.sources, version)
        if not one.blocks(version) or sources is None:
            continue
        name = context.name(str(one.number), f"v{version}", longest=_LONGEST_NAME)
        yield f"--delete-ipset={name} >/dev/null 2>&1 || true"
        yield f"--new-ipset={name} --type=hash:net --option=family={family}"
        yield from (f"--ipset={name} --add-entry={block}" for block in one.blocks(version))
        for source in sources or ("",):
            start = f'rule family="ipv{version}"' + (f' source address="{source}"' if source else "")
            for ports in one.ports:
                port = f'port port="{ports}" protocol="{one.protocol.value}"'
                yield f"--policy={policy} --add-rich-rule='{start} destination ipset=\"{name}\" {port} accept'"
