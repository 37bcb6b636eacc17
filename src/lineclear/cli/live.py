"""Progress on a terminal."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager

from lineclear.model import AnyObservation, Catalog, Plan


class Live:
    """Shows nothing yet."""

    def begin(self, catalog: Catalog) -> None:
        """The catalog is chosen."""

    def planned(self, plan: Plan) -> None:
        """The plan is made."""

    def seen(self, observation: AnyObservation) -> None:
        """A step is done."""


@contextmanager
def progress(color: str) -> Iterator[Live]:
    """Progress while a check runs."""
    del color
    yield Live()


def wants_color(environ: Mapping[str, str], *, is_tty: bool, choice: str) -> bool:
    """Whether to use colour."""
    return choice == "always" or (choice == "auto" and is_tty and "NO_COLOR" not in environ)
