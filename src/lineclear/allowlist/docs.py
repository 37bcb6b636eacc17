"""The page docs/allowlist.md, made from the dialects: `python -m lineclear.allowlist.docs docs/allowlist.md`."""

import sys
from pathlib import Path

from msgspec.structs import replace

from lineclear.catalog import load_edition, select
from lineclear.model import Catalog, Kind

from .capability import Capability
from .context import Snapshot
from .dialects import CAPABILITIES
from .making import context_of, write
from .rule import rules
from .verify import FORMATS

_DATE = "2022-01-31"
_INTRODUCTION = """\
# The list as firewall exceptions

    lineclear allowlist --list                                     the dialects
    lineclear allowlist --format change-request --output ticket.md
    lineclear allowlist --format nftables --resolve now --output ibkr.nft
    lineclear allowlist --format squid --region europe --source 10.20.0.0/16
    lineclear allowlist --diff OLD.toml NEW.toml --format iptables --resolve now
    lineclear allowlist verify --format nftables ruleset.json      what an existing one does to the list

An exception is added to the policy that is there and owns nothing of it; all it makes carries our name, and every
output says whence it is, when and by which command it was made, how to take it back and how to verify it. Names stay
names where the device follows them. Where it does not, an address snapshot stands for them, with its date and the day
to renew it: `--resolve now` asks this machine's resolver, `--resolve FILE` reads JSON (`{"name": ["192.0.2.7"]}`, or
`{"name": {"addresses": ["192.0.2.7"], "ttl": 300}}`) or lines as in a hosts file, and `--resolve never`, the default,
asks nobody. Lists and requests for people show the addresses too, where they were asked for. What a dialect cannot
express is left out aloud: in the output and on the standard error. If nothing is left, nothing is written and the exit
code is 2. A file that exists is written over only with `--force`.

`--source` says who is let out (repeatable, in CIDR form). `--chain` says where in a policy the exception goes:
`'inet filter output'` (nftables), `OUTPUT` (iptables), an access list (cisco-asa), a chain (mikrotik). A rule whose
condition your `--profile` does not meet is left out, and named.

This page is generated; do not edit it. A test demands that it says what the program says.

## What each can say

"""
_COLUMNS = ("dialect", "names", "`_`", "`*.`", "blocks", "IPv6", "UDP", "ports", "ranges", "source", "proven by")
_LEGEND = """
“no” under names: an address snapshot is needed. “not run on the device”: we have no such device; the grammar is the
vendor's as cited below, the output is checked by tests of ours, and you should look at it twice.
"""
_OUTPUTS = """
## The January 2022 list in each

Addresses are from the ranges for documentation (RFC 5737, RFC 3849). Long outputs are shown for TWS Europe only.
"""
_VERIFYING = """
## Verify what is there

    nft -j list ruleset | lineclear allowlist verify --format nftables --resolve now -
    (ipset save; iptables-save; ip6tables-save) > rules
    lineclear allowlist verify --format iptables --resolve now --source 10.20.0.0/16 --out wan0 rules
    squid -k parse 2>&1 | lineclear allowlist verify --format squid --source 10.20.0.0/16 -

`verify` reads a configuration or a live ruleset as its program prints it, offline, and says which destinations of the
list it permits, which it blocks and by which line, and what it opens beyond need. A destination is permitted when the
whole conversation is: the request, the answers, and what follows them, at every hook and in every table of the file.
`--form json` prints it for programs. Exit codes: 0 all permitted, 1 something blocked, 3 cannot tell, 2 usage.

Without `--source` it is what the machine itself sends that is asked about, with it what passes through from there; the
interfaces are given by `--in` and `--out`. Packet filters know addresses, so names need `--resolve`, as above.

What a file cannot tell (marks, rates, quotas, users, sets that change by themselves or by a rule, address translation,
chains of a device or of a bridge, matches and targets that are not modelled, what `include` brings) gives “cannot
tell”, never “permitted”; unless both ways end alike. So does IPv6 whose neighbour discovery is stopped, for without it
IPv6 works on no Ethernet. A file that cannot be read is told by line and column.

Give all that filters: `iptables-save` shows no table of nftables but its own, and says so only of some; where
`nft list tables` names others, verify them too, by `--format nftables`. It shows the rules of iptables as well, their
targets by name, but of most of their matches nothing, so for those the first is the better witness.

| format | give it what this prints | held against |
|---|---|---|
"""
_PROXY = """
Beyond need are TCP and UDP ports of packet filters, and of a proxy the hosts its file or the list names, and any other.

A Squid alone never brings Success: TWS speaks to no proxy, and a CONNECT through one is no evidence for it. So rows
whose application connects directly are not asked of a proxy, and named. Where Squid is the only way to the web, Success
needs both: the web rows let through by Squid, and 4000 and 4001 let out directly by the packet filter.

The way from `lineclear check` = Failure to Success by one generated file is walked in the laboratory, in a box of each
kind that denies all but names (`lab/excepting.py`): Failure, `verify` says blocked, the file is written and loaded,
`verify` says permitted, Success.
"""
_LONG = 60


def page() -> str:
    """The whole page."""
    rows = [f"| {' | '.join(_row(one))} |\n" for one in CAPABILITIES.values()]
    head = f"| {' | '.join(_COLUMNS)} |\n|{'---|' * len(_COLUMNS)}\n"
    proven = [f"| {one.name} | `{one.source}` | {one.proof} |\n" for one in FORMATS.values()]
    examples = map(_example, CAPABILITIES.values())
    return "".join((_INTRODUCTION, head, *rows, _LEGEND, _VERIFYING, *proven, _PROXY, _OUTPUTS, *examples))


def _row(one: Capability) -> tuple[str, ...]:
    can = (
        one.names,
        one.underscores and one.names,
        one.wildcards,
        one.blocks,
        one.ipv6,
        one.udp,
        one.ports,
        one.ranges,
    )
    return (f"[{one.name}](#{one.name})", *map(_yes, can), _yes(one.sources), one.proof)


def _yes(can: bool) -> str:
    return "yes" if can else "no"


def _example(one: Capability) -> str:
    text = example(one.name)
    shown = text if text.count("\n") <= _LONG else example(one.name, narrow=True)
    said = f"{one.title[:1].upper()}{one.title[1:]}. Grammar: {one.syntax}." if one.syntax else f"{one.title}."
    fence = "````" if "```" in shown else "```"
    return f"\n### {one.name}\n\n{said[:1].upper()}{said[1:]}\n\n{fence}{_language(one)}\n{shown}{fence}\n"


def _language(one: Capability) -> str:
    return {"tf.json": "json", "sh": "sh", "json": "json", "yaml": "yaml", "html": "html"}.get(one.ending, "text")


def example(dialect: str, *, narrow: bool = False) -> str:
    """What a dialect makes of the list, or of TWS Europe alone, with addresses for documentation."""
    whole = load_edition("ibkr", "2022-01")
    catalog = select(whole, services=["tws-europe"]) if narrow else whole
    words = f"lineclear allowlist --format {dialect}{' --service tws-europe' if narrow else ''}"
    if not CAPABILITIES[dialect].names:
        words += " --resolve addresses.json"
    context = context_of(catalog, date=_DATE, command=words)
    verify = "lineclear check --service tws-europe" if narrow else "lineclear check"
    known = None if CAPABILITIES[dialect].names else _snapshot(whole)
    return write(dialect, rules(catalog), replace(context, snapshot=known, verify=verify)).text


def _snapshot(catalog: Catalog) -> Snapshot:
    names = dict.fromkeys(one.host for one in catalog.requirements if one.kind is Kind.HOST)
    found: dict[str, tuple[str, ...]] = {}
    found |= {name: (f"192.0.2.{number}", f"2001:db8::{number:x}") for number, name in enumerate(names, 1)}
    return Snapshot(taken=_DATE, origin="addresses.json", addresses=found, ttl_s=300)


if __name__ == "__main__":
    Path(sys.argv[1]).write_text(page(), encoding="utf-8", newline="\n")
