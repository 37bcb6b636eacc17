"""The form of a catalog file. The JSON Schema that authors' editors use is made from these shapes.

A file is a few lines about the list and one block for each row group. What a block leaves out it inherits: a port
from its host, a host from its service, a service from its table, a table from `[defaults]`. The nearest one that
says something wins. TOML has no null, so a field that is left out is UNSET, never None.
"""

from typing import Annotated, Any, Literal

from msgspec import UNSET, Meta, Struct, UnsetType

from lineclear.model import Provenance, Role, Transport, Weight

FORMAT = "lineclear.catalog/1"

_ID = r"[a-z0-9]+(-[a-z0-9]+)*"

Id = Annotated[
    str, Meta(pattern=rf"^{_ID}$", max_length=64, description="Lower-case letters, digits and single hyphens.")
]
Words = Annotated[str, Meta(min_length=1, max_length=1000)]
# The patterns of cells are for editors only: the loader reads cells itself, and says better what is wrong with them.
HostCell = Annotated[
    str,
    Meta(
        min_length=1,
        description="A name, an address, a block or a wildcard. Never a URL, never with a port.",
        extra_json_schema={"pattern": r"^\s*(?!.*://)\S+\s*$"},
    ),
]
PortText = Annotated[
    str, Meta(extra_json_schema={"pattern": r"^\s*[0-9]{1,5}\s*(-\s*[0-9]{1,5})?\s*(/\s*[A-Za-z-]+)?\s*$"})
]
PortNumber = Annotated[int, Meta(ge=1, le=65535)]
Clock = Annotated[str, Meta(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$", description="HH:MM, 24 hours.")]
Day = Literal["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
Date = Annotated[
    str,
    Meta(pattern=r"^([0-9]{4}(-[0-9]{2}(-[0-9]{2})?)?)?$", description="As precise as the vendor gives it: 2022-01."),
]
Numbers = Annotated[tuple[int, ...], Meta(description="Footnotes, by number.")]


class Inherited(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What every level may say, and passes on to the levels inside it."""

    transport: Annotated[
        Transport | UnsetType,
        Meta(description="What is spoken. Left out: https on 443, http on 80, else tcp, of which no byte is known."),
    ] = UNSET
    required: Annotated[bool | UnsetType, Meta(description="false: tested and shown, but no verdict hangs on it.")] = (
        UNSET
    )
    weight: Annotated[
        Weight | UnsetType, Meta(description="main: without it the verdict is Failure; auxiliary: Degraded.")
    ] = UNSET
    pingable: Annotated[bool | UnsetType, Meta(description="false: the vendor says it does not answer ping.")] = UNSET
    proxy_capable: Annotated[
        bool | UnsetType, Meta(description="true: the application can reach it through an explicit HTTP proxy.")
    ] = UNSET
    condition: Annotated[Id | UnsetType, Meta(description="A [[profile]] that must be chosen for this to apply.")] = (
        UNSET
    )
    any_of: Annotated[
        Id | UnsetType, Meta(description="Requirements of one group name are alternatives: one of them is enough.")
    ] = UNSET
    provenance: Annotated[
        Provenance | UnsetType, Meta(description="published: the vendor's list; observed: sightings; local: your own.")
    ] = UNSET
    loses: Annotated[Words | UnsetType, Meta(description="What the user loses without it, in one line.")] = UNSET
    certificate_names: Annotated[
        tuple[Words, ...] | UnsetType, Meta(description="Names the certificate may carry instead of the host's.")
    ] = UNSET
    source: Annotated[
        Words | UnsetType, Meta(description="Where this was read or seen, if not in the catalog's source.")
    ] = UNSET


class PortBlock(Inherited, frozen=True, kw_only=True):
    """A port, or an inclusive range of ports from `port` to `last`, with what sets it apart from its host."""

    port: PortNumber
    last: PortNumber | UnsetType = UNSET
    footnotes: Numbers = ()


PortCell = Annotated[
    PortNumber | PortText | PortBlock,
    Meta(description='443, or "4001/tls", or "8194-8198/tcp", or a table with `port`.'),
]
PortCells = tuple[PortCell, ...]


class Level(Inherited, frozen=True, kw_only=True):
    """A level that may also list ports for the levels inside it."""

    ports: Annotated[
        PortCells | UnsetType, Meta(description="Ports of every host inside, unless a host lists its own.")
    ] = UNSET


class HostBlock(Level, frozen=True, kw_only=True):
    """A host of a service: a name, an address, a block of addresses (CIDR) or a wildcard such as *.example.com."""

    host: HostCell
    role: Role = Role.ONLY
    footnotes: Numbers = ()
    successor: Annotated[str, Meta(description="The host that took its place.")] = ""
    alias_of: Annotated[str, Meta(description="The host this one is another name of.")] = ""


class ServiceBlock(Level, frozen=True, kw_only=True):
    """A row group of the list: one service and the hosts it needs."""

    id: Id
    label: Annotated[Words, Meta(description="As the vendor prints it.")]
    name: Annotated[str, Meta(description="As one says it in a sentence. Left out: the label.")] = ""
    table: Annotated[str, Meta(description="Id of the [[table]] it stands in.")] = ""
    region: Annotated[str, Meta(pattern=rf"^({_ID})?$", max_length=64)] = ""
    footnotes: Numbers = ()
    hosts: Annotated[tuple[HostCell | HostBlock, ...], Meta(min_length=1)]


class TableBlock(Level, frozen=True, kw_only=True):
    """A table of the printed list: title and column heads as the vendor prints them."""

    id: Id
    title: Words
    columns: Annotated[
        tuple[Words, ...], Meta(min_length=3, max_length=4, description="Heads: group, role if printed, host, ports.")
    ]
    footnotes: Annotated[tuple[int, ...], Meta(description="Footnotes on the head of the ports.")] = ()


class FootnoteBlock(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A numbered note."""

    number: Annotated[int, Meta(ge=1)]
    text: Words


class ProfileBlock(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A condition a user can declare about himself."""

    id: Id
    title: Words


class WindowBlock(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A published time of maintenance. An `end` before `start` is on the next day."""

    start: Clock
    end: Clock
    timezone: Annotated[str, Meta(pattern=r"^[A-Za-z]+([A-Za-z0-9_+/-]*[A-Za-z0-9])?$", description="IANA name.")]
    days: Annotated[tuple[Day, ...], Meta(description="Days it starts on; left out: every day.")] = ()
    regions: Annotated[tuple[Id, ...], Meta(description="Left out: all.")] = ()
    note: str = ""


class Document(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """A catalog file: one dated edition of one vendor's list of hosts and ports."""

    format: Literal["lineclear.catalog/1"]
    id: Id
    edition: Annotated[str, Meta(pattern=r"^[a-z0-9]+([.-][a-z0-9]+)*$", max_length=64)]
    title: Words
    publisher: Words
    application: Annotated[Words, Meta(description="What the user runs, as one says it in a sentence.")]
    source: Annotated[str, Meta(description="The document this was taken from, or its address.")] = ""
    published: Date = ""
    supersedes: Annotated[str, Meta(description="The edition this one replaces.")] = ""
    place: Annotated[str, Meta(description="How to say where its ports are: `IBKR server`, `local API`.")] = ""
    notes: tuple[Words, ...] = ()
    defaults: Level = Level()
    footnote: tuple[FootnoteBlock, ...] = ()
    profile: tuple[ProfileBlock, ...] = ()
    window: tuple[WindowBlock, ...] = ()
    table: tuple[TableBlock, ...] = ()
    service: Annotated[tuple[ServiceBlock, ...], Meta(min_length=1)]


BLOCKS: dict[str, type[Struct]] = {
    "defaults": Level,
    "footnote": FootnoteBlock,
    "profile": ProfileBlock,
    "window": WindowBlock,
    "table": TableBlock,
    "service": ServiceBlock,
    "hosts": HostBlock,
    "ports": PortBlock,
}
"""The shape of the block that stands under each key; the file itself is a `Document`."""


def schema() -> dict[str, Any]:
    """JSON Schema (2020-12) of a catalog file, for editors and other programs."""
    import msgspec  # noqa: PLC0415  the schema is made only when asked for

    made = msgspec.json.schema(Document)
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "Lineclear catalog", **made}
