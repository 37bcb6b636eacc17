"""Which rows of a catalog this user asks about, and which of them hang a verdict on his profile."""

from collections.abc import Callable, Collection, Iterable

from msgspec.structs import replace

from lineclear.model import Catalog, Requirement, Service, UsageError


def select(
    catalog: Catalog,
    *,
    services: Collection[str] = (),
    regions: Collection[str] = (),
    profile: Collection[str] = (),
    only: Collection[str] = (),
    skip: Collection[str] = (),
) -> Catalog:
    """The catalog with the rows asked for.

    `services` and `regions` remove every other row, and narrow each other. A name stands for the id itself and for
    the ids it begins, word by word: `website` is all websites, `america` both halves of it. Rows without a region
    (auto-update, Risk Navigator) belong to none and go when a region is named. `only` and `skip` take requirement
    ids or their beginning up to a `/`: `tws-europe`, `tws-europe/primary`. Rows whose condition is not in `profile`
    stay, so that a report shows every host and port, but are not required.

    Raises:
        UsageError: a name that fits nothing (the fix names the nearest), or a selection that leaves nothing.
    """
    _check_names("profile", profile, [one.id for one in catalog.profiles], _same)
    _check_names("service", services, [one.id for one in catalog.services], _begins_by_word)
    _check_names("region", regions, _in_order(one.region for one in catalog.services if one.region), _begins_by_word)
    for names in (only, skip):
        _check_names("requirement", names, [one.id for one in catalog.requirements], _begins_by_part)
    kept = [
        _narrowed(service, profile, only, skip)
        for service in catalog.services
        if _fits(services, service.id, _begins_by_word) and _fits(regions, service.region, _begins_by_word)
    ]
    remaining = tuple(service for service in kept if service.requirements)
    if not remaining:
        raise UsageError("This selection leaves nothing of the list to test.", "Name fewer services, regions or ids.")
    return replace(catalog, services=remaining)


def _narrowed(service: Service, profile: Collection[str], only: Collection[str], skip: Collection[str]) -> Service:
    return replace(
        service,
        requirements=tuple(
            _for_profile(one, profile)
            for one in service.requirements
            if _fits(only, one.id, _begins_by_part) and not any(_begins_by_part(name, one.id) for name in skip)
        ),
    )


def _for_profile(requirement: Requirement, profile: Collection[str]) -> Requirement:
    applies = not requirement.condition or requirement.condition in profile
    return requirement if applies or not requirement.required else replace(requirement, required=False)


def _fits(names: Collection[str], id_: str, fits: Callable[[str, str], bool]) -> bool:
    return not names or any(fits(name, id_) for name in names)


def _same(name: str, id_: str) -> bool:
    return name == id_


def _begins_by_word(name: str, id_: str) -> bool:
    return id_ == name or id_.startswith(f"{name}-")


def _begins_by_part(name: str, id_: str) -> bool:
    return id_ == name or id_.startswith(f"{name}/")


def _check_names(what: str, names: Iterable[str], ids: list[str], fits: Callable[[str, str], bool]) -> None:
    for name in names:
        if not any(fits(name, id_) for id_ in ids):
            raise _unknown(what, name, ids)


def _unknown(what: str, name: str, ids: list[str]) -> UsageError:
    from difflib import get_close_matches  # noqa: PLC0415  only a mistake needs it

    beginnings = _in_order("/".join(id_.split("/")[:length]) for id_ in ids for length in range(1, id_.count("/") + 2))
    near = get_close_matches(name.lower(), beginnings, 3, cutoff=0.5)
    problem = f"This catalog has no {what} {name!r}."
    if near:
        return UsageError(problem, f"Did you mean {' or '.join(near)}?")
    tops = _in_order(id_.split("/")[0] for id_ in ids)
    return UsageError(problem, f"It has: {', '.join(tops)}." if tops else f"It knows no {what} at all.")


def _in_order(names: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(names))
