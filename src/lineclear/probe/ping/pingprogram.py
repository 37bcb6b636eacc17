"""An ICMP echo by the system's `ping` program, where this process may not send one itself."""

import os
import sys

from msgspec import Struct

from lineclear.model import Failure, NotMeasured, Ping, Raw
from lineclear.probe.errors import escape
from lineclear.probe.loop.reactor import Task
from lineclear.probe.run import Run
from lineclear.probe.sockets import AF_INET6, family

_PATIENCE_S = 3.0
"""For the program to start, wait its second and end."""
_AT_ONCE = 12
_COMMANDS = {
    "win32": ("ping", "-n", "1", "-w", "1000"),
    "darwin": ("ping", "-n", "-c", "1", "-W", "1000"),
    "darwin6": ("ping6", "-n", "-c", "1"),
}
_ANY_OTHER = ("ping", "-n", "-c", "1", "-W", "1")
_SAYINGS = (
    (b"socket:", None),
    (b"sendmsg: operation not permitted", Failure.PERMISSION_DENIED),
    (b"ping broadcast?", Failure.PERMISSION_DENIED),
    (b"connect: no route to host", Failure.NO_ROUTE),
    (b"connect: invalid argument", Failure.NO_ROUTE),
    (b"network is unreachable", Failure.NO_ROUTE),
    (b"filtered", Failure.HOST_UNREACHABLE),
    (b"prohibited", Failure.HOST_UNREACHABLE),
    (b"unreachable", Failure.HOST_UNREACHABLE),
)
"""What the program says in English, and our word for it; None: it could not even try."""
_SILENT = 1
"""Its exit status when nothing came back."""


_NOT_STARTED = 127


class Said(Struct, frozen=True):
    """How the program ended and what it printed."""

    status: int
    text: bytes


class Outcome(Struct, frozen=True, kw_only=True):
    """What its words amount to. `why`: why nothing was measured."""

    failure: Failure | None = None
    raw: Raw | None = None
    rtt_ms: float | None = None
    hop_limit: int | None = None
    why: str = ""


async def ping_by_program(run: Run, *, address: str, host: str) -> None:
    """Have the program send one echo and record one `Ping`; `NotMeasured` where it does not exist or may not either."""
    line: list[Task[None]] = run.shared.setdefault("ping-program", [])
    before = line[-_AT_ONCE] if len(line) >= _AT_ONCE else None
    line.append(run.reactor.spawn(_ping(run, address, host, before)))
    await line[-1]


async def _ping(run: Run, address: str, host: str, before: Task[None] | None) -> None:
    if before is not None:
        await before
    began = run.now()
    said = None
    if not run.reactor.is_cut:
        command = (*command_for(sys.platform, address), address)
        said = await run.reactor.in_thread(lambda: start(command), began + _PATIENCE_S)
    outcome = Outcome(failure=run.silence()) if said is None else read(said)
    _record(run, address, host, began, outcome)


def _record(run: Run, address: str, host: str, began: float, outcome: Outcome) -> None:
    number, at_ms, took_ms = run.new_id(), run.at_ms(began), run.took_ms(began)
    if outcome.why:
        run.record(NotMeasured(id=number, at_ms=at_ms, took_ms=took_ms, verb="ping", subject=address, why=outcome.why))
        return
    run.record(
        Ping(
            id=number,
            at_ms=at_ms,
            took_ms=took_ms,
            failure=outcome.failure,
            raw=outcome.raw,
            address=address,
            host=host,
            by="program",
            rtt_ms=outcome.rtt_ms,
            hop_limit=outcome.hop_limit,
        )
    )


def command_for(platform: str, address: str) -> tuple[str, ...]:
    """The program and its options for one echo and a second's patience."""
    is_six = family(address) == AF_INET6
    return _COMMANDS.get(f"{platform}6" if is_six else platform) or _COMMANDS.get(platform) or _ANY_OTHER


def start(command: tuple[str, ...]) -> Said:
    """Run the program to its end, in plain English. Blocks, so it belongs into a thread."""
    import subprocess  # noqa: PLC0415  only where there are no ping sockets

    try:
        done = subprocess.run(  # noqa: S603  a fixed program, and an address that was parsed as one
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env={**os.environ, "LC_ALL": "C"},
            timeout=_PATIENCE_S,
            check=False,
        )
    except subprocess.TimeoutExpired:
        return Said(_SILENT, b"")
    except OSError as problem:
        return Said(_NOT_STARTED, f"{command[0]}: {problem.strerror}".encode())
    return Said(done.returncode, done.stdout)


def read(said: Said) -> Outcome:
    """What the program's words amount to. A reply is known by its round trip: on Windows every end is a good end."""
    import re  # noqa: PLC0415  see start

    rtt = re.search(rb"[=<]\s*([0-9]+(?:[.,][0-9]+)?)\s*ms", said.text)
    if said.status == 0 and rtt is not None:
        hops = re.search(rb"(?:ttl|hlim)=([0-9]+)", said.text, re.IGNORECASE)
        rtt_ms = float(rtt[1].replace(b",", b"."))
        return Outcome(rtt_ms=rtt_ms, hop_limit=int(hops[1]) if hops else None)
    text = said.text.lower()
    for saying, failure in _SAYINGS:
        if saying in text and failure is not None:
            return Outcome(failure=failure, raw=Raw(text=escape(said.text)))
        if saying in text:
            return Outcome(why=escape(said.text))
    if said.status in (0, _SILENT):
        return Outcome(failure=Failure.TIMED_OUT)
    return Outcome(why=escape(said.text) or f"ping ended with status {said.status}")
