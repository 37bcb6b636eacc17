"""What the operating system answers for a name, as an application sees it: hosts file, cache and all."""

import _socket

from lineclear.model import Failure, Raw, SystemLookup

from .run import Run

_FAILURES = {
    "EAI_NONAME": Failure.DNS_NXDOMAIN,
    "EAI_NODATA": Failure.DNS_NO_ANSWER,
    "EAI_AGAIN": Failure.DNS_TEMPORARY,
    "EAI_FAIL": Failure.DNS_SERVFAIL,
    "EAI_SYSTEM": Failure.DNS_TEMPORARY,
}
_NAMES = {number: name for name in _FAILURES if (number := getattr(_socket, name, None)) is not None}

Answer = tuple[tuple[str, ...], Failure | None, Raw | None]


async def lookup(run: Run, *, name: str, moment: float) -> tuple[str, ...] | None:
    """Ask the system in a thread, until `moment`, and record one `SystemLookup`; its addresses, or None."""
    began = run.now()
    answer = await run.reactor.in_thread(lambda: _ask(name), moment)
    addresses, failure, raw = answer if answer is not None else ((), run.silence(), None)
    run.record(
        SystemLookup(
            id=run.new_id(),
            at_ms=run.at_ms(began),
            took_ms=run.took_ms(began),
            failure=failure,
            raw=raw,
            name=name,
            addresses=addresses,
        )
    )
    return addresses or None


def _ask(name: str) -> Answer:
    try:
        found = _socket.getaddrinfo(name.encode(), None, 0, int(_socket.SOCK_STREAM))
    except OSError as problem:
        word = _NAMES.get(problem.args[0], str(problem.args[0]))
        return (), _FAILURES.get(word, Failure.DNS_TEMPORARY), Raw(errno=word)
    return tuple(dict.fromkeys(str(one[4][0]).partition("%")[0] for one in found)), None, None
