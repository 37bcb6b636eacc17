"""Values to bytes and back. One place, so that a round trip is the identity for all of them."""

from typing import TypeVar

import msgspec

from .errors import UsageError
from .evidence import EVIDENCE_SCHEMA, Evidence

Value = TypeVar("Value")


def to_json(value: object) -> bytes:
    """Indented JSON with a final line end."""
    return msgspec.json.format(msgspec.json.encode(value, order="deterministic"), indent=2) + b"\n"


def from_json(data: bytes, kind: type[Value], what: str) -> Value:
    """Decode `data` as `kind`.

    Raises:
        UsageError: it is not JSON, or a field does not fit; the message names the field's path.
    """
    try:
        return msgspec.json.decode(data, type=kind)
    except msgspec.DecodeError as problem:
        raise UsageError(f"{what} cannot be read: {problem}.", "Check that it is a file Lineclear wrote.") from None


def evidence_from_json(data: bytes, what: str) -> Evidence:
    """Decode saved evidence.

    Raises:
        UsageError: not JSON, not evidence, or of a schema this version does not know.
    """
    evidence = from_json(data, Evidence, what)
    if evidence.schema != EVIDENCE_SCHEMA:
        raise UsageError(
            f"{what} has schema {evidence.schema!r}; this version reads {EVIDENCE_SCHEMA!r}.",
            "Use the version of Lineclear that wrote it, or a newer one.",
        )
    return evidence
