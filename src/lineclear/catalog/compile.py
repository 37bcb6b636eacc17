"""`python -m lineclear.catalog.compile`: writes the compiled form of the built-in editions and the JSON Schema.

Run it after an edit of a TOML file or of the form, and commit what it writes; a test compares.
"""

import sys
from pathlib import Path

import msgspec

from lineclear.model import Kind, to_json

from .document import schema
from .loading import load_file
from .store import Edition, editions

_HERE = Path(__file__).parent
SCHEMA_FILE = "catalog.schema.json"


def compiled() -> dict[str, bytes]:
    """What the generated files should hold, by their name below this folder."""
    made = {
        f"editions/{one.stem}.json": to_json(load_file(str(_HERE / "editions" / f"{one.stem}.toml")))
        for one in editions()
    }
    hosts = {f"editions/{one.stem}.hosts": _hosts(one) for one in editions()}
    return {**made, **hosts, SCHEMA_FILE: msgspec.json.format(msgspec.json.encode(schema()), indent=2) + b"\n"}


def _hosts(edition: Edition) -> bytes:
    """The names of an edition and their ports, a name each line: what a check may try before it can read more."""
    catalog = load_file(str(_HERE / "editions" / f"{edition.stem}.toml"))
    ports: dict[str, dict[int, None]] = {}
    for one in catalog.requirements:
        if one.kind is Kind.HOST and one.testable:
            ports.setdefault(one.host, {})[one.port] = None
    return "".join(f"{' '.join([name, *map(str, found)])}\n" for name, found in ports.items()).encode()


def main() -> int:
    """Writes every generated file and says so."""
    for name, content in compiled().items():
        (_HERE / name).write_bytes(content)
        sys.stdout.write(f"{name}: {len(content)} bytes\n")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
