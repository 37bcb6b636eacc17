"""What each dialect can say, one row each. A row here and a function are all a dialect is."""

from lineclear.allowlist.capability import Capability

from . import cloud_rows, device_rows, machine_rows, people_rows

_FILTERS = (
    Capability(
        name="nftables",
        title="nftables, into a chain that exists",
        function="nftables.nftables",
        names=False,
        ending="nft",
        proof="loaded by nft in a network namespace that denies all; every required tuple connects, neighbours do not",
        syntax="nft(8)",
        removal="nft -a list ruleset, nft delete rule FAMILY TABLE CHAIN handle N of the line that jumps to {under}, "
        "then nft delete chain FAMILY TABLE {under}, and nft delete set of each set that begins with {under}",
        notes="An accept in a table of its own would not undo a drop in another, so the exception goes into the chain "
        "that drops: a chain and sets of ours, and one rule that jumps there. Answers need a rule of yours for "
        "established connections. Loading it twice makes a second jump, which does no harm.",
    ),
    Capability(
        name="iptables",
        title="iptables and ip6tables with ipset",
        function="iptables.iptables",
        names=False,
        ending="sh",
        proof="run in a network namespace that denies all; every required tuple connects, neighbours do not",
        syntax="iptables-restore(8), ipset(8)",
        removal="for every line of iptables -S and ip6tables -S that ends in -j {NAME}, run it with -D in place of -A, "
        "then iptables -F {NAME}, iptables -X {NAME}, the same by ip6tables, and ipset destroy of each set that begins "
        "with {name}",
        notes="Answers need a rule of yours for established connections. It may be run again to renew the addresses.",
    ),
    Capability(
        name="squid",
        title="Squid, above its http_access deny lines",
        function="squid.squid",
        wildcards=True,
        udp=False,
        explicit_proxy=True,
        ending="conf",
        proof="run by Squid; every required tuple is let through, neighbours are not",
        syntax="www.squid-cache.org/Doc/config",
        removal="delete this file and the include line that names it, then squid -k reconfigure",
        notes="Include it above the first http_access deny line, also above deny CONNECT !SSL_ports.",
    ),
)

_ROWS = (*_FILTERS, *people_rows.ROWS, *machine_rows.ROWS, *device_rows.ROWS, *cloud_rows.ROWS)
CAPABILITIES: dict[str, Capability] = {one.name: one for one in _ROWS}
