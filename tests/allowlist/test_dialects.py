"""Every dialect: what it says of itself, that it loses nothing silently, and that parsers read it back."""

import csv
import html.parser
import io
import json
import re
from pathlib import Path
from typing import Any

import pytest
import yaml
from hypothesis import given, settings

from lineclear.allowlist import CAPABILITIES, DIALECTS, Written, capability_of, rules, write
from lineclear.allowlist.docs import page
from lineclear.errors import UsageError
from lineclear.model import Catalog, Kind, Transport

from .making import NAMES, addresses_for, catalog, catalogs, context, listed, row, snapshot

ROOT = Path(__file__).parents[2]
ODD = catalog(
    row("plain.example", 443, transport=Transport.HTTPS),
    row("under_score.example", 4000, transport=Transport.TCP),
    row("under_line.example", 443, transport=Transport.HTTPS),
    row("*.wild.example", 443),
    row("192.0.2.77", 443),
    row("198.51.100.0/24", 8194, 8198),
    row("2001:db8:7::/48", 443),
    row("quick.example", 443, transport=Transport.UDP),
    row("long.example", 1000, 2000),
    row("s3.amazonaws.com", 443),
)


def made(dialect: str, found: Catalog, **changes: Any) -> Written:
    known = addresses_for(found)
    return write(dialect, rules(found), context(**{"snapshot": known, **changes}))


def test_the_page_is_what_the_program_says() -> None:
    assert (ROOT / "docs" / "allowlist.md").read_text(encoding="utf-8") == page()


def test_the_tables_agree() -> None:
    assert list(DIALECTS) == list(CAPABILITIES)
    assert all(one.name == name for name, one in CAPABILITIES.items())
    assert all(one.removal for one in CAPABILITIES.values() if not one.is_table)
    assert all(one.syntax for one in CAPABILITIES.values() if not one.is_table)


@pytest.mark.parametrize("dialect", CAPABILITIES)
def test_it_says_whence_when_and_how(dialect: str) -> None:
    text = made(dialect, listed(), command="lineclear allowlist --made-so").text
    assert "ibkr:2022-01" in text.replace("\\-", "-")
    assert "2026-01-15" in text.replace("\\-", "-")
    assert "lineclear allowlist --made-so" in text.replace("\\-", "-")
    assert text.endswith("\n")


@pytest.mark.parametrize("dialect", CAPABILITIES)
def test_it_says_how_to_take_it_back_and_verify(dialect: str) -> None:
    text = made(dialect, listed()).text
    back = {"change-request": "## How to roll back", "change-request-html": "<h2>How to roll back</h2>"}
    assert back.get(dialect, "to take it back: " if dialect != "json" else '"take_back": ') in text.replace("To", "to")
    if CAPABILITIES[dialect].comment:
        assert "To verify: lineclear check" in text


@pytest.mark.parametrize("dialect", CAPABILITIES)
def test_nothing_is_lost_silently(dialect: str) -> None:
    """Every host is in the body, or its remark is there, and the remark is in the text where the format has room."""
    out = made(dialect, ODD)
    said = " ".join(remark.said() for remark in out.remarks)
    comment = capability_of(dialect).comment
    body = "\n".join(line for line in out.text.splitlines() if not (comment and line.startswith(comment)))
    known = addresses_for(ODD).addresses
    for one in rules(ODD):
        forms = {one.host, one.host.replace("_", "\\_"), *(known.get(one.host, ())), one.host.partition("/")[0]}
        forms |= {one.host[2:].replace(".", "\\."), one.host[1:], one.host[2:]} if one.kind is Kind.WILDCARD else set()
        assert any(form in body for form in forms) or one.place in said, one.place
    assert "s3.amazonaws.com" in said


@pytest.mark.parametrize(
    ("dialect", "expected"),
    [
        ("squid", "UDP cannot be expressed in it: quick.example:443/udp."),
        ("panos", "it takes no wildcards: *.wild.example:443."),
        ("nftables", "a wildcard has no address to look up: *.wild.example:443."),
        ("dnsmasq", "it takes names only: 192.0.2.77:443, 198.51.100.0/24:8194-8198, [2001:db8:7::/48]:443."),
        ("azure-firewall", "IPv6 cannot be expressed in it: [2001:db8:7::/48]:443."),
        ("istio", "too long to be written out: long.example:1000-2000."),
        ("aws-domain-list", "something else is spoken there: under_score.example:4000."),
        ("aws-domain-list", "it takes no names with underscores: under_line.example:443."),
        ("surge", "ports cannot be expressed in it"),
        ("kubernetes", "s3.amazonaws.com:443"),
    ],
)
def test_what_it_cannot_say_is_said(dialect: str, expected: str) -> None:
    assert any(expected in one.said() for one in made(dialect, ODD).remarks)


def test_a_source_that_cannot_be_expressed_is_said() -> None:
    said = [one.said() for one in made("cilium", listed(), sources=("10.0.0.0/8",)).remarks]
    assert "Who is let out cannot be expressed in it, so --source is not heeded." in said


def test_without_addresses_there_is_no_file() -> None:
    with pytest.raises(UsageError, match="Add --resolve now"):
        write("nftables", rules(listed()), context())


def test_an_unknown_dialect_names_the_nearest() -> None:
    with pytest.raises(UsageError, match="Did you mean nftables"):
        capability_of("nftable")


def test_a_source_of_one_family_leaves_the_other_out_aloud() -> None:
    out = made("nftables", ODD, sources=("10.0.0.0/8",))
    assert "ip6 daddr" not in out.text
    assert any("--source names no IPv6 network: [2001:db8:7::/48]:443" in one.said() for one in out.remarks)


@pytest.mark.parametrize("dialect", [name for name, one in CAPABILITIES.items() if one.ending.endswith("json")])
@settings(max_examples=20, deadline=None)
@given(found=catalogs)
def test_json_is_json(dialect: str, found: Catalog) -> None:
    try:
        text = write(dialect, rules(found), context(snapshot=snapshot(NAMES))).text
    except UsageError:
        return
    assert json.loads(text)


def test_terraform_opens_what_is_listed() -> None:
    read = json.loads(made("aws-security-group", ODD).text)
    opened = {
        (one.get("cidr_ipv4") or one["cidr_ipv6"], one["ip_protocol"], one["from_port"], one["to_port"])
        for one in read["resource"]["aws_vpc_security_group_egress_rule"].values()
    }
    assert ("198.51.100.0/24", "tcp", 8194, 8198) in opened
    assert ("192.0.2.77/32", "tcp", 443, 443) in opened
    assert any(protocol == "udp" for _, protocol, _, _ in opened)


def test_neighbouring_ports_are_one_rule_where_rules_are_counted() -> None:
    ports = [row("192.0.2.7", port) for port in (80, 443, 4000, 4001, 4002)]
    made_of = json.loads(write("aws-security-group", rules(catalog(*ports)), context()).text)["resource"]
    found = [(one["from_port"], one["to_port"]) for one in made_of["aws_vpc_security_group_egress_rule"].values()]
    assert found == [(80, 80), (443, 443), (4000, 4002)]


@pytest.mark.parametrize(("hosts", "said"), [(30, False), (31, True)])
def test_more_rules_than_are_taken_by_default_are_said(hosts: int, said: bool) -> None:
    many = catalog(*(row(f"192.0.2.{one}", port) for one in range(1, hosts + 1) for port in (80, 443)))
    remarks = [one.said() for one in write("aws-security-group", rules(many), context()).remarks]
    assert ("It makes 62 rules for IPv4, and by default 60 are taken: choose fewer rows, or raise the quota." in remarks
            ) is said  # fmt: skip


def test_a_description_is_as_long_as_it_may_be() -> None:
    """AWS::NetworkFirewall::RuleGroup: a description has at most 512 characters."""
    long = json.loads(made("aws-domain-list", ODD, command="lineclear " + "x" * 900).text)["Description"]
    assert len(long) == 512
    assert "To take it back: take the rule group out" in long


def test_istio_knows_a_name_only_where_it_is_spoken() -> None:
    """Istio analysis IST0134: an entry for TCP without addresses takes all that goes to its port."""
    mixed = catalog(
        row("web.example", 443, transport=Transport.HTTPS), row("web.example", 80, transport=Transport.HTTP),
        row("web.example", 4000, transport=Transport.TCP), row("*.wild.example", 4001, transport=Transport.TLS),
        row("*.wild.example", 443, transport=Transport.HTTPS), row("bare.example", 4001, transport=Transport.TLS),
    )  # fmt: skip
    entries = [one["spec"] for one in yaml.safe_load_all(made("istio", mixed).text)]
    found = {(*one["hosts"], one["resolution"], *(port["number"] for port in one["ports"])) for one in entries}
    assert ("web.example", "DNS", 80, 443) in found
    assert ("*.wild.example", "NONE", 443) in found
    assert len(found) == 4
    for one in entries:
        opaque = {port["protocol"] for port in one["ports"]} == {"TCP"}
        assert opaque is ("addresses" in one) is one["hosts"][0].startswith("lineclear-")
    out = write("istio", rules(mixed), context())
    assert "addresses" not in out.text
    left = [one.said() for one in out.remarks]
    assert "Left out, because it takes names only where HTTP or HTTPS is spoken: *.wild.example:4001." in left
    assert any("none were to be looked up (--resolve now): web.example:4000, bare.example:4001" in one for one in left)


def test_fortigate_gathers_addresses_in_groups() -> None:
    few = made("fortigate", listed()).text
    assert 'set dstaddr "lineclear-ibkr-1-v4"\n' in few
    many = write("fortigate", rules(catalog(*(row(f"h{one}.example", 443) for one in range(301)))), context()).text
    assert 'set dstaddr "lineclear-ibkr-1-v4" "lineclear-ibkr-1-v4-2"\n' in many
    assert 'edit "lineclear-ibkr-1-v4-2"\nset member "lineclear-ibkr-1-301"\nnext\n' in many


@pytest.mark.parametrize("dialect", [name for name, one in CAPABILITIES.items() if one.ending == "yaml"])
@settings(max_examples=20, deadline=None)
@given(found=catalogs)
def test_yaml_is_yaml(dialect: str, found: Catalog) -> None:
    try:
        text = write(dialect, rules(found), context(snapshot=snapshot(NAMES))).text
    except UsageError:
        return
    read = list(yaml.safe_load_all(text))
    assert read
    assert all(isinstance(one, dict) for one in read)


def test_cilium_names_stand_with_their_ports() -> None:
    read = yaml.safe_load(made("cilium", ODD).text)
    opened = {
        (name.get("matchName") or name["matchPattern"], port["port"], port.get("endPort"))
        for each in read["spec"]["egress"]
        for name in each.get("toFQDNs", ())
        for ports in each["toPorts"]
        for port in ports["ports"]
    }
    assert ("plain.example", "443", None) in opened
    assert ("*.wild.example", "443", None) in opened
    assert ("long.example", "1000", 2000) in opened


def test_csv_has_a_row_for_each() -> None:
    read = list(csv.DictReader(io.StringIO(made("csv", ODD).text)))
    rows = {(one["host"], one["ports"], one["protocol"]) for one in read if one["action"] == "add"}
    assert rows == {(one.host, str(one.ports), one.protocol.value) for one in rules(ODD)}


def test_html_is_balanced_and_has_a_row_for_each() -> None:
    class Reader(html.parser.HTMLParser):
        rows = 0
        open: list[str] = []  # noqa: RUF012  one reader, one list

        def handle_starttag(self, tag: str, _: object) -> None:
            self.rows += tag == "tr"
            if tag != "meta":
                self.open.append(tag)

        def handle_endtag(self, tag: str) -> None:
            assert self.open.pop() == tag

    reader = Reader()
    reader.feed(made("change-request-html", listed()).text)
    assert reader.rows == len(rules(listed())) + 1
    assert reader.open == []


def test_a_change_request_answers_every_question() -> None:
    text = made("change-request", listed(), sources=("10.20.0.0/16",)).text
    heads = re.findall(r"^## (.*)$", text, re.MULTILINE)
    assert heads[:4] == ["What", "Why", "From where", "To be opened"]
    assert heads[-3:] == ["How to verify", "How to roll back", "Made"]
    assert "Let 10.20.0.0/16 open connections to 26 hosts, on TCP 80, TCP 443, TCP 4000, TCP 4001; 10 of the" in text
    assert "reaches these directly only, through no proxy: ndc1.ibllc.com:4000" in text


@pytest.mark.parametrize("dialect", CAPABILITIES)
def test_what_is_removed_is_named(dialect: str) -> None:
    gone = rules(catalog(row("gone.example", 4009)))
    text = made(dialect, listed(), removed=gone, earlier="ibkr:2021-01").text
    if capability_of(dialect).ending not in ("json", "tf.json") and dialect not in ("panos-edl", "pfsense"):
        assert "gone.example" in text


@pytest.mark.parametrize("longest", [17, 28, 31, 60])
def test_our_names_fit_and_differ_however_long_the_catalogs(longest: int) -> None:
    about = context(catalog="a-catalog-with-a-very-long-name", edition="2026-03")
    later = context(catalog="a-catalog-with-a-very-long-name", edition="2026-03", earlier="x:1")
    names = [
        one.name(str(number), version, longest=longest)
        for one in (about, later)
        for number in (1, 12, 999)
        for version in ("v4", "v6")
    ]
    assert len(set(names)) == len(names)
    assert all(len(name) <= longest for name in names)


@pytest.mark.parametrize("dialect", ["nftables", "iptables", "windows", "firewalld"])
def test_a_difference_empties_nothing_that_was_made_before(dialect: str) -> None:
    whole = made(dialect, listed()).text
    difference = made(dialect, listed(), earlier="ibkr:2021-01").text
    emptied = r"(?:flush (?:set|chain) inet filter |flush |^:|-Group |--delete-(?:policy|ipset)=)'?([A-Za-z0-9_-]+)"
    before, after = (set(re.findall(emptied, text, re.MULTILINE)) for text in (whole, difference))
    assert before
    assert not before & after
