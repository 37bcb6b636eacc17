"""Who is let in: by the link printed when the page starts, or at a help desk by a password or a token.

The link holds a token that works once. It is exchanged for a cookie that no script can read (`HttpOnly`) and that no
other site can make the browser send (`SameSite=Strict`), and the address bar keeps nothing of it.
"""

import secrets
from base64 import b64decode
from binascii import Error
from collections.abc import Mapping
from hmac import compare_digest
from http import HTTPStatus

from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response

from .passwords import Passwords

TOKEN_BYTES = 32
_ENTERED = (
    '<!doctype html><html lang="en"><meta charset="utf-8"><meta http-equiv="refresh" content="0;url=/">'
    '<title>Lineclear</title><p><a href="/">Lineclear</a></p></html>'
)
_UNKNOWN = "This page is open to the browser that opened its link first. Start `lineclear page` again for a new link.\n"


class Link:
    """Let in who has the token of the link, once, or for a help desk as often as it is used."""

    def __init__(self, port: int, *, token: str = "", once: bool = True) -> None:
        self.token = token or secrets.token_urlsafe(TOKEN_BYTES)
        self._session = secrets.token_urlsafe(TOKEN_BYTES)
        # Cookies know no ports: each page of this machine needs a name of its own.
        self._cookie = f"lineclear-{port}"
        self._once = once
        self._used = False

    async def __call__(self, request: Request) -> Response | None:
        """None: come in. Else the answer to give instead."""
        if _same(request.cookies.get(self._cookie, ""), self._session):
            # A reload with the token still in the address; the page itself has no token in it.
            return _entered() if "token" in request.query_params else None
        if (self._used and self._once) or not _same(request.query_params.get("token", ""), self.token):
            return PlainTextResponse(_UNKNOWN, HTTPStatus.FORBIDDEN)
        self._used = True
        answer = _entered()
        secure = request.url.scheme == "https"
        answer.set_cookie(self._cookie, self._session, path="/", secure=secure, httponly=True, samesite="strict")
        return answer


class Basic:
    """Let in who knows a password of the file (RFC 7617)."""

    def __init__(self, passwords: Passwords) -> None:
        self._passwords = passwords

    async def __call__(self, request: Request) -> Response | None:
        """None: come in. Else the answer to give instead."""
        client = request.client.host if request.client else ""
        name, password = _credentials(request.headers)
        if await self._passwords.match(name, password, client):
            return None
        return PlainTextResponse(
            "A name and a password are needed.\n",
            HTTPStatus.UNAUTHORIZED,
            {"WWW-Authenticate": 'Basic realm="Lineclear", charset="UTF-8"'},
        )


def _entered() -> Response:
    """The page's own address, followed by the page itself, so that a strict cookie is sent whoever led here."""
    return HTMLResponse(_ENTERED)


def _credentials(headers: Mapping[str, str]) -> tuple[str, str]:
    scheme, _, rest = headers.get("authorization", "").partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        name, _, password = b64decode(rest, validate=True).decode().partition(":")
    except (Error, UnicodeDecodeError):
        return "", ""
    return name, password


def _same(given: str, right: str) -> bool:
    return compare_digest(given.encode(), right.encode())
