"""The hosts file: only the lines that name a host of the list, at the price of a search."""

import pytest

from lineclear.model import HostsEntry
from lineclear.probe.survey.hosts import parse_hosts, place

NAMES = ("zdc1.ibllc.com", "ndc1_hb1.ibllc.com", "www.interactivebrokers.com")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("127.0.0.1 localhost\n", []),
        ("10.0.0.9\tzdc1.ibllc.com\n", [("zdc1.ibllc.com", "10.0.0.9")]),
        ("10.0.0.9 ZDC1.ibllc.com. alias\r\n", [("zdc1.ibllc.com", "10.0.0.9")]),
        ("# 10.0.0.9 zdc1.ibllc.com\n", []),
        ("10.0.0.9 other # zdc1.ibllc.com\n", []),
        ("10.0.0.9 xzdc1.ibllc.com zdc1.ibllc.com.evil\n", []),
        (
            "0.0.0.0 ndc1_hb1.ibllc.com zdc1.ibllc.com\n",
            [("ndc1_hb1.ibllc.com", "0.0.0.0"), ("zdc1.ibllc.com", "0.0.0.0")],
        ),
        ("::1 zdc1.ibllc.com\n10.0.0.9 zdc1.ibllc.com", [("zdc1.ibllc.com", "::1"), ("zdc1.ibllc.com", "10.0.0.9")]),
        ("zdc1.ibllc.com\nnonsense zdc1.ibllc.com\n10.0.0 zdc1.ibllc.com\n", []),
        ("", []),
    ],
)
def test_entries(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(one.name, one.address) for one in parse_hosts(text, NAMES, "/etc/hosts")] == expected


def test_a_name_is_spelt_as_the_catalog_spells_it() -> None:
    assert parse_hosts("10.0.0.1 zdc1.IBLLC.com", ["ZDC1.ibllc.com"], "x") == (
        HostsEntry(name="ZDC1.ibllc.com", address="10.0.0.1", source="x"),
    )


def test_a_list_of_advertisers_does_not_hide_the_line() -> None:
    many = "".join(f"0.0.0.0 ad{one}.example.com\n" for one in range(100_000))
    assert parse_hosts(many + "10.0.0.1 zdc1.ibllc.com\n" + many, NAMES, "x")[0].address == "10.0.0.1"


def test_what_is_kept_is_bounded() -> None:
    assert len(parse_hosts("10.0.0.1 zdc1.ibllc.com\n" * 10_000, NAMES, "x")) == 64


def test_places() -> None:
    assert place("linux", {}) == "/etc/hosts"
    assert place("win32", {"SYSTEMROOT": r"D:\Win"}) == r"D:\Win\System32\drivers\etc\hosts"
