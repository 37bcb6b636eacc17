"""What is shown of a redaction is what it did."""

import pytest
from msgspec.structs import replace
from tests.render.reports import REPORTS, healthy

from lineclear.model import HostsEntry, Resolver, SystemLookup, Vantage, to_json
from lineclear.page.removed import removed
from lineclear.redact import redact

SECRET = Vantage(
    platform="linux",
    resolvers=(Resolver(address="10.1.2.3", source="/home/someone/resolv.conf"),),
    search_domains=("corp.someone.example", "corp.someone.example"),
    hosts_entries=(HostsEntry(name="ndc1.ibllc.com", address="10.1.2.3", source="/etc/hosts"),),
)


def test_every_private_value_is_shown_once_with_its_place() -> None:
    before = replace(healthy().evidence, vantage=SECRET)
    gone = removed(before, redact(before))
    by_value = {one.was: one for one in gone}
    assert by_value["10.1.2.3"].where == "vantage.resolvers.address"
    assert by_value["10.1.2.3"].times == 2
    assert by_value["corp.someone.example"].times == 2
    assert "/etc/hosts" not in by_value
    assert len(by_value) == len(gone)


@pytest.mark.parametrize("name", REPORTS)
def test_what_is_not_shown_is_still_there(name: str) -> None:
    before = REPORTS[name]().evidence
    after = redact(before)
    left = to_json(after).decode()
    assert all(one.now in left for one in removed(before, after) if one.now.isascii() and "\\" not in one.now)


def test_nothing_is_shown_of_what_is_the_same() -> None:
    evidence = healthy().evidence
    assert removed(evidence, evidence) == ()


def test_values_that_come_or_go_or_are_no_text_are_shown_too() -> None:
    evidence = healthy().evidence
    lookup = SystemLookup(id="o1", at_ms=0, took_ms=1.5, name="a", addresses=("10.0.0.1",))
    other = replace(lookup, took_ms=2.5, addresses=("10.0.0.1", "10.0.0.2"))
    gone = removed(replace(evidence, observations=(lookup,)), replace(evidence, observations=(other,)))
    assert [(one.was, one.now) for one in gone] == [("1.5", "2.5"), ('["10.0.0.1"]', '["10.0.0.1","10.0.0.2"]')]


def test_a_flood_is_cut() -> None:
    evidence = healthy().evidence
    many = tuple(f"d{one}.example" for one in range(300))
    before = replace(evidence, vantage=replace(SECRET, search_domains=many))
    after = replace(evidence, vantage=replace(SECRET, search_domains=tuple(f"x{one}" for one in many)))
    assert len(removed(before, after)) == 200
