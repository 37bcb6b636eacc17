"""Values to bytes and back. One place, so that a round trip is the identity for all of them."""

from typing import TypeVar

import msgspec

from lineclear.errors import UsageError

from .evidence import EVIDENCE_SCHEMA, Evidence

Value = TypeVar("Value")


def to_json(value: object) -> bytes:
    r"""Indented JSON with a final line end. Half a surrogate pair, as odd file names bring it, is written `\\udc80`."""
    try:
        encoded = msgspec.json.encode(value, order="deterministic")
    except UnicodeEncodeError:
        encoded = msgspec.json.encode(_encodable(msgspec.to_builtins(value)))
    return msgspec.json.format(encoded, indent=2) + b"\n"


def _encodable(value: object) -> object:
    if isinstance(value, str):
        return value.encode(errors="backslashreplace").decode()
    if isinstance(value, dict):
        return {_encodable(name): _encodable(one) for name, one in value.items()}
    return [_encodable(one) for one in value] if isinstance(value, list | tuple) else value


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
