"""One connection to a reflector, and what it says arrived of us (docs/decisions/reflector.md).

Every verb is one connection and one observation. A nonce is said first and must come back in the body: who does not
know it is somebody else. All text of the answer is a stranger's until it is escaped, and addresses must be addresses.
"""

from __future__ import annotations

import os
from typing import TYPE_CHECKING, TypeVar

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from lineclear.model import (
    LEAST_GREETING,
    PROTOCOL,
    WEB_PATH,
    Arrivals,
    Ask,
    Challenge,
    Endpoint,
    Failure,
    Greeting,
    Header,
    LargeFlight,
    Payload,
    Raw,
    Reflection,
    RequestFacts,
    Told,
)
from lineclear.probe.errors import escape
from lineclear.probe.http import USER_AGENT, Answer, ask
from lineclear.probe.stream import Broken, Stream, stream_of
from lineclear.probe.tcp import reach

from .telling import with_told

if TYPE_CHECKING:
    from lineclear.plan.reflecting import Call
    from lineclear.probe.run import Run
    from lineclear.probe.tls import Session

_MOST_LINE = 16_384
PATIENCE_S = 2.5
"""For each answer: the kernel has sent lost bytes again three times by then."""
SECRET = (Payload.TLS, Payload.TLS_WEB)
_WEB = (Payload.WEB, Payload.TLS_WEB)


Message = TypeVar("Message", Challenge, Told)


class Strange(Struct, frozen=True):
    """Something answered that is not the reflector."""

    text: str


async def reflect(run: Run, call: Call, *, name: str = "") -> Reflection:
    """Say one kind of thing to a reflector, and record one `Reflection` with what came of it.

    Args:
        run: the run in progress.
        call: where, and what is said.
        name: what TLS calls the reflector; empty: nothing.
    """
    began = run.now()
    so_far = Reflection(
        id="",
        at_ms=run.at_ms(began),
        took_ms=0.0,
        endpoint=call.endpoint,
        port=call.port,
        kind=call.kind,
        nonce=_nonce(),
    )
    connection, failure, raw = await reach(run, host="", endpoint=call.endpoint)
    if connection is None:
        found = replace(so_far, stage="connect", failure=failure, raw=raw)
    else:
        local = connection.sock.getsockname()
        so_far = replace(so_far, local=Endpoint(address=local[0], port=local[1]), rtt_ms=connection.rtt_ms)
        stream = stream_of(connection)
        found = await (_echoed(stream, so_far) if call.echoed else _told(stream, so_far, name))
    found = replace(found, id=run.new_id(), took_ms=run.took_ms(began))
    run.record(found)
    return found


async def fly(run: Run, call: Call, size: int, *, inbound: bool, segment: int = 0, name: str = "") -> bool | None:
    """Send or fetch full segments over a proven connection, and record one `LargeFlight`; whether they arrived.

    None, and no record, if no connection was proven.
    """
    opened = await open_talk(run, call, name, segment=segment)
    if opened is None:
        return None
    began = run.now()
    stream, nonce = opened
    moment = began + PATIENCE_S
    broken = await (_fetch_bulk(stream, size, moment) if inbound else _send_bulk(stream, size, nonce, moment))
    stream.close()
    failure, raw = failure_of(broken, run)
    run.record(
        LargeFlight(
            id=run.new_id(),
            at_ms=run.at_ms(began),
            took_ms=run.took_ms(began),
            failure=failure,
            raw=raw,
            endpoint=call.endpoint,
            port=call.port,
            inbound=inbound,
            size=size,
            segment=segment,
        )
    )
    return failure is None


async def arrivals(run: Run, call: Call, *, name: str = "") -> None:
    """Ask which nonces of this run arrived, and record one `Arrivals`; nothing if nobody can be asked."""
    opened = await open_talk(run, call, name)
    if opened is None:
        return
    began = run.now()
    stream, nonce = opened
    answer = await ask_for(stream, Ask(ask="arrived"), nonce, began + PATIENCE_S)
    stream.close()
    failure, raw = failure_of(answer, run)
    run.record(
        Arrivals(
            id=run.new_id(),
            at_ms=run.at_ms(began),
            took_ms=run.took_ms(began),
            failure=failure,
            raw=raw,
            endpoint=call.endpoint,
            arrived=answer.arrived if isinstance(answer, Told) else (),
        )
    )


# -- one conversation --------------------------------------------------------------------------------------------------


async def _echoed(stream: Stream, so_far: Reflection) -> Reflection:
    """What was said must come back as it went."""
    said = _words(so_far, stream.connection.run)
    moment = stream.connection.run.now() + PATIENCE_S
    broken = await stream.say(said, moment)
    heard = b""
    while broken is None and len(heard) < len(said):
        more = await stream.hear(moment)
        if isinstance(more, Broken):
            broken = more
        else:
            heard += more
    stream.close()
    if broken is None and heard != said:
        return replace(so_far, stage="greeting", failure=Failure.NOT_THE_REFLECTOR, raw=Raw(text=escape(heard)))
    return _stopped(so_far, "greeting", broken) if broken else so_far


def _words(so_far: Reflection, run: Run) -> bytes:
    """Bytes of a kind no reflector explains, with the nonce in them."""
    nonce = so_far.nonce
    if so_far.kind is Payload.WEB:
        return f"GET {_path(nonce, run)} HTTP/1.1\r\nHost: {so_far.endpoint.address}\r\n\r\n".encode()
    if so_far.kind is Payload.FIX:
        return f"8=FIX.4.2\x019=65\x0135=A\x0149=CHECK\x0156=REFLECTOR\x0158={nonce}\x0110=000\x01".encode()
    return b"\x00\x01\x00\x2c" + bytes.fromhex(nonce) + bytes(24)


async def _told(stream: Stream, so_far: Reflection, name: str) -> Reflection:
    """Greet, prove, and hear what arrived."""
    run = stream.connection.run
    if so_far.kind in SECRET:
        session = _session(stream, so_far.kind, name)
        broken = await session.shake(run.now() + PATIENCE_S)
        so_far = replace(so_far, hello_sha256=session.hello_sha256)
        if broken is not None:
            session.close()
            return _stopped(so_far, "tls", broken)
        so_far = replace(so_far, certificate_sha256=_leaf(session))
        stream = session
    talk = _by_web if so_far.kind in _WEB else _by_lines
    found = await talk(stream, so_far)
    stream.close()
    return found


async def _by_lines(stream: Stream, so_far: Reflection) -> Reflection:
    challenge = await _greet(stream, so_far.nonce)
    if not isinstance(challenge, Challenge):
        return _stopped(so_far, "greeting", challenge)
    moment = stream.connection.run.now() + PATIENCE_S
    told = await ask_for(stream, Ask(ask="seen", prove=challenge.prove), so_far.nonce, moment)
    return with_told(so_far, told) if isinstance(told, Told) else _stopped(so_far, "report", told)


async def _by_web(stream: Stream, so_far: Reflection) -> Reflection:
    run = stream.connection.run
    path = _path(so_far.nonce, run)
    challenge = await _page(stream, so_far, f"{path}&pad={'x' * 16}", Challenge)
    if not isinstance(challenge, Challenge):
        return _stopped(so_far, "greeting", challenge)
    target = f"{path}&prove={challenge.prove}"
    told = await _page(stream, so_far, target, Told)
    headers = tuple(Header(name=name, value=value) for name, value in _headers(so_far))
    request = RequestFacts(line=f"GET {target} HTTP/1.1", headers=headers)
    found = replace(so_far, request=request)
    return with_told(found, told) if isinstance(told, Told) else _stopped(found, "report", told)


async def _page(stream: Stream, so_far: Reflection, target: str, kind: type[Message]) -> Message | Broken | Strange:
    moment = stream.connection.run.now() + PATIENCE_S
    answer = await ask(stream, method="GET", target=target, headers=_headers(so_far), moment=moment, most=_MOST_LINE)
    if not isinstance(answer, Answer):
        return answer
    return _decoded(answer.body, kind, so_far.nonce)


def _headers(so_far: Reflection) -> tuple[tuple[str, str], ...]:
    address = so_far.endpoint.address
    return (("Host", f"[{address}]" if ":" in address else address), ("User-Agent", USER_AGENT), ("Accept", "*/*"))


async def _greet(stream: Stream, nonce: str) -> Challenge | Broken | Strange:
    run = stream.connection.run
    greeting = Greeting(lineclear=PROTOCOL, nonce=nonce, run=_run_id(run))
    short = LEAST_GREETING - len(msgspec.json.encode(greeting))
    moment = run.now() + PATIENCE_S
    broken = await stream.say(msgspec.json.encode(replace(greeting, pad="x" * short)) + b"\n", moment)
    return broken or await _line(stream, Challenge, nonce, moment)


async def ask_for(stream: Stream, what: Ask, nonce: str, moment: float) -> Told | Broken | Strange:
    """Ask one thing on a proven connection; what was told, or what came in its place."""
    broken = await stream.say(msgspec.json.encode(what) + b"\n", moment)
    return broken or await _line(stream, Told, nonce, moment)


async def _line(stream: Stream, kind: type[Message], nonce: str, moment: float) -> Message | Broken | Strange:
    heard = b""
    while b"\n" not in heard:
        more = await stream.hear(moment)
        if isinstance(more, Broken):
            return Strange(escape(heard)) if heard else more
        heard += more
        if len(heard) > _MOST_LINE:
            return Strange(escape(heard))
    line, _, rest = heard.partition(b"\n")
    if rest:
        stream.unhear(rest)
    found = _decoded(line, kind, nonce)
    return Strange(escape(heard)) if isinstance(found, Strange) else found


def _decoded(text: bytes, kind: type[Message], nonce: str) -> Message | Strange:
    try:
        found = msgspec.json.decode(text, type=kind)
    except msgspec.DecodeError:
        return Strange(escape(text))
    return found if found.nonce == nonce else Strange(escape(text))


async def open_talk(
    run: Run, call: Call, name: str, *, segment: int = 0, hop_limit: int | None = None
) -> tuple[Stream, str] | None:
    """A proven connection to go on with, and its nonce; None if there is none."""
    connection, _, _ = await reach(run, host="", endpoint=call.endpoint, segment=segment, hop_limit=hop_limit)
    if connection is None:
        return None
    stream = stream_of(connection)
    if call.kind in SECRET:
        session = _session(stream, Payload.TLS, name)
        if await session.shake(run.now() + PATIENCE_S) is not None:
            session.close()
            return None
        stream = session
    nonce = _nonce()
    challenge = await _greet(stream, nonce)
    if isinstance(challenge, Challenge):
        proven = await ask_for(stream, Ask(ask="still", prove=challenge.prove), nonce, run.now() + PATIENCE_S)
        if isinstance(proven, Told):
            return stream, nonce
    stream.close()
    return None


async def _fetch_bulk(stream: Stream, size: int, moment: float) -> Broken | None:
    broken = await stream.say(msgspec.json.encode(Ask(ask="bulk", bytes=size)) + b"\n", moment)
    heard = 0
    while broken is None and heard < size:
        more = await stream.hear(moment)
        if isinstance(more, Broken):
            return more
        heard += len(more)
    return broken


async def _send_bulk(stream: Stream, size: int, nonce: str, moment: float) -> Told | Broken | Strange:
    line = msgspec.json.encode(Ask(ask="take", bytes=size)) + b"\n"
    broken = await stream.say(line + bytes(size), moment)
    return broken or await _line(stream, Told, nonce, moment)


# -- what is told -----------------------------------------------------------------------------------------------------


def _session(stream: Stream, kind: Payload, name: str) -> Session:
    from lineclear.probe.tls import Session, sni  # noqa: PLC0415  slow, and only where TLS is spoken

    return Session(stream, sni(name), ("http/1.1",) if kind is Payload.TLS_WEB else ())


def _leaf(session: Session) -> str:
    from hashlib import sha256  # noqa: PLC0415

    chain = session.chain
    return sha256(chain[0]).hexdigest() if chain else ""


def _stopped(so_far: Reflection, stage: str, why: Broken | Strange) -> Reflection:
    if isinstance(why, Strange):
        return replace(so_far, stage=stage, failure=Failure.NOT_THE_REFLECTOR, raw=Raw(text=why.text))
    return replace(so_far, stage=stage, failure=why.failure, raw=why.raw)


def failure_of(answer: Told | Broken | Strange | None, run: Run) -> tuple[Failure | None, Raw | None]:
    """An answer as a failure; (None, None): it was the one that was asked for."""
    if run.reactor.is_cut:
        return Failure.INTERRUPTED, None
    if isinstance(answer, Strange):
        return Failure.NOT_THE_REFLECTOR, Raw(text=answer.text)
    return (answer.failure, answer.raw) if isinstance(answer, Broken) else (None, None)


def _nonce() -> str:
    return os.urandom(16).hex()


def _run_id(run: Run) -> str:
    """What tells a reflector that connections belong together; drawn anew for each run."""
    found = run.shared.get(_run_id)
    if found is None:
        found = run.shared[_run_id] = os.urandom(8).hex()
    return str(found)


def _path(nonce: str, run: Run) -> str:
    return f"{WEB_PATH}{nonce}?run={_run_id(run)}"
