"""Where a proxy auto-configuration is looked for, and where never."""

import pytest
from msgspec.structs import replace

from lineclear.catalog import load
from lineclear.model import AutoConfig, Depth, Vantage
from lineclear.plan import Options, make_plan
from lineclear.plan.wpad import auto_configs, is_discovered, wpad_names

DISCOVER = AutoConfig(url="", source="GNOME settings")
NAMED = AutoConfig(url="http://pac.office.example/proxy.pac", source="GNOME settings")
BY_DHCP = AutoConfig(url="http://10.0.0.1/wpad.dat", source="DHCP option 252")
HERE = Vantage(platform="linux", search_domains=("office.example",))


def urls(*found: AutoConfig, **changes: object) -> list[str]:
    return [one.url for one in auto_configs(replace(HERE, auto_configs=found, **changes))]


def test_what_is_named_is_fetched() -> None:
    assert urls(NAMED) == [NAMED.url]


def test_nothing_is_looked_for_unless_programs_are_told_to() -> None:
    assert urls() == []
    assert urls(BY_DHCP) == []
    assert urls(NAMED, BY_DHCP) == [NAMED.url]


def test_dhcp_comes_before_dns() -> None:
    assert urls(DISCOVER) == ["http://wpad.office.example/wpad.dat"]
    assert urls(DISCOVER, BY_DHCP) == [BY_DHCP.url, "http://wpad.office.example/wpad.dat"]
    assert urls(DISCOVER, NAMED, BY_DHCP) == [NAMED.url, BY_DHCP.url, "http://wpad.office.example/wpad.dat"]


def test_the_same_address_is_fetched_once() -> None:
    assert urls(NAMED, replace(NAMED, source="environment auto_proxy")) == [NAMED.url]


def test_what_was_looked_for_says_so() -> None:
    found = auto_configs(replace(HERE, auto_configs=(DISCOVER, NAMED, BY_DHCP)))
    assert [is_discovered(one) for one in found] == [False, True, True]


def test_not_without_bound() -> None:
    domains = tuple(f"d{number}.example" for number in range(20))
    assert len(urls(DISCOVER, search_domains=domains)) == 6


@pytest.mark.parametrize(
    ("domain", "names"),
    [
        ("office.example", ("wpad.office.example",)),
        ("Office.Example.", ("wpad.office.example",)),
        ("paris.office.example", ("wpad.paris.office.example",)),
        ("office.co.uk", ("wpad.office.co.uk",)),
        ("co.uk", ()),
        ("com.br", ()),
        ("xy.de", ()),
        ("office.de", ("wpad.office.de",)),
        ("com", ()),
        ("uk", ()),
        ("lan", ("wpad.lan",)),
        ("corp", ("wpad.corp",)),
        ("box", ()),
        ("fritz.box", ("wpad.fritz.box",)),
        ("", ()),
        (".", ()),
        ("a..b", ()),
    ],
)
def test_only_inside_a_domain_of_ones_own(domain: str, names: tuple[str, ...]) -> None:
    assert wpad_names((domain,), devolve=False) == names


@pytest.mark.parametrize(
    ("domain", "names"),
    [
        ("paris.office.example", ("wpad.paris.office.example", "wpad.office.example")),
        ("paris.office.co.uk", ("wpad.paris.office.co.uk", "wpad.office.co.uk")),
        ("paris.office.lan", ("wpad.paris.office.lan", "wpad.office.lan", "wpad.lan")),
        ("paris.office.com", ("wpad.paris.office.com", "wpad.office.com")),
    ],
)
def test_parents_where_the_system_asks_them_too(domain: str, names: tuple[str, ...]) -> None:
    assert wpad_names((domain,), devolve=True) == names
    found = auto_configs(replace(HERE, platform="win32", search_domains=(domain,), auto_configs=(DISCOVER,)))
    assert [one.url for one in found] == [f"http://{name}/wpad.dat" for name in names]


def test_the_plan_says_it() -> None:
    here = replace(HERE, auto_configs=(NAMED,))
    assert make_plan(load("ibkr"), here, Options()).auto_configs == (NAMED,)
    assert make_plan(load("ibkr"), here, Options(depth=Depth.NAMES)).auto_configs == ()
    assert make_plan(load("local"), here, Options()).auto_configs == ()
