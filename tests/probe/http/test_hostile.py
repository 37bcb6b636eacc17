"""Whatever a far end says, in whatever pieces: every protocol ends with a value, and nothing raises."""

from __future__ import annotations

import itertools
from collections.abc import Coroutine
from types import SimpleNamespace
from typing import Any, TypeVar

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lineclear.model import Failure
from lineclear.probe import api, http, tls
from lineclear.probe.proxies import socks
from lineclear.probe.stream import Broken

Result = TypeVar("Result")


class Said:
    """A stream whose far end says these pieces and then ends, whatever it is told."""

    def __init__(self, pieces: list[bytes]) -> None:
        self._pieces = pieces[::-1]
        self.connection: Any = SimpleNamespace(
            run=SimpleNamespace(now=lambda: 0.0, reactor=SimpleNamespace(is_cut=False))
        )

    @property
    def left(self) -> bytes:
        return b"".join(self._pieces[::-1])

    async def say(self, _data: bytes, _moment: float) -> Broken | None:
        return None

    async def hear(self, _moment: float) -> bytes | Broken:
        return self._pieces.pop() if self._pieces else Broken(failure=Failure.EOF)

    def unhear(self, data: bytes) -> None:
        self._pieces.append(data)

    def say_last(self, _data: bytes) -> None:
        return

    def close(self) -> None:
        return


def outcome(coro: Coroutine[Any, Any, Result]) -> Result:
    with pytest.raises(StopIteration) as end:
        coro.send(None)
    result: Result = end.value.value
    return result


def in_pieces(whole: st.SearchStrategy[bytes]) -> st.SearchStrategy[list[bytes]]:
    """The bytes, cut at random places."""

    def cut(drawn: tuple[bytes, list[int]]) -> list[bytes]:
        data, places = drawn
        marks = sorted({place % (len(data) + 1) for place in places} | {0, len(data)})
        return [data[a:b] for a, b in itertools.pairwise(marks)]

    return st.tuples(whole, st.lists(st.integers(0, 400), max_size=6)).map(cut)


LINES = st.sampled_from(
    [
        b"HTTP/1.1 200 OK\r\n",
        b"HTTP/1.0 403 \r\n",
        b"HTTP/1.1 100 Continue\r\n\r\n",
        b"HTTP/1.1 101 Switching Protocols\r\n",
        b"HTTP/9.9 99999 x\r\n",
        b"Content-Length: 5\r\n",
        b"Content-Length: -1\r\n",
        b"Content-Length: 99999999999999999999\r\n",
        b"Transfer-Encoding: chunked\r\n",
        b"Transfer-Encoding: gzip, chunked\r\n",
        b"Location: \xff\x00\x1b\r\n",
        b" folded\r\n",
        b"\r\n",
        b"\n",
        b"5\r\nhello\r\n",
        b"0\r\n\r\n",
        b"ffffffffffffffffffffff\r\n",
        b"hello",
        b"\x00",
    ]
)
ANSWERS = in_pieces(st.one_of(st.lists(LINES, max_size=8).map(b"".join), st.binary(max_size=300)))


@given(ANSWERS, st.sampled_from(["HEAD", "GET", "CONNECT"]))
def test_http(pieces: list[bytes], method: str) -> None:
    target = "a.example:443" if method == "CONNECT" else "/"
    answer = outcome(http.ask(Said(pieces), method=method, target=target, headers=(("Host", "a.example"),), moment=1.0))
    if isinstance(answer, Broken):
        assert answer.failure in (Failure.EOF, Failure.HTTP_MALFORMED)
    else:
        assert 200 <= answer.status < 1000
        assert len(answer.body) <= 200
        assert all(value.isprintable() for _, value in answer.headers)


SOCKS = in_pieces(
    st.one_of(
        st.binary(max_size=60),
        st.tuples(
            st.sampled_from([b"\x05\x00", b"\x05\x02", b"\x05\xff", b"\x00"]),
            st.sampled_from([b"\x05\x00\x00", b"\x05\x05\x00", b"\x5a", b"\x5b"]),
            st.sampled_from([b"\x01", b"\x03", b"\x04", b"\x63", b""]),
            st.binary(max_size=40),
        ).map(b"".join),
    )
)


@given(SOCKS, st.sampled_from(["a.example", "192.0.2.1", "2001:db8::1"]), st.sampled_from([socks.ask4, socks.ask5]))
def test_socks(pieces: list[bytes], host: str, ask: Any) -> None:
    stream = Said(pieces)
    answer = outcome(ask(stream, host, 443, 1.0))
    if isinstance(answer, Broken):
        assert answer.failure in (Failure.EOF, Failure.HTTP_MALFORMED)
    else:
        assert (answer.failure is None) == (answer.code == (0 if ask is socks.ask5 else 90))
        assert b"".join(pieces).endswith(stream.left)


@given(in_pieces(st.one_of(st.binary(max_size=60), st.binary(max_size=9).map(lambda body: b"\0\0\0\x09176\0" + body))))
def test_api(pieces: list[bytes]) -> None:
    _, broken = outcome(api._answer(Said(pieces), 1.0))
    if broken is not None:
        assert broken.failure is (Failure.NOT_THE_API if b"".join(pieces) else Failure.API_UNTRUSTED)


RECORDS = st.tuples(st.sampled_from([20, 21, 22, 23, 24]), st.binary(max_size=60)).map(
    lambda drawn: bytes((drawn[0], 3, 3)) + len(drawn[1]).to_bytes(2, "big") + drawn[1]
)


@settings(max_examples=200)
@given(in_pieces(st.one_of(st.lists(RECORDS, min_size=1, max_size=4).map(b"".join), st.binary(max_size=300))))
def test_tls(pieces: list[bytes]) -> None:
    session = tls.Session(Said(pieces), "a.example", ())
    broken = outcome(session.shake(1.0))
    assert broken is not None
    assert broken.failure in (Failure.EOF, Failure.NOT_TLS, Failure.TLS_ALERT, Failure.TLS_FAILED)
    assert session.chain == ()
