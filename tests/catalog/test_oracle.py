"""The January 2022 document, typed a second time by hand from its print, against the edition: neither has more.

A row is as printed: label, footnotes on the label, role, host, ports. Blank cells are typed as None and filled here
by a rule of the test's own, not by the loader's.
"""

from collections import Counter

import pytest

from lineclear.catalog import load_edition
from lineclear.model import Catalog, Requirement, Role, Transport, Weight

PORTAL_HEADS = ("REGION/PRODUCT", "SERVER (HOST)", "PORTS")
PORTAL: list[tuple[str, tuple[int, ...], str, str]] = [
    ("IBKR WEBSITE – AMERICA", (), "www.interactivebrokers.com", "443"),
    ("IBKR WEBSITE – Canada", (), "www.interactivebrokers.ca", "443"),
    ("IBKR WEBSITE – UK", (), "www.interactivebrokers.co.uk", "443"),
    ("IBKR WEBSITE – INDIA", (2,), "www.interactivebrokers.co.in", "443"),
    ("IBKR WEBSITE – JAPAN", (2,), "www.interactivebrokers.co.jp", "443"),
    ("IBKR WEBSITE – HONG KONG", (2,), "www.interactivebrokers.com.hk", "443"),
    ("IBKR WEBSITE – CHINA", (2,), "www.ibkr.com.cn", "443"),
    ("IBKR WEBSITE - AUSTRALIA", (), "www.interactivebrokers.com.au", "443"),
    ("CLIENT PORTAL – EAST", (), "gdcdyn.interactivebrokers.com", "443"),
    ("CLIENT PORTAL – CENTRAL", (), "cdcdyn.interactivebrokers.com", "443"),
]

DESKTOP_HEADS = ("REGION/TOOL", "PRIMARY/BACKUP", "SERVER (HOST)", "PORTS")
DESKTOP: list[tuple[str | None, tuple[int, ...] | None, str | None, str, str | None]] = [
    ("TWS AMERICA – EAST", (), "PRIMARY", "ndc1.ibllc.com", "4000 / 4001"),
    (None, None, "BACKUP", "ndc1_hb1.ibllc.com", None),
    ("TWS AMERICA – CENTRAL", (), "PRIMARY", "cdc1.ibllc.com", "4000 / 4001"),
    (None, None, "BACKUP", "cdc1_hb1.ibllc.com", None),
    ("TWS EUROPE", (), "PRIMARY", "zdc1.ibllc.com", "4000 / 4001"),
    (None, None, "BACKUP", "zdc1_hb1.ibllc.com", None),
    ("TWS ASIA", (), "PRIMARY", "hdc1.ibllc.com", "4000 / 4001"),
    (None, None, "BACKUP", "hdc1_hb1.ibllc.com", None),
    ("TWS ASIA - CHINA", (3,), "PRIMARY", "mcgw1.ibllc.com.cn", "4000 / 4001"),
    (None, None, "BACKUP", "mcgw1_hb1.ibllc.com.cn", None),
    ("TWS AUTO-UPDATE", (), "PRIMARY", "download.interactivebrokers.com", "443"),
    (None, None, None, "download2.interactivebrokers.com", None),
    ("RISK NAVIGATOR", (), "PRIMARY", "risk.interactivebrokers.com", "443"),
    ("TWS CLOUD SETTINGS", (), "PRIMARY", "s3.amazonaws.com", "443"),
    ("IB CAM", (), "PRIMARY", "gdc1.ibllc.com", "4000 / 4001"),
    ("DIAGNOSTICS REPORTS", (), "PRIMARY", "https://wit1.interactivebrokers.com", "443"),
]

SPEAKS = {"80": Transport.HTTP, "443": Transport.HTTPS, "4000": Transport.TCP, "4001": Transport.TLS}

Row = tuple[str, tuple[int, ...], str, str, int, Transport]


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return load_edition("ibkr", "2022-01")


def printed() -> list[Row]:
    """Every host:port of the two tables, blanks filled from the row above, the URL read as its host."""
    rows: list[Row] = []
    rows += [(label, marks, "only", host, int(port), SPEAKS[port]) for label, marks, host, port in PORTAL]
    label_above, role_above, ports_above = "", "", ""
    marks_above: tuple[int, ...] = ()
    for label, marks, role, host, ports in DESKTOP:
        label_above = label_above if label is None else label
        marks_above = marks_above if marks is None else marks
        role_above = role_above if role is None else role.lower()
        ports_above = ports_above if ports is None else ports
        name = host.removeprefix("https://")
        each = [(int(port), SPEAKS[port]) for port in ports_above.split(" / ")]
        rows += [(label_above, marks_above, role_above, name, port, speaks) for port, speaks in each]
    return rows


def by_footnote_1(one: Requirement) -> bool:
    return 1 in one.footnotes


def held(catalog: Catalog) -> list[Row]:
    return [
        (service.label, service.footnotes, one.role.value, one.host, one.port, one.transport)
        for service in catalog.services
        for one in service.requirements
        if not by_footnote_1(one)
    ]


def test_every_printed_row_and_no_other_in_the_printed_order(catalog: Catalog) -> None:
    assert held(catalog) == printed()


def test_footnote_1_adds_port_80_to_the_ten_rows_of_the_first_table(catalog: Catalog) -> None:
    added = [one for one in catalog.requirements if by_footnote_1(one)]
    assert [one.host for one in added] == [host for _, _, host, _ in PORTAL]
    assert {(one.port, one.transport, one.required, one.weight) for one in added} == {
        (80, Transport.HTTP, False, Weight.AUXILIARY)
    }


def test_the_counts_of_the_document(catalog: Catalog) -> None:
    ends = {(one.host, one.port) for one in catalog.requirements}
    assert len({host for host, _ in ends}) == 26
    assert len(catalog.requirements) == len(ends) == 47
    assert len(printed()) == 37


def test_tables_carry_the_printed_titles_and_heads(catalog: Catalog) -> None:
    assert [(one.title, one.columns, one.footnotes) for one in catalog.tables] == [
        ("CLIENT PORTAL AND WEBSITE", PORTAL_HEADS, (1,)),
        ("DESKTOP TWS", DESKTOP_HEADS, ()),
    ]
    standing = Counter(service.table for service in catalog.services)
    assert standing == {"portal": 10, "desktop": 10}


def test_title_date_and_the_three_footnotes(catalog: Catalog) -> None:
    assert catalog.title == "IBKR Host and Ports Documentation"
    assert catalog.published == "2022-01"
    assert [one.number for one in catalog.footnotes] == [1, 2, 3]


def test_footnote_2_is_no_answer_to_ping_and_nothing_else(catalog: Catalog) -> None:
    silent = {one.host for one in catalog.requirements if not one.pingable}
    marked = {one.host for one in catalog.requirements if 2 in one.footnotes}
    assert silent == marked == {host for _, marks, host, _ in PORTAL if 2 in marks}
    assert len(silent) == 4


def test_footnote_3_is_the_mainland_china_profile_and_nothing_else(catalog: Catalog) -> None:
    conditional = {one.host for one in catalog.requirements if one.condition}
    assert conditional == {"mcgw1.ibllc.com.cn", "mcgw1_hb1.ibllc.com.cn"}
    assert {one.condition for one in catalog.requirements if 3 in one.footnotes} == {"mainland-china"}
    assert {one.id for one in catalog.profiles} == {"mainland-china"}


def test_what_is_main(catalog: Catalog) -> None:
    main = [one.label for one in catalog.services if one.weight is Weight.MAIN]
    assert main == [
        "CLIENT PORTAL – EAST",
        "CLIENT PORTAL – CENTRAL",
        "TWS AMERICA – EAST",
        "TWS AMERICA – CENTRAL",
        "TWS EUROPE",
        "TWS ASIA",
        "TWS ASIA - CHINA",
    ]
    for service in catalog.services:
        kinds = {one.weight for one in service.requirements if not by_footnote_1(one)}
        assert kinds == {service.weight}


def test_only_the_gateways_cannot_be_reached_through_a_proxy(catalog: Catalog) -> None:
    assert {one.port for one in catalog.requirements if not one.proxy_capable} == {4000, 4001}
    assert {one.port for one in catalog.requirements if one.proxy_capable} == {80, 443}


def test_ids_are_as_promised(catalog: Catalog) -> None:
    ids = [one.id for one in catalog.requirements]
    assert len(set(ids)) == len(ids)
    for promised in (
        "tws-europe/primary/4001",
        "website-america/only/443",
        "website-america/only/80",
        "tws-auto-update/primary-2/443",
        "diagnostics/primary/443",
    ):
        assert promised in ids


def test_every_requirement_says_in_one_line_what_is_lost_without_it(catalog: Catalog) -> None:
    for one in catalog.requirements:
        assert one.loses.endswith(".")
        assert len(one.loses) <= 120
    backups = {one.loses for one in catalog.requirements if one.role is Role.BACKUP}
    assert all("fall back" in line for line in backups)


def test_nothing_the_document_does_not_print(catalog: Catalog) -> None:
    assert catalog.windows == ()
    assert not any(one.alias_of or one.successor or one.certificate_names for one in catalog.requirements)
