"""More words for a network: what only the deep verbs meet."""

from msgspec.structs import replace
from tests.diagnose.network import Change, Memory
from tests.diagnose.words import doors, options

from lineclear.model import Failure


def refused_by(hop: int, *patterns: str, takes: bool = False) -> Change:
    """A device that many hops away resets connections: on passing them on, or, if it `takes` them, as their end."""
    at = hop if takes else hop + 1
    return doors(*patterns, connect=Failure.CONNECTION_REFUSED, errno="ECONNREFUSED", opens_at=at, refused_by=hop)


def sends_again(segments: int, *patterns: str) -> Change:
    """So many segments of each connection are lost and sent again, beside the three that arrive."""
    return lambda network: replace(network, repeats={**network.repeats, **dict.fromkeys(patterns, segments)})


def busy(at_ms: float, took_ms: float) -> Change:
    """This machine goes on so much later than it was due at that moment."""
    return lambda network: replace(network, busy=(*network.busy, (at_ms, took_ms)))


def fates(*each: str) -> Change:
    """Single connections that are made to tell fare so, by turns: `alive`, `rescued` or `dead`."""
    return lambda network: replace(network, fates=each)


def answered_late(pattern: str) -> Change:
    """The first SYN to these is answered when nobody waits for it any longer."""
    return lambda network: replace(network, late=pattern)


def overtaken(segments: int) -> Change:
    """So many segments of each connection come before one sent earlier."""
    return lambda network: replace(network, overtaken=segments)


def narrow(size: int, *patterns: str) -> Change:
    """Larger segments than that vanish, and so do the server's certificates."""
    return doors(*patterns, tls=Failure.TIMED_OUT, carries=size)


def forgets(after_s: float, ends_in: Failure = Failure.TIMED_OUT, longest_s: float = 480.0) -> Change:
    """Connections are held silent for `longest_s`, and something on the way forgets them."""
    memory = Memory(lasts_s=after_s, ends_in=ends_in)
    return lambda network: options(idle_s=longest_s)(replace(network, memory=memory))


def says_goodbye(after_s: float, longest_s: float = 480.0) -> Change:
    """Connections are held silent for `longest_s`, and the server ends them."""
    memory = Memory(goodbye_s=after_s, ends_in=Failure.EOF)
    return lambda network: options(idle_s=longest_s)(replace(network, memory=memory))


def agent(*patterns: str, program: str = "shield") -> Change:
    """A program of this machine takes connections over: of `host:port`, or `nobody:port`; empty: nobody says which."""
    return lambda network: replace(network, agents={**network.agents, **dict.fromkeys(patterns, program)})


def minds_large_greetings(*patterns: str, ends_in: Failure = Failure.TIMED_OUT, carries: int = 0) -> Change:
    """A TLS greeting that does not fit into one packet fails, unless in segments that the way `carries`."""
    return doors(*patterns, at_large=ends_in, carries=carries)


def invents(address: str) -> Change:
    """Name servers lead names that nobody has to a page of their own."""
    return lambda network: replace(network, invents=address)
