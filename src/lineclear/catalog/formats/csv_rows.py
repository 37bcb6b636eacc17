"""A line for each requirement, for spreadsheets and scripts."""

import csv
import io

from lineclear.model import Catalog, Requirement, Service

COLUMNS = (
    "id",
    "service",
    "label",
    "region",
    "role",
    "host",
    "kind",
    "ports",
    "transport",
    "weight",
    "required",
    "pingable",
    "proxy_capable",
    "condition",
    "any_of",
    "provenance",
    "footnotes",
    "alias_of",
    "successor",
    "loses",
    "source",
)

# A cell that begins so is a formula to a spreadsheet.
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


def csv_rows(catalog: Catalog, _: int = 0) -> str:
    """Quoted as RFC 4180 says, with a head line. What a spreadsheet would run as a formula gets an apostrophe."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(COLUMNS)
    for service in catalog.services:
        for requirement in service.requirements:
            writer.writerow(_line(service, requirement, catalog.source))
    return out.getvalue()


def _line(service: Service, one: Requirement, source: str) -> list[str]:
    said = {
        "label": service.label,
        "region": service.region,
        "role": one.role.value,
        "kind": one.kind.value,
        "ports": str(one.ports),
        "transport": one.transport.value,
        "weight": one.weight.value,
        "required": _yes(one.required),
        "pingable": _yes(one.pingable),
        "proxy_capable": _yes(one.proxy_capable),
        "provenance": one.provenance.value,
        "footnotes": " ".join(map(str, one.footnotes)),
        "source": one.source or source,
    }
    return [_safe(said[name] if name in said else getattr(one, name)) for name in COLUMNS]


def _yes(value: bool) -> str:
    return "yes" if value else "no"


def _safe(text: str) -> str:
    return f"'{text}" if text.startswith(_FORMULA) else text
