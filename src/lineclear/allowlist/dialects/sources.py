"""Who is let out: the blocks of --source, one version of IP at a time."""

from collections.abc import Sequence


def by_family(sources: Sequence[str], version: int) -> tuple[str, ...] | None:
    """The sources of that version of IP; empty: nobody was named, so everybody; None: only others were named."""
    mark = "." if version == 4 else ":"  # noqa: PLR2004  that is what the versions are called
    found = tuple(one for one in sources if mark in one and not (mark == "." and ":" in one))
    return found if found or not sources else None
