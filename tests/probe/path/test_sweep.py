"""The sweep: the same words as the ordinary verb, at most so many at once, and nothing blamed on others."""

import errno
import socket
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING

import pytest

from lineclear.model import Endpoint, Failure
from lineclear.probe.fleet import sweep as module
from lineclear.probe.fleet.sweep import Swept, sweep
from lineclear.probe.loop.portable import SelectorPoller
from lineclear.probe.loop.reactor import Reactor

if TYPE_CHECKING:
    from tests.probe.conftest import Answer, MakeScenario, Scenario

A, B = "192.0.2.1", "192.0.2.2"
Line = Callable[..., "Answer"]


def at(address: str, *ports: int) -> list[Endpoint]:
    return [Endpoint(address=address, port=port) for port in ports or (4001,)]


def sweeps(stage: "Scenario", endpoints: Iterable[Endpoint], **words: object) -> list[Swept]:
    seen: list[Swept] = []
    deadline_s = words.pop("deadline_s", None)
    stage.play(sweep(stage.reactor, endpoints, seen.append, **words), deadline_s=deadline_s)  # type: ignore[arg-type]
    return seen


def test_a_word_for_each(scenario: "MakeScenario", answer: Line) -> None:
    words = {"accept": None, "refuse": Failure.CONNECTION_REFUSED, "prohibited": Failure.HOST_UNREACHABLE}
    words |= {"lost": Failure.TIMED_OUT, "reset": Failure.CONNECTION_RESET}
    table = {f"192.0.2.{number}": [answer(word, 0.05)] for number, word in enumerate(words)}
    seen = sweeps(scenario(table), [one for address in table for one in at(address)], patience_s=2.0)
    assert {one.endpoint.address: one.failure for one in seen} == dict(zip(table, words.values(), strict=True))
    by_failure = {one.failure: one for one in seen}
    assert by_failure[None].rtt_ms == 50.0
    rejected = by_failure[Failure.HOST_UNREACHABLE].raw
    assert rejected is not None
    assert rejected.icmp is not None
    assert rejected.icmp.sender == "198.51.100.1"


def test_untimed_has_no_round_trip(scenario: "MakeScenario", answer: Line) -> None:
    (seen,) = sweeps(scenario({A: [answer("accept")]}), at(A), timed=False)
    assert seen == Swept(at(A)[0])


def test_silence_is_waited_out_and_holds_nobody_up(scenario: "MakeScenario", answer: Line) -> None:
    stage = scenario({A: [answer("lost")], B: [answer("accept", 0.1)]})
    seen = sweeps(stage, [*at(A), *at(B)], window=1, patience_s=1.0)
    assert [one.failure for one in seen] == [Failure.TIMED_OUT, None]
    assert stage.network.now == pytest.approx(1001.1, abs=0.02)


def test_at_most_a_window_at_once(scenario: "MakeScenario", answer: Line) -> None:
    table = {f"10.0.0.{number}": [answer("accept", 0.1)] for number in range(20)}
    stage = scenario(table, descriptors=5)
    seen = sweeps(stage, [one for address in table for one in at(address)], window=5)
    assert [one.failure for one in seen] == [None] * 20
    assert stage.network.now == pytest.approx(1000.4, abs=0.03)


def test_endless_endpoints_are_asked_for_as_there_is_room(scenario: "MakeScenario", answer: Line) -> None:
    stage = scenario({f"10.0.{number}.1": [answer("accept", 0.1)] for number in range(250)})
    taken: list[int] = []

    def endless() -> Iterator[Endpoint]:
        while True:
            taken.append(1)
            yield Endpoint(address=f"10.0.{len(taken) % 250}.1", port=1)

    seen = sweeps(stage, endless(), window=10, deadline_s=0.55)
    under_way = [one for one in seen if one.failure is Failure.INTERRUPTED]
    assert len(under_way) == 10
    assert len(seen) == len(taken) == 60


@pytest.mark.parametrize(("ports", "most"), [(12, 4), (7, 2)])
def test_each_address_at_its_own_pace(scenario: "MakeScenario", answer: Line, ports: int, most: int) -> None:
    stage = scenario({A: [answer("accept", 0.03)], B: [answer("accept", 0.03)]})
    endpoints = [*at(A, *range(1, ports)), *at(B)]
    seen = sweeps(stage, endpoints, syns_per_address=most)
    assert len(seen) == ports
    sent = stage.sent_ms(A)
    assert all(later - earlier >= 100 for earlier, later in zip(sent, sent[most:], strict=False))
    assert stage.sent_ms(B) == [0]


class TestThisMachineHasNoRoom:
    """It is could-not-test, and only when waiting for others cannot help."""

    def test_too_few_descriptors_make_it_slower_only(self, scenario: "MakeScenario", answer: Line) -> None:
        table = {f"10.0.0.{number}": [answer("accept", 0.1)] for number in range(9)}
        seen = sweeps(scenario(table, descriptors=2), [one for address in table for one in at(address)])
        assert [one.failure for one in seen] == [None] * 9

    def test_no_descriptor_at_all(self, scenario: "MakeScenario", answer: Line) -> None:
        stage = scenario({A: [answer("accept")]}, descriptors=0)
        seen = sweeps(stage, at(A, *range(1, 9)))
        assert [one.failure for one in seen] == [Failure.LOCAL_EXHAUSTION] * 8
        assert not stage.network.syns

    def test_no_port_waits_for_one(self, scenario: "MakeScenario", answer: Line) -> None:
        none_left = answer("here", number=errno.EADDRNOTAVAIL)
        stage = scenario({A: [answer("accept", 0.1)], B: [none_left, none_left, answer("accept", 0.1)]})
        seen = sweeps(stage, [*at(A, 1, 2, 3), *at(B)])
        assert [one.failure for one in seen] == [None] * 4

    def test_no_port_and_nobody_to_wait_for(self, scenario: "MakeScenario", answer: Line) -> None:
        (seen,) = sweeps(scenario({A: [answer("here", number=errno.EADDRNOTAVAIL)]}), at(A))
        assert seen.failure is Failure.LOCAL_EXHAUSTION

    def test_no_route_is_told_at_once(self, scenario: "MakeScenario", answer: Line) -> None:
        stage = scenario({A: [answer("here", number=errno.ENETUNREACH)], B: [answer("accept")]})
        seen = sweeps(stage, [*at(B), *at(A)])
        assert [one.failure for one in seen] == [Failure.NO_ROUTE, None]


@pytest.mark.parametrize("portable", [False, True])
def test_on_loopback(monkeypatch: pytest.MonkeyPatch, portable: bool) -> None:
    if portable:
        monkeypatch.setattr(module, "open_poller", SelectorPoller)
    seen: list[Swept] = []
    reactor = Reactor()
    with socket.create_server(("127.0.0.1", 0), backlog=128) as server, socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        ports = [server.getsockname()[1], closed.getsockname()[1]]
        targets = [Endpoint(address="127.0.0.1", port=ports[number % 2]) for number in range(40)]
        reactor.run(sweep(reactor, targets, seen.append, syns_per_address=1000))
    reactor.close()
    assert Counter(one.failure for one in seen) == {None: 20, Failure.CONNECTION_REFUSED: 20}
