"""The page's addresses.

| address | gives |
|---|---|
| `GET /` | the page as it is now |
| `GET /events` | what changes from now on, as server-sent events that htmx puts into the page |
| `POST /run` | checks again: everything, or one `service` |
| `POST /browser` | takes what the browser saw of the sites |
| `GET /download/FORM`, `/download/private/FORM` | the report as a file, redacted unless `private` |
| `GET /static/NAME` | style and scripts |
"""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from http import HTTPStatus
from urllib.parse import parse_qs

import msgspec
from sse_starlette import EventSourceResponse
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, RedirectResponse, Response
from starlette.routing import Route
from starlette.types import ASGIApp, Receive, Scope, Send

from lineclear.locale import LANGUAGES, wanted
from lineclear.model import UsageError
from lineclear.render import load
from lineclear.render.html import style

from . import looks
from .columns import Told
from .desk import EVERY_S, Desk
from .guard import Guard, Policy
from .templates import static

Entry = Callable[[Request], Awaitable[Response | None]]

STATIC = {
    "htmx.min.js": "text/javascript",
    "hx-sse.min.js": "text/javascript",
    "page.js": "text/javascript",
    "sites.js": "text/javascript",
    "visitor.js": "text/javascript",
    "page.css": "text/css",
    "icon.svg": "image/svg+xml",
}
_MEDIA = {"html": "text/html", "json": "application/json", "markdown": "text/markdown"}
_ENDINGS = {"html": "html", "json": "json", "markdown": "md"}
_PING_S = 15
_LANGUAGE = "lineclear-language"
_YEAR_S = 31_536_000


def app(desk: Desk, entry: Entry, policy: Policy) -> Starlette:
    """The page of one desk."""
    page = _Page(desk)
    return Starlette(
        routes=[
            Route("/", page.whole),
            Route("/events", page.events),
            Route("/run", page.run, methods=["POST"]),
            Route("/browser", page.browser, methods=["POST"]),
            Route("/download/{form}", page.download),
            Route("/download/{private}/{form}", page.download),
            Route("/static/{name}", served),
            Route("/favicon.ico", lambda _: Response(status_code=HTTPStatus.NO_CONTENT)),
        ],
        middleware=[Middleware(Guard, policy), Middleware(Door, entry), Middleware(GZipMiddleware)],
    )


class Door:
    """Lets in whom the entry lets in."""

    def __init__(self, app: ASGIApp, entry: Entry) -> None:
        self._app = app
        self._entry = entry

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Serve one request, or give the entry's answer."""
        answer = await self._entry(Request(scope)) if scope["type"] == "http" else None
        await (answer or self._app)(scope, receive, send)


class _Page:
    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def whole(self, request: Request) -> Response:
        language = spoken(request)
        moment, elements = await self._desk.drawn(language)
        answer = HTMLResponse(looks.page(moment, elements, language))
        if "lang" in request.query_params:
            answer.set_cookie(_LANGUAGE, language, max_age=_YEAR_S, httponly=True, samesite="strict")
        return answer

    async def events(self, request: Request) -> Response:
        language = spoken(request)
        moment, elements = await self._desk.drawn(language)
        same = request.query_params.get("at") == str(moment.version)
        return EventSourceResponse(self._changes(language, elements if same else {}), ping=_PING_S)

    async def _changes(self, language: str, shown: dict[str, str]) -> AsyncIterator[dict[str, str]]:
        """Whatever differs from what is shown, for as long as somebody looks."""
        while True:
            moment, elements = await self._desk.drawn(language)
            text = looks.message(shown, elements, moment, language)
            if text:
                yield {"data": text}
            shown = elements
            await self._desk.after(moment.version)
            await asyncio.sleep(EVERY_S)

    async def run(self, request: Request) -> Response:
        wish = parse_qs((await request.body()).decode(errors="replace"))
        try:
            await self._desk.begin(wish.get("service", [""])[0])
        except UsageError as problem:
            return PlainTextResponse(f"{problem}\n", HTTPStatus.BAD_REQUEST)
        return RedirectResponse("/", HTTPStatus.SEE_OTHER)

    async def browser(self, request: Request) -> Response:
        try:
            self._desk.hear(msgspec.json.decode(await request.body(), type=Told))
        except (msgspec.DecodeError, UsageError) as problem:
            return PlainTextResponse(f"{problem}\n", HTTPStatus.BAD_REQUEST)
        return Response(status_code=HTTPStatus.NO_CONTENT)

    async def download(self, request: Request) -> Response:
        form, private = request.path_params["form"], request.path_params.get("private", "")
        sent = self._desk.sent
        if sent is None or form not in _MEDIA or private not in ("", "private"):
            return PlainTextResponse("There is no such report.\n", HTTPStatus.NOT_FOUND)
        words = {"language": spoken(request)} if form == "html" else {}
        text = await asyncio.to_thread(load(form), sent.report if private else sent.redacted, **words)
        name = f"lineclear-{sent.report.diagnosis.verdict.value}.{_ENDINGS[form]}"
        return Response(
            text, media_type=_MEDIA[form], headers={"Content-Disposition": f'attachment; filename="{name}"'}
        )


async def served(request: Request) -> Response:
    """A file of the page."""
    name = request.path_params["name"]
    if name == "style.css":
        return Response(style(), media_type="text/css")
    if name not in STATIC:
        return PlainTextResponse("There is no such file.\n", HTTPStatus.NOT_FOUND)
    return Response(static(name), media_type=STATIC[name])


def spoken(request: Request) -> str:
    """The language to answer in: as chosen now, as chosen before, as the browser prefers."""
    chosen = request.query_params.get("lang") or request.cookies.get(_LANGUAGE, "")
    return chosen if chosen in LANGUAGES else wanted(request.headers.get("accept-language", ""))
