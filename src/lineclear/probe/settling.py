"""A moment of silence after a TLS handshake, before anybody believes it.

Under TLS 1.3 the client is done before the server has seen its last words (RFC 8446 section 4.4.4). A server that wants
a certificate of the client, one with nobody behind it, and a filter that has now seen whose certificate it is all end
the connection only then; and what is dropped on the way there is never acknowledged.
"""

from lineclear.model import Failure, Raw, TlsListen

from .acknowledging import acknowledged_by
from .stream import Broken
from .tls import Session


async def listen_within(session: Session, seconds: float) -> None:
    """Watch a fresh session in silence and record one `TlsListen`. What the far end says in it is its own affair."""
    connection = session.connection
    run = connection.run
    began = run.now()
    failure, detail = await _until(session, began + seconds)
    taken = await acknowledged_by(connection, began + run.limits.unacknowledged_s) if failure is None else None
    run.record(
        TlsListen(
            id=run.new_id(),
            at_ms=run.at_ms(began),
            took_ms=run.took_ms(began),
            failure=failure,
            raw=detail,
            endpoint=connection.endpoint,
            host=connection.host,
            purpose=connection.purpose,
            acknowledged=taken,
        )
    )


async def _until(session: Session, moment: float) -> tuple[Failure | None, Raw | None]:
    """How the far end ended the session before `moment`; nothing if it did not."""
    while not isinstance(heard := await session.hear(moment), Broken):
        pass
    return (None, None) if heard.failure is Failure.TIMED_OUT else (heard.failure, heard.raw)
