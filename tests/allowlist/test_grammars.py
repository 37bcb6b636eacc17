"""Dialects of devices that are not here: every line is one the vendor's published syntax has, for any catalog."""

import json
import re
from typing import Any

import pytest
import yaml
from hypothesis import given, settings

from lineclear.allowlist import CAPABILITIES, rules, write
from lineclear.errors import UsageError
from lineclear.model import Catalog

from .grammars import GRAMMARS, faults, fortigate_faults
from .making import NAMES, addresses_for, catalogs, context, listed, snapshot

SOURCES = ((), ("10.20.0.0/16",), ("10.20.0.0/16", "2001:db8:5::/48"))


def text_of(dialect: str, found: Catalog, sources: tuple[str, ...] = ()) -> str:
    known = snapshot(NAMES) if found.id == "test" else addresses_for(found)
    try:
        return write(dialect, rules(found), context(catalog=found.id, snapshot=known, sources=sources)).text
    except UsageError:
        return ""


def test_every_dialect_that_is_not_run_is_held_against_a_grammar_or_a_type() -> None:
    others = {"aws-security-group", "aws-domain-list", "azure-firewall", "gcp-firewall", "kubernetes", "cilium",
              "istio", "opnsense", "fortigate", "unbound", "ufw", "firewalld"}  # fmt: skip
    unproven = {name for name, one in CAPABILITIES.items() if "not run on the device" in one.proof}
    assert unproven <= {*GRAMMARS, *others}
    assert all(CAPABILITIES[name].syntax for name in unproven)


@pytest.mark.parametrize("dialect", GRAMMARS)
@pytest.mark.parametrize("sources", SOURCES)
def test_the_list_is_written_in_the_grammar(dialect: str, sources: tuple[str, ...]) -> None:
    assert list(faults(text_of(dialect, listed(), sources), GRAMMARS[dialect])) == []


@pytest.mark.parametrize("dialect", GRAMMARS)
@settings(max_examples=25, deadline=None)
@given(found=catalogs)
def test_so_is_any_catalog(dialect: str, found: Catalog) -> None:
    for sources in SOURCES:
        assert list(faults(text_of(dialect, found, sources), GRAMMARS[dialect])) == []


@settings(max_examples=40, deadline=None)
@given(found=catalogs)
def test_fortigate_opens_and_closes_what_it_sets(found: Catalog) -> None:
    for one in (found, listed()):
        for sources in SOURCES:
            assert list(fortigate_faults(text_of("fortigate", one, sources))) == []


@pytest.mark.parametrize(
    ("dialect", "line"),
    [
        ("cisco-asa", "object network lineclear-x\n fqdn under_score.example"),
        ("cisco-asa", "access-list x line 1 extended permit tcp any object-group gone object-group gone"),
        ("panos", "set address a ip-netmask 192.0.2.1"),
        ("panos", "commit"),
        ("junos-srx", "set security address-book global address a 192.0.2.300/32"),
        ("junos-srx", "set security address-book global address-set s address gone"),
        ("mikrotik", "/ip firewall filter remove [find]"),
        ("pf", "pass out quick proto tcp from any to <gone> port { 443 }"),
        ("pf", f"table <{'x' * 32}> const {{ 192.0.2.1 }}"),
        ("windows", "Remove-Item 'x'"),
        ("surge", "DOMAIN,a b,DIRECT"),
    ],
)
def test_a_grammar_refuses_what_it_does_not_have(dialect: str, line: str) -> None:
    assert list(faults(line, GRAMMARS[dialect]))


@pytest.mark.parametrize("text", ["set x y", "config system admin", "config firewall policy\nedit 0\nset x y", "end"])
def test_so_does_that_of_fortigate(text: str) -> None:
    assert list(fortigate_faults(text))


KEYS: dict[str, dict[str, type]] = {
    "aws_vpc_security_group_egress_rule": {
        "security_group_id": str, "description": str, "cidr_ipv4": str, "cidr_ipv6": str, "ip_protocol": str,
        "from_port": int, "to_port": int,
    },
    "azurerm_firewall_policy_rule_collection_group": {
        "name": str, "firewall_policy_id": str, "priority": str, "network_rule_collection": list,
    },
    "google_compute_network_firewall_policy_rule": {
        "firewall_policy": str, "priority": str, "rule_name": str, "description": str, "direction": str,
        "action": str, "match": dict,
    },
}  # fmt: skip
"""Terraform registry: the arguments of each resource that we use."""


@pytest.mark.parametrize("dialect", ["aws-security-group", "azure-firewall", "gcp-firewall"])
@settings(max_examples=20, deadline=None)
@given(found=catalogs)
def test_resources_have_the_arguments_of_their_providers(dialect: str, found: Catalog) -> None:
    for one in (found, listed()):
        if not (text := text_of(dialect, one)):
            continue
        for kind, resources in json.loads(text)["resource"].items():
            for name, resource in resources.items():
                assert re.fullmatch(r"[a-z][a-z0-9_]*", name)
                assert {key: type(value) for key, value in resource.items()}.items() <= KEYS[kind].items()


def shape(value: Any) -> Any:
    """The keys of a document, level by level, without its values."""
    if isinstance(value, dict):
        return {key: shape(one) for key, one in value.items()}
    if isinstance(value, list):
        merged: dict[str, Any] = {}
        for one in value:
            if isinstance(one, dict):
                merged |= shape(one)
        return merged
    return type(value).__name__


def test_cilium_and_istio_have_the_keys_of_their_references() -> None:
    policy = yaml.safe_load(text_of("cilium", listed()))["spec"]
    assert set(policy) == {"endpointSelector", "egress"}
    assert set(shape(policy["egress"])) <= {"toEndpoints", "toFQDNs", "toCIDR", "toPorts"}
    assert set(shape(policy["egress"])["toFQDNs"]) <= {"matchName", "matchPattern"}
    assert set(shape(policy["egress"])["toPorts"]["ports"]) <= {"port", "endPort", "protocol"}
    for entry in yaml.safe_load_all(text_of("istio", listed())):
        assert (entry["apiVersion"], entry["kind"]) == ("networking.istio.io/v1", "ServiceEntry")
        assert set(entry["spec"]) - {"addresses"} == {"hosts", "location", "ports", "resolution"}
        assert entry["spec"]["resolution"] in ("DNS", "NONE")
        assert {"number", "name", "protocol"} == set(shape(entry["spec"]["ports"]))


@settings(max_examples=30, deadline=None)
@given(found=catalogs)
def test_opnsense_takes_its_aliases(found: Catalog) -> None:
    """docs.opnsense.org, Aliases: names of at most 32 letters, digits and underscores; types host, network and port."""
    if not (text := text_of("opnsense", found)):
        return
    for one in json.loads(text)["aliases"]["alias"].values():
        assert re.fullmatch(r"[a-zA-Z_][a-zA-Z0-9_]{0,31}", one["name"])
        expected = {"port": r"\d+(:\d+)?", "host": r"[0-9a-z.:-]+", "network": r"[0-9a-z.:/-]+"}[one["type"]]
        assert all(re.fullmatch(expected, line) for line in one["content"].split("\n"))
