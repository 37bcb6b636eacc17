"""YAML as our manifests need it: block style, and every scalar as JSON, which YAML reads the same."""

from typing import Any

import msgspec


def yaml(value: Any) -> str:
    """A document of mappings, sequences and scalars; no mapping or sequence in it is empty."""
    return "\n".join(_lines(value)) + "\n"


def _lines(value: Any) -> list[str]:
    if isinstance(value, dict):
        return [line for key, one in value.items() for line in _entry(key, one)]
    if isinstance(value, list):
        return [line for one in value for line in _hung("- ", _lines(one))]
    return [msgspec.json.encode(value).decode()]


def _entry(key: str, value: Any) -> list[str]:
    lines = _lines(value)
    if isinstance(value, dict):
        return [f"{_key(key)}:", *(f"  {line}" for line in lines)]
    return [f"{_key(key)}:", *lines] if isinstance(value, list) else [f"{_key(key)}: {lines[0]}"]


def _key(key: str) -> str:
    return key if key.isalnum() and key.isascii() and not key[0].isdigit() else msgspec.json.encode(key).decode()


def _hung(mark: str, lines: list[str]) -> list[str]:
    return [(mark if number == 0 else " " * len(mark)) + line for number, line in enumerate(lines)]
