"""JSON Schemas of the documents Lineclear writes, made from the types that write them and shipped beside this file."""

import msgspec

from lineclear.model import EVIDENCE_SCHEMA, REPORT_SCHEMA, Evidence
from lineclear.render.json import Document

SCHEMAS: dict[str, tuple[str, type]] = {
    "report-1.json": (REPORT_SCHEMA, Document),
    "evidence-1.json": (EVIDENCE_SCHEMA, Evidence),
}
"""File name to the document's own word for its schema, and the type."""


def generated() -> dict[str, bytes]:
    """File name to the schema the types make: what must be shipped."""
    return {name: _written(word, kind) for name, (word, kind) in SCHEMAS.items()}


def _written(word: str, kind: type) -> bytes:
    schema = {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": f"urn:lineclear:{word.removeprefix('lineclear.').replace('/', ':')}",
        "title": word,
        **msgspec.json.schema(kind),
    }
    return msgspec.json.format(msgspec.json.encode(schema, order="deterministic"), indent=2) + b"\n"
