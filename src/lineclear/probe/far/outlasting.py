"""How long a silent connection to a reflector lives: whether we are still heard, and whether it still is.

What forgets a connection may take it up again when the inside speaks, and never when the outside does. So some
connections are held silent and then spoken on; on others the reflector promises to hang up after a while, and its
goodbye comes, or comes early from somebody else, or is lost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lineclear.model import Ask, Failure, IdleHold, Raw, Told
from lineclear.probe.stream import Broken

from .reflection import PATIENCE_S, SECRET, ask_for, failure_of, open_talk

if TYPE_CHECKING:
    from lineclear.plan.reflecting import Call
    from lineclear.probe.run import Run
    from lineclear.probe.stream import Stream

_EARLY_S = 0.1
"""By so much two clocks may differ over one silence."""


async def outlast(run: Run, call: Call, idle_s: float, *, name: str = "") -> None:
    """Leave a proven connection silent for a while, speak again, and record one `IdleHold`; nothing if none opened."""
    opened = await open_talk(run, call, name)
    if opened is None:
        return
    began = run.now()
    stream, nonce = opened
    await run.reactor.sleep(idle_s)
    answer = await ask_for(stream, Ask(ask="still"), nonce, run.now() + PATIENCE_S)
    stream.close()
    failure, raw = failure_of(answer, run)
    run.record(
        IdleHold(
            id=run.new_id(),
            at_ms=run.at_ms(began),
            took_ms=run.took_ms(began),
            failure=failure,
            raw=raw,
            endpoint=call.endpoint,
            secure=call.kind in SECRET,
            idle_ms=round(idle_s * 1000.0, 3),
            asked=failure is not Failure.INTERRUPTED,
        )
    )


async def await_goodbye(run: Run, call: Call, idle_s: float, *, name: str = "") -> None:
    """Have the reflector hang up after a silence, wait for it, and record one `IdleHold`; nothing if it does not."""
    opened = await open_talk(run, call, name)
    if opened is None:
        return
    began = run.now()
    stream, nonce = opened
    promise = await ask_for(stream, Ask(ask="close", after_s=idle_s), nonce, began + PATIENCE_S)
    if not isinstance(promise, Told) or promise.after_s <= 0:  # lost already, or one that knows no such thing
        stream.close()
        return
    due = began + promise.after_s
    failure, raw = await _end_of(stream, due + PATIENCE_S)
    early = failure is not None and run.now() < due - _EARLY_S
    stream.close()
    if failure is Failure.EOF and not early:
        failure = None
    run.record(
        IdleHold(
            id=run.new_id(),
            at_ms=run.at_ms(began),
            took_ms=run.took_ms(began),
            failure=failure,
            raw=raw,
            endpoint=call.endpoint,
            secure=call.kind in SECRET,
            idle_ms=run.took_ms(began) if early else round(promise.after_s * 1000.0, 3),
            asked=not early,
            promised=True,
        )
    )


async def _end_of(stream: Stream, moment: float) -> tuple[Failure | None, Raw | None]:
    """How a connection on which nothing more is to be said ends."""
    heard = await stream.hear(moment)
    if isinstance(heard, Broken):
        return failure_of(heard, stream.connection.run)
    return Failure.NOT_THE_REFLECTOR, None
