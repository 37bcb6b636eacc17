"""From how near an answer comes: a refusal by the hop limit it arrives with, a cut by that of the words it answers.

And from nowhere but this machine, where the far end of a connection is a socket of its own.
"""

from msgspec import Struct

from .observation import Hop, Observation
from .plan import Endpoint


class Floor(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A connect that takes only answers which arrive with at least this hop limit: `refused`, `connected`, `silent`."""

    least: int
    outcome: str


class AnswerOrigin(Observation, frozen=True, kw_only=True, omit_defaults=True, tag="answer-origin"):
    """From how near the answer to a SYN comes: connects that do not take it from farther away (IP_MINTTL, RFC 5082)."""

    endpoint: Endpoint
    host: str = ""
    hop_limit: int | None = None
    """Of the SYNs, so that they go no farther than who answers; None: the usual."""
    floors: tuple[Floor, ...] = ()

    @property
    def arrives_with(self) -> tuple[int, int]:
        """The least and the most hop limit with which a refusal can have arrived; (0, 255): nothing is known."""
        met = [one.least for one in self.floors if one.outcome == "refused"]
        missed = [one.least - 1 for one in self.floors if one.outcome == "silent"]
        return max(met, default=0), min(missed, default=255)


class CutOrigin(Observation, frozen=True, kw_only=True, omit_defaults=True, tag="cut-origin"):
    """Who cuts a connection at its first words: they are sent so that they go only so many hops, short of the host.

    Hops are `reset`, `closed`, `expired` or `silent`; that of limit 0 is of a connection on which nothing was said.
    No failure: it was tried.
    """

    endpoint: Endpoint
    host: str = ""
    secure: bool = False
    """The first words of TLS; else a CR LF."""
    hops: tuple[Hop, ...] = ()

    @property
    def cut_at(self) -> int | None:
        """The smallest hop limit of words that were answered by a cut; None: none were, or silence is cut as well."""
        return min((hop.limit for hop in self.hops if hop.outcome in ("reset", "closed")), default=None) or None


class OtherEnd(Observation, frozen=True, kw_only=True, omit_defaults=True, tag="other-end"):
    """Whether the far end of a connection is a socket of this machine: while it stood, the system listed its sockets.

    No failure: the list was read.
    """

    endpoint: Endpoint
    host: str = ""
    """Empty: nobody has the address."""
    local: Endpoint | None = None
    """Our own end."""
    holder: Endpoint | None = None
    """The local address of the socket whose peer we are; None: no socket of this machine is."""
    program: str = ""
    """Whose socket that is, where this user may know."""

    @property
    def is_taken_here(self) -> bool:
        """Whether a program of this machine holds a connection that was meant for somewhere else."""
        return self.holder is not None and self.holder != self.endpoint
