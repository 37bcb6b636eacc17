"""A help desk: many people open one page, and each sees what his own browser reaches. Nothing of anybody is kept.

It is half of the truth, and says so: a browser cannot do what the trading application does, so each is shown the
command that proves it. What a reflector of the administrator saw of the visitor's connection stands beside it, and what
this server saw of it in any case.
"""

from collections.abc import Awaitable, Callable
from http import HTTPStatus
from typing import Annotated

import msgspec
from markupsafe import Markup
from msgspec import Meta, Struct
from starlette.applications import Starlette
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, PlainTextResponse, Response
from starlette.routing import Route

from lineclear.locale import LANGUAGES
from lineclear.model import Catalog
from lineclear.render.words import duration

from . import words
from .app import Door, served, spoken
from .columns import REACHED, Tried, origin, web_rows
from .guard import Guard, Policy
from .templates import filled, in_words, plain

Entry = Callable[[Request], Awaitable[Response | None]]
Short = Annotated[str, Meta(max_length=600)]

_OF_PROXIES = ("via", "forwarded", "x-forwarded-for", "x-bluecoat-via", "proxy-connection", "x-proxy-id")
"""Headers no browser sends of itself."""


class Reflected(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """What a reflector saw of the visitor's request; all empty: it did not answer."""

    source: Short = ""
    line: Short = ""
    headers: Annotated[tuple[tuple[Short, Short], ...], Meta(max_length=64)] = ()


class Visit(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All a visitor's browser has to say."""

    sites: Annotated[tuple[Tried, ...], Meta(max_length=1000)]
    reflected: Reflected | None = None


class HelpDesk(Struct, frozen=True, kw_only=True):
    """What visitors are shown."""

    catalog: Catalog
    command: str
    """What proves it, on the visitor's own machine."""
    reflector: str = ""
    """Origin of a reflector, such as `http://192.0.2.10`; empty: there is none."""


def app(desk: HelpDesk, entry: Entry | None, policy: Policy) -> Starlette:
    """The page of a help desk; without an entry everybody who reaches it is let in."""
    doors = [Middleware(Door, entry)] if entry else []
    visitors = _Visitors(desk)
    return Starlette(
        routes=[
            Route("/", visitors.whole),
            Route("/browser", visitors.heard, methods=["POST"]),
            Route("/static/{name}", served),
            Route("/favicon.ico", lambda _: Response(status_code=HTTPStatus.NO_CONTENT)),
        ],
        middleware=[Middleware(Guard, policy), *doors, Middleware(GZipMiddleware)],
    )


def connects(desk: HelpDesk) -> tuple[str, ...]:
    """Where the script of a visitor's page may connect: the sites of the list, and the reflector."""
    sites = tuple(origin(host, port) for host, port in web_rows(desk.catalog))
    return (*sites, desk.reflector) if desk.reflector else sites


class _Visitors:
    def __init__(self, desk: HelpDesk) -> None:
        self._desk = desk
        self._sites = web_rows(desk.catalog)

    async def whole(self, request: Request) -> Response:
        language = spoken(request)
        return HTMLResponse(
            filled(
                "help_desk.html",
                language,
                catalog=self._desk.catalog,
                languages=LANGUAGES,
                title=f"{in_words(language, words.HELP_DESK)} · Lineclear",
                visitor=Markup(_section(self._desk, None, request, language)),  # noqa: S704  made by a template
            )
        )

    async def heard(self, request: Request) -> Response:
        try:
            visit = msgspec.json.decode(await request.body(), type=Visit)
        except msgspec.DecodeError as problem:
            return PlainTextResponse(f"{problem}\n", HTTPStatus.BAD_REQUEST)
        if not {(one.host, one.port) for one in visit.sites} <= set(self._sites):
            return PlainTextResponse("That is no site of the list.\n", HTTPStatus.BAD_REQUEST)
        return HTMLResponse(_section(self._desk, visit, request, spoken(request)))


def _section(desk: HelpDesk, visit: Visit | None, request: Request, language: str) -> str:
    """The one element of the page: before the browser has tried, and after."""
    tried = {(one.host, one.port): one for one in visit.sites} if visit else {}
    rows = [_row(host, port, tried.get((host, port)), language) for host, port in web_rows(desk.catalog)]
    style, sign, meaning = _meaning(visit, len(rows), language)
    facts = _facts(visit, request, language)
    return filled(
        "visitor.html",
        language,
        waiting=visit is None,
        reflector=desk.reflector,
        application=desk.catalog.application or in_words(language, words.APPLICATION),
        command=desk.command,
        style=style,
        sign=sign,
        meaning=meaning,
        rows=rows,
        facts=facts,
        proxies=_of_proxies(visit, request),
        ticket=plain(_ticket(desk, meaning, rows, facts)) if visit else "",
    )


def _row(host: str, port: int, tried: Tried | None, language: str) -> dict[str, str]:
    style, sign, word = words.OUTCOMES[tried.outcome] if tried else words.PENDING
    return {
        "host": host,
        "port": str(port),
        "origin": origin(host, port),
        "style": style,
        "sign": sign,
        "word": in_words(language, word),
        "time": duration(tried.took_ms if tried else None),
    }


def _meaning(visit: Visit | None, number: int, language: str) -> tuple[str, str, str]:
    if visit is None:
        return "faint", "…", in_words(language, words.TRYING)
    reached = sum(one.outcome in REACHED for one in visit.sites)
    style, sign = ("good", "✓") if reached == number else ("doubt", "!") if reached else ("bad", "✗")
    return style, sign, in_words(language, words.REACHED, reached=reached, number=number)


def _facts(visit: Visit | None, request: Request, language: str) -> list[tuple[str, str]]:
    """What was seen of the visitor from outside, each with who saw it."""
    seen = visit.reflected if visit else None
    told = [(in_words(language, words.SEEN_HERE), request.client.host if request.client else "")]
    if seen:
        by = in_words(language, words.SEEN_BY_REFLECTOR)
        told.append((by, seen.source or in_words(language, words.REFLECTOR_SILENT)))
    return told


def _of_proxies(visit: Visit | None, request: Request) -> list[str]:
    """Headers that somebody on the way has added, as they arrived."""
    seen = visit.reflected.headers if visit and visit.reflected else ()
    headers = (*request.headers.items(), *seen)
    return list(dict.fromkeys(f"{name}: {value}" for name, value in headers if name.lower() in _OF_PROXIES))


def _ticket(desk: HelpDesk, meaning: str, rows: list[dict[str, str]], facts: list[tuple[str, str]]) -> str:
    """The same as text, for whoever helps."""
    lines = [meaning, *(f"{who}: {what}" for who, what in facts), ""]
    lines += [f"{one['sign']} {one['host']}:{one['port']} {one['word']} {one['time']}".rstrip() for one in rows]
    return "\n".join([*lines, "", f"Not a proof for {desk.catalog.application}: {desk.command}", ""])
