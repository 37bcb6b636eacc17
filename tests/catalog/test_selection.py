"""What a user asks for, what remains, and what a misspelt name gets."""

import pytest

from lineclear.catalog import load, select
from lineclear.model import Catalog, UsageError

IBKR = load("ibkr")


def services(catalog: Catalog) -> list[str]:
    return [one.id for one in catalog.services]


def ids(catalog: Catalog) -> list[str]:
    return [one.id for one in catalog.requirements]


def test_without_a_wish_every_row_remains() -> None:
    assert ids(select(IBKR)) == ids(IBKR)


def test_rows_of_an_unmet_condition_remain_but_are_not_required() -> None:
    unmet = [one for one in select(IBKR).requirements if one.condition]
    met = [one for one in select(IBKR, profile=["mainland-china"]).requirements if one.condition]
    assert [one.required for one in unmet] == [False] * 4
    assert [one.required for one in met] == [True] * 4
    assert [one.id for one in unmet] == [one.id for one in met]


def test_a_profile_changes_nothing_else() -> None:
    with_it = {one.id: one for one in select(IBKR, profile=["mainland-china"]).requirements}
    assert with_it == {one.id: one for one in IBKR.requirements}


@pytest.mark.parametrize(
    ("wish", "left"),
    [
        ({"services": ["tws-europe"]}, ["tws-europe"]),
        ({"services": ["tws-europe", "ib-cam"]}, ["tws-europe", "ib-cam"]),
        ({"services": ["ib-cam", "tws-europe"]}, ["tws-europe", "ib-cam"]),
        ({"services": ["client-portal"]}, ["client-portal-east", "client-portal-central"]),
        ({"services": ["tws-asia"]}, ["tws-asia", "tws-asia-china"]),
        ({"regions": ["europe"]}, ["tws-europe"]),
        ({"regions": ["china"]}, ["website-china", "tws-asia-china"]),
        ({"regions": ["america-east"]}, ["client-portal-east", "tws-america-east"]),
        (
            {"regions": ["america"]},
            [
                "website-america",
                "client-portal-east",
                "client-portal-central",
                "tws-america-east",
                "tws-america-central",
            ],
        ),
        ({"services": ["tws"], "regions": ["china", "europe"]}, ["tws-europe", "tws-asia-china"]),
        ({"only": ["tws-europe"]}, ["tws-europe"]),
        ({"only": ["tws-europe"], "skip": ["tws-europe/backup"]}, ["tws-europe"]),
    ],
)
def test_services_that_remain(wish: dict[str, list[str]], left: list[str]) -> None:
    assert services(select(IBKR, **wish)) == left


@pytest.mark.parametrize(
    ("wish", "left"),
    [
        ({"only": ["tws-europe/primary"]}, ["tws-europe/primary/4000", "tws-europe/primary/4001"]),
        ({"only": ["tws-europe/primary/4001"]}, ["tws-europe/primary/4001"]),
        ({"only": ["tws-auto-update/primary"]}, ["tws-auto-update/primary/443"]),
        ({"only": ["ib-cam"], "skip": ["ib-cam/primary/4000"]}, ["ib-cam/primary/4001"]),
        ({"services": ["ib-cam"], "skip": ["tws-europe"]}, ["ib-cam/primary/4000", "ib-cam/primary/4001"]),
    ],
)
def test_requirements_that_remain(wish: dict[str, list[str]], left: list[str]) -> None:
    assert ids(select(IBKR, **wish)) == left


def test_skip_removes_and_keeps_the_rest_in_order() -> None:
    left = ids(select(IBKR, skip=["tws-europe/backup", "website-uk"]))
    assert left == [one for one in ids(IBKR) if not one.startswith(("tws-europe/backup/", "website-uk/"))]


@pytest.mark.parametrize(
    ("wish", "problem", "fix"),
    [
        ({"services": ["tws-eurpe"]}, "no service 'tws-eurpe'", "Did you mean tws-europe"),
        ({"services": ["TWS-Europe"]}, "no service 'TWS-Europe'", "Did you mean tws-europe"),
        ({"services": ["tws-eur"]}, "no service 'tws-eur'", "tws-europe"),
        ({"services": ["qqq"]}, "no service 'qqq'", "It has: website-america, "),
        ({"regions": ["eurpe"]}, "no region 'eurpe'", "Did you mean europe"),
        ({"profile": ["mainland"]}, "no profile 'mainland'", "Did you mean mainland-china?"),
        ({"profile": ["zz"]}, "no profile 'zz'", "It has: mainland-china."),
        ({"only": ["tws-europe/secondary"]}, "no requirement 'tws-europe/secondary'", "tws-europe/primary"),
        ({"skip": ["tws-europe/primary/4002"]}, "no requirement", "tws-europe/primary/4001"),
        ({"only": ["tws"]}, "no requirement 'tws'", "Did you mean tws-asia"),
        ({"services": ["ib-cam"], "regions": ["europe"]}, "leaves nothing", "fewer"),
        ({"only": ["ib-cam"], "skip": ["ib-cam"]}, "leaves nothing", "fewer"),
    ],
)
def test_a_name_that_fits_nothing(wish: dict[str, list[str]], problem: str, fix: str) -> None:
    with pytest.raises(UsageError) as caught:
        select(IBKR, **wish)
    assert problem in caught.value.problem
    assert fix in caught.value.fix


def test_a_catalog_without_regions_or_profiles_says_so() -> None:
    with pytest.raises(UsageError, match="It knows no region at all"):
        select(load("local"), regions=["europe"])
    with pytest.raises(UsageError, match="It knows no profile at all"):
        select(load("local"), profile=["paper"])


def test_an_alternative_alone_is_still_of_its_group() -> None:
    (left,) = select(load("local"), only=["tws-paper"]).requirements
    assert left.any_of == "local-api"
