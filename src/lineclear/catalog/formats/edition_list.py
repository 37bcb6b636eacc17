"""The built-in editions, one line each."""

from lineclear.catalog.store import editions, load_edition

_GAP = "  "


def list_text() -> str:
    """Reference, date, size and title of every built-in edition; the default of a catalog is marked."""
    lines = [("CATALOG", "DATE", "HOSTS", "REQUIREMENTS", "TITLE")]
    for one in editions():
        catalog = load_edition(one.catalog, one.edition)
        hosts = len({requirement.host for requirement in catalog.requirements})
        title = f"{catalog.title}{f' (the default of {one.catalog})' if one.is_default else ''}"
        lines.append((one.reference, catalog.published, str(hosts), str(len(catalog.requirements)), title))
    widths = [max(map(len, column)) for column in zip(*lines, strict=True)]
    return "".join(f"{_GAP.join(map(str.ljust, line, widths)).rstrip()}\n" for line in lines)
