"""A greeting as browsers send it: what it says, and what the far end may answer."""

from __future__ import annotations

import socket
import struct
from typing import TYPE_CHECKING

import pytest

from lineclear.model import Failure, LargeGreeting, NotMeasured, Observation, Target, Transport
from lineclear.probe import wire
from lineclear.probe.greeting import as_browsers
from lineclear.probe.tls import greeting
from lineclear.probe.wire import Wire
from lineclear.reflect.hello import facts_of, message_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.probe.tls.conftest import Desk, Edge, Mint

    from lineclear.model import Endpoint

HERE = Target(host="www.example.com", port=443, transport=Transport.HTTPS)
GROUP = 0x11EC
KEY_BYTES = 1184 + 32
MODULUS = 3329
A_PACKET = 1460


class TestWhatItSays:
    def test_it_is_the_same_greeting_in_more_than_one_packet(self) -> None:
        usual = greeting("www.example.com")
        large = as_browsers(usual)
        assert len(large) > A_PACKET > len(usual)
        before, after = (facts_of(message_of(one) or b"") for one in (usual, large))
        assert before is not None
        assert after is not None
        assert after.server_name == before.server_name == "www.example.com"
        assert after.ja4.split("_")[1] == before.ja4.split("_")[1], "the cipher suites"

    def test_the_group_is_offered_first_and_its_key_beside_the_usual_one(self) -> None:
        said = extensions(as_browsers(greeting("www.example.com")))
        assert struct.unpack("!H", said[10][2:4]) == (GROUP,)
        group, size = struct.unpack("!HH", said[51][2:6])
        assert (group, size) == (GROUP, KEY_BYTES)
        rest = said[51][6 + KEY_BYTES :]
        assert struct.unpack("!HH", rest[:4])[1] == len(rest) - 4 > 0

    def test_every_number_of_the_key_is_one_that_servers_accept(self) -> None:
        key = extensions(as_browsers(greeting("www.example.com")))[51][6 : 6 + 1152]
        triples = zip(key[::3], key[1::3], key[2::3], strict=True)
        numbers = [each for a, b, c in triples for each in (a | (b & 15) << 8, b >> 4 | c << 4)]
        assert len(numbers) == 768
        assert max(numbers) < MODULUS
        assert len(set(numbers)) > 500

    def test_padding_is_taken_out(self) -> None:
        usual = greeting("www.example.com")
        padding = struct.pack("!HH", 21, 3) + bytes(3)
        grown = bytearray(usual + padding)
        grown[3:5] = struct.pack("!H", len(grown) - 5)
        grown[6:9] = (len(grown) - 9).to_bytes(3, "big")
        at = len(usual) - sum(4 + len(one) for one in extensions(usual).values())
        grown[at - 2 : at] = struct.pack("!H", len(grown) - at)
        assert 21 in extensions(bytes(grown))
        assert 21 not in extensions(as_browsers(bytes(grown)))


def extensions(hello: bytes) -> dict[int, bytes]:
    """By number, read on another way than the code under test: from the end of the compression methods."""
    at = 9 + 2 + 32
    at += 1 + hello[at]
    at += 2 + int.from_bytes(hello[at : at + 2], "big")
    at += 1 + hello[at]
    assert int.from_bytes(hello[at : at + 2], "big") == len(hello) - at - 2
    found, at = {}, at + 2
    while at < len(hello):
        kind, size = struct.unpack("!HH", hello[at : at + 4])
        found[kind] = hello[at + 4 : at + 4 + size]
        at += 4 + size
    return found


def greeted(desk: Desk, endpoint: Endpoint, segment: int = 0) -> tuple[Observation, ...]:
    desk.do(Wire(desk.run).greet_at_large(HERE, endpoint, segment))
    return tuple(desk.run.observations)


def hearing(answer: bytes) -> Callable[[socket.socket], None]:
    def talk(sock: socket.socket) -> None:
        head = sock.recv(5, socket.MSG_WAITALL)
        sock.recv(int.from_bytes(head[3:], "big"), socket.MSG_WAITALL)
        sock.sendall(answer)

    return talk


class TestWhatIsAnswered:
    def test_a_server_that_never_heard_of_the_group_goes_on_with_another(
        self, desk: Desk, edge: Edge, mint: Mint
    ) -> None:
        (seen,) = greeted(desk, edge.serve_tls(mint.server_context(mint.leaf("www.example.com"))))
        assert isinstance(seen, LargeGreeting)
        assert (seen.failure, seen.answered, seen.host) == (None, "hello", "www.example.com")
        assert seen.size > A_PACKET

    def test_a_refusal_in_words_is_an_answer(self, desk: Desk, edge: Edge) -> None:
        (seen,) = greeted(desk, edge.serve(hearing(bytes([0x15, 3, 3, 0, 2, 2, 40]))))
        assert isinstance(seen, LargeGreeting)
        assert (seen.failure, seen.answered) == (None, "alert")

    @pytest.mark.parametrize(("answer", "failure"), [(b"HTTP/1.1 400", Failure.NOT_TLS), (b"", Failure.EOF)])
    def test_what_is_no_answer(self, desk: Desk, edge: Edge, answer: bytes, failure: Failure) -> None:
        (seen,) = greeted(desk, edge.serve(hearing(answer)))
        assert isinstance(seen, LargeGreeting)
        assert (seen.failure, seen.answered) == (failure, "")

    def test_nobody_accepts(self, desk: Desk, edge: Edge) -> None:
        at = edge.serve(hearing(b""))
        edge.close()
        assert greeted(desk, at) == ()

    def test_segments_that_cannot_be_limited_are_said_so(
        self, desk: Desk, edge: Edge, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(wire, "LINUX", False)
        (seen,) = greeted(desk, edge.serve(hearing(b"")), 536)
        assert isinstance(seen, NotMeasured)
        assert seen.verb == "large-greeting"
