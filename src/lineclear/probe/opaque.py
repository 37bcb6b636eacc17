"""The second half of the telnet test: an open connection is watched in silence, and given one CR LF at most."""

from lineclear.model import Failure, Nudge, Raw, TcpListen

from .acknowledging import acknowledged_by
from .errors import classify, errno_name, escape, queued_icmp, raw
from .loop.poller import READ
from .tcp import Connection

_SLOW_MS = 500.0
"""Round trips beyond which waiting longer for one more retransmission costs the check more than it tells."""
_WATCHED = 4096
NUDGE = b"\r\n"
"""What a person at telnet types."""


async def listen(connection: Connection, seconds: float | None = None) -> bool:
    """Watch a fresh connection in silence and record one `TcpListen`; whether it stayed open and silent."""
    run = connection.run
    began = run.now()
    moment = began + (run.limits.listen_s if seconds is None else seconds)
    failure, detail, spoke = await first_words(connection, moment)
    run.record(
        TcpListen(
            id=run.new_id(),
            at_ms=run.at_ms(began),
            took_ms=run.took_ms(began),
            failure=failure,
            raw=detail,
            endpoint=connection.endpoint,
            host=connection.host,
            purpose=connection.purpose,
            watched_ms=run.took_ms(began),
            spoke=escape(spoke),
        )
    )
    return failure is None and not spoke


async def nudge(connection: Connection, seconds: float) -> None:
    """Type one CR LF, as a person at telnet does, and record one `Nudge` with what it brought."""
    run = connection.run
    began = run.now()
    failure: Failure | None = None
    detail: Raw | None = None
    answered = b""
    try:
        connection.sock.send(NUDGE)
    except OSError as problem:
        failure, detail = classify(problem.errno or 0), raw(problem.errno or 0)
    else:
        failure, detail, answered = await first_words(connection, began + seconds)
    limits = run.limits
    patience_s = limits.unacknowledged_s if connection.rtt_ms > _SLOW_MS else limits.nudge_unacknowledged_s
    taken = await acknowledged_by(connection, began + patience_s) if failure is None else None
    run.record(
        Nudge(
            id=run.new_id(),
            at_ms=run.at_ms(began),
            took_ms=run.took_ms(began),
            failure=failure,
            raw=detail,
            endpoint=connection.endpoint,
            host=connection.host,
            acknowledged=taken,
            answered=escape(answered),
        )
    )


async def first_words(connection: Connection, moment: float) -> tuple[Failure | None, Raw | None, bytes]:
    """What the far end says or does unasked until `moment`: (how it ended the connection, raw, bytes)."""
    run, sock = connection.run, connection.sock
    run.reactor.watch(sock.fileno(), READ)
    try:
        while not run.reactor.is_cut and run.reactor.clock() < moment:
            if not await run.reactor.until(moment):
                continue
            try:
                said = sock.recv(_WATCHED)
            except BlockingIOError:
                continue
            except OSError as problem:
                number = problem.errno or 0
                return classify(number), Raw(errno=errno_name(number), icmp=queued_icmp(sock)), b""
            return (None, None, said) if said else (Failure.EOF, None, b"")
        return (Failure.INTERRUPTED if run.reactor.is_cut else None), None, b""
    finally:
        run.reactor.forget(sock.fileno())  # what comes later would wake whoever waits for something else
