"""What changed between two editions."""

import json
from typing import Any

import pytest
from msgspec.structs import replace

from lineclear.catalog import DIFF_FORMATS, diff, load
from lineclear.catalog.comparison import Change, FieldChange
from lineclear.model import Catalog, Kind, Ports, Requirement, Role, Service, Transport


def requirement(name: str, port: int = 443, **more: Any) -> Requirement:
    said: dict[str, Any] = {
        "id": f"s/only/{port}",
        "service": "s",
        "host": f"{name}.example",
        "ports": Ports(first=port, last=port),
        "transport": Transport.TLS,
    }
    return Requirement(**{**said, **more})


def catalog(*requirements: Requirement, edition: str = "1") -> Catalog:
    service = Service(id="s", label="S", name="S", requirements=requirements)
    return Catalog(id="acme", edition=edition, title="T", publisher="P", application="A", services=(service,))


def fields(change: Change) -> list[tuple[str, object, object]]:
    return [(one.field, one.before, one.after) for one in change.fields]


@pytest.mark.parametrize("name", ["ibkr:2022-01", "ibkr:observed", "local"])
def test_nothing_changed(name: str) -> None:
    same = diff(load(name), load(name))
    assert (same.added, same.removed, same.changed, same.opens, same.closes) == ((), (), (), (), ())
    assert DIFF_FORMATS["text"](same).endswith(": 0 added, 0 removed, 0 changed\n")


def test_a_row_more_and_a_row_less() -> None:
    kept, gone, new = requirement("a"), requirement("b", 80, id="s/x/80"), requirement("c", 81, id="s/y/81")
    found = diff(catalog(kept, gone), catalog(kept, new, edition="2"))
    assert (found.removed, found.added, found.changed) == ((gone,), (new,), ())
    assert (found.closes, found.opens) == (("b.example:80",), ("c.example:81",))
    assert (found.before, found.after) == ("acme:1", "acme:2")


def test_a_host_that_moved_is_a_change_of_its_requirement() -> None:
    found = diff(catalog(requirement("a")), catalog(requirement("b")))
    (change,) = found.changed
    assert change.id == "s/only/443"
    assert fields(change) == [("host", "a.example", "b.example")]
    assert (found.opens, found.closes) == (("b.example:443",), ("a.example:443",))


def test_a_new_row_in_the_midst_does_not_make_the_others_look_moved() -> None:
    first = requirement("a", id="s/only/443")
    second = requirement("c", id="s/only-2/443")
    new = requirement("b", id="s/only-2/443")
    found = diff(catalog(first, second), catalog(first, new, replace(second, id="s/only-3/443")))
    assert found.added == (new,)
    assert found.removed == ()
    assert [(one.id, fields(one)) for one in found.changed] == [
        ("s/only-3/443", [("id", "s/only-2/443", "s/only-3/443")])
    ]


def test_rows_that_are_alike_are_paired_one_by_one() -> None:
    twin = requirement("a", id="s/only-2/443")
    found = diff(catalog(requirement("a"), twin), catalog(requirement("a")))
    assert len(found.removed) == 1
    assert found.added == ()
    assert found.opens == found.closes == ()


@pytest.mark.parametrize(
    ("more", "said"),
    [
        ({"required": False}, "required: yes -> no"),
        ({"transport": Transport.HTTPS}, "transport: tls -> https"),
        ({"ports": Ports(first=443, last=450)}, "ports: 443 -> 443-450"),
        ({"footnotes": (1, 2)}, "footnotes: none -> 1, 2"),
        ({"condition": "far"}, "condition: none -> far"),
        ({"role": Role.BACKUP}, "role: only -> backup"),
    ],
)
def test_what_a_change_says(more: dict[str, Any], said: str) -> None:
    found = diff(catalog(requirement("a")), catalog(requirement("a", **more)))
    assert f"~ s/only/443  {said}\n" in DIFF_FORMATS["text"](found)


def test_ends_are_spelled_so_that_a_firewall_ticket_can_hold_them() -> None:
    six = requirement("x", host="2001:db8::1", kind=Kind.ADDRESS)
    block = requirement("x", host="2001:db8::/32", kind=Kind.CIDR, id="s/only-2/443")
    ranged = requirement("r", ports=Ports(first=1, last=9), transport=Transport.UDP, id="s/only/1-9-udp")
    found = diff(catalog(requirement("a", 1)), catalog(six, block, ranged))
    assert found.opens == ("[2001:db8::1]:443", "2001:db8::/32:443", "r.example:1-9/udp")


def test_tcp_and_udp_on_one_port_are_two_rows() -> None:
    tcp = requirement("a")
    udp = requirement("a", transport=Transport.UDP, id="s/only/443-udp")
    assert diff(catalog(tcp), catalog(tcp, udp)).opens == ("a.example:443/udp",)


def test_the_whole_text() -> None:
    old = catalog(requirement("a"), requirement("b", 80, id="s/x/80"))
    new = catalog(requirement("a", required=False), requirement("c", 81, id="s/y/81"), edition="2")
    assert DIFF_FORMATS["text"](diff(old, new)).splitlines() == [
        "acme:1 -> acme:2: 1 added, 1 removed, 1 changed",
        "",
        "+ s/y/81  c.example:81",
        "- s/x/80  b.example:80",
        "~ s/only/443  required: yes -> no",
        "",
        "Only in acme:2:",
        "  c.example:81",
        "",
        "Only in acme:1:",
        "  b.example:80",
    ]


def test_published_and_observed_stand_side_by_side() -> None:
    found = diff(load("ibkr:2022-01"), load("ibkr:observed"))
    moved = {one.id: {f.field: (f.before, f.after) for f in one.fields} for one in found.changed}
    assert moved["tws-europe/backup/4001"]["host"] == ("zdc1_hb1.ibllc.com", "zdc1-hb1.ibllc.com")
    assert "api.ibkr.com:443" in found.opens


def test_json_is_one_versioned_document() -> None:
    said = json.loads(DIFF_FORMATS["json"](diff(catalog(requirement("a")), catalog(requirement("b")))))
    assert said["schema"] == "lineclear.catalog-diff/1"
    assert said["changed"] == [
        {"id": "s/only/443", "fields": [{"field": "host", "before": "a.example", "after": "b.example"}]}
    ]
    assert FieldChange(field="host", before="a", after="b").field == "host"
