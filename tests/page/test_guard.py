"""What is refused, by real requests to the real server."""

import socket
from http import HTTPStatus

import pytest
from tests.page.conftest import SITES, Served

from lineclear.page.bounded import Bounded
from lineclear.page.guard import BODY_MOST

TOLD = b'{"run": 0, "sites": []}'


def test_the_link_works_once_and_its_cookie_is_out_of_reach(served: Served) -> None:
    status, headers, body = served.ask(f"/?token={served.link.token}")
    assert status == HTTPStatus.OK
    assert served.link.token.encode() not in body
    cookie = headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie
    assert served.ask(f"/?token={served.link.token}")[0] == HTTPStatus.FORBIDDEN
    served.cookie = headers["set-cookie"].partition(";")[0]
    assert served.ask("/")[0] == HTTPStatus.OK
    assert served.ask(f"/?token={served.link.token}")[0] == HTTPStatus.OK


@pytest.mark.parametrize("path", ["/", "/?token=", "/?token=x", "/events", "/download/json", "/static/page.js"])
def test_nothing_without_a_session(served: Served, path: str) -> None:
    status, _, body = served.ask(path)
    assert status == HTTPStatus.FORBIDDEN
    assert b"FAIL" not in body


def test_a_wrong_cookie_is_no_session(served: Served) -> None:
    served.enter()
    served.cookie = served.cookie[:-1] + ("A" if served.cookie[-1] != "A" else "B")
    assert served.ask("/")[0] == HTTPStatus.FORBIDDEN


STRANGERS = [
    {"Host": "evil.example"},
    {"Host": "127.0.0.1"},
    {"Host": "127.0.0.1:1"},
    {"Host": "localhost.evil.example"},
    {"Host": "[::1]"},
    {"Origin": "http://evil.example"},
    {"Origin": "null"},
    {"Origin": "https://127.0.0.1"},
    {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "image"},
    {"Sec-Fetch-Site": "same-site", "Sec-Fetch-Dest": "script"},
    {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Dest": "iframe"},
    {"Sec-Fetch-Site": "cross-site"},
]


@pytest.mark.parametrize("headers", STRANGERS, ids=str)
def test_a_stranger_reads_nothing(entered: Served, headers: dict[str, str]) -> None:
    status, answered, body = entered.ask("/", headers)
    assert status in (HTTPStatus.FORBIDDEN, HTTPStatus.MISDIRECTED_REQUEST)
    assert len(body) < 100
    assert "access-control-allow-origin" not in answered


@pytest.mark.parametrize("headers", [{}, *STRANGERS], ids=str)
@pytest.mark.parametrize("path", ["/run", "/browser"])
def test_a_stranger_changes_nothing(entered: Served, path: str, headers: dict[str, str]) -> None:
    given = headers if "Origin" in headers or not headers else {"Origin": entered.origin, **headers}
    status, _, _ = entered.ask(path, given, method="POST", body=TOLD)
    assert status in (HTTPStatus.FORBIDDEN, HTTPStatus.MISDIRECTED_REQUEST)
    assert not entered.desk.moment().running


def test_a_link_on_another_site_may_lead_here(entered: Served) -> None:
    near = {"Sec-Fetch-Site": "cross-site", "Sec-Fetch-Mode": "navigate", "Sec-Fetch-Dest": "document"}
    assert entered.ask("/", near)[0] == HTTPStatus.OK


def test_the_page_itself_may_speak(entered: Served) -> None:
    own = {"Origin": entered.origin, "Sec-Fetch-Site": "same-origin"}
    assert entered.ask("/browser", method="POST", body=TOLD, headers=own)[0] == HTTPStatus.NO_CONTENT


def test_every_answer_says_what_a_browser_may_do(entered: Served) -> None:
    for path in ("/", "/static/page.js", "/download/html", "/nowhere"):
        _, headers, _ = entered.ask(path)
        policy = headers["content-security-policy"].split("; ")
        assert "default-src 'none'" in policy
        assert "script-src 'self'" in policy
        assert f"connect-src 'self' {' '.join(SITES)}" in policy
        assert "frame-ancestors 'none'" in policy
        assert not [one for one in policy if "unsafe" in one or "*" in one]
        assert headers["cache-control"] == "no-store"
        assert headers["x-content-type-options"] == "nosniff"


MALFORMED = [
    b"",
    b"{",
    b"[]",
    b'{"run": 0}',
    b'{"run": -1, "sites": []}',
    b'{"run": 0, "sites": [], "more": 1}',
    b'{"run": 0, "sites": [{"host": "www.interactivebrokers.com", "port": 0, "outcome": "answered", "took_ms": 1}]}',
    b'{"run": 0, "sites": [{"host": "www.interactivebrokers.com", "port": 443, "outcome": "fine", "took_ms": 1}]}',
    b'{"run": 0, "sites": [{"host": "www.interactivebrokers.com", "port": 443, "outcome": "failed", "took_ms": -1}]}',
    b'{"run": 0, "sites": [{"host": "evil.example", "port": 443, "outcome": "answered", "took_ms": 1}]}',
    b"\xff\xfe",
    b'{"run": 0, "sites": ' + b"[" * 5000,
]


@pytest.mark.parametrize("body", MALFORMED, ids=lambda body: repr(body[:40]))
def test_a_malformed_body_is_refused(entered: Served, body: bytes) -> None:
    status, _, _ = entered.ask("/browser", method="POST", body=body, Origin=entered.origin)
    assert status == HTTPStatus.BAD_REQUEST


def test_an_unknown_service_is_a_sentence(entered: Served) -> None:
    status, _, body = entered.ask("/run", method="POST", body=b"service=tws-erope", Origin=entered.origin)
    assert status == HTTPStatus.BAD_REQUEST
    assert b"tws-europe" in body


@pytest.mark.parametrize("length", [str(BODY_MOST + 1), "9" * 30, "-1", "x"])
def test_a_body_that_is_too_long_is_not_read(entered: Served, length: str) -> None:
    status, _, _ = entered.ask("/browser", method="POST", Origin=entered.origin, Content_Length=length)
    assert status in (HTTPStatus.REQUEST_ENTITY_TOO_LARGE, HTTPStatus.BAD_REQUEST)


def test_a_body_that_grows_too_long_is_cut(entered: Served) -> None:
    with socket.create_connection(("127.0.0.1", entered.port), timeout=20) as raw:
        head = f"POST /browser HTTP/1.1\r\nHost: 127.0.0.1:{entered.port}\r\nOrigin: {entered.origin}\r\n"
        raw.sendall(f"{head}Cookie: {entered.cookie}\r\nTransfer-Encoding: chunked\r\n\r\n".encode())
        for _ in range(BODY_MOST // 4096 + 1):
            raw.sendall(b"1000\r\n" + b"x" * 4096 + b"\r\n")
        assert b" 413 " in raw.recv(200)


def test_a_head_that_never_ends_is_refused(entered: Served) -> None:
    with socket.create_connection(("127.0.0.1", entered.port), timeout=20) as raw:
        raw.sendall(b"GET / HTTP/1.1\r\nX-Long: " + b"x" * 40_000)
        assert b" 400 " in raw.recv(200)


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Limits so short that only the waiting itself is tested."""
    monkeypatch.setattr(Bounded, "request_s", 0.2)
    monkeypatch.setattr(Bounded, "reading_s", 0.2)


SLOW = [
    b"",
    b"GET / HTTP/1.1\r\nHost: 127",
    b"POST / HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nOrigin: http://127.0.0.1:{port}\r\nContent-Length: 9\r\n\r\n{",
]


@pytest.mark.usefixtures("impatient")
@pytest.mark.parametrize("start", SLOW, ids=["silent", "in the head", "in the body"])
def test_a_client_that_sends_slowly_is_let_go(served: Served, start: bytes) -> None:
    with socket.create_connection(("127.0.0.1", served.port), timeout=20) as raw:
        raw.sendall(start.replace(b"{port}", str(served.port).encode()))
        assert _ends(raw)


@pytest.mark.usefixtures("impatient")
def test_a_client_that_does_not_read_is_let_go(served: Served) -> None:
    served.enter()
    with socket.socket() as raw:
        raw.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        raw.settimeout(20)
        raw.connect(("127.0.0.1", served.port))
        head = f"Host: 127.0.0.1:{served.port}\r\nCookie: {served.cookie}\r\n\r\n"
        request = f"GET /download/private/json HTTP/1.1\r\n{head}".encode()
        with pytest.raises(OSError, match=r"reset|Broken pipe"):
            raw.sendall(request * 300_000)


def test_one_connection_too_many_is_closed_unheard(served: Served, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Bounded, "at_once", 2)
    places = [socket.create_connection(("127.0.0.1", served.port), timeout=20) for _ in range(3)]
    try:
        assert _ends(places[-1])
    finally:
        for one in places:
            one.close()


def _ends(raw: socket.socket) -> bool:
    try:
        return raw.recv(100) == b""
    except ConnectionResetError:
        return True
