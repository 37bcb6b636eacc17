"""Fetching proxy auto-configurations: from files, from servers that have them, and from servers that do not."""

from __future__ import annotations

import os
import ssl
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
import trustme

from lineclear.model import AutoConfig, Endpoint, Failure, PacFetch
from lineclear.probe.proxies.pac import fetch_pac, host_of

if TYPE_CHECKING:
    from tests.probe.http.conftest import Desk, Edge

SCRIPT = b'function FindProxyForURL(url, host) { return "DIRECT"; }'


def fetch(desk: Desk, url: str, address: str = "127.0.0.1") -> tuple[str | None, PacFetch]:
    text = desk.do(fetch_pac(desk.run, auto=AutoConfig(url=url, source="a test"), address=address))
    return text, desk.last(PacFetch)


def served(desk: Desk, endpoint: Endpoint, path: str = "/proxy.pac") -> tuple[str | None, PacFetch]:
    return fetch(desk, f"http://pac.office.example:{endpoint.port}{path}")


def answer(body: bytes, *headers: str, status: str = "200 OK", length: int | None = None) -> bytes:
    said = len(body) if length is None else length
    lines = [f"HTTP/1.1 {status}", f"Content-Length: {said}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def test_a_script_is_fetched_with_one_request(desk: Desk, edge: Edge) -> None:
    heard: list[bytes] = []
    text, seen = served(desk, edge.says(answer(SCRIPT), heard=heard))
    assert text == SCRIPT.decode()
    assert (seen.status, seen.size, seen.sha256, seen.failure) == (200, 56, sha256(SCRIPT).hexdigest(), None)
    assert (seen.source, seen.url.partition(":")[0]) == ("a test", "http")
    assert heard[0].startswith(b"GET /proxy.pac HTTP/1.1\r\nHost: pac.office.example:")
    assert b"authorization" not in heard[0].lower()


@pytest.mark.parametrize(
    "words",
    [
        b"HTTP/1.0 200 OK\r\n\r\n" + SCRIPT,
        b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n38\r\n" + SCRIPT + b"\r\n0\r\n\r\n",
    ],
)
def test_however_its_end_is_told(desk: Desk, edge: Edge, words: bytes) -> None:
    assert served(desk, edge.says(words))[0] == SCRIPT.decode()


@pytest.mark.parametrize(
    ("words", "status", "failure", "raw"),
    [
        (answer(b"not here", status="404 Not Found"), 404, None, "not here"),
        (answer(b"", status="500 Oops"), 500, None, ""),
        (answer(SCRIPT, length=500), 200, Failure.TIMED_OUT, "only 56 bytes of it came"),
        (b"SSH-2.0-x\r\n", 0, Failure.HTTP_MALFORMED, r"SSH-2.0-x\r\n"),
        (b"", 0, Failure.EOF, ""),
    ],
)
def test_what_is_no_script(  # noqa: PLR0917
    desk: Desk, edge: Edge, words: bytes, status: int, failure: Failure | None, raw: str
) -> None:
    text, seen = served(desk, edge.says(words))
    assert text is None
    assert (seen.status, seen.failure, seen.raw.text if seen.raw else "", seen.size) == (status, failure, raw, 0)


def test_a_redirect_is_evidence(desk: Desk, edge: Edge) -> None:
    text, seen = served(desk, edge.says(answer(b"", "Location: http://elsewhere.example/", status="302 Found")))
    assert (text, seen.status, seen.location) == (None, 302, "http://elsewhere.example/")


def test_a_script_without_end_is_cut(desk: Desk, edge: Edge) -> None:
    text, seen = served(desk, edge.says(answer(b"//" * (1 << 20))))
    assert (text, seen.failure, seen.raw and seen.raw.text) == (None, Failure.PAC_BROKEN, "longer than 1048576 bytes")


def test_nobody_listens(desk: Desk) -> None:
    text, seen = fetch(desk, "http://pac.office.example:9/")
    assert (text, seen.failure, seen.endpoint) == (
        None,
        Failure.CONNECTION_REFUSED,
        Endpoint(address="127.0.0.1", port=9),
    )


def test_over_tls(desk: Desk, edge: Edge) -> None:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    trustme.CA().issue_cert("pac.office.example").configure_cert(context)

    def script(sock: object) -> None:
        with context.wrap_socket(sock, server_side=True) as secure:  # type: ignore[arg-type]
            secure.recv(4096)
            secure.sendall(answer(SCRIPT))
            secure.unwrap()

    endpoint = edge.serve(script)
    assert fetch(desk, f"https://pac.office.example:{endpoint.port}/")[0] == SCRIPT.decode()


def test_over_what_is_not_tls(desk: Desk, edge: Edge) -> None:
    endpoint = edge.says(b"HTTP/1.1 400 Bad Request\r\n\r\n")
    text, seen = fetch(desk, f"https://pac.office.example:{endpoint.port}/")
    assert (text, seen.failure) == (None, Failure.NOT_TLS)


@pytest.mark.parametrize("body", [SCRIPT, b"\xef\xbb\xbf" + SCRIPT])
def test_a_file(desk: Desk, tmp_path: Path, body: bytes) -> None:
    path = tmp_path / "a proxy.pac"
    path.write_bytes(body)
    text, seen = fetch(desk, f"file://{tmp_path}/a%20proxy.pac", "")
    assert (text, seen.size, seen.endpoint) == (SCRIPT.decode(), len(body), None)


def test_a_file_that_is_not_there(desk: Desk, tmp_path: Path) -> None:
    text, seen = fetch(desk, f"file://{tmp_path}/proxy.pac", "")
    assert (text, seen.failure, seen.raw and seen.raw.errno) == (None, Failure.PAC_BROKEN, "ENOENT")


def test_a_pipe_nobody_writes_to(desk: Desk, tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "proxy.pac")
    text, seen = fetch(desk, f"file://{tmp_path}/proxy.pac", "")
    assert (text, seen.size) == ("", 0)


def test_text_of_another_encoding(desk: Desk, edge: Edge) -> None:
    assert served(desk, edge.says(answer(b"// \xe9")))[0] == "// é"


def test_cut_short(new_desk: Callable[..., Desk], tmp_path: Path) -> None:
    desk = new_desk()
    desk.reactor.cut()
    assert fetch(desk, f"file://{tmp_path}/x", "")[1].failure is Failure.INTERRUPTED


@pytest.mark.parametrize(
    ("url", "host"),
    [
        ("file:///etc/proxy.pac", ""),
        ("http://pac.example/x", "pac.example"),
        ("https://[fd00::1]:8443/x", "fd00::1"),
        ("ftp://pac.example/x", None),
        ("http://", None),
        ("http://pac.example/\u00e9", None),
    ],
)
def test_whom_an_address_names(url: str, host: str | None) -> None:
    assert host_of(url) == host
