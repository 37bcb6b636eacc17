"""Conversations with a reflector, word by word."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineclear.model import Endpoint, Seen
from lineclear.reflect.memory import Runs
from lineclear.reflect.talk import House, Talk

NONCE, RUN = "0123456789abcdef" * 2, "fedcba9876543210"
SEEN = Seen(source=Endpoint(address="192.0.2.7", port=1024), local=Endpoint(address="198.51.100.7", port=4000))


def new_house() -> House:
    return House(
        secret=b"s", runs=Runs(lambda: 0.0), tls_sha256="f00d", more=("198.51.100.8",), empty=("198.51.100.9",)
    )


def talk(house: House | None = None, *, echoes_only: bool = False) -> Talk:
    return Talk(house or new_house(), lambda: SEEN, echoes_only=echoes_only)


def line(**words: Any) -> bytes:
    return json.dumps(words).encode() + b"\n"


def greeting(nonce: str = NONCE, run: str = RUN, version: int = 1, pad: int = 60) -> bytes:
    return line(lineclear=version, nonce=nonce, run=run, pad="x" * pad)


def proven() -> Talk:
    one = talk()
    proof = json.loads(one.hear(greeting()))["prove"]
    one.hear(line(ask="still", prove=proof))
    assert one.is_proven
    return one


def page(answer: bytes) -> Any:
    head, _, body = answer.partition(b"\r\n\r\n")
    assert head.startswith(b"HTTP/1.1 200 OK\r\nContent-Length: ")
    assert int(head.rpartition(b" ")[2]) == len(body)
    return json.loads(body)


def get(nonce: str = NONCE, run: str = RUN, **words: str) -> bytes:
    query = "".join(f"&{name}={value}" for name, value in words.items())
    head = f"GET /lineclear/1/{nonce}?run={run}{query} HTTP/1.1\r\nHost: reflector.example\r\nAccept: */*\r\n"
    return f"{head}X-Fill: {'x' * 40}\r\n\r\n".encode()


class TestLines:
    def test_a_challenge_then_the_report(self) -> None:
        one = talk()
        challenge = json.loads(one.hear(greeting()))
        assert challenge == {"lineclear": 1, "nonce": NONCE, "prove": challenge["prove"]}
        told = json.loads(one.hear(line(ask="seen", prove=challenge["prove"])))
        assert told["nonce"] == NONCE
        assert told["seen"]["source"] == {"address": "192.0.2.7", "port": 1024}
        assert told["tls_sha256"] == "f00d"
        assert told["more"] == ["198.51.100.8"]
        assert told["empty"] == ["198.51.100.9"]

    def test_letter_by_letter_is_the_same(self) -> None:
        one = talk()
        said = b"".join(one.hear(bytes([letter])) for letter in greeting())
        assert json.loads(said)["nonce"] == NONCE

    def test_a_greeting_too_short_for_its_challenge_gets_nothing(self) -> None:
        one = talk()
        assert one.hear(greeting(pad=0, run=RUN).replace(b', "pad": ""', b"").replace(b" ", b"")) == b""
        assert one.ended

    @pytest.mark.parametrize(
        "words",
        [
            greeting(version=2),
            greeting(nonce="short"),
            greeting(run="../../etc"),
            line(nonce=NONCE),
            b"{not json}\n",
            b"{" + b"x" * 5000,
        ],
        ids=["another version", "no nonce", "no run", "no version", "no JSON", "no end"],
    )
    def test_what_is_no_greeting_ends_it(self, words: bytes) -> None:
        one = talk()
        assert one.hear(words) == b""
        assert one.ended

    @pytest.mark.parametrize("ask", [{"ask": "seen"}, {"ask": "seen", "prove": "0" * 16}, {"ask": "bulk", "bytes": 9}])
    def test_nothing_is_told_without_the_proof(self, ask: dict[str, Any]) -> None:
        one = talk()
        one.hear(greeting())
        assert one.hear(line(**ask)) == b""
        assert one.ended

    def test_the_proof_of_one_nonce_is_none_for_another(self) -> None:
        proof = new_house().proof_of("f" * 32)
        one = talk()
        one.hear(greeting())
        assert one.hear(line(ask="seen", prove=proof)) == b""

    def test_a_promise_is_told_and_is_never_longer_than_its_patience(self) -> None:
        for asked, promised in ((5.0, 5.0), (9000.0, 900.0), (-1.0, 0.0)):
            one = proven()
            told = json.loads(one.hear(line(ask="close", after_s=asked)))
            assert (told.get("after_s", 0.0), one.closes_after_s) == (promised, promised)

    @pytest.mark.parametrize(("asked", "limit"), [(7, 7), (0, 1), (-5, 1), (255, 64)])
    def test_what_follows_may_pass_so_many_routers(self, asked: int, limit: int) -> None:
        one = proven()
        assert one.hop_limit is None
        assert json.loads(one.hear(line(ask="hops", hops=asked)))["nonce"] == NONCE
        assert one.hop_limit == limit

    def test_unknown_asks_end_it_and_unknown_fields_do_not(self) -> None:
        one = proven()
        assert json.loads(one.hear(line(ask="still", colour="red")))["nonce"] == NONCE
        assert one.hear(line(ask="dance")) == b""
        assert one.ended

    def test_asks_are_counted(self) -> None:
        one = proven()
        answers = [one.hear(line(ask="still")) for _ in range(70)]
        assert answers.count(b"") == 70 - 63
        assert one.ended

    def test_what_arrived_of_the_run(self) -> None:
        house = new_house()
        other = "ab" * 16
        talk(house).hear(greeting(nonce=other))
        one = talk(house)
        proof = json.loads(one.hear(greeting()))["prove"]
        told = json.loads(one.hear(line(ask="arrived", prove=proof)))
        assert told["arrived"] == [[other, 4000], [NONCE, 4000]]

    def test_filling_as_much_as_asked_within_bounds(self) -> None:
        one = proven()
        assert one.hear(line(ask="bulk", bytes=5)) == b"xxxx\n"
        assert len(one.hear(line(ask="bulk", bytes=10**9))) == 65536
        assert one.hear(line(ask="bulk", bytes=-1)) == b"\n"

    def test_who_asks_for_more_than_one_can_take_in_is_not_answered(self) -> None:
        bulk = line(ask="bulk", bytes=65_536)
        one = proven()
        assert len(one.hear(bulk)) == 65_536
        assert one.hear(bulk * 2) == b""
        assert one.ended

    def test_filling_is_not_for_ever(self) -> None:
        one = proven()
        given = [len(one.hear(line(ask="bulk", bytes=65_536))) for _ in range(9)]
        assert given == [65_536] * 8 + [0]
        assert one.ended

    def test_what_is_unfinished_is_counted(self) -> None:
        one = proven()
        one.hear(b'{"ask":')
        assert one.waiting == 7
        one.hear(b'"still"}\n')
        assert one.waiting == 0

    def test_bytes_are_counted_and_lines_go_on(self) -> None:
        one = proven()
        assert one.hear(line(ask="take", bytes=6)) == b""
        assert one.hear(b"abc") == b""
        said = one.hear(b"def" + line(ask="still")).splitlines()
        assert [json.loads(each).get("took") for each in said] == [6, None]

    def test_silence_is_kept(self) -> None:
        one = proven()
        assert one.hear(line(ask="silence")) == b""
        assert one.hear(line(ask="still")) == b""
        assert not one.ended

    @pytest.mark.parametrize(("asked", "given"), [(5, 5), (-1, 0), (10**9, 900)])
    def test_a_wish_to_be_hung_up_on(self, asked: float, given: float) -> None:
        one = proven()
        assert one.hear(line(ask="close", after_s=asked))
        assert one.closes_after_s == given


class TestWeb:
    def test_a_challenge_then_the_report_with_the_request_as_it_came(self) -> None:
        one = talk()
        proof = page(one.hear(get()))["prove"]
        told = page(one.hear(get(prove=proof)))
        assert told["seen"]["request"]["line"].startswith(f"GET /lineclear/1/{NONCE}?run=")
        assert {"name": "Host", "value": "reflector.example"} in told["seen"]["request"]["headers"]

    def test_a_browser_on_a_page_of_another_origin_may_read_it(self) -> None:
        asked = get().replace(b"\r\nAccept", b"\r\norigin: http://help.example\r\nAccept")
        assert b"\r\nAccess-Control-Allow-Origin: *\r\n" in talk().hear(asked)
        assert b"Access-Control" not in talk().hear(get())

    def test_the_second_request_may_come_over_another_connection(self) -> None:
        house = new_house()
        proof = page(talk(house).hear(get()))["prove"]
        assert page(talk(house).hear(get(prove=proof)))["nonce"] == NONCE

    @pytest.mark.parametrize(
        "request_",
        [
            b"GET / HTTP/1.1\r\nHost: reflector.example\r\n\r\n",
            get(nonce="short"),
            get(run="x"),
            b"POST /lineclear/1/ HTTP/1.1\r\n\r\n",
        ],
    )
    def test_everything_else_brings_nothing(self, request_: bytes) -> None:
        one = talk()
        assert one.hear(request_) == b"HTTP/1.1 204 No Content\r\n\r\n"
        assert not one.ended

    def test_not_even_that_if_it_were_more_than_was_asked_with(self) -> None:
        one = talk()
        assert one.hear(b"GET / HTTP/1.0\r\n\r\n") == b""
        assert one.ended

    def test_a_head_without_an_end(self) -> None:
        one = talk()
        assert one.hear(b"GET / HTTP/1.1\r\n" + b"A: b\r\n" * 2000) == b""
        assert one.ended

    def test_a_head_that_comes_in_pieces(self) -> None:
        one = talk()
        assert one.hear(get()[:50]) == b""
        assert page(one.hear(get()[50:]))["nonce"] == NONCE

    def test_requests_are_counted(self) -> None:
        one = talk()
        for _ in range(65):
            one.hear(b"HEAD / HTTP/1.1\r\nHost: reflector.example\r\n\r\n")
        assert one.ended

    def test_one_connection_brings_a_few_nonces_and_no_flood(self) -> None:
        one = talk()
        for number in range(8):
            assert not one.ended
            assert "prove" in page(one.hear(get(nonce=f"{number:032x}")))
        assert one.ended

    def test_a_new_nonce_must_be_proven_anew(self) -> None:
        one = talk()
        proof = page(one.hear(get()))["prove"]
        page(one.hear(get(prove=proof)))
        assert "prove" in page(one.hear(get(nonce="ef" * 16)))


class TestEcho:
    @pytest.mark.parametrize("said", [b"\r\n", b"8=FIX.4.2\x019=5\x01", b"\x00\xff\x16", b"API\0", b"GETT"])
    def test_anything_else_comes_back_as_it_went(self, said: bytes) -> None:
        assert talk().hear(said) == said

    def test_a_beginning_that_may_become_a_request_is_waited_for(self) -> None:
        one = talk()
        assert one.hear(b"GE") == b""
        assert one.hear(b"X") == b"GEX"

    def test_only_so_much(self) -> None:
        one = talk()
        assert one.hear(b"\0" * 4096)
        assert one.hear(b"\0") == b""
        assert one.ended

    def test_a_listener_that_reports_nothing_echoes_all(self) -> None:
        assert talk(echoes_only=True).hear(greeting()) == greeting()


@given(st.lists(st.binary(max_size=200) | st.just(greeting()) | st.just(get()), max_size=8))
def test_never_more_than_came_before_the_nonce_is_proven(pieces: list[bytes]) -> None:
    one = talk()
    heard = said = 0
    for piece in pieces:
        heard += len(piece)
        said += len(one.hear(piece))
        assert one.is_proven or said <= heard
