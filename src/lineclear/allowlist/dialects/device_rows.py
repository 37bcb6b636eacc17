"""What the dialects for firewalls with a console of their own can say."""

from lineclear.allowlist.capability import Capability

ROWS = (
    Capability(
        name="cisco-asa",
        title="Cisco ASA, FQDN objects",
        function="cisco.asa",
        underscores=False,
        comment="!",
        ending="cfg",
        syntax="Cisco ASA Series Command Reference: object network, object-group, access-list extended",
        removal="no access-list LINE for each access-list line below, then no object-group and no object of what "
        "begins with {name}",
        notes="Needs dns domain-lookup and a name server. Name your access list by --chain; without it, the list is of "
        "our name and bound to no interface. It acts at once; write memory keeps it. FTD takes the same objects in "
        "its manager.",
    ),
    Capability(
        name="fortigate",
        title="FortiGate, FQDN addresses",
        function="fortigate.fortigate",
        wildcards=True,
        underscores=False,
        ending="conf",
        syntax="FortiOS CLI Reference: firewall address, addrgrp, service custom, policy",
        removal="delete the policies, then the groups, then the addresses and services, that begin with {name}",
        notes="Names are followed for IPv4. The policies come last: move them above what denies, and set interfaces "
        "and NAT as yours are.",
    ),
    Capability(
        name="panos",
        title="PAN-OS, set commands",
        function="panos.panos",
        underscores=False,
        ending="txt",
        syntax="PAN-OS CLI Quick Start: set address, set service, set rulebase security",
        removal="delete rulebase security rules, address-group, service and address of what begins with {name}, then "
        "commit",
        notes="For the configure mode of the CLI. Nothing is committed. Set zones and log settings as yours are.",
    ),
    Capability(
        name="panos-edl",
        title="PAN-OS, an external dynamic list of addresses",
        function="panos.edl",
        names=False,
        ports=False,
        sources=False,
        comment="",
        syntax="Palo Alto Networks, Formatting Guidelines for an External Dynamic List",
        removal="delete the list from the rule that uses it",
    ),
    Capability(
        name="junos-srx",
        title="Junos on SRX, dns-name addresses",
        function="junos.srx",
        underscores=False,
        syntax="Junos CLI Reference: security address-book, applications, security policies global",
        removal="delete security policies global policy, applications, and address-book global entries of what "
        "begins with {name}, then commit",
        notes="For load set, in configuration mode. Nothing is committed. Zone policies come before global ones: "
        "insert it where yours deny.",
    ),
    Capability(
        name="mikrotik",
        title="MikroTik RouterOS 7, address lists",
        function="mikrotik.mikrotik",
        ending="rsc",
        syntax="RouterOS manual: Firewall, Address lists, Filter",
        removal="/ip firewall filter remove [find comment={name}], then /ip firewall address-list remove "
        "[find list~{name}], and the same below /ipv6",
        notes="Where a menu has no filter rule yet, leave out place-before=0, for nothing stands there.",
    ),
    Capability(
        name="opnsense",
        title="OPNsense, aliases to import",
        function="senses.opnsense",
        underscores=False,
        sources=False,
        comment="",
        ending="json",
        proof="read back by a JSON parser; not run on the device",
        syntax="docs.opnsense.org, Aliases",
        removal="delete the rules that use them, then the aliases that begin with {under}",
        notes="Rules that use the aliases are made by hand, for they belong to an interface.",
    ),
    Capability(
        name="pfsense",
        title="pfSense, an alias to import",
        function="senses.pfsense",
        underscores=False,
        ports=False,
        sources=False,
        comment="",
        syntax="docs.netgate.com, Alias Configuration, bulk import",
        removal="delete the rules that use it, then the alias",
    ),
)
