"""What a door says once a client is connected: one plain coroutine each, in one dict.

They know no fault by name. A gateway waits for its client, as the vendor's do; a website answers a request; a box in
the path says what boxes say.
"""

import asyncio
import datetime as dt
import email.utils
import struct
from collections.abc import Awaitable, Callable

from msgspec import Struct

from .authority import Certifier
from .line import Line
from .log import Log
from .names import Book, replies
from .scene import Door, Scene

HEAD_LIMIT = 65536
API_VERSION = "187"


class Stage(Struct, frozen=True, kw_only=True):
    """What a conversation may look at."""

    scene: Scene
    certifier: Certifier
    book: Book
    log: Log


Conversation = Callable[[Line, Stage], Awaitable[None]]


async def converse(line: Line, stage: Stage) -> None:
    """Serve one connection to its end: TLS first if the door shows a certificate, then what the door says."""
    leaf = line.door.leaf
    if leaf is None or await line.secure(leaf, stage.certifier):
        await CONVERSATIONS[line.door.says](line, stage)


async def listen(line: Line, _stage: Stage) -> None:
    """A gateway: take whatever comes, say nothing. The bytes are acknowledged by the kernel and ignored."""
    while await line.read():
        pass


async def website(line: Line, stage: Stage) -> None:
    """Answer every request with a page."""
    await _serve(line, lambda _path: _page(200, "OK", f"<h1>{line.door.host}</h1>", stage.scene.clock_days))


async def forbid(line: Line, stage: Stage) -> None:
    """Turn every visitor away as a robot: the site is reached all the same."""
    await _serve(line, lambda _path: _page(403, "Forbidden", "<h1>Access denied</h1>", stage.scene.clock_days))


async def redirect(line: Line, stage: Stage) -> None:
    """Send plain HTTP to the same place under HTTPS."""
    host = line.door.host
    await _serve(line, lambda path: _moved(f"https://{host}{path}", stage.scene.clock_days, permanently=True))


async def login_redirect(line: Line, stage: Stage) -> None:
    """A captive portal: every page is its login page."""
    await _serve(line, lambda _path: _moved("http://portal.hotel.example/login", stage.scene.clock_days))


async def block_page(line: Line, stage: Stage) -> None:
    """A filter's page in the place of the one that was asked for."""
    await _serve(line, lambda _path: _page(403, "Forbidden", "<h1>Blocked by policy</h1>", stage.scene.clock_days))


async def web_proxy(line: Line, stage: Stage) -> None:
    """An explicit HTTP proxy that lets the web through and nothing else."""
    method, target = _request(await _head(line))
    door = _asked_door(method, target, stage.scene)
    if door is None:
        await line.write(_page(403, "Forbidden", "<h1>Not permitted by this proxy</h1>", 0))
    elif method == "CONNECT":
        await line.write(b"HTTP/1.1 200 Connection established\r\n\r\n")
        line.turn_to(door)
        await converse(line, stage)
    else:
        await line.write(_moved(f"https://{door.host}/", 0, permanently=True))


async def http_error(line: Line, _stage: Stage) -> None:
    """A web proxy that was handed something that is no request. It answers in HTTP, whatever was said."""
    if await line.read():
        await line.write(_page(400, "Bad Request", "<h1>This is not a request this cache understands</h1>", 0, _VIA))
    await _drain(line)


async def close(line: Line, _stage: Stage) -> None:
    """Accept, and hang up before a word is said."""


async def reset_on_words(line: Line, _stage: Stage) -> None:
    """Let the client speak once, then cut the connection with a reset."""
    if await line.read():
        line.reset()


async def banner(line: Line, _stage: Stage) -> None:
    """Speak first, which no gateway of the list does."""
    await line.write(b"220 mail relay ready\r\n")
    await _drain(line)


async def plain_answer(line: Line, _stage: Stage) -> None:
    """Answer in plain text whatever comes, a ClientHello too."""
    if await line.read():
        await line.write(b"unknown command\r\n")
    await _drain(line)


async def api(line: Line, _stage: Stage) -> None:
    r"""The documented hello of the local TWS API: `API\0`, a length and a range; back come version and time."""
    said = b""
    while not _api_hello_complete(said):
        more = await line.read()
        if not more:
            return
        said += more
        if not said.startswith(b"API\0"[: len(said)]):
            return
    stamp = dt.datetime.now(dt.UTC).strftime("%Y%m%d %H:%M:%S UTC")
    answer = f"{API_VERSION}\0{stamp}\0".encode("ascii")
    await line.write(struct.pack(">I", len(answer)) + answer)
    await _drain(line)


async def api_untrusted(line: Line, _stage: Stage) -> None:
    """The API of a TWS that does not trust this client: it takes the hello and hangs up."""
    await line.read()


async def names(line: Line, stage: Stage) -> None:
    """The name server over TCP: questions one after the other, each with its length before it (RFC 1035, 4.2.2)."""
    waiting = b""
    while more := await line.read():
        waiting += more
        while (size := int.from_bytes(waiting[:2])) and len(waiting) >= size + 2:
            wire, waiting = waiting[2 : size + 2], waiting[size + 2 :]
            asked, answers = replies(stage.book, wire, "tcp")
            stage.log.note("asked", host=line.door.host, port=line.door.port, by=line.door.by, text=asked)
            for answer in answers:
                await asyncio.sleep(answer.after_s)
                await line.write(answer.message.to_wire(prepend_length=True))


CONVERSATIONS: dict[str, Conversation] = {
    "listen": listen,
    "website": website,
    "forbid": forbid,
    "redirect": redirect,
    "login-redirect": login_redirect,
    "block-page": block_page,
    "web-proxy": web_proxy,
    "http-error": http_error,
    "close": close,
    "reset-on-words": reset_on_words,
    "banner": banner,
    "plain-answer": plain_answer,
    "api": api,
    "api-untrusted": api_untrusted,
    "names": names,
}

_VIA = ("Server: cache/1.0", "Via: 1.1 cache.office.example")


async def _serve(line: Line, answer: Callable[[str], bytes]) -> None:
    """Requests one after the other on one connection, until the client leaves. HEAD gets no body."""
    while head := await _head(line):
        method, target = _request(head)
        content = answer(target if target.startswith("/") else "/")
        await line.write(content.partition(b"\r\n\r\n")[0] + b"\r\n\r\n" if method == "HEAD" else content)


async def _head(line: Line) -> bytes:
    """The head of a request; empty when the client left before its end. No request of ours has a body."""
    head = b""
    while b"\r\n\r\n" not in head and len(head) < HEAD_LIMIT:
        more = await line.read()
        if not more:
            return b""
        head += more
    return head


async def _drain(line: Line) -> None:
    while await line.read():
        pass


def _request(head: bytes) -> tuple[str, str]:
    """Method and target of a request; empty strings if it is none."""
    words = head.partition(b"\r\n")[0].decode("latin-1").split(" ")
    return (words[0], words[1]) if len(words) == 3 else ("", "/")  # noqa: PLR2004  (RFC 9112: three words)


def _asked_door(method: str, target: str, scene: Scene) -> Door | None:
    """The website an explicit proxy was asked for; None where its policy forbids it."""
    place = target if method == "CONNECT" else target.removeprefix("http://").partition("/")[0]
    host, _, port = place.partition(":")
    wanted = (host, int(port) if port.isdecimal() else 80)
    web = (one for one in scene.doors if one.port in (80, 443) and one.by == "server")
    return next((one for one in web if (one.host, one.port) == wanted), None)


def _page(status: int, reason: str, body: str, clock_days: float, extra: tuple[str, ...] = ()) -> bytes:
    content = f"<!doctype html><title>{reason}</title>{body}\n".encode()
    head = (
        f"HTTP/1.1 {status} {reason}",
        f"Date: {_date(clock_days)}",
        "Content-Type: text/html; charset=utf-8",
        f"Content-Length: {len(content)}",
        *extra,
    )
    return "\r\n".join((*head, "", "")).encode("latin-1") + content


def _moved(to: str, clock_days: float, *, permanently: bool = False) -> bytes:
    status, reason = (301, "Moved Permanently") if permanently else (302, "Found")
    return _page(status, reason, "", clock_days, (f"Location: {to}",))


def _date(clock_days: float) -> str:
    now = dt.datetime.now(dt.UTC) + dt.timedelta(days=clock_days)
    return email.utils.format_datetime(now, usegmt=True)


def _api_hello_complete(said: bytes) -> bool:
    prefix = 8
    return len(said) >= prefix and len(said) >= prefix + int.from_bytes(said[4:prefix])
