r"""The hello of the local TWS API, as its vendor documents it: `API\0`, a range of versions, and who answers.

It tells four things apart on a local port that is open: the API; the API that does not trust this client (it accepts
and closes without a word: "Allow connections from localhost only", or the address is not in Trusted IPs); the API
that asks its user whether to let us in (silence); and something else. The conversation ends before a client is
announced, so nothing is logged in and no client id is taken.
"""

from struct import Struct as Layout

from lineclear.model import ApiHello, Failure

from .errors import escape
from .stream import Broken, Plain, Stream, hear_out
from .tcp import Connection

_VERSIONS = b"v100..176"
_LENGTH = Layout(">I")
_LONGEST = 1024
"""Bytes an answer may have; the real one has about forty."""
_PATIENCE_S = 2.0
_CLOSED = frozenset({Failure.EOF, Failure.CONNECTION_RESET, Failure.CONNECTION_ABORTED})
_STRANGER = Broken(failure=Failure.NOT_THE_API)

HELLO = b"API\0" + _LENGTH.pack(len(_VERSIONS)) + _VERSIONS


async def hello(connection: Connection, seconds: float = _PATIENCE_S) -> ApiHello | None:
    """Say hello as an API client does and record one `ApiHello`; that observation if the API answered, else None."""
    run = connection.run
    began = run.now()
    said, broken = await _answer(Plain(connection), began + seconds)
    observed = ApiHello(
        id=run.new_id(),
        at_ms=run.at_ms(began),
        took_ms=run.took_ms(began),
        failure=broken.failure if broken else None,
        raw=broken.raw if broken else None,
        endpoint=connection.endpoint,
        host=connection.host,
        server_version="" if broken else escape(said.split(b"\0")[0]),
        answered=escape(said),
    )
    run.record(observed)
    return None if broken else observed


async def _answer(stream: Stream, moment: float) -> tuple[bytes, Broken | None]:
    """The answer without its length, or what came in its place and what that means."""
    broken = await stream.say(HELLO, moment)
    said = b""
    while broken is None:
        heard = await stream.hear(moment)
        if isinstance(heard, Broken):
            broken = heard
            break
        said += heard
        body = said[_LENGTH.size :]
        length = _LENGTH.unpack_from(said)[0] if len(said) >= _LENGTH.size else _LONGEST
        if length > _LONGEST or len(body) > length or (len(body) == length and not _is_version(body)):
            return await hear_out(stream, said, moment), _STRANGER
        if len(body) == length:
            return body, None
    return said, _ended(broken, said)


def _is_version(body: bytes) -> bool:
    version, separator, _ = body.partition(b"\0")
    return bool(separator) and version.removeprefix(b"-").isdigit()


def _ended(broken: Broken, said: bytes) -> Broken:
    """An end without a word is how the API treats a client it does not trust; with half an answer it is no API."""
    if said and broken.failure is not Failure.INTERRUPTED:
        return _STRANGER
    if broken.failure in _CLOSED:
        return Broken(failure=Failure.API_UNTRUSTED, raw=broken.raw)
    return broken
