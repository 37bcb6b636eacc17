"""The verb `ask` against resolvers that follow a script."""

import socket
import struct
from collections.abc import Callable

import dns.edns
import pytest
from tests.probe.names.asking import ADDRESS, GOOD, NAME, TRUE, near, play

from lineclear.model import Failure, Purpose, Raw
from lineclear.probe import datagrams
from lineclear.probe.naming import dnsudp
from lineclear.probe.naming.dns import ask
from lineclear.probe.naming.dnsquestion import Answer

from .stage import (
    Line,
    Say,
    Stage,
    answer,
    changed,
    cut_short,
    other_id,
    other_question,
    rcode,
)


def test_a_healthy_resolver_answers_at_once(stage: Stage) -> None:
    said, resolver = play(stage, [(1, GOOD)])
    query = stage.query
    assert said.addresses == query.addresses == (ADDRESS,)
    assert (query.failure, query.raw, query.rcode, query.over) == (None, None, "NOERROR", "udp")
    assert (query.name, query.type, query.resolver, query.purpose) == (NAME, "A", resolver.endpoint, Purpose.TARGET)
    assert query.records == (TRUE,)
    assert (query.took_ms, query.rtt_ms, query.resends, query.ignored, query.other_answers) == (0.0, 0.0, 0, 0, ())
    assert resolver.heard[0].edns == -1


def test_the_caller_does_not_wait_for_a_second_answer(stage: Stage) -> None:
    resolver = stage.resolvers({(NAME, "A"): [Say(1, GOOD, 0.02)]})
    seen = []

    async def asks() -> None:
        await ask(stage.run, name=NAME, rtype="A", resolver=resolver.endpoint)
        seen.append((stage.clock.now, len(stage.observations)))

    began = stage.clock.now
    stage.play(asks())
    assert seen == [(near(began + 0.02), 0)]
    assert stage.query.took_ms == near(20.0)
    assert stage.clock.now == near(began + 0.32)


@pytest.mark.parametrize(
    ("word", "failure"),
    [
        ("NXDOMAIN", Failure.DNS_NXDOMAIN),
        ("REFUSED", Failure.DNS_REFUSED),
        ("SERVFAIL", Failure.DNS_SERVFAIL),
        ("FORMERR", Failure.DNS_FORMERR),
        ("NOTIMP", Failure.DNS_REFUSED),
        ("NOTAUTH", Failure.DNS_REFUSED),
        ("YXDOMAIN", Failure.DNS_MALFORMED),
        ("NOERROR", Failure.DNS_NO_ANSWER),
    ],
)
def test_each_rcode_has_its_word(stage: Stage, word: str, failure: Failure) -> None:
    said, _ = play(stage, [(1, rcode(word))])
    assert (said.failure, said.addresses) == (failure, ())
    assert (stage.query.failure, stage.query.rcode, stage.query.raw) == (failure, word, Raw(rcode=word))


def test_a_refusal_may_say_why(stage: Stage) -> None:
    play(stage, [(1, rcode("NXDOMAIN", dns.edns.EDEOption(dns.edns.EDECode.FILTERED, "policy 7")))], edns=True)
    assert stage.query.raw == Raw(rcode="NXDOMAIN", text="filtered: policy 7")


def test_aliases_are_kept_in_their_order(stage: Stage) -> None:
    said, _ = play(stage, [(1, answer(ADDRESS, "192.0.2.2", aliases=("gw.vendor.example", "a.b.example")))])
    assert [(one.name, one.type, one.value) for one in stage.query.records] == [
        (NAME, "CNAME", "gw.vendor.example"),
        ("gw.vendor.example", "CNAME", "a.b.example"),
        ("a.b.example", "A", ADDRESS),
        ("a.b.example", "A", "192.0.2.2"),
    ]
    assert said.addresses == (ADDRESS, "192.0.2.2")


def test_an_alias_to_nothing_is_no_answer(stage: Stage) -> None:
    play(stage, [(1, answer(aliases=("nowhere.example",)))])
    assert stage.query.failure is Failure.DNS_NO_ANSWER


class TestSilence:
    def test_a_lost_query_is_sent_again_with_another_id_from_another_port(self, stage: Stage) -> None:
        said, resolver = play(stage, [(2, GOOD)])
        assert said.addresses == (ADDRESS,)
        assert (stage.query.resends, stage.query.took_ms) == (1, near(150.0))
        assert stage.query.rtt_ms == 0.0
        assert len(set(resolver.ports)) == 2
        assert len({one.id for one in resolver.heard}) == 2

    def test_a_silent_resolver_is_asked_five_times_in_two_seconds(self, stage: Stage) -> None:
        began = stage.clock.now
        said, resolver = play(stage, [])
        assert said.failure is stage.query.failure is Failure.TIMED_OUT
        assert (stage.query.resends, stage.query.took_ms, stage.query.rtt_ms) == (4, near(2000.0), None)
        assert len(resolver.heard) == len(set(resolver.ports)) == 5
        assert stage.clock.now == near(began + 2.0)

    def test_a_late_answer_to_the_first_datagram_counts(self, stage: Stage) -> None:
        said, _ = play(stage, [Say(1, GOOD, 0.4)])
        assert said.addresses == (ADDRESS,)
        assert (stage.query.resends, stage.query.took_ms) == (2, near(400.0))

    def test_when_the_run_is_cut_the_wait_is_over_and_no_verdict(self, stage: Stage) -> None:
        resolver = stage.resolvers({})
        stage.play(ask(stage.run, name=NAME, rtype="A", resolver=resolver.endpoint), deadline_s=0.5)
        assert (stage.query.failure, stage.query.took_ms) == (Failure.INTERRUPTED, near(500.0))

    def test_after_the_cut_nothing_is_sent(self, stage: Stage) -> None:
        resolver = stage.resolvers({(NAME, "A"): [(1, GOOD)]})
        stage.reactor.cut()
        stage.play(ask(stage.run, name=NAME, rtype="A", resolver=resolver.endpoint))
        assert stage.query.failure is Failure.INTERRUPTED
        assert resolver.queries == []

    def test_a_run_without_patience_does_not_wait_for_second_answers(self, stage: Stage) -> None:
        resolver = stage.resolvers({(NAME, "A"): [(1, GOOD)]})
        began = stage.clock.now

        async def hurries() -> None:
            await ask(stage.run, name=NAME, rtype="A", resolver=resolver.endpoint)
            await stage.run.settle(patiently=False)
            await ask(stage.run, name=NAME, rtype="AAAA", resolver=resolver.endpoint)

        resolver.scripts[(NAME, "AAAA")] = [Say(1, answer("2001:db8::1"))]
        stage.play(hurries())
        assert [one.addresses for one in stage.queries()] == [(ADDRESS,), ("2001:db8::1",)]
        assert stage.clock.now == began

    def test_aaaa_silent_while_a_answers(self, stage: Stage) -> None:
        resolver = stage.resolvers({(NAME, "A"): [(1, GOOD)]})
        stage.play(
            stage.reactor.gather(
                ask(stage.run, name=NAME, rtype=rtype, resolver=resolver.endpoint) for rtype in ("A", "AAAA")
            )
        )
        assert {one.type: one.failure for one in stage.queries()} == {"A": None, "AAAA": Failure.TIMED_OUT}

    def test_many_silent_questions_share_a_bounded_number_of_sockets(
        self, stage: Stage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(dnsudp, "_MOST_OWN_SOCKETS", 3)
        resolver = stage.resolvers({})
        names = [f"host{n}.example" for n in range(70)]
        stage.play(stage.reactor.gather(ask(stage.run, name=n, rtype="A", resolver=resolver.endpoint) for n in names))
        assert [one.failure for one in stage.queries()] == [Failure.TIMED_OUT] * 70
        assert {one.resends for one in stage.queries()} == {4}
        assert len(set(resolver.ports)) == 4


class TestSecondAnswers:
    def test_a_second_differing_answer_is_kept(self, stage: Stage) -> None:
        heard: list[Answer] = []
        resolver = stage.resolvers({(NAME, "A"): [(1, answer("203.0.113.9")), Say(1, GOOD, 0.04)]})
        said = stage.play(ask(stage.run, name=NAME, rtype="A", resolver=resolver.endpoint, heard=heard.append))
        assert said.addresses == stage.query.addresses == ("203.0.113.9",)
        assert stage.query.other_answers == ((TRUE,),)
        assert [one.addresses for one in heard] == [("203.0.113.9",), (ADDRESS,)]

    @pytest.mark.parametrize(
        ("script", "others"),
        [
            ([(1, answer(ADDRESS, "192.0.2.2")), (1, answer("192.0.2.2", ADDRESS, ttl=17))], 0),
            ([(1, rcode("NXDOMAIN")), (1, GOOD)], 1),
            ([(1, GOOD), (1, rcode("NXDOMAIN"))], 1),
            ([(1, GOOD), (1, answer("192.0.2.2")), (1, answer("192.0.2.2")), (1, answer("192.0.2.3"))], 2),
            ([(1, GOOD), Say(1, answer("192.0.2.2"), 0.31)], 0),
            ([Say(1, GOOD, 0.2), (2, answer("192.0.2.2"))], 0),
            ([(1, changed(GOOD, cut_short)), (1, GOOD)], 1),
        ],
        ids=[
            "another order",
            "denial, then answer",
            "answer, then denial",
            "several",
            "too late",
            "to a resend",
            "nonsense first",
        ],
    )
    def test_only_what_differs_to_one_datagram_counts(self, stage: Stage, script: list[Line], others: int) -> None:
        play(stage, script)
        assert len(stage.query.other_answers) == others

    def test_nonsense_after_the_answer_is_only_counted(self, stage: Stage) -> None:
        play(stage, [(1, GOOD), (1, changed(GOOD, cut_short))])
        assert (stage.query.failure, stage.query.other_answers, stage.query.ignored) == (None, (), 1)


class TestDisbelief:
    @pytest.mark.parametrize("change", [other_id, lambda _: b"", lambda wire: wire[:2]])
    def test_what_is_no_reply_to_us_is_not_believed(self, stage: Stage, change: Callable[[bytes], bytes]) -> None:
        said, _ = play(stage, [(1, changed(answer("203.0.113.9"), change)), Say(1, GOOD, 0.01)])
        assert said.addresses == (ADDRESS,)
        assert stage.query.ignored == (1 if change is other_id else 0)

    def test_a_reply_to_another_question_is_not_believed(self, stage: Stage) -> None:
        said, _ = play(stage, [(1, changed(answer("203.0.113.9"), other_question)), Say(1, GOOD, 0.01)])
        assert (said.addresses, stage.query.other_answers) == ((ADDRESS,), ())

    def test_an_id_guessed_for_the_wrong_port_is_not_believed(self, stage: Stage) -> None:
        first: list[bytes] = []

        def remember(data: bytes) -> bytes:
            first.append(data)
            return b""

        said, _ = play(stage, [(1, remember), (2, lambda _: answer("203.0.113.9")(first[0])), Say(2, GOOD, 0.01)])
        assert said.addresses == (ADDRESS,)
        assert stage.query.ignored == 1

    def test_a_reply_nobody_can_read_is_a_failure_of_the_resolver(self, stage: Stage) -> None:
        said, _ = play(stage, [(1, changed(GOOD, cut_short))])
        assert said.failure is stage.query.failure is Failure.DNS_MALFORMED
        assert stage.query.raw == Raw(text="a message that ends too soon")


def test_a_bug_in_a_listener_comes_out_where_the_question_was_asked(stage: Stage) -> None:
    resolver = stage.resolvers({(NAME, "A"): [(1, GOOD)]})

    def buggy(_: Answer) -> None:
        raise LookupError("a bug")

    with pytest.raises(LookupError, match="a bug"):
        stage.play(ask(stage.run, name=NAME, rtype="A", resolver=resolver.endpoint, heard=buggy))


def test_the_time_a_datagram_lay_here_is_not_the_networks(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(datagrams, "time", lambda: 1000.75)
    stamp = struct.pack("=qq", 1000, 500_000_000)
    assert datagrams.lain_s([(41, 52, b"\x40\x00\x00\x00"), (socket.SOL_SOCKET, 35, stamp)]) == near(0.25)
    assert datagrams.lain_s([(socket.SOL_SOCKET, 35, struct.pack("=qq", 1001, 0))]) == 0.0
    assert datagrams.lain_s([]) == 0.0


def test_the_round_trip_is_counted_to_the_arrival(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(dnsudp, "lain_s", lambda _ancillary: 0.005)
    play(stage, [Say(1, GOOD, 0.02)])
    assert (stage.query.rtt_ms, stage.query.took_ms) == (near(15.0), near(20.0))
