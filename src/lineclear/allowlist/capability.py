"""What a dialect can say. What it cannot is left out aloud, never silently: see `fitting`."""

from msgspec import Struct

NOT_RUN = "not run on the device"


class Capability(Struct, frozen=True, kw_only=True):
    """One dialect: its function, and what of a rule it can express."""

    name: str
    title: str
    """`nftables on Linux`."""
    function: str
    """`module.function` below `dialects`."""
    removal: str = "nothing acts on this by itself, so there is nothing to take back"
    """How to take it back, in a line; `{name}` and `{NAME}` stand for our names on the device."""
    names: bool = True
    """Takes host names and follows them by itself; False: an address snapshot is needed."""
    underscores: bool = True
    """Takes names with underscores; False: those few need a snapshot, or are left out where `blocks` is False too."""
    wildcards: bool = False
    opaque: bool = True
    """Knows hosts by name whatever is spoken; False: only where HTTP or HTTPS is, elsewhere a snapshot is needed."""
    blocks: bool = True
    """Takes addresses and CIDR blocks."""
    ipv6: bool = True
    udp: bool = True
    ports: bool = True
    """Distinguishes ports; False: the whole host is opened, which is said."""
    ranges: bool = True
    """Takes ranges of ports; False: they are written out, if they are short."""
    web_only: bool = False
    """Sees only TLS and HTTP: what else is spoken cannot pass it."""
    most: int = 0
    """Rules, each a block and a range of ports, that it holds of one version of IP by default; 0: no such bound."""
    explicit_proxy: bool = False
    """Serves applications that speak to a proxy; the others cannot use it."""
    sources: bool = True
    """Knows which source is let out."""
    comment: str = "#"
    """What begins a comment line; empty: the format has none, or a place of its own for what would stand there."""
    is_table: bool = False
    """For people: nothing acts on it, so everything can be said."""
    ending: str = "txt"
    """Of a file."""
    proof: str = NOT_RUN
    """By what its output was tried in our tests."""
    syntax: str = ""
    """Where the vendor publishes the grammar."""
    notes: str = ""
    """What to know before it is used, in a sentence or two."""
