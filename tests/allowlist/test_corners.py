"""Sources of one family, lists that only take away, and other corners of the dialects."""

import runpy
import sys
from pathlib import Path

import pytest

from lineclear.allowlist import CAPABILITIES, difference, names_to_look_up, read_snapshot, rules, write
from lineclear.allowlist.docs import page
from lineclear.errors import UsageError
from lineclear.model import Transport

from .making import addresses_for, catalog, context, listed, row

BOTH = catalog(
    row("plain.example", 443), row("192.0.2.77", 443), row("198.51.100.0/24", 8194), row("2001:db8:7::/48", 443)
)
KNOWING = [name for name, one in CAPABILITIES.items() if one.sources and not one.is_table]


@pytest.mark.parametrize("dialect", KNOWING)
@pytest.mark.parametrize("sources", [("10.20.0.0/16",), ("2001:db8:5::/48",), ("10.20.0.0/16", "2001:db8:5::/48")])
def test_who_is_let_out_is_written(dialect: str, sources: tuple[str, ...]) -> None:
    try:
        text = write(dialect, rules(BOTH), context(snapshot=addresses_for(BOTH), sources=sources)).text
    except UsageError:
        assert not CAPABILITIES[dialect].ipv6
        return
    for one in sources:
        assert one.partition("/")[0] in text or not CAPABILITIES[dialect].ipv6
    if len(sources) == 1:
        other = "2001:db8:7::" if "." in sources[0] else "192.0.2.77"
        acted = [line for line in text.splitlines() if not line.startswith(CAPABILITIES[dialect].comment or "\0")]
        assert CAPABILITIES[dialect].comment == "" or other not in "".join(acted)


@pytest.mark.parametrize(("dialect", "chain"), [("cisco-asa", "outside_out"), ("mikrotik", "forward_lan")])
def test_a_chain_of_ones_own_is_used(dialect: str, chain: str) -> None:
    assert chain in write(dialect, rules(listed()), context(chain=chain)).text


def test_a_short_range_is_written_out_where_ranges_are_unknown() -> None:
    text = write("istio", rules(catalog(row("a.example", 8194, 8197, transport=Transport.HTTPS))), context()).text
    assert [port for port in range(8190, 8200) if f"number: {port}\n" in text] == [8194, 8195, 8196, 8197]


@pytest.mark.parametrize("dialect", [name for name, one in CAPABILITIES.items() if one.is_table])
def test_a_difference_that_only_takes_away(dialect: str) -> None:
    before, after = catalog(row("kept.example", 443), row("gone.example", 443)), catalog(row("kept.example", 443))
    wanted, removed = difference(before, after)
    assert (wanted, [one.host for one in removed]) == ((), ["gone.example"])
    text = write(dialect, wanted, context(removed=removed, earlier="test:0")).text
    assert "gone.example" in text
    assert "kept.example" not in text
    assert ("Open again what stands under No longer needed." in text) is dialect.startswith("change-request")


def test_a_change_request_without_a_remark_has_nothing_to_be_known() -> None:
    for_browsers = catalog(row("a.example", 443, proxy_capable=True))
    text = write("change-request", rules(for_browsers), context()).text
    assert "To be known" not in text
    assert "open connections to 1 host, on TCP 443; the rows below are needed." in text
    assert "Where the names lead" not in text


@pytest.mark.parametrize("dialect", [name for name, one in CAPABILITIES.items() if one.is_table])
def test_addresses_that_were_asked_for_are_shown_to_people(dialect: str) -> None:
    two = catalog(row("plain.example", 443), row("unknown.example", 443), row("192.0.2.77", 443))
    known = addresses_for(catalog(row("plain.example", 443)))
    assert names_to_look_up(dialect, rules(two)) == ("plain.example", "unknown.example")
    text = write(dialect, rules(two), context(snapshot=known)).text
    assert all(one in text for one in known.addresses["plain.example"])
    assert "unknown.example" in text


def test_an_address_within_a_block_is_not_written_twice() -> None:
    found = rules(catalog(row("198.51.100.0/24", 443), row("198.51.100.7", 443), row("203.0.113.7", 443)))
    assert "{ 198.51.100.0/24, 203.0.113.7 }" in write("nftables", found, context()).text


def test_nothing_is_looked_up_for_what_takes_no_address() -> None:
    assert names_to_look_up("dnsmasq", rules(listed())) == ()
    assert "ndc1.ibllc.com" in names_to_look_up("nftables", rules(listed()))


def test_addresses_that_never_were_looked_up_do_not_expire() -> None:
    assert context().expires == ""


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ('{"a.example": ', "addresses.json is not JSON: "),
        ('{"a.example": "192.0.2.1"}', "addresses.json: 'a.example' has no list of addresses."),
        ('{"a.example": ["here"]}', "addresses.json: 'a.example': 'here' is no address."),
        ("192.0.2.1\n", "addresses.json, line 1: an address without a name."),
        ("# one\nfe80::1%eth0 a.example\n", "addresses.json, line 2: 'fe80::1%eth0' is no address."),
    ],
)
def test_a_snapshot_that_cannot_be_read(text: str, expected: str) -> None:
    with pytest.raises(UsageError) as told:
        read_snapshot(text, origin="addresses.json", taken="2026-01-15")
    assert expected in str(told.value)


def test_the_page_writes_itself(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "argv", ["docs", str(tmp_path / "page.md")])
    monkeypatch.delitem(sys.modules, "lineclear.allowlist.docs")
    runpy.run_module("lineclear.allowlist.docs", run_name="__main__")
    assert (tmp_path / "page.md").read_text(encoding="utf-8") == page()
