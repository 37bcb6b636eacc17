"""All names of a run: who is asked, who is called, and who waits for whom."""

import errno
import socket
from collections.abc import Iterable

import pytest

from lineclear.model import Failure, Plan, Purpose, Resolver
from lineclear.probe.naming import dnsudp
from lineclear.probe.naming.names import SYSTEM_S, Names

from .stage import FakeResolver, Line, Say, Stage, answer, framed, rcode

NAME = "ndc1_hb1.ibllc.com"
FOUR = answer("192.0.2.1")
SIX = answer("2001:db8::1")
NO_SIX = rcode("NOERROR")
LATER = socket.gaierror(socket.EAI_AGAIN, "later")


def healthy(stage: Stage) -> FakeResolver:
    return stage.resolvers({(NAME, "A"): [(1, FOUR)], (NAME, "AAAA"): [(1, SIX)]})


def names_of(
    stage: Stage,
    *resolvers: FakeResolver,
    hosts: tuple[str, ...] = (NAME,),
    ask_system: bool = False,
    listed: tuple[str, ...] = (),
) -> Names:
    asked = tuple(Resolver(address=one.endpoint.address, port=one.endpoint.port) for one in resolvers)
    plan = Plan(catalog="any", edition="1", names=hosts, resolvers=asked, ask_system=ask_system, listed=listed)
    return Names(stage.run, plan)


def listen(stage: Stage, names: Names, host: str = NAME) -> list[tuple[str, int]]:
    """What was called back for a host, and when, in milliseconds since the start."""
    heard: list[tuple[str, int]] = []
    began = stage.clock.now
    names.on_address(host, lambda address: heard.append((address, round((stage.clock.now - began) * 1000))))
    stage.play(names.done(host))
    return heard


def test_both_families_of_every_resolver_and_the_system_are_asked_once(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = healthy(stage), healthy(stage)
    system = stage.system(monkeypatch, (0.1, ["192.0.2.1", "192.0.2.7"]))
    names = names_of(stage, first, second, ask_system=True)
    assert listen(stage, names) == [("192.0.2.1", 0), ("2001:db8::1", 0), ("192.0.2.7", 130)]
    assert first.asked() == second.asked() == [(NAME, "A"), (NAME, "AAAA")]
    assert system.asked == [NAME.encode()]
    assert len(stage.queries()) == 4
    assert len(stage.lookups()) == 1


def test_the_first_answer_calls_and_the_slowest_holds_up_nobody(stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
    quick = stage.resolvers({(NAME, "A"): [Say(1, FOUR, 0.02)], (NAME, "AAAA"): [Say(1, NO_SIX, 0.02)]})
    slow = stage.resolvers({(NAME, "A"): [Say(1, answer("192.0.2.2"), 1.5)], (NAME, "AAAA"): [Say(1, NO_SIX, 1.5)]})
    stage.system(monkeypatch, (1.6, ["192.0.2.3"]))
    names = names_of(stage, slow, quick, ask_system=True)
    assert listen(stage, names) == [("192.0.2.1", 20), ("192.0.2.2", 1500), ("192.0.2.3", 1630)]


def test_whoever_comes_late_hears_what_is_known(stage: Stage) -> None:
    names = names_of(stage, healthy(stage))
    heard: list[str] = []

    async def late() -> None:
        await names.done(NAME)
        names.on_address(NAME, heard.append)

    stage.play(late())
    assert heard == ["192.0.2.1", "2001:db8::1"]


def test_a_second_answer_is_called_back_too(stage: Stage) -> None:
    liar = stage.resolvers(
        {(NAME, "A"): [(1, answer("203.0.113.9")), Say(1, FOUR, 0.04)], (NAME, "AAAA"): [(1, NO_SIX)]}
    )
    heard: list[str] = []
    names = names_of(stage, liar)
    names.on_address(NAME, heard.append)
    stage.play(names.done(NAME))
    assert heard == ["203.0.113.9", "192.0.2.1"]


@pytest.mark.parametrize("host", ["192.0.2.77", "2001:db8::77"])
def test_a_literal_address_is_asked_of_nobody(stage: Stage, host: str) -> None:
    resolver = healthy(stage)
    assert listen(stage, names_of(stage, resolver, hosts=(), ask_system=True), host) == [(host, 0)]
    assert (resolver.queries, stage.observations) == ([], [])


def test_a_name_the_plan_forgot_is_asked_for_when_it_is_mentioned(stage: Stage) -> None:
    assert listen(stage, names_of(stage, healthy(stage), hosts=())) == [("192.0.2.1", 0), ("2001:db8::1", 0)]


def test_whoever_has_enough_is_called_no_more(stage: Stage) -> None:
    resolver = stage.resolvers({(NAME, "A"): [(1, FOUR)], (NAME, "AAAA"): [Say(1, SIX, 0.1)]})
    names = names_of(stage, resolver)
    heard: list[str] = []

    def takes_one(address: str) -> None:
        heard.append(address)
        names.enough(NAME)

    names.on_address(NAME, takes_one)
    names.enough("never.mentioned.example")
    stage.play(names.done(NAME))
    assert heard == ["192.0.2.1"]
    assert {name for name, _ in resolver.asked()} == {NAME}


class TestBounds:
    def test_three_resolvers_are_asked_each_once(self, stage: Stage) -> None:
        some = [healthy(stage) for _ in range(4)]
        listen(stage, names_of(stage, some[0], some[0], *some[1:]))
        assert [len(one.queries) for one in some] == [2, 2, 2, 0]

    def test_eight_addresses_of_a_family_and_some_of_the_system(
        self, stage: Stage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        many = [f"192.0.2.{n}" for n in range(20)]
        resolver = stage.resolvers({(NAME, "A"): [(1, answer(*many))], (NAME, "AAAA"): [Say(1, SIX, 0.01)]})
        stage.system(monkeypatch, (0.1, [f"198.51.100.{n}" for n in range(20)]))
        heard = [address for address, _ in listen(stage, names_of(stage, resolver, ask_system=True))]
        assert sum(one.startswith("192.0.2.") for one in heard) == 8
        assert heard[-4:] == [f"198.51.100.{n}" for n in range(4)]
        assert "2001:db8::1" in heard


class TestAskedAgain:
    def asked_again(self, stage: Stage, script: Iterable[Line], rtype: str = "A") -> list[tuple[str, float, bool]]:
        """Purpose, time in milliseconds and whether with EDNS, of each question for one type."""
        other = {"A": ("AAAA", NO_SIX), "AAAA": ("A", FOUR)}[rtype]
        resolver = stage.resolvers({(NAME, rtype): list(script), (NAME, other[0]): [(1, other[1])]})
        listen(stage, names_of(stage, resolver))
        edns = [one.edns >= 0 for one, key in zip(resolver.heard, resolver.asked(), strict=True) if key[1] == rtype]
        steps = sorted((one for one in stage.queries() if one.type == rtype), key=lambda one: one.at_ms)
        return [(one.purpose.value, one.at_ms, how) for one, how in zip(steps, edns, strict=True)]

    @pytest.mark.parametrize("word", ["SERVFAIL", "REFUSED", "NOERROR"])
    def test_a_refusal_is_asked_for_its_reason_half_a_second_later(self, stage: Stage, word: str) -> None:
        assert self.asked_again(stage, [(1, rcode(word)), (2, rcode(word))]) == [
            ("target", 0.0, False),
            ("second-look", 500.0, True),
        ]

    def test_who_cannot_read_us_is_asked_plainly_again(self, stage: Stage) -> None:
        again = self.asked_again(stage, [(1, rcode("FORMERR")), (2, FOUR)])
        assert again == [("target", 0.0, False), ("second-look", 500.0, False)]

    def test_nxdomain_is_asked_for_its_reason_at_once(self, stage: Stage) -> None:
        again = self.asked_again(stage, [(1, rcode("NXDOMAIN")), (2, rcode("NXDOMAIN"))])
        assert again == [("target", 0.0, False), ("second-look", 0.0, True)]

    @pytest.mark.parametrize("word", ["NXDOMAIN", "NOERROR"])
    def test_a_name_without_ipv6_is_nothing_to_ask_about(self, stage: Stage, word: str) -> None:
        assert self.asked_again(stage, [(1, rcode(word))], "AAAA") == [("target", 0.0, False)]

    def test_a_better_second_answer_is_called_back(self, stage: Stage) -> None:
        resolver = stage.resolvers({(NAME, "A"): [(1, rcode("SERVFAIL")), (2, FOUR)], (NAME, "AAAA"): [(1, NO_SIX)]})
        assert listen(stage, names_of(stage, resolver)) == [("192.0.2.1", 500)]

    def test_after_the_cut_nobody_is_asked_again(self, stage: Stage) -> None:
        resolver = stage.resolvers({(NAME, "A"): [(1, rcode("SERVFAIL"))], (NAME, "AAAA"): [(1, NO_SIX)]})
        names = names_of(stage, resolver)
        stage.play(names.done(NAME), deadline_s=0.2)
        assert len(stage.queries()) == 2

    def test_a_silent_family_is_not_tried_over_tcp(self, stage: Stage) -> None:
        resolver = stage.resolvers({(NAME, "A"): [(1, FOUR)]})
        listen(stage, names_of(stage, resolver))
        assert resolver.asked("tcp") == []
        assert {one.type: one.failure for one in stage.queries()} == {"A": None, "AAAA": Failure.TIMED_OUT}


class TestOverTcp:
    HOSTS = tuple(f"host{n}.example" for n in range(6))

    def test_a_resolver_that_is_silent_over_udp_is_asked_everything_over_tcp(self, stage: Stage) -> None:
        scripts: dict[tuple[str, str], list[Line]] = {}
        for host in self.HOSTS:
            scripts[(f"tcp:{host}", "A")] = [Say(1, framed(FOUR), 0.01)]
            scripts[(f"tcp:{host}", "AAAA")] = [Say(1, framed(NO_SIX), 0.01)]
        resolver = stage.resolvers(scripts)
        names = names_of(stage, resolver, hosts=self.HOSTS)
        heard: list[str] = []
        for host in self.HOSTS:
            names.on_address(host, lambda address, host=host: heard.append(f"{host} {address}"))  # type: ignore[misc]
        stage.play(names.finish())
        assert sorted(heard) == [f"{host} 192.0.2.1" for host in self.HOSTS]
        over = [one for one in stage.queries() if one.over == "tcp"]
        assert len(over) == 12
        assert {one.purpose for one in over} == {Purpose.TARGET}
        assert max(sum(one.at_ms <= other.at_ms < one.at_ms + one.took_ms for one in over) for other in over) == 4
        assert min(over, key=lambda one: one.at_ms).name == self.HOSTS[0]

    def test_one_try_shows_that_it_is_as_silent(self, stage: Stage) -> None:
        resolver = stage.resolvers({})
        stage.play(names_of(stage, resolver, hosts=self.HOSTS).finish())
        assert [(one.type, one.failure) for one in stage.queries() if one.over == "tcp"] == [("A", Failure.TIMED_OUT)]
        assert len(stage.queries()) == 13


class TestTheSystem:
    def test_a_temporary_failure_is_asked_once_more(self, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
        stage.system(monkeypatch, (0.01, LATER), (0.01, ["192.0.2.1"]))
        assert listen(stage, names_of(stage, ask_system=True)) == [("192.0.2.1", 520)]
        assert [(one.at_ms, one.failure) for one in stage.lookups()] == [(0.0, Failure.DNS_TEMPORARY), (510.0, None)]

    def test_and_only_once(self, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
        stage.system(monkeypatch, (0.0, LATER), (0.0, LATER))
        assert listen(stage, names_of(stage, ask_system=True)) == []
        assert [one.failure for one in stage.lookups()] == [Failure.DNS_TEMPORARY] * 2

    def test_not_after_the_cut(self, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
        stage.system(monkeypatch, (0.0, LATER))
        names = names_of(stage, ask_system=True)
        stage.play(names.done(NAME), deadline_s=0.3)
        assert len(stage.lookups()) == 1

    def test_it_is_waited_for_where_nobody_else_has_an_address(
        self, stage: Stage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        stage.system(monkeypatch, (5.1, ["192.0.2.1"]))
        resolver = stage.resolvers({(NAME, "A"): [(1, rcode("NXDOMAIN"))], (NAME, "AAAA"): [(1, NO_SIX)]})
        assert listen(stage, names_of(stage, resolver, ask_system=True)) == [("192.0.2.1", 5130)]

    def test_it_is_given_up_when_it_never_comes(self, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
        stage.system(monkeypatch, (None, []))
        assert listen(stage, names_of(stage, ask_system=True)) == []
        assert [(one.failure, one.took_ms) for one in stage.lookups()] == [(Failure.TIMED_OUT, 6000.0)]

    def test_it_asks_in_vain_where_no_resolver_answers(self, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
        stage.system(monkeypatch, (None, []))
        names = names_of(stage, stage.resolvers({}), ask_system=True)
        assert listen(stage, names) == []
        assert [one.failure for one in stage.lookups()] == [Failure.TIMED_OUT]
        assert stage.clock.now - stage.run.began < SYSTEM_S - 1

    def test_and_where_each_leaves_one_kind_unanswered(self, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
        stage.system(monkeypatch, (None, []))
        resolver = stage.resolvers({(NAME, "A"): [(1, FOUR)]})
        stage.play(names_of(stage, resolver, ask_system=True).finish())
        assert [one.failure for one in stage.lookups()] == [Failure.TIMED_OUT]
        assert stage.clock.now - stage.run.began < SYSTEM_S - 1

    def test_what_it_knows_by_itself_comes_soon(self, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
        stage.system(monkeypatch, (2.5, ["192.0.2.1"]))
        assert listen(stage, names_of(stage, stage.resolvers({}), ask_system=True)) == [("192.0.2.1", 2530)]

    def test_where_it_has_answered_nobody_waits_for_it(self, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
        def barred(_address: str) -> socket.socket:
            raise OSError(errno.ENETUNREACH, "barred")

        monkeypatch.setattr(dnsudp, "open_datagrams", barred)
        stage.system(monkeypatch, (0.1, socket.gaierror(socket.EAI_NONAME, "no such name")))
        stage.play(names_of(stage, stage.resolvers({}), ask_system=True).finish())
        last = max(one.at_ms + one.took_ms for one in (*stage.queries(), *stage.lookups()))
        assert stage.clock.now - stage.run.began == pytest.approx(last / 1000.0)

    def test_nobody_hopes_for_a_second_answer_where_no_resolver_answers(
        self, stage: Stage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        stage.system(monkeypatch, (5.0, LATER))
        listen(stage, names_of(stage, stage.resolvers({}), ask_system=True))
        assert len(stage.lookups()) == 1

    @pytest.mark.parametrize(("first_s", "waited_s"), [(0.0, 0.25), (0.1, 0.25), (0.2, 0.4)])
    def test_it_is_late_when_resolvers_have_long_answered(
        self, stage: Stage, monkeypatch: pytest.MonkeyPatch, first_s: float, waited_s: float
    ) -> None:
        stage.system(monkeypatch, (None, []), (0.0, ["192.0.2.2"]))
        resolver = stage.resolvers({(NAME, "A"): [Say(1, FOUR, first_s)], (NAME, "AAAA"): [(1, NO_SIX)]})
        names = names_of(stage, resolver, hosts=(NAME, "other.example"), ask_system=True)
        began = stage.clock.now

        async def check() -> float:
            await names.done(NAME)
            waited = stage.clock.now - began
            await names.finish()
            return waited

        assert stage.play(check()) == pytest.approx(waited_s)
        by_name = {one.name: one.failure for one in stage.lookups()}
        assert by_name == {NAME: Failure.INTERRUPTED, "other.example": None}

    def test_the_end_waits_for_it_when_it_has_answered_no_more_than_a_hosts_file_may_hold(
        self, stage: Stage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        hosts = (NAME, "b.example", "c.example", "d.example")
        stage.system(monkeypatch, (0.0, ["192.0.2.2"]), *[(4.0, LATER)] * 9)
        stage.play(names_of(stage, healthy(stage), hosts=hosts, ask_system=True).finish())
        said = {one.failure for one in stage.lookups()}
        assert Failure.DNS_TEMPORARY in said

    def test_the_end_waits_for_it_when_it_has_answered_nobody(
        self, stage: Stage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        stage.system(monkeypatch, (4.0, LATER), (None, []), (0.1, LATER))
        names = names_of(stage, healthy(stage), hosts=(NAME, "other.example"), ask_system=True)
        began = stage.clock.now
        stage.play(names.finish())
        assert [(one.failure, one.took_ms) for one in stage.lookups()] == [
            (Failure.DNS_TEMPORARY, 4000.0),
            (Failure.DNS_TEMPORARY, 100.0),
            (Failure.INTERRUPTED, 4600.0),
        ]
        assert stage.clock.now - began == pytest.approx(4.63)

    def test_without_anybody_to_ask_there_is_nothing_to_hear(self, stage: Stage) -> None:
        assert listen(stage, names_of(stage)) == []
        assert stage.observations == []


class TestComparedWithEdns:
    def compared(self, stage: Stage, *resolvers: FakeResolver, ask_system: bool = True) -> list[tuple[bool, str]]:
        """Whether with EDNS, and the rcode, of each question that only compares."""
        names = names_of(stage, *resolvers, ask_system=ask_system)

        async def check() -> None:
            await names.done(NAME)
            await names.finish()

        stage.play(check())
        return [(one.edns, one.rcode) for one in stage.queries() if one.purpose is Purpose.COMPARISON]

    def test_where_the_system_knows_no_address_and_resolvers_do(
        self, stage: Stage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        stage.system(monkeypatch, (0.0, LATER), (0.0, LATER))
        both: list[Line] = [(1, NO_SIX)]
        plain = stage.resolvers({(NAME, "A"): [(1, FOUR), (2, rcode("FORMERR"))], (NAME, "AAAA"): both})
        other = stage.resolvers({(NAME, "A"): [(1, FOUR), (2, FOUR)], (NAME, "AAAA"): both})
        assert sorted(self.compared(stage, plain, other)) == [(True, "FORMERR"), (True, "NOERROR")]

    def test_not_where_the_system_knows_one(self, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
        stage.system(monkeypatch, (0.0, ["192.0.2.1"]))
        assert self.compared(stage, healthy(stage)) == []

    def test_what_the_hosts_file_holds_is_not_known_of_anybody_asked(
        self, stage: Stage, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        hosts = ("a.example", "b.example", "c.example", NAME)
        stage.system(monkeypatch, *[(0.0, ["192.0.2.1"])] * 3, (3.0, LATER), (0.0, LATER))
        resolver = stage.resolvers({(one, kind): [(1, FOUR), (2, FOUR)] for one in hosts for kind in ("A", "AAAA")})
        names = names_of(stage, resolver, hosts=hosts, ask_system=True, listed=hosts[:3])

        async def check() -> None:
            await names.done(NAME)
            await names.finish()

        stage.play(check())
        assert [one.failure for one in stage.lookups()][3:] == [Failure.DNS_TEMPORARY, Failure.DNS_TEMPORARY]
        assert [one.name for one in stage.queries() if one.purpose is Purpose.COMPARISON] == [NAME]

    def test_not_where_the_system_is_not_asked(self, stage: Stage) -> None:
        assert self.compared(stage, healthy(stage), ask_system=False) == []

    def test_not_of_a_resolver_that_is_silent_over_udp(self, stage: Stage, monkeypatch: pytest.MonkeyPatch) -> None:
        stage.system(monkeypatch, (0.0, LATER), (0.0, LATER))
        resolver = stage.resolvers({(f"tcp:{NAME}", "A"): [(1, framed(FOUR))], (f"tcp:{NAME}", "AAAA"): []})
        assert self.compared(stage, resolver) == []
