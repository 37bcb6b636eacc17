"""What lint finds, and, in the same tables, what looks like it and is not found."""

import json

import pytest

from lineclear.catalog import LINT_FORMATS, LintRemark, lint, needs_work, toml_of
from lineclear.catalog.linting import LISTED_SHARED, RULES
from lineclear.model import Severity

HEAD = """\
format = "lineclear.catalog/1"
id = "acme"
edition = "7"
title = "Acme"
publisher = "Acme"
application = "Acme Terminal"
source = "Acme's list"
published = "2022-01"

[defaults]
provenance = "published"

[[service]]
id = "s"
label = "S"
"""
FIRST = 16
"""The line after HEAD."""


def found(body: str, head: str = HEAD) -> list[tuple[str, int]]:
    return [(one.id, one.line) for one in lint(f"{head}{body}\n", "acme.toml")]


@pytest.mark.parametrize(
    ("host", "remarks"),
    [
        ("h.acme.example", []),
        ("h-b1.acme.example", []),
        ("h_b1.acme.example", ["underscore-name"]),
        ("_a._b.acme.example", ["underscore-name"]),
        ("https://h.acme.example", ["url-as-host"]),
        ("https.acme.example", []),
        ("h.acme.example/path", ["url-as-host"]),
        ("h.acme.example:443", ["bad-host"]),
        ("2001:db8::443", []),
        ("s3.amazonaws.com", ["over-broad"]),
        ("s3.eu-west-1.amazonaws.com", ["over-broad"]),
        ("s3.dualstack.eu-west-1.amazonaws.com", ["over-broad"]),
        ("acme.s3.amazonaws.com", []),
        ("s3.amazonaws.com.cn", []),
        ("s3-website.acme.example", []),
        ("github.com", ["over-broad"]),
        ("acme.github.io", []),
        ("*.acme.example", ["not-testable"]),
        ("*.amazonaws.com", ["not-testable", "over-broad"]),
        ("*.acme.amazonaws.com", ["not-testable"]),
        ("*.example", ["not-testable", "over-broad"]),
        ("198.51.100.0/24", ["not-testable"]),
        ("10.0.0.0/15", ["not-testable", "over-broad"]),
        ("10.0.0.0/16", ["not-testable"]),
        ("2001:db8::/32", ["not-testable"]),
        ("2001::/16", ["not-testable", "over-broad"]),
        ("198.51.100.7", []),
        ("", ["bad-host"]),
    ],
)
def test_a_host(host: str, remarks: list[str]) -> None:
    said = found(f'ports = ["443/https"]\nhosts = ["{host}"]')
    assert sorted(one for one, _ in said) == remarks
    assert {line for _, line in said} <= {FIRST + 1}


@pytest.mark.parametrize(
    ("ports", "remarks"),
    [
        ("[443]", []),
        ('["4001/tls", "4000/tcp"]', []),
        ('["4000/tcp"]', ["identity-unproven"]),
        ("[4000]", ["identity-unproven"]),
        ("[80]", []),
        ('["7496/tws-api"]', []),
        ('["5000/udp", 443]', ["not-testable"]),
        ('["8194-8198/tcp", 443]', []),
        ("[]", ["blank-ports"]),
        ('[""]', ["blank-ports"]),
        ('[443, " "]', ["blank-ports"]),
        ('""', ["blank-ports", "does-not-load"]),
        ("443", ["does-not-load"]),
        ('"4000 / 4001"', ["bad-port", "does-not-load"]),
        ('["4000 / 4001"]', ["bad-port"]),
        ("[443, 0]", ["bad-port"]),
        ("[443, true]", ["bad-port"]),
        ("[443, { last = 3 }]", ["bad-port"]),
        ('[443, { port = 9, transport = "quic" }]', ["bad-port", "does-not-load"]),
        ("[443, { port = 9, transport = 1 }]", ["does-not-load"]),
        ("[443, 443]", ["does-not-load", "duplicate-row"]),
        ('["1-9/tls", "5/tls"]', ["duplicate-row"]),
        ('["1-9/tls", "9-12/tcp"]', ["conflicting-rows"]),
        ('["1-9/tls", "10/tls"]', []),
        ('["53/tls", "53/udp"]', ["not-testable"]),
    ],
)
def test_ports(ports: str, remarks: list[str]) -> None:
    said = [one for one, _ in found(f'hosts = ["h.acme.example"]\nports = {ports}')]
    assert sorted(said) == remarks


def test_no_ports_at_all() -> None:
    assert found('hosts = ["h.acme.example", "i.acme.example"]') == [("blank-ports", FIRST)] * 2


H = "h.acme.example"
MORE = '[[service]]\nid = "t"\nlabel = "T"\n'


@pytest.mark.parametrize(
    ("body", "remarks"),
    [
        (f'hosts = ["{H}", "i.acme.example"]\nports = [443]', []),
        (f'hosts = ["{H}", "{H}"]\nports = [443]', ["duplicate-row"]),
        (f'hosts = ["{H}", "H.acme.example."]\nports = [443]', ["duplicate-row"]),
        (
            f'hosts = ["{H}"]\nports = [443]\n{MORE}hosts = ["{H}"]\nports = [443]',
            ["shared-endpoint"],
        ),
        (f'hosts = ["{H}"]\nports = [443]\n{MORE}hosts = ["{H}"]\nports = [80]', []),
        (
            f'hosts = ["{H}"]\nports = ["9/tls"]\n{MORE}hosts = ["{H}"]\nports = ["9/tcp"]',
            ["conflicting-rows"],
        ),
        (
            f'hosts = ["{H}"]\nports = [443]\n{MORE}hosts = ["{H}"]\nports = [80]\npingable = false',
            ["conflicting-rows"],
        ),
        (
            f'hosts = ["{H}"]\nports = ["9/tls"]\n{MORE}hosts = ["{H}"]\nports = ["9/udp"]',
            ["not-testable"],
        ),
    ],
)
def test_rows_that_say_the_same_or_the_opposite(body: str, remarks: list[str]) -> None:
    assert sorted({one for one, _ in found(body)}) == remarks


@pytest.mark.parametrize(
    ("gone", "remarks"),
    [
        ('source = "Acme\'s list"\n', ["no-provenance"]),
        ('provenance = "published"\n', ["no-provenance"]),
        ('published = "2022-01"\n', ["no-date"]),
        ("", []),
    ],
)
def test_where_rows_are_from(gone: str, remarks: list[str]) -> None:
    body = 'hosts = ["h.acme.example"]\nports = [443]'
    assert [one for one, _ in found(body, HEAD.replace(gone, "", 1))] == remarks


def test_what_no_row_says_is_told_once_and_else_of_each_row() -> None:
    body = 'ports = [443]\nhosts = ["g.acme.example", "h.acme.example", { host = "i.acme.example" }]'
    bare = HEAD.replace('source = "Acme\'s list"\n', "").replace('provenance = "published"\n', "")
    assert found(body, bare) == [("no-provenance", 1)] * 2
    one_has = body.replace('"i.acme.example"', '"i.acme.example", source = "A letter", provenance = "local"')
    assert found(one_has, bare) == [("no-provenance", FIRST - 1)] * 4


def test_a_name_with_an_underscore_is_told_once() -> None:
    body = 'hosts = [{ host = "a_b.acme.example", ports = [443] }, { host = "a_b.acme.example", ports = [444] }]'
    assert [one for one, _ in found(body)].count("underscore-name") == 1


def test_a_row_can_have_a_source_of_its_own() -> None:
    head = HEAD.replace('source = "Acme\'s list"\n', "")
    assert found('hosts = [{ host = "h.acme.example", source = "A letter" }]\nports = [443]', head) == []


@pytest.mark.parametrize(
    ("text", "remarks"),
    [
        ("a = ", [("not-toml", 1)]),
        ("a = [" * 5000, [("not-toml", 1)]),
        ('\n\na = "\\u001b"', [("control-character", 3)]),
        ("", [("does-not-load", 1)]),
        ("service = 1\ndefaults = 2\ntable = [3]", [("does-not-load", 1)]),
        ("[[service]]\nhosts = 3", [("does-not-load", 2)]),
    ],
)
def test_a_file_too_broken_to_load(text: str, remarks: list[tuple[str, int]]) -> None:
    assert [(one.id, one.line) for one in lint(text, "broken.toml")][: len(remarks)] == remarks


def test_one_mistake_does_not_hide_another() -> None:
    body = """hosts = ["https://h.acme.example", "h_1.acme.example"]
ports = ["443/https", "blank"]
[[service]]
label = "T"
hosts = [{ hst = "i.acme.example" }]
[[footnote]]
number = 1
"""
    said = found(body)
    assert ("url-as-host", FIRST) in said
    assert ("underscore-name", FIRST) in said
    assert ("bad-port", FIRST + 1) in said
    assert ("does-not-load", FIRST + 4) in said
    assert ("does-not-load", FIRST + 5) in said
    assert [line for _, line in said] == sorted(line for _, line in said)


def test_a_reference_to_nothing_is_found_when_all_blocks_fit() -> None:
    assert found('hosts = ["h.acme.example"]\nports = [443]\ntable = "nowhere"') == [("does-not-load", FIRST + 2)]


def test_the_edition_of_january_2022() -> None:
    name, text = toml_of("ibkr")
    remarks = lint(text, name)
    assert [one.text.split()[0] for one in remarks if one.id == "underscore-name"] == [
        "ndc1_hb1.ibllc.com",
        "cdc1_hb1.ibllc.com",
        "zdc1_hb1.ibllc.com",
        "hdc1_hb1.ibllc.com",
        "mcgw1_hb1.ibllc.com.cn",
    ]
    assert [one.text.split()[0] for one in remarks if one.id == "over-broad"] == ["s3.amazonaws.com"]
    assert len(remarks) == 6
    for one in remarks:
        assert one.text.split()[0] in text.splitlines()[one.line - 1]


def test_the_underscore_remark_says_what_breaks_and_what_does_not() -> None:
    (remark,) = lint(f'{HEAD}hosts = ["a_b.acme.example"]\nports = [443]\n', "acme.toml")
    assert remark.severity is Severity.WARNING
    for word in ("OpenSSL", "Python", "Java", "RFC 1123", "curl", "musl"):
        assert word in remark.text
    assert "a-b.acme.example" in remark.fix


def test_the_port_row_of_the_local_list_is_not_called_opaque() -> None:
    name, text = toml_of("local")
    assert lint(text, name) == ()


def test_every_remark_has_a_fix() -> None:
    hosts = ["a_b.acme.example", "s3.amazonaws.com", "*.acme.example", "h.acme.example", "h.acme.example"]
    remarks = lint(f"{HEAD}hosts = {json.dumps(hosts)}\nports = [9]\n", "acme.toml")
    assert len({one.id for one in remarks}) == 5
    for one in remarks:
        assert one.fix.endswith((".", "]"))
        assert one.text.endswith(".")


def test_rules_say_what_they_look_for() -> None:
    assert all(rule.__doc__ for rule in RULES)
    assert all(host == host.lower() for host in LISTED_SHARED)


def remark(severity: Severity) -> LintRemark:
    return LintRemark(id="x", severity=severity, path="service[0]", line=3, text="A text.", fix="A fix.")


@pytest.mark.parametrize(
    ("severities", "work"),
    [
        ([], False),
        ([Severity.INFO], False),
        ([Severity.INFO, Severity.WARNING], True),
        ([Severity.ERROR], True),
    ],
)
def test_what_asks_for_work(severities: list[Severity], work: bool) -> None:
    assert needs_work([remark(one) for one in severities]) is work


def test_the_report_for_people() -> None:
    remarks = [remark(Severity.ERROR), remark(Severity.WARNING), remark(Severity.WARNING), remark(Severity.INFO)]
    assert LINT_FORMATS["text"](remarks, "a.toml").splitlines() == [
        "a.toml:3: error x: A text.",
        "    A fix.",
        "a.toml:3: warning x: A text.",
        "    A fix.",
        "a.toml:3: warning x: A text.",
        "    A fix.",
        "a.toml:3: info x: A text.",
        "    A fix.",
        "1 error, 2 warnings, 1 hint.",
    ]
    assert LINT_FORMATS["text"]([], "a.toml") == "a.toml: nothing to remark.\n"


def test_the_report_for_programs() -> None:
    assert json.loads(LINT_FORMATS["json"]([remark(Severity.INFO)], "a.toml")) == {
        "schema": "lineclear.catalog-lint/1",
        "file": "a.toml",
        "remarks": [
            {"id": "x", "severity": "info", "path": "service[0]", "line": 3, "text": "A text.", "fix": "A fix."}
        ],
    }
