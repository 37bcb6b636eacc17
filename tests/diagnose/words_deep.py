"""More words for a network: what only the deep verbs meet."""

from msgspec.structs import replace
from tests.diagnose.network import Change, Memory
from tests.diagnose.words import options

from lineclear.model import Failure


def forgets(after_s: float, ends_in: Failure = Failure.TIMED_OUT, longest_s: float = 480.0) -> Change:
    """Connections are held silent for `longest_s`, and something on the way forgets them."""
    memory = Memory(lasts_s=after_s, ends_in=ends_in)
    return lambda network: options(idle_s=longest_s)(replace(network, memory=memory))


def says_goodbye(after_s: float, longest_s: float = 480.0) -> Change:
    """Connections are held silent for `longest_s`, and the server ends them."""
    memory = Memory(goodbye_s=after_s, ends_in=Failure.EOF)
    return lambda network: options(idle_s=longest_s)(replace(network, memory=memory))
