"""One packet, or one request to a proxy, as far as it can be foreseen. What cannot is a span of more than one value."""

import enum

from msgspec import Struct

from .spans import ALL_PORTS, Span, everywhere

TCP, UDP, ICMPV6 = 6, 17, 58
EPHEMERAL: Span = (1024, 65535)
"""Where a client's own port may lie (RFC 6056, section 3.2)."""


class State(enum.Enum):
    """Of the connection it belongs to, as connection tracking sees it."""

    NEW = "new"
    ESTABLISHED = "established"


class Packet(Struct, frozen=True, kw_only=True):
    """What a rule may look at. Of a request to a proxy, only the fields of its own kind are looked at."""

    version: int
    protocol: int
    source: Span
    destination: Span
    sport: Span = EPHEMERAL
    dport: Span = ALL_PORTS
    state: State = State.NEW
    reply: bool = False
    into: str | None = ""
    """The interface it came in by; empty: none; None: not known, but not `lo`."""
    out: str | None = ""
    raised: frozenset[str] = frozenset()
    """TCP flags that are set."""
    perhaps: frozenset[str] = frozenset()
    """TCP flags that may be set."""
    host: str = ""
    """A proxy: the host that is asked for."""
    addresses: tuple[str, ...] | None = None
    """A proxy: what that host resolves to; None: not known."""
    method: str = ""
    scheme: str = ""


class Question(Struct, frozen=True, kw_only=True):
    """Whose packets they are, and which way they take."""

    hook: str = "output"
    """`output`: this machine's own; `forward`: they pass through it."""
    sources: tuple[tuple[int, Span], ...] = ()
    """Who is to be let out: version and addresses; empty: not known."""
    into: str | None = None
    """The interface clients are behind, where that is known; it matters for `forward`."""
    out: str | None = None
    """The interface that leads out, where that is known."""

    def senders(self, version: int) -> tuple[Span, ...]:
        """The spans of sources of a version; all there is where nobody was named."""
        if not self.sources:
            return (everywhere(version),)
        return tuple(span for one, span in self.sources if one == version)
