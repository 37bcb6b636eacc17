"""What the operating system answers for a name: the verb `lookup`, and with it what every application sees.

Hosts file, caches, search suffixes, split horizons, the order of resolvers and their time-outs: all of it is in
`getaddrinfo`, and none of it can be hurried. It runs in a thread of its own for each name, nobody else waits for it,
and how long it takes is evidence: an application stalls as long.
"""

import _socket
from _socket import getaddrinfo
from collections.abc import Callable

from msgspec import Struct

from lineclear.model import Failure, Raw, SystemLookup
from lineclear.probe.errors import classify, raw
from lineclear.probe.run import Run
from lineclear.probe.sockets import SOCK_STREAM

_ANY_FAMILY = 0  # AF_UNSPEC: both families in one call, as applications ask
_WORDS = {
    "EAI_NONAME": Failure.DNS_NXDOMAIN,
    "EAI_NODATA": Failure.DNS_NO_ANSWER,
    "EAI_ADDRFAMILY": Failure.DNS_NO_ANSWER,
    "EAI_AGAIN": Failure.DNS_TEMPORARY,
    "EAI_FAIL": Failure.DNS_SERVFAIL,
    "EAI_MEMORY": Failure.LOCAL_EXHAUSTION,
}
_NAMES = {number: name for name, number in reversed(vars(_socket).items()) if name.startswith("EAI_")}
"""Where two names are one number (Windows), the first of `_WORDS` holds."""
_NAMES |= {vars(_socket)[name]: name for name in reversed(_WORDS) if name in vars(_socket)}


class _Said(Struct, frozen=True, gc=False):
    """What `getaddrinfo` returned or raised, and when."""

    at: float
    addresses: tuple[str, ...] = ()
    failure: Failure | None = None
    raw: Raw | None = None


async def lookup(run: Run, *, name: str, moment: float) -> tuple[str, ...] | None:
    """Look a name up as applications do and record one `SystemLookup`; its addresses, or None."""
    return (await look_up(run, name=name, moment=moment)).addresses or None


async def look_up(run: Run, *, name: str, moment: float, is_wanted: Callable[[], bool] | None = None) -> SystemLookup:
    """The same, for whoever needs to know why there is no address: what was recorded.

    Still under way at `moment`, or when nobody wants it any more (asked whenever the task is woken), it has timed out.
    When the run has no patience left it was interrupted: somebody else's answer was good enough not to wait for this
    one.
    """
    began = run.now()
    try:
        said = await run.reactor.in_thread(
            lambda: _ask(run, name), moment, wanted=is_wanted or (lambda: run.is_patient)
        )
    except RuntimeError as problem:  # no thread could be started
        said = _Said(run.now(), failure=Failure.LOCAL_EXHAUSTION, raw=Raw(text=str(problem)))
    if said is None:
        silence = run.silence() if run.is_patient else Failure.INTERRUPTED
        said = _Said(run.now(), failure=silence)
    observation = SystemLookup(
        id=run.new_id(),
        at_ms=run.at_ms(began),
        took_ms=round((said.at - began) * 1000.0, 3),
        failure=said.failure,
        raw=said.raw,
        name=name,
        addresses=said.addresses,
    )
    run.record(observation)
    return observation


def _ask(run: Run, name: str) -> _Said:
    """Runs in a thread. The name goes as bytes: no IDNA, which would refuse what the resolver takes."""
    try:
        found = getaddrinfo(name.encode(), None, _ANY_FAMILY, SOCK_STREAM)
    except _socket.gaierror as problem:
        number, text = problem.args
        word = _NAMES.get(number, str(number))
        failure = _WORDS.get(word, Failure.DNS_MALFORMED)
        return _Said(run.now(), failure=failure, raw=Raw(errno=word, text=text))
    except OSError as problem:  # EAI_SYSTEM: the resolver library could not even ask
        number = problem.errno or 0
        return _Said(run.now(), failure=classify(number, at_once=True), raw=raw(number))
    # A scope id (`%eth0`) is this machine's, not the host's.
    addresses = dict.fromkeys(str(one[4][0]).partition("%")[0] for one in found)
    return _Said(run.now(), tuple(addresses))
