"""The handshake against real servers: good ones, bad ones, and things that are no TLS server at all."""

from __future__ import annotations

import contextlib
import socket
import ssl
import struct
import threading
import warnings
from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest

from lineclear.model import Endpoint, Failure, Judgement, NameMatch, Purpose, TlsHandshake
from lineclear.probe import tls
from lineclear.probe.trust.judge import Judge
from lineclear.probe.trust.roots import Roots

if TYPE_CHECKING:
    from tests.probe.tls.conftest import Desk, Edge, Mint, Script, Signed

UNDERSCORE = "ndc1_hb1.ibllc.com"
QUICK = {"handshake_s": 0.05}


def shake(desk: Desk, endpoint: Endpoint, host: str = "www.example.com", **words: object) -> TlsHandshake:
    async def verb() -> None:
        connection = await desk.connect(endpoint, host)
        session = await tls.handshake(connection, **{"server_name": host, **words})  # type: ignore[arg-type]
        assert (session is None) == (desk.run.observations[-1].failure is not None)
        if session:
            session.close()

    desk.do(verb())
    return desk.last(TlsHandshake)


def a_judge(mint: Mint, root: Signed, other: Signed | None = None) -> Judge:
    other = other or mint.authority("Another Root")
    return Judge(
        [
            Roots(role="system", path=str(mint.write(root.pem))),
            Roots(role="public", path=str(mint.write(other.pem))),
        ]
    )


def test_a_good_server_is_seen_whole(desk: Desk, edge: Edge, mint: Mint) -> None:
    root = mint.authority()
    middle = mint.authority("Test Middle", root)
    leaf = mint.leaf("www.example.com", above=middle)
    endpoint = edge.serve_tls(mint.server_context(*leaf.presented))
    seen = shake(desk, endpoint, judge=a_judge(mint, root))
    assert seen.failure is None
    assert seen.raw is None
    assert (seen.version, seen.server_name, seen.host) == ("TLSv1.3", "www.example.com", "www.example.com")
    assert seen.cipher.startswith("TLS_")
    assert seen.endpoint == endpoint
    assert [one.subject for one in seen.chain] == ["CN=Test Leaf", "CN=Test Middle"]
    assert seen.name_match is NameMatch.EXACT
    assert seen.judgements[0] == Judgement(store="system", trusted=True)
    assert (seen.trusted_by("public"), seen.trusted_by("java")) == (False, None)
    assert seen.judgements[1].code == 20
    assert seen.tcp_rtt_ms is not None
    assert seen.took_ms > 0


def test_an_underscore_is_sent_as_sni_and_fits_a_wildcard(desk: Desk, edge: Edge, mint: Mint) -> None:
    asked: list[str | None] = []
    root = mint.authority()
    context = mint.server_context(mint.leaf("*.ibllc.com", above=root))
    context.sni_callback = lambda _sock, name, _context: asked.append(name)
    seen = shake(desk, edge.serve_tls(context), UNDERSCORE, judge=a_judge(mint, root))
    assert asked == [UNDERSCORE]
    assert seen.server_name == UNDERSCORE
    assert seen.name_match is NameMatch.WILDCARD
    assert seen.trusted_by("system")


@pytest.mark.parametrize("name", [None, "", "127.0.0.1", "::1", "a..b", "x" * 64 + ".example"])
def test_what_cannot_be_sni_is_not_sent(desk: Desk, edge: Edge, mint: Mint, name: str | None) -> None:
    asked: list[str | None] = []
    context = mint.server_context(mint.leaf("127.0.0.1"))
    context.sni_callback = lambda _sock, name, _context: asked.append(name)
    seen = shake(desk, edge.serve_tls(context), server_name=name)
    assert asked == [None]
    assert seen.server_name == ""
    assert seen.failure is None


def test_the_final_dot_of_a_name_is_not_sent(desk: Desk, edge: Edge, mint: Mint) -> None:
    seen = shake(desk, edge.serve_tls(mint.server_context(mint.leaf("a.example.com"))), "a.example.com.")
    assert seen.server_name == "a.example.com"
    assert seen.name_match is NameMatch.EXACT


@pytest.mark.parametrize(
    "row",
    [
        (("other.example.org",), (), NameMatch.MISMATCH),
        ((), (), NameMatch.NO_NAMES),
        (("door.example.org",), ("www.example.com", "door.example.org"), NameMatch.EXACT),
        (("*.example.com",), (), NameMatch.WILDCARD),
    ],
)
def test_the_name_is_judged_apart_from_the_chain(
    row: tuple[tuple[str, ...], tuple[str, ...], NameMatch], desk: Desk, edge: Edge, mint: Mint
) -> None:
    names, expected, match = row
    root = mint.authority()
    endpoint = edge.serve_tls(mint.server_context(mint.leaf(*names, above=root)))
    seen = shake(desk, endpoint, expected_names=expected, judge=a_judge(mint, root))
    assert seen.name_match is match
    assert seen.trusted_by("system")
    assert seen.failure is None


def test_versions_and_protocols_are_recorded_as_agreed(desk: Desk, edge: Edge, mint: Mint) -> None:
    context = mint.server_context(mint.leaf("www.example.com"))
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_alpn_protocols(["http/1.1"])
    agreed: list[tuple[str, str]] = []

    async def verb() -> None:
        connection = await desk.connect(edge.serve_tls(context))
        session = await tls.handshake(connection, server_name=None, alpn=("http/1.1",), purpose=Purpose.CONTROL)
        assert session is not None
        agreed.append((session.version, session.alpn))
        session.close()

    desk.do(verb())
    seen = desk.last(TlsHandshake)
    assert agreed == [("TLSv1.2", "http/1.1")]
    assert (seen.version, seen.purpose) == ("TLSv1.2", Purpose.CONTROL)
    assert seen.judgements == ()


def test_a_server_of_the_last_century_is_seen_not_refused(desk: Desk, edge: Edge, mint: Mint) -> None:
    context = mint.server_context(mint.leaf("www.example.com"))
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        context.minimum_version = ssl.TLSVersion.TLSv1
        context.maximum_version = ssl.TLSVersion.TLSv1
    context.set_ciphers("ALL:@SECLEVEL=0")
    seen = shake(desk, edge.serve_tls(context))
    assert seen.failure is None
    assert seen.version == "TLSv1"
    assert len(seen.chain) == 1


def test_no_application_data_leaves_and_the_end_is_polite(desk: Desk, edge: Edge, mint: Mint) -> None:
    heard: list[bytes] = []
    context = mint.server_context(mint.leaf("www.example.com"))
    done = threading.Event()

    def script(sock: socket.socket) -> None:
        with context.wrap_socket(sock, server_side=True, suppress_ragged_eofs=False) as secure:
            heard.append(secure.recv(100))
        done.set()

    shake(desk, edge.serve(script))
    assert done.wait(10)
    assert heard == [b""]


def _silent(hold: threading.Event) -> Script:
    def script(sock: socket.socket) -> None:
        sock.recv(1)
        hold.wait(10)

    return script


def _reset(sock: socket.socket) -> None:
    sock.recv(4096)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))


def _says(words: bytes) -> Script:
    def script(sock: socket.socket) -> None:
        sock.recv(4096)
        sock.sendall(words)
        sock.shutdown(socket.SHUT_WR)
        while sock.recv(4096):
            pass

    return script


def test_silence_is_a_timeout(new_desk: Callable[..., Desk], edge: Edge) -> None:
    hold = threading.Event()
    seen = shake(new_desk(**QUICK), edge.serve(_silent(hold)))
    hold.set()
    assert seen.failure is Failure.TIMED_OUT
    assert seen.chain == ()
    assert seen.name_match is None


def test_a_run_that_is_cut_is_interrupted_and_no_timeout(desk: Desk, edge: Edge) -> None:
    hold = threading.Event()

    def script(sock: socket.socket) -> None:
        sock.recv(1)
        desk.reactor.cut()
        hold.wait(10)

    seen = shake(desk, edge.serve(script))
    hold.set()
    assert seen.failure is Failure.INTERRUPTED


@pytest.mark.parametrize(
    ("script", "failure", "errno"),
    [
        (_says(b""), Failure.EOF, ""),
        (_reset, Failure.CONNECTION_RESET, "ECONNRESET"),
    ],
)
def test_an_end_in_the_middle_keeps_its_kind(
    desk: Desk, edge: Edge, script: Script, failure: Failure, errno: str
) -> None:
    seen = shake(desk, edge.serve(script))
    assert seen.failure is failure
    assert (seen.raw.errno if seen.raw else "") == errno
    assert seen.foreign == ""


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        (b"HTTP/1.1 400 Bad Request\r\nServer: portal\r\n\r\n", r"HTTP/1.1 400 Bad Request\r\nServer: portal\r\n\r\n"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", r"SSH-2.0-OpenSSH_9.2\r\n"),
        (b"\x1b]0;owned\x07", r"\x1b]0;owned\x07"),
        (b"\x16\x02\x00", r"\x16\x02\x00"),
        (b"x" * 5000, "x" * 200 + "..."),
    ],
)
def test_who_answers_in_another_language_is_quoted(desk: Desk, edge: Edge, words: bytes, shown: str) -> None:
    seen = shake(desk, edge.serve(_says(words)))
    assert seen.failure is Failure.NOT_TLS
    assert seen.foreign == shown
    assert seen.raw is None


def test_a_foreign_answer_in_drops_is_quoted_whole(desk: Desk, edge: Edge) -> None:
    words = b"220 mail.example.com ESMTP\r\n"

    def script(sock: socket.socket) -> None:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        for at in range(len(words)):
            sock.sendall(words[at : at + 1])
        sock.shutdown(socket.SHUT_WR)
        while sock.recv(4096):
            pass

    assert shake(desk, edge.serve(script)).foreign == r"220 mail.example.com ESMTP\r\n"


def test_a_polite_goodbye_in_the_middle_is_an_end_and_no_complaint(desk: Desk, edge: Edge) -> None:
    seen = shake(desk, edge.serve(_says(bytes((21, 3, 3, 0, 2, 1, 0)))))
    assert seen.failure is Failure.EOF
    assert seen.raw is not None
    assert seen.raw.alert == "close_notify"


def test_broken_tls_is_a_failed_handshake_with_the_reason(desk: Desk, edge: Edge) -> None:
    seen = shake(desk, edge.serve(_says(b"\x16\x03\x03\x00\x04\x02\x00\x00\x00")))
    assert seen.failure is Failure.TLS_FAILED
    assert seen.raw is not None
    assert seen.raw.text
    assert seen.raw.alert == ""


def test_a_cipher_nobody_shares_is_an_alert(desk: Desk, edge: Edge, mint: Mint) -> None:
    context = mint.server_context(mint.leaf("www.example.com"))
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.set_ciphers("aNULL:@SECLEVEL=0")
    seen = shake(desk, edge.serve_tls(context))
    assert seen.failure is Failure.TLS_ALERT
    assert seen.raw is not None
    assert seen.raw.alert == "handshake_failure"
    assert seen.raw.text == "SSLV3_ALERT_HANDSHAKE_FAILURE"


def test_a_name_the_server_does_not_know_is_an_alert(desk: Desk, edge: Edge, mint: Mint) -> None:
    context = mint.server_context(mint.leaf("www.example.com"))
    context.sni_callback = lambda _sock, _name, _context: ssl.ALERT_DESCRIPTION_UNRECOGNIZED_NAME
    seen = shake(desk, edge.serve_tls(context))
    assert seen.failure is Failure.TLS_ALERT
    assert seen.raw is not None
    assert seen.raw.alert == "unrecognized_name"


def test_a_server_that_asks_for_a_certificate_still_shows_its_own(desk: Desk, edge: Edge, mint: Mint) -> None:
    context = mint.server_context(mint.leaf("www.example.com"))
    context.maximum_version = ssl.TLSVersion.TLSv1_2
    context.verify_mode = ssl.CERT_REQUIRED
    seen = shake(desk, edge.serve_tls(context))
    assert seen.failure is Failure.TLS_ALERT
    assert seen.name_match is NameMatch.EXACT
    assert len(seen.chain) == 1


def test_a_chain_of_any_length_is_captured(desk: Desk, edge: Edge, mint: Mint) -> None:
    root = above = mint.authority()
    for depth in range(12):
        above = mint.authority(f"Middle {depth}", above)
    leaf = mint.leaf(*(f"host{number}.example.com" for number in range(300)), "www.example.com", above=above)
    endpoint = edge.serve_tls(mint.server_context(*leaf.presented))
    seen = shake(desk, endpoint, judge=a_judge(mint, root))
    assert len(seen.chain) == 13
    assert len(seen.chain[0].names) == 301
    assert seen.trusted_by("system")
    assert seen.name_match is NameMatch.EXACT


def test_a_chain_beyond_reason_is_a_failed_handshake(desk: Desk, edge: Edge, mint: Mint) -> None:
    leaf = mint.leaf(*(f"{'x' * 50}{number}.example.com" for number in range(2000)))
    seen = shake(desk, edge.serve_tls(mint.server_context(leaf)))
    assert seen.failure is Failure.TLS_FAILED
    assert seen.raw is not None
    assert seen.raw.text == "EXCESSIVE_MESSAGE_SIZE"


def test_trickled_bytes_make_a_handshake_all_the_same(desk: Desk, edge: Edge, mint: Mint) -> None:
    context = mint.server_context(mint.leaf("www.example.com"))

    def script(sock: socket.socket) -> None:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
        server = context.wrap_bio(incoming, outgoing, server_side=True)
        while True:
            try:
                server.do_handshake()
            except ssl.SSLWantReadError:
                for one in outgoing.read():
                    sock.sendall(bytes((one,)))
                incoming.write(sock.recv(4096))
            else:
                return

    seen = shake(desk, edge.serve(script))
    assert seen.failure is None
    assert seen.version == "TLSv1.3"
    assert seen.name_match is NameMatch.EXACT


def test_a_session_carries_bytes_both_ways_and_another_session(desk: Desk, edge: Edge, mint: Mint) -> None:
    outer, inner = mint.server_context(mint.leaf("outer.example")), mint.server_context(mint.leaf("inner.example"))
    big = b"0123456789" * 20000

    def script(sock: socket.socket) -> None:
        with outer.wrap_socket(sock, server_side=True) as secure:
            incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
            server = inner.wrap_bio(incoming, outgoing, server_side=True)
            said = b""
            while len(said) < len(big):
                try:
                    said += server.read(65536)
                except ssl.SSLWantReadError:
                    secure.sendall(outgoing.read())
                    incoming.write(secure.recv(65536))
            server.write(said[::-1])
            with contextlib.suppress(ssl.SSLWantReadError):
                server.unwrap()
            secure.sendall(outgoing.read())
            secure.recv(1)

    async def verb() -> bytes:
        connection = await desk.connect(edge.serve(script))
        moment = desk.run.now() + 10
        one = await tls.handshake(connection, server_name="outer.example", expected_names=["outer.example"])
        assert one is not None
        two = await tls.handshake(one, server_name="inner.example", expected_names=["inner.example"])
        assert two is not None
        assert await two.say(big, moment) is None
        two.unhear(b"early ")
        said = b""
        while isinstance(heard := await two.hear(moment), bytes):
            said += heard
        assert heard.failure is Failure.EOF
        two.close()
        return said

    assert desk.do(verb()) == b"early " + big[::-1]
    assert [one.name_match for one in desk.run.observations if isinstance(one, TlsHandshake)] == [NameMatch.EXACT] * 2


def test_preload_makes_what_the_first_handshake_uses() -> None:
    tls.preload()
    assert tls._context(()) is tls._context(())
    assert tls._context(("http/1.1",)) is not tls._context(())
