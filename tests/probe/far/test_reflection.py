"""The verbs with which a reflector is asked, against a real one, and against strangers in its place."""

import json
import socket
import sys

import pytest
from tests.probe.far.conftest import Far, Pretender, played

from lineclear.model import Arrivals, Endpoint, Failure, Header, LargeFlight, Payload, Reflection
from lineclear.plan.reflecting import Call
from lineclear.probe.far.outlasting import outlast
from lineclear.probe.far.reflection import arrivals, fly, reflect
from lineclear.probe.run import Run

NOBODY = Endpoint(address="127.0.0.1", port=1)


def call(endpoint: Endpoint, kind: Payload, *, echoed: bool = False) -> Call:
    return Call(endpoint=endpoint, port=4000, kind=kind, echoed=echoed)


def reflected(one: Call, name: str = "") -> Reflection:
    (found,) = played(lambda run: reflect(run, one, name=name))
    assert isinstance(found, Reflection)
    assert found.endpoint == one.endpoint
    assert found.kind is one.kind
    return found


class TestARealOne:
    @pytest.mark.parametrize("kind", [Payload.LINES, Payload.WEB, Payload.TLS, Payload.TLS_WEB])
    def test_tells_who_we_are_on_its_plain_port(self, far: Far, kind: Payload) -> None:
        found = reflected(call(far.plain, kind))
        assert (found.failure, found.stage) == (None, "")
        assert found.seen is not None
        assert found.seen.source == found.local
        assert found.seen.local == far.plain
        assert found.tls_sha256 == far.tls_sha256
        assert found.more == ("127.0.0.1", "127.0.0.2")
        assert found.empty == ("127.0.0.3",)

    @pytest.mark.parametrize("kind", [Payload.TLS, Payload.TLS_WEB])
    def test_tells_our_own_hello_on_its_secret_port(self, far: Far, kind: Payload) -> None:
        found = reflected(call(far.secret, kind), "reflector.example")
        assert found.seen is not None
        assert found.seen.hello is not None
        assert found.seen.hello.sha256 == found.hello_sha256
        assert found.seen.hello.server_name == "reflector.example"
        assert found.seen.hello.alpn == (("http/1.1",) if kind is Payload.TLS_WEB else ())
        assert found.certificate_sha256 == far.tls_sha256

    def test_tells_the_web_request_as_it_was_sent(self, far: Far) -> None:
        found = reflected(call(far.plain, Payload.WEB))
        assert found.request is not None
        assert found.seen is not None
        assert found.seen.request == found.request
        assert Header(name="Host", value="127.0.0.1") in found.request.headers

    @pytest.mark.skipif(sys.platform != "linux", reason="the SYN is kept on Linux")
    def test_tells_the_syn(self, far: Far) -> None:
        found = reflected(call(far.plain, Payload.LINES))
        assert found.seen is not None
        assert found.seen.syn is not None
        assert found.seen.syn.hop_limit == 64

    @pytest.mark.parametrize("kind", [Payload.BINARY, Payload.FIX])
    def test_echoes_what_it_does_not_know(self, far: Far, kind: Payload) -> None:
        for endpoint in (far.plain, far.secret):
            found = reflected(call(endpoint, kind, echoed=True))
            assert (found.failure, found.stage, found.seen) == (None, "", None)

    def test_echoes_a_web_request_on_its_secret_port(self, far: Far) -> None:
        assert reflected(call(far.secret, Payload.WEB, echoed=True)).failure is None

    def test_tells_what_arrived_of_the_run(self, far: Far) -> None:
        async def work(run: Run) -> None:
            for kind in (Payload.LINES, Payload.TLS_WEB):
                await reflect(run, call(far.plain, kind))
            await arrivals(run, call(far.plain, Payload.LINES))

        *said, last = played(work)
        assert isinstance(last, Arrivals)
        nonces = {nonce for nonce, _ in last.arrived}
        assert {one.nonce for one in said if isinstance(one, Reflection)} < nonces
        assert {port for _, port in last.arrived} == {far.plain.port}

    def test_knows_nothing_of_other_runs(self, far: Far) -> None:
        reflected(call(far.plain, Payload.LINES))
        (last,) = played(lambda run: arrivals(run, call(far.plain, Payload.LINES)))
        assert isinstance(last, Arrivals)
        assert len(last.arrived) == 1

    @pytest.mark.parametrize("inbound", [True, False])
    @pytest.mark.parametrize("segment", [0, 1000])
    def test_full_segments_arrive(self, far: Far, *, inbound: bool, segment: int) -> None:
        (flight,) = played(
            lambda run: fly(run, call(far.secret, Payload.TLS), 30_000, inbound=inbound, segment=segment)
        )
        assert isinstance(flight, LargeFlight)
        assert (flight.failure, flight.inbound, flight.segment, flight.size) == (None, inbound, segment, 30_000)


class TestNobody:
    def test_is_a_failure_to_connect(self) -> None:
        found = reflected(call(NOBODY, Payload.LINES))
        assert (found.failure, found.stage) == (Failure.CONNECTION_REFUSED, "connect")

    def test_can_hold_nothing(self) -> None:
        one = call(NOBODY, Payload.TLS)
        assert played(lambda run: outlast(run, one, 0.01)) == []
        assert played(lambda run: fly(run, one, 9, inbound=True)) == []
        assert played(lambda run: arrivals(run, one)) == []


def _closes(sock: socket.socket) -> None:
    sock.recv(4096)


def _resets(sock: socket.socket) -> None:
    sock.recv(1)
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, b"\1\0\0\0\0\0\0\0")


def _squid(sock: socket.socket) -> None:
    sock.recv(4096)
    sock.sendall(b"HTTP/1.1 400 Bad Request\r\nServer: squid\r\nContent-Length: 4\r\n\r\nnone")


def _half(sock: socket.socket) -> None:
    sock.recv(4096)
    sock.sendall(b'{"lineclear":1,')


def _endless(sock: socket.socket) -> None:
    sock.recv(4096)
    sock.sendall(b"x" * 40_000)


def _another(sock: socket.socket) -> None:
    sock.recv(4096)
    sock.sendall(b'{"lineclear":1,"nonce":"another","prove":"x"}\n')


def _liar(**told: object) -> "object":
    """Knows the protocol, and says what it likes."""

    def talk(sock: socket.socket) -> None:
        nonce = json.loads(sock.recv(4096))["nonce"]
        sock.sendall(json.dumps({"lineclear": 1, "nonce": nonce, "prove": "p"}).encode() + b"\n")
        sock.recv(4096)
        sock.sendall(json.dumps({"lineclear": 1, "nonce": nonce, **told}).encode() + b"\n")

    return talk


class TestStrangers:
    @pytest.mark.parametrize(
        ("talk", "failure", "text"),
        [
            (_closes, Failure.EOF, ""),
            (_resets, Failure.CONNECTION_RESET, ""),
            (_squid, Failure.NOT_THE_REFLECTOR, "squid"),
            (_half, Failure.NOT_THE_REFLECTOR, '{"lineclear":1,'),
            (_endless, Failure.NOT_THE_REFLECTOR, "xxx"),
            (_another, Failure.NOT_THE_REFLECTOR, "another"),
        ],
        ids=["closes", "resets", "a web proxy", "half a line", "no end", "another nonce"],
    )
    def test_in_lines(self, talk: object, failure: Failure, text: str) -> None:
        with Pretender(talk) as other:  # type: ignore[arg-type]
            found = reflected(call(other.at, Payload.LINES))
            assert (found.failure, found.stage) == (failure, "greeting")
            assert text in (found.raw.text if found.raw else "")
            assert played(lambda run: outlast(run, call(other.at, Payload.LINES), 0.01)) == []

    def test_on_the_web(self) -> None:
        with Pretender(_squid) as other:
            found = reflected(call(other.at, Payload.WEB))
        assert (found.failure, found.stage) == (Failure.NOT_THE_REFLECTOR, "greeting")

    def test_in_tls(self) -> None:
        with Pretender(_squid) as other:
            found = reflected(call(other.at, Payload.TLS))
            assert played(lambda run: outlast(run, call(other.at, Payload.TLS), 0.01)) == []
        assert (found.failure, found.stage) == (Failure.NOT_TLS, "tls")
        assert found.hello_sha256

    @pytest.mark.parametrize("talk", [_squid, _closes])
    def test_in_place_of_an_echo(self, talk: object) -> None:
        with Pretender(talk) as other:  # type: ignore[arg-type]
            found = reflected(call(other.at, Payload.BINARY, echoed=True))
        assert found.stage == "greeting"
        assert found.failure in (Failure.NOT_THE_REFLECTOR, Failure.EOF)

    def test_a_report_that_never_comes(self) -> None:
        def talk(sock: socket.socket) -> None:
            nonce = json.loads(sock.recv(4096))["nonce"]
            sock.sendall(json.dumps({"lineclear": 1, "nonce": nonce, "prove": "p"}).encode() + b"\n")
            sock.recv(4096)

        with Pretender(talk) as other:
            found = reflected(call(other.at, Payload.LINES))
        assert (found.failure, found.stage) == (Failure.EOF, "report")

    def test_what_they_tell_is_tamed(self) -> None:
        place = {"address": "192.0.2.7", "port": 1}
        seen = {
            "source": place,
            "local": place,
            "at": "\x1b[2J",
            "syn": {"hop_limit": 1, "window": 1, "options": ["\x1b"] * 99},
            "hello": {"sha256": "\x1b", "ja4": "\x1b" * 999, "server_name": "\x1b", "alpn": ["\x1b"]},
            "request": {"line": "\x1b", "headers": [{"name": "\x1b", "value": "\x1b"}] * 99},
        }
        with Pretender(_liar(seen=seen, more=["192.0.2.9", "not an address"], empty=["../.."])) as other:  # type: ignore[arg-type]
            found = reflected(call(other.at, Payload.LINES))
        assert "\x1b" not in repr(found.seen).replace("\\x1b", "")
        assert found.seen is not None
        assert found.seen.request is not None
        assert len(found.seen.request.headers) == 32
        assert found.more == ("192.0.2.9",)
        assert found.empty == ()

    def test_an_address_that_is_none_tells_nothing(self) -> None:
        place = {"address": "evil.example", "port": 1}
        with Pretender(_liar(seen={"source": place, "local": place})) as other:  # type: ignore[arg-type]
            assert reflected(call(other.at, Payload.LINES)).seen is None


class TestLost:
    """Connections that open and then lead nowhere."""

    @pytest.mark.parametrize("inbound", [True, False])
    def test_segments_that_do_not_arrive(self, *, inbound: bool) -> None:
        def talk(sock: socket.socket) -> None:
            nonce = json.loads(sock.recv(4096))["nonce"]
            for answer in ({"prove": "p"}, {}):
                sock.sendall(json.dumps({"lineclear": 1, "nonce": nonce, **answer}).encode() + b"\n")
                sock.recv(4096)
            sock.sendall(b"x" * 100)

        with Pretender(talk) as other:
            (flight,) = played(lambda run: fly(run, call(other.at, Payload.LINES), 30_000, inbound=inbound))
        assert flight.failure in (Failure.EOF, Failure.CONNECTION_RESET, Failure.NOT_THE_REFLECTOR)
