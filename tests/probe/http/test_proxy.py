"""Explicit proxies that carry, refuse, ask for a password, or are none; and TLS through those that carry."""

from __future__ import annotations

import contextlib
import socket
import ssl
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
import trustme

from lineclear.model import Endpoint, Failure, NameMatch, Proxy, ProxyScheme, ProxyTunnel, TlsHandshake
from lineclear.probe import tls
from lineclear.probe.proxies.proxy import tunnel
from lineclear.probe.stream import Stream

if TYPE_CHECKING:
    from tests.probe.http.conftest import Desk, Edge

HTTP, HTTPS, SOCKS4, SOCKS5 = ProxyScheme.HTTP, ProxyScheme.HTTPS, ProxyScheme.SOCKS4, ProxyScheme.SOCKS5
QUICK = {"http_s": 0.05, "patience_floor_s": 0.05, "hedges": 1}
GRANTED5 = b"\x05\x00\x00\x01\x00\x00\x00\x00\x00\x00"


def proxy_at(endpoint: Endpoint, scheme: ProxyScheme, host: str = "proxy.example") -> Proxy:
    return Proxy(scheme=scheme, host=host, port=endpoint.port, source="test", had_credentials=True)


def ask(
    desk: Desk, endpoint: Endpoint, scheme: ProxyScheme, host: str = "ndc1_hb1.ibllc.com", port: int = 4001
) -> ProxyTunnel:
    async def verb() -> Stream | None:
        way = await tunnel(desk.run, proxy=proxy_at(endpoint, scheme), address="127.0.0.1", host=host, port=port)
        if way is not None:
            desk.open.append(way)
        return way

    way = desk.do(verb())
    seen = desk.last(ProxyTunnel)
    assert (way is None) == (seen.failure is not None)
    return seen


def test_a_granted_connect_is_one_request_without_credentials(desk: Desk, edge: Edge) -> None:
    heard: list[bytes] = []
    endpoint = edge.says(b"HTTP/1.1 200 Connection established\r\n\r\n", heard=heard)
    seen = ask(desk, endpoint, HTTP)
    assert heard[0].startswith(b"CONNECT ndc1_hb1.ibllc.com:4001 HTTP/1.1\r\nHost: ndc1_hb1.ibllc.com:4001\r\n")
    assert b"authorization" not in heard[0].lower()
    assert (seen.status, seen.text, seen.failure, seen.raw) == (200, "Connection established", None, None)
    assert seen.proxy == f"http://proxy.example:{endpoint.port}"
    assert seen.target == "ndc1_hb1.ibllc.com:4001"


def test_an_ipv6_target_is_bracketed(desk: Desk, edge: Edge) -> None:
    heard: list[bytes] = []
    seen = ask(desk, edge.says(b"HTTP/1.1 200 OK\r\n\r\n", heard=heard), HTTP, "2001:db8::1")
    assert heard[0].startswith(b"CONNECT [2001:db8::1]:4001 ")
    assert seen.target == "[2001:db8::1]:4001"


SQUID = (
    b"HTTP/1.1 403 Forbidden\r\nServer: squid/5.7\r\nX-Squid-Error: ERR_ACCESS_DENIED 0\r\nVia: 1.1 box (squid/5.7)\r\n"
    b"Content-Length: %d\r\n\r\n%s"
)
SQUID_PAGE = (
    b"<!DOCTYPE html>\n<html><head>\n<meta name=x>\n<title>ERROR: The requested\n URL could not be retrieved</title>"
)


@pytest.mark.parametrize(
    ("words", "status", "failure", "told"),
    [
        (
            SQUID % (len(SQUID_PAGE), SQUID_PAGE),
            403,
            Failure.PROXY_REFUSED,
            (
                "Forbidden; x-squid-error: ERR_ACCESS_DENIED 0; via: 1.1 box (squid/5.7); server: squid/5.7; "
                "page: ERROR: The requested URL could not be retrieved"
            ),
        ),
        (
            b"HTTP/1.1 503 Service Unavailable\r\nX-Squid-Error: ERR_CONNECT_FAIL 111\r\nContent-Length: 0\r\n\r\n",
            503,
            Failure.PROXY_REFUSED,
            "Service Unavailable; x-squid-error: ERR_CONNECT_FAIL 111",
        ),
        (
            (
                b"HTTP/1.1 407 Proxy Authentication Required\r\nProxy-Authenticate: Negotiate\r\n"
                b'Proxy-Authenticate: Basic realm="office"\r\nContent-Length: 0\r\n\r\n'
            ),
            407,
            Failure.PROXY_AUTH_REQUIRED,
            'Proxy Authentication Required; proxy-authenticate: Negotiate; proxy-authenticate: Basic realm="office"',
        ),
        (b"HTTP/1.1 302 Found\r\nLocation: /\r\nContent-Length: 0\r\n\r\n", 302, Failure.PROXY_REFUSED, "Found"),
        (
            b"HTTP/1.0 405 \r\n\r\n\x1b[2Jmethod  not\nallowed",
            405,
            Failure.PROXY_REFUSED,
            r"body: \x1b[2Jmethod not allowed",
        ),
    ],
)
def test_a_refusal_is_told_in_the_proxys_own_words(
    desk: Desk, edge: Edge, words: bytes, status: int, *, failure: Failure, told: str
) -> None:
    seen = ask(desk, edge.says(words), HTTP)
    assert (seen.status, seen.failure, seen.text) == (status, failure, told)


def test_what_was_not_granted_is_closed(desk: Desk, edge: Edge) -> None:
    ends: list[bytes] = []

    def script(sock: socket.socket) -> None:
        sock.recv(4096)
        sock.sendall(b"HTTP/1.1 403 Forbidden\r\nContent-Length: 0\r\n\r\n")
        ends.append(sock.recv(1))
        edge.hold.set()

    ask(desk, edge.serve(script), HTTP)
    assert edge.hold.wait(10)
    assert ends == [b""]


@pytest.mark.parametrize(
    ("scheme", "words", "failure", "text"),
    [
        (HTTP, b"\x05\xff", Failure.HTTP_MALFORMED, r"\x05\xff"),
        (HTTP, b"SSH-2.0-x\r\n", Failure.HTTP_MALFORMED, r"SSH-2.0-x\r\n"),
        (HTTPS, b"HTTP/1.1 400 Bad Request\r\n\r\n", Failure.NOT_TLS, r"HTTP/1.1 400 Bad Request\r\n\r\n"),
        (SOCKS5, b"HTTP/1.1 400 Bad Request\r\n\r\n", Failure.HTTP_MALFORMED, r"HTTP/1.1 400 Bad Request\r\n\r\n"),
        (SOCKS4, b"HTTP/1.1 400 Bad Request\r\n\r\n", Failure.HTTP_MALFORMED, r"HTTP/1.1 400 Bad Request\r\n\r\n"),
        (SOCKS5, b"\x05", Failure.EOF, r"\x05"),
        (SOCKS4, b"\x00\x5a\x00", Failure.EOF, r"\x00Z\x00"),
        (HTTP, b"HTTP/1.1 200 OK\r\nVia", Failure.EOF, r"HTTP/1.1 200 OK\r\nVia"),
    ],
)
def test_what_is_no_such_proxy_is_quoted(
    desk: Desk, edge: Edge, scheme: ProxyScheme, words: bytes, *, failure: Failure, text: str
) -> None:
    seen = ask(desk, edge.says(words), scheme)
    assert (seen.status, seen.failure) == (0, failure)
    assert seen.raw is not None
    assert seen.raw.text == text


@pytest.mark.parametrize("scheme", list(ProxyScheme))
def test_silence_an_end_and_nobody_stay_apart(new_desk: Callable[..., Desk], edge: Edge, scheme: ProxyScheme) -> None:
    quick = QUICK | {"handshake_s": 0.05}
    assert ask(new_desk(**quick), edge.says(b"", stays=True), scheme).failure is Failure.TIMED_OUT
    assert ask(new_desk(), edge.says(b""), scheme).failure is Failure.EOF
    with socket.create_server(("127.0.0.1", 0)) as listener:
        closed = Endpoint(address="127.0.0.1", port=listener.getsockname()[1])
    seen = ask(new_desk(**quick), closed, scheme)
    assert seen.failure is Failure.CONNECTION_REFUSED
    assert seen.raw is not None
    assert seen.raw.errno == "ECONNREFUSED"


def test_without_a_target_only_listening_is_asked(new_desk: Callable[..., Desk], edge: Edge) -> None:
    heard: list[bytes] = []
    seen = ask(new_desk(), edge.serve(lambda sock: heard.append(sock.recv(1))), HTTP, "", 0)
    assert (seen.failure, seen.target, seen.status, seen.text) == (None, "", 0, "")
    with socket.create_server(("127.0.0.1", 0)) as listener:
        closed = Endpoint(address="127.0.0.1", port=listener.getsockname()[1])
    assert ask(new_desk(), closed, HTTP, "", 0).failure is Failure.CONNECTION_REFUSED


@pytest.mark.parametrize(
    ("scheme", "host", "answers", "requests"),
    [
        (
            SOCKS5,
            "ndc1_hb1.ibllc.com",
            (b"\x05\x00", GRANTED5),
            [b"\x05\x01\x00", b"\x05\x01\x00\x03\x12ndc1_hb1.ibllc.com\x0f\xa1"],
        ),
        (SOCKS5, "192.0.2.1", (b"\x05\x00", GRANTED5), [b"\x05\x01\x00", b"\x05\x01\x00\x01\xc0\x00\x02\x01\x0f\xa1"]),
        (
            SOCKS5,
            "2001:db8::1",
            (b"\x05\x00", b"\x05\x00\x00\x04" + bytes(18)),
            [b"\x05\x01\x00", b"\x05\x01\x00\x04\x20\x01\x0d\xb8" + bytes(11) + b"\x01\x0f\xa1"],
        ),
        (SOCKS5, "a.example", (b"\x05\x00", b"\x05\x00\x00\x03\x04name\x0f\xa1"), None),
        (
            SOCKS4,
            "ndc1_hb1.ibllc.com",
            (b"\x00\x5a" + bytes(6),),
            [b"\x04\x01\x0f\xa1\x00\x00\x00\x01\x00ndc1_hb1.ibllc.com\x00"],
        ),
        (SOCKS4, "192.0.2.1", (b"\x00\x5a" + bytes(6),), [b"\x04\x01\x0f\xa1\xc0\x00\x02\x01\x00"]),
        (SOCKS4, "2001:db8::1", (b"\x00\x5a" + bytes(6),), [b"\x04\x01\x0f\xa1\x00\x00\x00\x01\x002001:db8::1\x00"]),
    ],
)
def test_socks_requests_byte_by_byte(
    desk: Desk, edge: Edge, scheme: ProxyScheme, host: str, *, answers: tuple[bytes, ...], requests: list[bytes] | None
) -> None:
    heard: list[bytes] = []
    seen = ask(desk, edge.says(*answers, heard=heard), scheme, host)
    assert seen.failure is None
    assert seen.status == (90 if scheme is SOCKS4 else 0)
    assert requests is None or heard == requests


@pytest.mark.parametrize(
    ("scheme", "answers", "status", "text"),
    [
        (SOCKS5, (b"\x05\x00", b"\x05\x02\x00\x01" + bytes(6)), 2, "connection not allowed by ruleset"),
        (SOCKS5, (b"\x05\x00", b"\x05\x05\x00\x01" + bytes(6)), 5, "connection refused"),
        (SOCKS5, (b"\x05\x00", b"\x05\x63\x00\x01" + bytes(6)), 99, ""),
        (SOCKS4, (b"\x00\x5b" + bytes(6),), 91, "request rejected or failed"),
        (SOCKS4, (b"\x00\x5d" + bytes(6),), 93, "identd reports another user"),
    ],
)
def test_socks_refusals_have_code_and_words(
    desk: Desk, edge: Edge, scheme: ProxyScheme, answers: tuple[bytes, ...], *, status: int, text: str
) -> None:
    seen = ask(desk, edge.says(*answers), scheme)
    assert (seen.failure, seen.status, seen.text) == (Failure.PROXY_REFUSED, status, text)


@pytest.mark.parametrize(
    ("method", "text"), [(255, "no acceptable authentication method"), (2, "authentication method 2")]
)
def test_socks_that_wants_a_password_gets_none(desk: Desk, edge: Edge, method: int, text: str) -> None:
    heard: list[bytes] = []
    seen = ask(desk, edge.says(bytes((5, method)), heard=heard), SOCKS5)
    assert (seen.failure, seen.status, seen.text) == (Failure.PROXY_AUTH_REQUIRED, method, text)
    assert heard == [b"\x05\x01\x00"]


@pytest.mark.parametrize(
    ("scheme", "answers"),
    [
        (HTTP, (b"HTTP/1.1 200 OK\r\n\r\nhello",)),
        (SOCKS5, (b"\x05\x00", GRANTED5 + b"hello")),
        (SOCKS4, (b"\x00\x5a" + bytes(6) + b"hello",)),
    ],
)
def test_a_far_end_that_speaks_first_is_heard(
    desk: Desk, edge: Edge, scheme: ProxyScheme, answers: tuple[bytes, ...]
) -> None:
    endpoint = edge.says(*answers)

    async def verb() -> bytes:
        way = await tunnel(desk.run, proxy=proxy_at(endpoint, scheme), address="127.0.0.1", host="a.example", port=22)
        assert way is not None
        desk.open.append(way)
        said = b""
        while isinstance(heard := await way.hear(desk.run.now() + 10), bytes):
            said += heard
        return said

    assert desk.do(verb()) == b"hello"


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def far_end(authority: trustme.CA, name: str) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert(name).configure_cert(context)
    return context


def handshake_through(desk: Desk, endpoint: Endpoint, scheme: ProxyScheme) -> TlsHandshake:
    async def verb() -> None:
        way = await tunnel(
            desk.run,
            proxy=proxy_at(endpoint, scheme),
            address="127.0.0.1",
            host="inner.example",
            port=443,
        )
        assert way is not None
        session = await tls.handshake(way, server_name="inner.example")
        assert session is not None
        session.close()

    desk.do(verb())
    through, seen = desk.run.observations
    assert isinstance(through, ProxyTunnel)
    assert isinstance(seen, TlsHandshake)
    return seen


def test_tls_through_a_tunnel_shows_the_far_certificate(desk: Desk, edge: Edge, authority: trustme.CA) -> None:
    inner = far_end(authority, "inner.example")

    def script(sock: socket.socket) -> None:
        sock.recv(4096)
        sock.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        with contextlib.suppress(ssl.SSLError), inner.wrap_socket(sock, server_side=True) as secure:
            secure.recv(1)

    seen = handshake_through(desk, edge.serve(script), HTTP)
    assert (seen.name_match, seen.host, seen.failure) == (NameMatch.EXACT, "inner.example", None)


def test_tls_through_a_tunnel_in_tls(desk: Desk, edge: Edge, authority: trustme.CA) -> None:
    outer, inner = far_end(authority, "proxy.example"), far_end(authority, "inner.example")

    def script(sock: socket.socket) -> None:
        with contextlib.suppress(ssl.SSLError), outer.wrap_socket(sock, server_side=True) as secure:
            assert secure.recv(4096).startswith(b"CONNECT inner.example:443 ")
            secure.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
            incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
            server = inner.wrap_bio(incoming, outgoing, server_side=True)
            while True:
                try:
                    server.do_handshake()
                except ssl.SSLWantReadError:
                    secure.sendall(outgoing.read())
                    incoming.write(secure.recv(65536))
                else:
                    break
            secure.recv(1)

    seen = handshake_through(desk, edge.serve(script), HTTPS)
    assert (seen.name_match, seen.version) == (NameMatch.EXACT, "TLSv1.3")


def greeted(desk: Desk, endpoint: Endpoint) -> ProxyTunnel:
    """A way on which TLS is to begin."""

    async def verb() -> None:
        proxy = proxy_at(endpoint, HTTP)
        way = await tunnel(desk.run, proxy=proxy, address="127.0.0.1", host="inner.example", port=443, greets=True)
        if way is not None:
            way.connection.close()

    desk.do(verb())
    return desk.last(ProxyTunnel)


def test_a_way_on_which_tls_begins_is_one(desk: Desk, edge: Edge, authority: trustme.CA) -> None:
    inner = far_end(authority, "whoever.example")

    def script(sock: socket.socket) -> None:
        sock.recv(4096)
        sock.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        with contextlib.suppress(ssl.SSLError), inner.wrap_socket(sock, server_side=True) as secure:
            secure.recv(1)

    seen = greeted(desk, edge.serve(script))
    assert (seen.status, seen.failure) == (200, None)


@pytest.mark.parametrize(
    ("words", "failure"),
    [((), Failure.EOF), ((b"HTTP/1.1 502 Bad Gateway\r\n\r\n",), Failure.NOT_TLS)],
    ids=["hangs up", "speaks of an error"],
)
def test_a_way_on_which_nobody_comes_is_none(
    desk: Desk, edge: Edge, words: tuple[bytes, ...], failure: Failure
) -> None:
    seen = greeted(desk, edge.says(b"HTTP/1.1 200 OK\r\n\r\n", *words))
    assert (seen.status, seen.text, seen.failure) == (200, "OK", failure)


def test_a_refused_way_is_not_greeted(desk: Desk, edge: Edge) -> None:
    seen = greeted(desk, edge.says(b"HTTP/1.1 503 Service Unavailable\r\nContent-Length: 0\r\n\r\n"))
    assert (seen.status, seen.failure) == (503, Failure.PROXY_REFUSED)
