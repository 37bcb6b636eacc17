"""Silent connections: spoken on after a while, and hung up on by promise."""

import json
import socket

import pytest
from tests.probe.far.conftest import Far, Pretender, played
from tests.probe.far.strangers import LINGER, proving

from lineclear.model import Endpoint, Failure, IdleHold, Payload
from lineclear.plan.reflecting import Call
from lineclear.probe.far.outlasting import await_goodbye, outlast

KINDS = (Payload.LINES, Payload.TLS)
NOBODY = Endpoint(address="127.0.0.1", port=1)


def call(endpoint: Endpoint, kind: Payload = Payload.LINES) -> Call:
    return Call(endpoint=endpoint, port=4000, kind=kind)


def goodbye(one: Call, seconds: float, deadline_s: float = 20.0) -> IdleHold:
    (held,) = played(lambda run: await_goodbye(run, one, seconds), deadline_s=deadline_s)
    assert isinstance(held, IdleHold)
    assert held.promised
    return held


@pytest.mark.parametrize("kind", KINDS)
def test_one_is_spoken_on_after_a_silence(far: Far, kind: Payload) -> None:
    (held,) = played(lambda run: outlast(run, call(far.plain, kind), 0.01))
    assert isinstance(held, IdleHold)
    assert (held.failure, held.idle_ms, held.asked, held.promised) == (None, 10.0, True, False)


def test_one_that_died_in_silence() -> None:
    def talk(sock: socket.socket) -> None:
        nonce = json.loads(sock.recv(4096))["nonce"]
        for answer in ({"prove": "p"}, {}):
            sock.sendall(json.dumps({"lineclear": 1, "nonce": nonce, **answer}).encode() + b"\n")
            sock.recv(1 if answer == {} else 4096)
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, LINGER)

    with Pretender(talk) as other:
        (held,) = played(lambda run: outlast(run, call(other.at), 0.01))
    assert held.failure in (Failure.CONNECTION_RESET, Failure.EOF)


@pytest.mark.parametrize("hold", [outlast, await_goodbye])
def test_a_run_that_is_cut_says_so(far: Far, hold: object) -> None:
    (held,) = played(lambda run: hold(run, call(far.plain), 600.0), deadline_s=0.4)  # type: ignore[operator]
    assert isinstance(held, IdleHold)
    assert held.failure is Failure.INTERRUPTED
    assert not held.asked


@pytest.mark.parametrize("kind", KINDS)
def test_a_reflector_hangs_up_as_it_promised(far: Far, kind: Payload) -> None:
    held = goodbye(call(far.plain, kind), 0.2)
    assert (held.failure, held.idle_ms, held.asked) == (None, 200.0, True)
    assert held.secure is (kind is Payload.TLS)


def test_one_that_knows_no_such_promise_teaches_nothing() -> None:
    with Pretender(proving({})) as other:
        assert played(lambda run: await_goodbye(run, call(other.at), 60.0)) == []


def test_one_who_ends_it_is_not_the_one_who_promised() -> None:
    def talk(sock: socket.socket) -> None:
        nonce = json.loads(sock.recv(4096))["nonce"]
        for answer in ({"prove": "p"}, {}, {"after_s": 60.0}):
            sock.sendall(json.dumps({"lineclear": 1, "nonce": nonce, **answer}).encode() + b"\n")
            if "after_s" not in answer:
                sock.recv(4096)

    with Pretender(talk) as other:
        held = goodbye(call(other.at), 60.0)
    assert (held.failure, held.asked) == (Failure.EOF, False)
    assert held.idle_ms < 60_000


def test_what_is_said_in_place_of_a_goodbye() -> None:
    def talk(sock: socket.socket) -> None:
        nonce = json.loads(sock.recv(4096))["nonce"]
        for answer in ({"prove": "p"}, {}):
            sock.sendall(json.dumps({"lineclear": 1, "nonce": nonce, **answer}).encode() + b"\n")
            sock.recv(4096)
        promise = json.dumps({"lineclear": 1, "nonce": nonce, "after_s": 60.0}).encode()
        sock.sendall(promise + b"\nhello")

    with Pretender(talk) as other:
        assert goodbye(call(other.at), 60.0).failure is Failure.NOT_THE_REFLECTOR


@pytest.mark.parametrize("hold", [outlast, await_goodbye])
def test_nobody_can_hold_anything(hold: object) -> None:
    assert played(lambda run: hold(run, call(NOBODY), 0.01)) == []  # type: ignore[operator]
