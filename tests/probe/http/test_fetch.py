"""One request, one answer: real answers, odd ones, and none."""

from __future__ import annotations

import socket
import struct
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from lineclear.model import Endpoint, Failure, HttpExchange
from lineclear.probe import http
from lineclear.probe.sockets import LINUX

if TYPE_CHECKING:
    from tests.probe.http.conftest import Desk, Edge

QUICK = {"http_s": 0.05}
PAGE = b"<html><title>Access Denied</title>" + b"x" * 3000


def ask(desk: Desk, endpoint: Endpoint, **words: object) -> HttpExchange:
    async def verb() -> None:
        connection = await desk.connect(endpoint)
        answer = await http.fetch(connection, **{"host": "www.example.com", "scheme": "http", **words})  # type: ignore[arg-type]
        observed = desk.run.observations[-1]
        assert answer is (None if observed.failure else observed)

    desk.do(verb())
    return desk.last(HttpExchange)


def response(head: str, body: bytes = b"") -> bytes:
    return head.replace("\n", "\r\n").encode("latin-1") + b"\r\n\r\n" + body


def test_one_plain_request_leaves(desk: Desk, edge: Edge) -> None:
    heard: list[bytes] = []
    endpoint = edge.says(response("HTTP/1.1 200 OK\nServer: nginx"), heard=heard)
    seen = ask(desk, endpoint)
    assert heard == [
        b"HEAD / HTTP/1.1\r\nHost: www.example.com\r\n"
        + f"User-Agent: {http.USER_AGENT}\r\n".encode()
        + b"Accept: */*\r\nConnection: close\r\n\r\n"
    ]
    assert (seen.status, seen.failure, seen.raw, seen.body_start) == (200, None, None, "")
    assert (seen.host, seen.scheme, seen.method, seen.endpoint) == ("www.example.com", "http", "HEAD", endpoint)
    assert seen.headers == (("server", "nginx"),)


@pytest.mark.parametrize(
    "row",
    [
        ("localhost", 5000, b"localhost:5000"),
        ("::1", 5000, b"[::1]:5000"),
        ("a_b.example.com", None, b"a_b.example.com"),
    ],
)
def test_the_host_header_is_what_a_browser_sends(desk: Desk, edge: Edge, row: tuple[str, int | None, bytes]) -> None:
    host, port, authority = row
    heard: list[bytes] = []
    ask(desk, edge.says(response("HTTP/1.1 200 OK"), heard=heard), host=host, port=port, path="/v1/api", method="GET")
    assert heard[0].startswith(b"GET /v1/api HTTP/1.1\r\nHost: " + authority + b"\r\n")


@pytest.mark.parametrize("status", [204, 301, 302, 401, 403, 404, 405, 429, 500, 501, 503, 511, 999])
@pytest.mark.parametrize("method", ["HEAD", "GET"])
def test_every_status_is_an_answer(desk: Desk, edge: Edge, status: int, method: str) -> None:
    head = f"HTTP/1.1 {status} Words\nContent-Length: 0\nLocation: https://portal.example/"
    seen = ask(desk, edge.says(response(head)), method=method)
    assert (seen.status, seen.failure) == (status, None)
    assert ("location", "https://portal.example/") in seen.headers


def test_a_redirect_is_not_followed(desk: Desk, edge: Edge) -> None:
    heard: list[bytes] = []
    endpoint = edge.says(response("HTTP/1.1 302 Found\nLocation: /login"), heard=heard)
    ask(desk, endpoint, method="GET")
    assert len(heard) == 1


def test_an_interim_answer_is_passed_over(desk: Desk, edge: Edge) -> None:
    words = response("HTTP/1.1 103 Early Hints") + response("HTTP/1.1 200 OK\nServer: late")
    assert ask(desk, edge.says(words)).headers == (("server", "late"),)


def test_headers_that_tell_something_are_kept_and_others_not(desk: Desk, edge: Edge) -> None:
    head = (
        "HTTP/1.1 403 Forbidden\nSet-Cookie: secret=1\nVia: 1.1 box (squid)\nX-Squid-Error: ERR_ACCESS_DENIED 0\n"
        "X-Cache: MISS\nProxy-Connection: close\nX-Forwarded-Server: inner\nETag: 1\nDate: Mon\n"
        "Server: evil\x1b[2J\xff\nLocation: " + "y" * 500
    )
    kept = dict(ask(desk, edge.says(response(head))).headers)
    assert sorted(kept) == [
        "date",
        "location",
        "proxy-connection",
        "server",
        "via",
        "x-cache",
        "x-forwarded-server",
        "x-squid-error",
    ]
    assert kept["location"] == "y" * 200 + "..."
    assert all(value.isprintable() and value.isascii() for value in kept.values())


def test_the_number_of_headers_kept_is_bounded(desk: Desk, edge: Edge) -> None:
    head = "HTTP/1.1 200 OK\n" + "\n".join(f"Via: {number}" for number in range(100))
    assert len(ask(desk, edge.says(response(head))).headers) == 32


@pytest.mark.parametrize(
    "words",
    [
        response(f"HTTP/1.1 403 Forbidden\nContent-Length: {len(PAGE)}", PAGE),
        response("HTTP/1.0 403 Forbidden", PAGE),
        response(
            "HTTP/1.1 403 Forbidden\nTransfer-Encoding: chunked",
            f"{len(PAGE):x}\r\n".encode() + PAGE + b"\r\n0\r\n\r\n",
        ),
    ],
)
def test_the_start_of_a_page_is_kept(desk: Desk, edge: Edge, words: bytes) -> None:
    seen = ask(desk, edge.says(words), method="GET")
    assert seen.body_start == PAGE[:200].decode()


def test_a_page_that_wrongly_follows_head_is_kept_too(desk: Desk, edge: Edge) -> None:
    seen = ask(desk, edge.says(response("HTTP/1.1 403 Forbidden\nContent-Length: 6", b"denied")))
    assert seen.body_start == "denied"


@pytest.mark.parametrize(
    "body",
    [b"", b"half", b"5\r\nhello\r\nthis is no chunk\r\n"],
)
def test_a_body_that_breaks_off_does_not_undo_the_answer(desk: Desk, edge: Edge, body: bytes) -> None:
    head = "HTTP/1.1 200 OK\n" + ("Transfer-Encoding: chunked" if body[:1] == b"5" else "Content-Length: 100")
    seen = ask(desk, edge.says(response(head, body)), method="GET")
    assert (seen.status, seen.failure) == (200, None)
    assert seen.body_start in ("", "half", "hello")


def test_a_body_that_never_comes_does_not_undo_the_answer(new_desk: Callable[..., Desk], edge: Edge) -> None:
    endpoint = edge.says(response("HTTP/1.1 200 OK\nContent-Length: 100"), stays=True)
    seen = ask(new_desk(**QUICK), endpoint, method="GET")
    assert (seen.status, seen.failure, seen.body_start) == (200, None, "")


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (b"SSH-2.0-OpenSSH_9.2\r\n", r"SSH-2.0-OpenSSH_9.2\r\n"),
        (b"\x15\x03\x01\x00\x02\x02\x0a", r"\x15\x03\x01\x00\x02\x02\n"),
        (b"\x1b[2Jowned", r"\x1b[2Jowned"),
        (b"HTTP 200 OK\r\n\r\n", r"HTTP 200 OK\r\n\r\n"),
        (b"HTTP/x.y nonsense\r\n\r\n", r"HTTP/x.y nonsense\r\n\r\n"),
        (b"HTTP/1.1 200 OK\r\nno colon\r\n\r\n", r"HTTP/1.1 200 OK\r\nno colon\r\n\r\n"),
        (b"HTTP/1.1 200 OK\r\nA: " + b"x" * 100_000, r"HTTP/1.1 200 OK\r\nA: " + "x" * 180 + "..."),
    ],
)
def test_what_is_no_http_is_quoted(desk: Desk, edge: Edge, words: bytes, shown: str) -> None:
    seen = ask(desk, edge.says(words))
    assert seen.failure is Failure.HTTP_MALFORMED
    assert seen.status == 0
    assert seen.raw is not None
    assert seen.raw.text == shown


def test_an_end_without_a_word_is_an_eof(desk: Desk, edge: Edge) -> None:
    seen = ask(desk, edge.says(b""))
    assert (seen.failure, seen.raw) == (Failure.EOF, None)


def test_an_end_in_the_middle_of_the_head_shows_it(desk: Desk, edge: Edge) -> None:
    seen = ask(desk, edge.says(b"HTTP/1.1 200 OK\r\nSer"))
    assert seen.failure is Failure.EOF
    assert seen.raw is not None
    assert seen.raw.text == r"HTTP/1.1 200 OK\r\nSer"


def test_silence_is_a_timeout(new_desk: Callable[..., Desk], edge: Edge) -> None:
    seen = ask(new_desk(**QUICK), edge.says(b"", stays=True))
    assert seen.failure is Failure.TIMED_OUT
    assert seen.acknowledged is (True if LINUX else None)


def test_a_reset_keeps_its_errno(desk: Desk, edge: Edge) -> None:
    def script(sock: socket.socket) -> None:
        sock.recv(100)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))

    seen = ask(desk, edge.serve(script))
    assert seen.failure is Failure.CONNECTION_RESET
    assert seen.raw is not None
    assert seen.raw.errno == "ECONNRESET"


def test_a_run_that_is_cut_is_interrupted(desk: Desk, edge: Edge) -> None:
    def script(sock: socket.socket) -> None:
        sock.recv(100)
        desk.reactor.cut()
        edge.hold.wait(10)

    assert ask(desk, edge.serve(script)).failure is Failure.INTERRUPTED


def test_preload_brings_what_is_slow() -> None:
    http.preload()
