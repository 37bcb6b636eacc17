"""Levels inherit, cells become requirements, and other vendors' lists fit the form."""

import pytest

from lineclear.catalog import parse_toml
from lineclear.model import Kind, Provenance, Requirement, Role, Transport, Weight

HEAD = """\
format = "lineclear.catalog/1"
id = "acme"
edition = "7"
title = "Acme"
publisher = "Acme"
application = "Acme Terminal"
"""


def requirements(body: str) -> tuple[Requirement, ...]:
    return parse_toml(f"{HEAD}\n{body}", "acme.toml").requirements


def one(body: str) -> Requirement:
    (only,) = requirements(body)
    return only


SERVICE = '[[service]]\nid = "s"\nlabel = "S"\n'


def test_what_is_left_out() -> None:
    plain = one(f'{SERVICE}hosts = ["h.example"]\nports = [9]')
    assert plain == Requirement(
        id="s/only/9", service="s", host="h.example", ports=plain.ports, transport=Transport.TCP
    )
    assert (plain.weight, plain.required, plain.pingable) == (Weight.MAIN, True, True)


@pytest.mark.parametrize(
    ("cell", "transport"),
    [
        ("443", Transport.HTTPS),
        ("80", Transport.HTTP),
        ('"443"', Transport.HTTPS),
        ('"443/tls"', Transport.TLS),
        ('"443/udp"', Transport.UDP),
        ("4001", Transport.TCP),
        ('"443-444"', Transport.TCP),
        ("{ port = 443 }", Transport.HTTPS),
        ("{ port = 443, last = 443 }", Transport.HTTPS),
        ("{ port = 443, last = 450 }", Transport.TCP),
        ('{ port = 443, transport = "tcp" }', Transport.TCP),
    ],
)
def test_what_a_port_speaks_when_nobody_says(cell: str, transport: Transport) -> None:
    assert one(f'{SERVICE}hosts = ["h.example"]\nports = [{cell}]').transport is transport


@pytest.mark.parametrize("levels", range(1, 6))
def test_the_nearest_level_that_says_something_wins(levels: int) -> None:
    """Five levels from far to near; only the farthest `levels` of them speak."""
    says = [
        f'loses = "{word}"' if n < levels else "" for n, word in enumerate(("defaults", "table", "service", "host"))
    ]
    port = ', loses = "port"' if levels > 4 else ""
    body = f"""
        [defaults]
        {says[0]}
        [[table]]
        id = "t"
        title = "T"
        columns = ["A", "B", "C"]
        {says[1]}
        {SERVICE}
        table = "t"
        {says[2]}
          [[service.hosts]]
          host = "h.example"
          ports = [{{ port = 9{port} }}]
          {says[3]}
    """
    assert one(body).loses == ("defaults", "table", "service", "host", "port")[levels - 1]


def test_the_ports_come_whole_from_the_nearest_level_that_lists_any() -> None:
    body = f"""
        [defaults]
        ports = [1]
        [[table]]
        id = "t"
        title = "T"
        columns = ["A", "B", "C"]
        ports = [2]
        {SERVICE}
        table = "t"
        hosts = ["a.example", {{ host = "b.example", ports = [3, 4] }}]
        [[service]]
        id = "r"
        label = "R"
        hosts = ["c.example"]
    """
    assert [(x.host, x.port) for x in requirements(body)] == [
        ("a.example", 2),
        ("b.example", 3),
        ("b.example", 4),
        ("c.example", 1),
    ]


def test_footnotes_add_up() -> None:
    notes = "".join(f'[[footnote]]\nnumber = {n}\ntext = "N"\n' for n in (1, 2, 3))
    body = f"""{notes}{SERVICE}
        footnotes = [3]
        hosts = [{{ host = "h.example", footnotes = [2], ports = [{{ port = 9, footnotes = [1] }}, 10] }}]
    """
    assert [x.footnotes for x in requirements(body)] == [(1, 2, 3), (2, 3)]


def test_further_hosts_of_one_role_are_counted() -> None:
    body = f"""{SERVICE}
        ports = [9]
        hosts = [
          {{ role = "primary", host = "a.example" }},
          {{ role = "backup", host = "b.example" }},
          {{ role = "primary", host = "c.example" }},
          {{ role = "primary", host = "d.example" }},
          "e.example",
        ]
    """
    assert [x.id for x in requirements(body)] == [
        "s/primary/9",
        "s/backup/9",
        "s/primary-2/9",
        "s/primary-3/9",
        "s/only/9",
    ]
    assert [x.role for x in requirements(body)][-2:] == [Role.PRIMARY, Role.ONLY]


def test_a_list_of_ports_is_one_requirement_each_and_a_range_is_one() -> None:
    body = f'{SERVICE}hosts = ["h.example"]\nports = [7, "8194-8198/tcp", "48129-48137/udp", "7/udp"]'
    assert [x.id for x in requirements(body)] == [
        "s/only/7",
        "s/only/8194-8198",
        "s/only/48129-48137-udp",
        "s/only/7-udp",
    ]
    ranged = requirements(body)[1]
    assert (ranged.ports.first, ranged.ports.last, ranged.port) == (8194, 8198, 8194)


def test_blocks_and_wildcards_are_held_and_not_testable() -> None:
    body = f'{SERVICE}hosts = ["192.0.2.0/24", "*.h.example", "192.0.2.1", "h.example"]\nports = ["9/tls"]'
    assert [(x.kind, x.testable) for x in requirements(body)] == [
        (Kind.CIDR, False),
        (Kind.WILDCARD, False),
        (Kind.ADDRESS, True),
        (Kind.HOST, True),
    ]
    assert not one(f'{SERVICE}hosts = ["h.example"]\nports = ["9/udp"]').testable


def test_everything_a_row_can_say() -> None:
    body = f"""
        [[profile]]
        id = "far"
        title = "Far away."
        {SERVICE}
        name = "The service"
        region = "north"
        transport = "tls"
        required = false
        weight = "auxiliary"
        pingable = false
        proxy_capable = true
        condition = "far"
        any_of = "group"
        provenance = "local"
        loses = "Something."
        certificate_names = ["*.Acme.example"]
        source = "A letter"
        ports = [9]
          [[service.hosts]]
          host = "H.example."
          successor = "New.example"
          alias_of = "Old.example"
    """
    row = one(body)
    assert (row.transport, row.required, row.weight, row.pingable) == (Transport.TLS, False, Weight.AUXILIARY, False)
    assert (row.proxy_capable, row.condition, row.any_of) == (True, "far", "group")
    assert (row.provenance, row.loses, row.source) == (Provenance.LOCAL, "Something.", "A letter")
    assert (row.certificate_names, row.successor, row.alias_of) == (("*.acme.example",), "new.example", "old.example")
    (service,) = parse_toml(f"{HEAD}\n{body}", "acme.toml").services
    assert (service.name, service.region, service.weight) == ("The service", "north", Weight.AUXILIARY)
    assert (service.condition, service.loses) == ("far", "Something.")


def test_a_condition_can_be_taken_back() -> None:
    body = f"""
        [[profile]]
        id = "far"
        title = "Far away."
        {SERVICE}
        condition = "far"
        ports = [9]
        hosts = ["h.example"]
    """
    assert one(body).condition == "far"


def test_white_space_in_text_is_one_space() -> None:
    text = f'{HEAD}notes = ["""\n  a\n  b"""]\n{SERVICE}hosts = ["h.example"]\nports = [9]'
    assert parse_toml(text, "acme.toml").notes == ("a b",)


def test_the_name_of_a_service_is_its_label_unless_it_has_one() -> None:
    (service,) = parse_toml(f'{HEAD}{SERVICE}hosts = ["h.example"]\nports = [9]', "acme.toml").services
    assert service.name == service.label == "S"
