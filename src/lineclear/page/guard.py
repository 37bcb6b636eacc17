"""Who may speak to the page, and what the browser may do with it: asked of every request before anything else.

A page on loopback is within reach of every site the user has open. What keeps them out:

- the `Host` header must be a name of this page: a foreign name that was rebound to 127.0.0.1 is refused;
- a request that a browser marks as coming from elsewhere (`Origin`, `Sec-Fetch-Site`) is refused, and one that changes
  something must be marked as coming from here;
- `lineclear.page.entry` asks for the session;
- the Content-Security-Policy lets the browser load from here alone, and connect to here and to the hosts named.
"""

import asyncio
from http import HTTPStatus

from msgspec import Struct
from starlette.datastructures import Headers, MutableHeaders
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

BODY_MOST = 65536
"""Bytes of a request's body: what a browser tells of 60 sites is a tenth of it."""
BODY_S = 10.0
_READS = frozenset({"GET", "HEAD"})
_FROM_HERE = frozenset({"same-origin", "none"})
"""`none`: the user's own doing, such as a typed address."""
_HEADERS = {
    "Cache-Control": "no-store",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), payment=(), usb=()",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
}


class Refused(Exception):  # noqa: N818  not an error of ours: an answer
    """A request that gets no more than a status and a sentence."""

    def __init__(self, status: HTTPStatus, why: str) -> None:
        super().__init__(why)
        self.status = status
        self.why = why


class Policy(Struct, frozen=True, kw_only=True):
    """Under which names the page is reached, and where its script may connect to."""

    origins: frozenset[str]
    """Such as `http://127.0.0.1:8123`."""
    connects: tuple[str, ...] = ()
    """Origins besides the page's own, such as `https://www.interactivebrokers.com`."""

    @property
    def hosts(self) -> frozenset[str]:
        """What the `Host` header may say."""
        return frozenset(one.partition("://")[2] for one in self.origins)

    @property
    def content(self) -> str:
        """The Content-Security-Policy."""
        here_and_there = " ".join(("'self'", *self.connects))
        return "; ".join(
            (
                "default-src 'none'",
                "script-src 'self'",
                "style-src 'self'",
                "img-src 'self'",
                f"connect-src {here_and_there}",
                "form-action 'self'",
                "frame-ancestors 'none'",
                "base-uri 'none'",
            )
        )


class Guard:
    """Lets through what may come, with its body whole and small, and marks every answer with what a browser may do."""

    def __init__(self, app: ASGIApp, policy: Policy) -> None:
        self._app = app
        self._policy = policy
        self._headers = {**_HEADERS, "Content-Security-Policy": policy.content}

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def marked(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(self._headers)
            await send(message)

        try:
            headers = Headers(scope=scope)
            self._refuse_strangers(scope["method"], headers)
            body = await _whole_body(headers, receive)
        except Refused as refused:
            # The connection goes too: what follows on it may be the rest of a body nobody wants.
            answer = PlainTextResponse(f"{refused.why}\n", refused.status, {"Connection": "close"})
            await answer(scope, receive, marked)
            return
        await self._app(scope, _replayed(body, receive), marked)

    def _refuse_strangers(self, method: str, headers: Headers) -> None:
        """Raises `Refused` for what did not come from this page or from the user."""
        if headers.getlist("host") != [headers.get("host")] or headers["host"].lower() not in self._policy.hosts:
            raise Refused(HTTPStatus.MISDIRECTED_REQUEST, "This page is not served under that name.")
        origins = headers.getlist("origin")
        if any(one not in self._policy.origins for one in origins):
            raise Refused(HTTPStatus.FORBIDDEN, "This request comes from another site.")
        site = headers.get("sec-fetch-site", "none")
        if method in _READS:
            # A link on another site may lead here, but nothing of it may load what is here.
            if site not in _FROM_HERE and headers.get("sec-fetch-dest") != "document":
                raise Refused(HTTPStatus.FORBIDDEN, "This request comes from another site.")
        elif not origins or site not in _FROM_HERE:
            raise Refused(HTTPStatus.FORBIDDEN, "This request does not come from this page.")


async def _whole_body(headers: Headers, receive: Receive) -> bytes:
    """The body of the request. Raises `Refused` when it is too long or too slow."""
    stated = headers.get("content-length", "0")
    if not stated.isdecimal() or int(stated) > BODY_MOST:
        raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "That is more than this page reads.")
    body = bytearray()
    try:
        async with asyncio.timeout(BODY_S):
            while True:
                message = await receive()
                body += message.get("body", b"")
                if len(body) > BODY_MOST:
                    raise Refused(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "That is more than this page reads.")
                if not message.get("more_body", False):
                    return bytes(body)
    except TimeoutError:
        raise Refused(HTTPStatus.REQUEST_TIMEOUT, "That took too long.") from None


def _replayed(body: bytes, receive: Receive) -> Receive:
    """A body that was read once, to be read again; after it whatever comes, such as the end of the connection."""
    told = False

    async def again() -> Message:
        nonlocal told
        if told:
            return await receive()
        told = True
        return {"type": "http.request", "body": body, "more_body": False}

    return again
