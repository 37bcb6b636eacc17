"""With which hop limit a refusal arrives, by real kernels on both families: the gateway's, a router's, the server's."""

from collections.abc import Iterator

import pytest
from tests.probe.path.test_chain import PORT, QUICK, V4, V6, Ask, built_chain, forward, output, redirect

from lineclear.model import AnswerOrigin, Failure, Floor


@pytest.fixture(scope="module")
def ask() -> Iterator[Ask]:
    with built_chain() as asked:
        yield asked


def origin(ask: Ask, verb: str, address: str, port: int = PORT, **network: object) -> AnswerOrigin:
    (seen,), _ = ask(verbs=[(verb, address, port)], limits=QUICK | {"patience_floor_s": 1.0}, **network)
    assert isinstance(seen, AnswerOrigin)
    return seen


@pytest.mark.parametrize("address", [V4, V6], ids=["IPv4", "IPv6"])
class TestWhoRefuses:
    @pytest.mark.parametrize(("box", "arrives"), [("gw", 64), ("isp", 63), ("core", 62)])
    def test_a_device_on_the_way(self, ask: Ask, address: str, box: str, arrives: int) -> None:
        seen = origin(ask, "origin", address, ruleset={box: forward("reject with tcp reset")})
        assert (seen.arrives_with, seen.failure) == ((arrives, arrives), None)

    def test_the_server(self, ask: Ask, address: str) -> None:
        assert origin(ask, "origin", address, port=4000).arrives_with == (61, 61)

    def test_the_gateway_and_nobody_behind_it_is_asked(self, ask: Ask, address: str) -> None:
        (seen,), accepted = ask(
            verbs=[("near", address, PORT)], ruleset={"gw": forward("reject with tcp reset"), "server": ""}
        )
        assert isinstance(seen, AnswerOrigin)
        assert seen.arrives_with == (64, 126)
        assert accepted == 0

    def test_an_open_port_that_is_asked_all_the_same(self, ask: Ask, address: str) -> None:
        seen = origin(ask, "near", address, ruleset={"gw": redirect(8080)}, listen={"gw": [8080]})
        assert {one.outcome for one in seen.floors} == {"connected", "silent"}
        assert seen.arrives_with == (0, 126)

    @pytest.mark.parametrize("kind", ["admin-prohibited", "port-unreachable"])
    def test_a_device_that_says_no_by_icmp_is_no_reset(self, ask: Ask, address: str, kind: str) -> None:
        seen = origin(ask, "near", address, ruleset={"gw": forward(f"reject with icmpx type {kind}")})
        assert {one.outcome for one in seen.floors} == {"rejected", "silent"}
        assert seen.floors[0] == Floor(least=0, outcome="rejected")

    def test_silence(self, ask: Ask, address: str) -> None:
        seen = origin(ask, "near", address, ruleset={"gw": forward("drop")})
        assert {one.outcome for one in seen.floors} == {"silent"}


def test_this_machine_will_not_send(ask: Ask) -> None:
    seen = origin(ask, "near", "224.0.0.1")
    assert (seen.failure, seen.floors) == (Failure.NO_ROUTE, ())


def test_rejected_by_this_machine(ask: Ask) -> None:
    seen = origin(ask, "near", V4, ruleset={"client": output("tcp dport 4001 reject")})
    assert seen.floors[0] == Floor(least=0, outcome="rejected")
