"""The editions that come with the program, and how a catalog is named on the command line.

A built-in edition is read in its compiled form (JSON beside the TOML): parsing TOML would double the start-up time
of every check. `python -m lineclear.catalog.compile` writes it, and a test demands that both say the same.
"""

from msgspec import Struct
from msgspec.json import decode

from lineclear.model import Catalog, UsageError


class Edition(Struct, frozen=True, kw_only=True):
    """A built-in edition. `is_default`: what is meant when only the catalog is named."""

    catalog: str
    edition: str
    stem: str
    """Name of its files in `editions/`, without the ending."""
    is_default: bool = False

    @property
    def reference(self) -> str:
        """`ibkr:2022-01`."""
        return f"{self.catalog}:{self.edition}"


_EDITIONS = (
    Edition(catalog="ibkr", edition="2022-01", stem="ibkr-2022-01", is_default=True),
    Edition(catalog="ibkr", edition="observed", stem="ibkr-observed"),
    Edition(catalog="local", edition="1", stem="local", is_default=True),
)


def editions() -> tuple[Edition, ...]:
    """The built-in editions, the default of each catalog first."""
    return _EDITIONS


def load_edition(catalog: str, edition: str = "") -> Catalog:
    """A built-in edition; without `edition`, the catalog's default.

    Raises:
        UsageError: there is no such edition.
    """
    stem = find_edition(catalog, edition).stem
    return decode(packaged(f"editions/{stem}.json"), type=Catalog)


def find_edition(catalog: str, edition: str = "") -> Edition:
    """The built-in edition of that name.

    Raises:
        UsageError: there is none; the fix names the nearest.
    """
    for one in _EDITIONS:
        if one.catalog == catalog and (one.edition == edition or (not edition and one.is_default)):
            return one
    from difflib import get_close_matches  # noqa: PLC0415  only a mistake needs it

    wanted = f"{catalog}:{edition}" if edition else catalog
    names = [one.reference for one in _EDITIONS]
    known = names if edition else [*names, *(one.catalog for one in _EDITIONS)]
    near = get_close_matches(wanted, known, 1)
    hint = f"Did you mean {near[0]}?" if near else f"Built in are {', '.join(names)}."
    raise UsageError(f"There is no catalog {wanted!r}.", f"{hint} A file is named by a path that ends in .toml.")


def is_file(reference: str) -> bool:
    """Whether a reference names a file rather than a built-in edition."""
    return reference.endswith(".toml") or "/" in reference or "\\" in reference


def packaged(name: str) -> bytes:
    """A file that is shipped beside this one."""
    folder = __file__[: -len("store.py")]
    with open(f"{folder}{name}", "rb") as file:  # noqa: PTH123  pathlib would cost 5 ms of every start
        return file.read()
