"""Terraform for AWS, Azure and Google Cloud, in its JSON syntax, which quotes by itself.

Grammar: Terraform's JSON configuration syntax; the documentation of each provider's resource. A `$` or `%` before a
brace would be an expression even there: no text of a catalog keeps either.
"""

from collections.abc import Iterator, Sequence
from typing import Any

from lineclear.allowlist.capability import Capability
from lineclear.allowlist.context import Context
from lineclear.allowlist.grouping import Opening, chunks, openings
from lineclear.allowlist.heading import heading, removal
from lineclear.allowlist.rule import AllowRule, Protocol
from lineclear.allowlist.wording import prose
from lineclear.model import to_json

_MOST_NAMES = 100
_LONGEST_DESCRIPTION, _LONGEST_COMMAND = 512, 120


def aws_security_group(rules: Sequence[AllowRule], context: Context, capability: Capability) -> str:
    """An egress rule for each block and ports, in a security group that exists."""
    made: dict[str, Any] = {}
    for one in openings(rules):
        for number, (block, ports) in enumerate(((b, p) for b in (*one.ipv4, *one.ipv6) for p in one.joined()), 1):
            made[context.name(str(one.number), str(number), between="_")] = {
                "security_group_id": "${var.lineclear_security_group_id}",
                "description": prose(f"{context.reference} {', '.join(one.services)}", 200),
                "cidr_ipv6" if ":" in block else "cidr_ipv4": _long(block),
                "ip_protocol": one.protocol.value,
                "from_port": ports.first,
                "to_port": ports.last,
            }
    variable = {"lineclear_security_group_id": {"type": "string", "description": "The group the machines are in"}}
    resource = {"aws_vpc_security_group_egress_rule": made}
    return _document(rules, context, capability, variable, resource)


def azure_firewall(rules: Sequence[AllowRule], context: Context, capability: Capability) -> str:
    """Network rules with FQDNs, in a collection group of ours below a policy that exists."""
    found = [rule for one in openings(rules) for rule in _azure_rules(one, context)]
    group = {
        "name": context.name(),
        "firewall_policy_id": "${var.lineclear_firewall_policy_id}",
        "priority": "${var.lineclear_priority}",
        "network_rule_collection": [{"name": context.name(), "priority": 100, "action": "Allow", "rule": found}],
    }
    variable = {
        "lineclear_firewall_policy_id": {"type": "string", "description": "The policy of the firewall, DNS proxy on"},
        "lineclear_priority": {"type": "number", "description": "A free priority above that of what denies"},
    }
    resource = {"azurerm_firewall_policy_rule_collection_group": {context.name(between="_"): group}}
    return _document(rules, context, capability, variable, resource)


def _azure_rules(one: Opening, context: Context) -> Iterator[dict[str, Any]]:
    common = {
        "protocols": [one.protocol.name],
        "source_addresses": list(context.sources) or ["*"],
        "destination_ports": list(map(str, one.ports)),
    }
    for kind, key, places in (("names", "destination_fqdns", one.names), ("blocks", "destination_addresses", one.ipv4)):
        if places:
            yield {"name": context.name(str(one.number), kind), **common, key: list(places)}


def gcp_firewall(rules: Sequence[AllowRule], context: Context, capability: Capability) -> str:
    """Egress rules with FQDNs, in a network firewall policy that exists."""
    made: dict[str, Any] = {}
    for one in openings(rules):
        for kind, key, places in _gcp_places(one):
            for number, some in enumerate(chunks(places, _MOST_NAMES), 1):
                made[context.name(str(one.number), kind, str(number), between="_")] = {
                    "firewall_policy": "${var.lineclear_firewall_policy}",
                    "priority": f"${{var.lineclear_priority + {len(made)}}}",
                    "rule_name": context.name(str(one.number), kind, str(number)),
                    "description": prose(f"{context.reference} {', '.join(one.services)}", 200),
                    "direction": "EGRESS",
                    "action": "allow",
                    "match": _gcp_match(one, key, some, context),
                }
    variable = {
        "lineclear_firewall_policy": {"type": "string", "description": "The policy the rules go into"},
        "lineclear_priority": {"type": "number", "description": "The first of as many free priorities as rules"},
    }
    return _document(rules, context, capability, variable, {"google_compute_network_firewall_policy_rule": made})


def _gcp_places(one: Opening) -> tuple[tuple[str, str, Sequence[str]], ...]:
    return (
        ("names", "dest_fqdns", one.names),
        ("ipv4", "dest_ip_ranges", [_long(block) for block in one.ipv4]),
        ("ipv6", "dest_ip_ranges", [_long(block) for block in one.ipv6]),
    )


def _gcp_match(one: Opening, key: str, places: Sequence[str], context: Context) -> dict[str, Any]:
    match: dict[str, Any] = {
        key: list(places),
        "layer4_configs": [{"ip_protocol": one.protocol.value, "ports": list(map(str, one.ports))}],
    }
    mark = ":" if ":" in places[0] else "."
    if sources := [one for one in context.sources if mark in one]:
        match["src_ip_ranges"] = sources
    return match


def aws_domain_list(rules: Sequence[AllowRule], context: Context, capability: Capability) -> str:
    """A stateful rule group of AWS Network Firewall, as its `create-rule-group --cli-input-json` takes it."""
    found = openings(rule for rule in rules if rule.protocol is Protocol.TCP)
    names = dict.fromkeys(name for one in found for name in (*one.names, *(each[1:] for each in one.wildcards)))
    source = {
        "Targets": list(names),
        "TargetTypes": ["TLS_SNI", "HTTP_HOST"],
        "GeneratedRulesType": "ALLOWLIST",
    }
    group = {"RulesSource": {"RulesSourceList": source}}
    if context.sources:
        group["RuleVariables"] = {"IPSets": {"HOME_NET": {"Definition": list(context.sources)}}}  # type: ignore[dict-item]
    return to_json({"Description": _described(context, capability), "RuleGroup": group}).decode()


def _described(context: Context, capability: Capability) -> str:
    """The head as far as a description may be long; all of the remarks are said beside it."""
    parts = [
        f"{context.reference}, made {context.date}",
        capability.notes.rstrip("."),
        f"To take it back: {removal(context, capability)}",
        f"By: {prose(context.command, _LONGEST_COMMAND)}",
        *(one.said(2).rstrip(".") for one in context.remarks),
    ]
    return prose(". ".join(parts), _LONGEST_DESCRIPTION)


def _document(
    rules: Sequence[AllowRule], context: Context, capability: Capability, variable: Any, resource: Any
) -> str:
    """`//` is the comment of the syntax."""
    head = [line.replace("%", "_") for line in heading(rules, context, capability)]
    return to_json({"//": "\n".join(head), "variable": variable, "resource": resource}).decode()


def _long(block: str) -> str:
    return block if "/" in block else f"{block}/{128 if ':' in block else 32}"
