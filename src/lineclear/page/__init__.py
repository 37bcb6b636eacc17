"""The Dedicated Test page: a check in the browser, backed by a process with real sockets.

A web page alone can only speak HTTP, through whatever proxy its browser has. This one is served by a process on the
user's own machine that connects as the trading application does, and shows the browser's way beside it.

    serving   sockets, server, browser       guard    Host, Origin, policies, sizes and times
    app       addresses                      entry    the link that works once; passwords, tokens
    desk      one user's checks              bounded  connections that end
    looks     what is shown                  columns  the two ways side by side        pure
    checking  a check in its thread          removed  what redaction takes out         pure

starlette, uvicorn and sse-starlette are an extra (`lineclear[page]`): `wanting` says what is missing.
"""

from importlib.util import find_spec

_NEEDS = ("starlette", "uvicorn", "sse_starlette")


def wanting() -> tuple[str, ...]:
    """Packages the page needs and this installation has not."""
    return tuple(one for one in _NEEDS if find_spec(one) is None)
