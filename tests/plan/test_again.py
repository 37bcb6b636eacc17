"""Which failing targets are tried again, and where the path is followed."""

from msgspec.structs import replace

from lineclear.model import (
    AnyObservation,
    Control,
    ControlKind,
    Endpoint,
    Failure,
    Icmp,
    Plan,
    Purpose,
    Raw,
    Redirection,
    Target,
    TcpConnect,
    TcpListen,
    TlsHandshake,
    TlsListen,
    Transport,
)
from lineclear.plan import again
from lineclear.plan.again import Look

PORTS = {4000: Transport.TCP, 4001: Transport.TLS}
PLAN = Plan(
    catalog="c",
    edition="1",
    targets=tuple(
        Target(host=f"h{number}", port=port, transport=transport, required=number != 0)
        for number in range(8)
        for port, transport in PORTS.items()
    ),
)


def connect(host: str, port: int, failure: Failure | None = None, purpose: Purpose = Purpose.TARGET) -> TcpConnect:
    endpoint = Endpoint(address=f"10.0.0.{host[1:] or 99}", port=port)
    return TcpConnect(
        id=f"{host}{port}{purpose}", at_ms=0, took_ms=1, failure=failure, endpoint=endpoint, host=host, purpose=purpose
    )


def handshake(host: str, failure: Failure | None = None, purpose: Purpose = Purpose.TARGET) -> TlsHandshake:
    endpoint = Endpoint(address=f"10.0.0.{host[1:]}", port=4001)
    return TlsHandshake(id="t", at_ms=1, took_ms=1, failure=failure, endpoint=endpoint, host=host, purpose=purpose)


def settle(host: str, acknowledged: bool | None) -> TlsListen:
    endpoint = Endpoint(address=f"10.0.0.{host[1:]}", port=4001)
    return TlsListen(id="s", at_ms=2, took_ms=1, endpoint=endpoint, host=host, acknowledged=acknowledged)


def listen(host: str, spoke: str = "") -> TcpListen:
    return TcpListen(
        id="l", at_ms=1, took_ms=1, endpoint=Endpoint(address=f"10.0.0.{host[1:]}", port=4000), host=host, spoke=spoke
    )


def names(looks: tuple[Look, ...]) -> list[str]:
    return [one.target.name for one in looks]


class TestFailing:
    def test_the_last_step_of_each_walk_counts(self) -> None:
        seen = (connect("h1", 4001), handshake("h1", Failure.EOF), connect("h2", 4001), handshake("h2"))
        assert names(again.failing(PLAN, seen)) == ["h1:4001"]

    def test_every_address_of_a_name_is_a_look_of_its_own(self) -> None:
        one = connect("h1", 4000, Failure.TIMED_OUT)
        other = TcpConnect(
            id="x",
            at_ms=0,
            took_ms=1,
            failure=Failure.TIMED_OUT,
            endpoint=Endpoint(address="10.0.9.9", port=4000),
            host="h1",
        )
        assert names(again.failing(PLAN, [one, other])) == ["h1:4000", "h1:4000"]

    def test_unasked_words_deserve_another_look(self) -> None:
        assert names(again.failing(PLAN, [connect("h1", 4000), listen("h1", "220")])) == ["h1:4000"]
        assert again.failing(PLAN, [connect("h1", 4000), listen("h1")]) == ()

    def test_a_session_whose_last_words_vanish_deserves_another_look(self) -> None:
        walk: list[AnyObservation] = [connect("h1", 4001), handshake("h1")]
        assert names(again.failing(PLAN, [*walk, settle("h1", acknowledged=False)])) == ["h1:4001"]
        assert again.failing(PLAN, [*walk, settle("h1", acknowledged=None)]) == ()

    def test_what_this_machine_refused_does_not_but_want_of_sockets_does(self) -> None:
        seen = [connect("h1", 4000, Failure.NO_ROUTE), connect("h2", 4000, Failure.LOCAL_EXHAUSTION)]
        assert names(again.failing(PLAN, seen)) == ["h2:4000"]

    def test_controls_are_no_targets(self) -> None:
        assert again.failing(PLAN, [connect("", 4000, Failure.TIMED_OUT, Purpose.CONTROL)]) == ()

    def test_redirected_ports_stand_for_those_of_the_list(self) -> None:
        plan = Plan(
            catalog="c", edition="1", targets=PLAN.targets, redirections=(Redirection(port=4000, to_port=20400),)
        )
        assert names(again.failing(plan, [connect("h1", 20400, Failure.TIMED_OUT)])) == ["h1:4000"]


class TestGroups:
    def test_alike_on_one_port_is_a_group_and_what_is_required_comes_first(self) -> None:
        seen = [connect(f"h{number}", 4000, Failure.TIMED_OUT) for number in range(3)]
        seen += [connect("h1", 4001, Failure.TIMED_OUT), connect("h2", 4001, Failure.CONNECTION_REFUSED)]
        found = again.groups(again.failing(PLAN, seen))
        assert [names(group) for group in found] == [
            ["h1:4000", "h2:4000", "h0:4000"],
            ["h1:4001"],
            ["h2:4001"],
        ]

    def test_representatives_are_few_and_spread(self) -> None:
        seen = [connect(f"h{number}", 4000, Failure.TIMED_OUT) for number in range(1, 8)]
        (group,) = again.groups(again.failing(PLAN, seen))
        assert names(again.representatives(group)) == ["h1:4000", "h3:4000", "h5:4000"]
        assert again.representatives(group[:2]) == group[:2]


class TestRecovery:
    SEEN: tuple[AnyObservation, ...] = (connect("h1", 4000, Failure.TIMED_OUT), connect("h2", 4000, Failure.TIMED_OUT))

    def test_getting_past_the_step_that_failed_is_recovery(self) -> None:
        looks = again.failing(PLAN, self.SEEN)
        second = [connect("h1", 4000, None, Purpose.SECOND_LOOK)]
        assert again.recovered(looks, [*self.SEEN, *second])

    def test_failing_in_another_way_at_the_same_step_is_not(self) -> None:
        looks = again.failing(PLAN, self.SEEN)
        second = [connect("h1", 4000, Failure.CONNECTION_REFUSED, Purpose.SECOND_LOOK)]
        assert not again.recovered(looks, [*self.SEEN, *second])
        assert not again.recovered(looks, self.SEEN)

    def test_failing_at_a_later_step_is_no_recovery_of_that_step(self) -> None:
        first = (connect("h1", 4001), handshake("h1", Failure.EOF))
        looks = again.failing(PLAN, first)
        second = (
            connect("h1", 4001, None, Purpose.SECOND_LOOK),
            handshake("h1", Failure.EOF, Purpose.SECOND_LOOK),
        )
        assert not again.recovered(looks, [*first, *second])

    def test_who_still_fails_was_looked_at(self) -> None:
        looks = again.failing(PLAN, self.SEEN)
        second = [connect("h2", 4000, Failure.TIMED_OUT, Purpose.SECOND_LOOK)]
        assert names(again.still_failing(looks, [*self.SEEN, *second])) == ["h2:4000"]

    def test_what_did_not_get_past_is_open_looked_at_or_not(self) -> None:
        looks = again.failing(PLAN, self.SEEN)
        second = [connect("h1", 4000, None, Purpose.SECOND_LOOK)]
        assert names(again.still_open(looks, [*self.SEEN, *second])) == ["h2:4000"]
        assert names(again.still_open(looks, self.SEEN)) == ["h1:4000", "h2:4000"]

    def test_a_silence_where_there_was_none_before_is_asked_about_once_more(self) -> None:
        seen: list[AnyObservation] = [connect("h1", 4001), handshake("h1", Failure.EOF), *self.SEEN]
        looks = again.failing(PLAN, seen)
        seen.append(connect("h2", 4000, Failure.TIMED_OUT, Purpose.SECOND_LOOK))
        assert again.changed(PLAN, looks, seen) == ()
        seen.append(connect("h1", 4001, Failure.TIMED_OUT, Purpose.SECOND_LOOK))
        assert names(again.changed(PLAN, looks, seen)) == ["h1:4001"]
        told = Raw(icmp=Icmp(type=3, code=13, sender="10.0.0.1"))
        rejected = replace(connect("h3", 4000, Failure.HOST_UNREACHABLE), raw=told)
        assert again.changed(PLAN, looks, [*seen, rejected]) == ()
        seen.append(connect("h1", 4001, Failure.CONNECTION_REFUSED, Purpose.SECOND_LOOK))
        assert again.changed(PLAN, looks, seen) == ()

    def test_smoothly_is_by_the_first_syn(self) -> None:
        look, _ = again.failing(PLAN, self.SEEN)
        second = connect("h1", 4000, None, Purpose.SECOND_LOOK)
        assert again.went_smoothly(look, [second])
        assert not again.went_smoothly(look, [replace(second, retransmits=1)])
        assert not again.went_smoothly(look, [replace(second, failure=Failure.TIMED_OUT)])
        assert not again.went_smoothly(look, self.SEEN)


def test_an_unanswered_greeting_is_one_of_tls() -> None:
    seen: list[AnyObservation] = [
        connect("h1", 4001),
        handshake("h1", Failure.TIMED_OUT),
        connect("h2", 4000, Failure.TIMED_OUT),
    ]
    looks = again.failing(PLAN, seen)
    assert [again.is_unanswered_greeting(look) for look in looks] == [True, False]


def test_no_group_waits_for_another() -> None:
    seen = [connect(f"h{number}", port, Failure.TIMED_OUT) for port in PORTS for number in (1, 2)]
    groups = again.groups(again.failing(PLAN, [*seen, connect("h3", 4000, Failure.TIMED_OUT)]))
    assert names(again.by_turns(groups)) == ["h1:4000", "h1:4001", "h2:4000", "h2:4001", "h3:4000"]
    assert again.by_turns(()) == ()


class TestRationed:
    """Whether a limit on new connections may be at work."""

    @staticmethod
    def seen(failed: int, accepted: int, failure: Failure = Failure.TIMED_OUT) -> list[TcpConnect]:
        away = [connect(f"h{number}", 4000, failure) for number in range(failed)]
        return [*away, *(connect(f"h{number}", 4000) for number in range(failed, failed + accepted))]

    def rationed(self, seen: list[TcpConnect]) -> bool:
        return again.seems_rationed(again.failing(PLAN, seen), seen)

    def turned_away(self, seen: list[TcpConnect]) -> bool:
        return again.is_turned_away(again.failing(PLAN, seen), seen)

    def test_several_that_fail_beside_others_that_are_accepted_may_have_come_too_late(self) -> None:
        assert self.rationed(self.seen(3, 1))

    def test_one_or_two_are_off_themselves(self) -> None:
        assert not self.rationed(self.seen(2, 3))

    def test_a_whole_port_is_a_rule_s(self) -> None:
        assert not self.rationed([*self.seen(5, 0), *(connect(f"h{number}", 4001) for number in range(5))])

    def test_a_broken_handshake_has_been_let_through(self) -> None:
        seen = [connect("h7", 4001), *(connect(f"h{number}", 4001) for number in range(4))]
        broken = [handshake(f"h{number}", Failure.EOF) for number in range(4)]
        assert not again.seems_rationed(again.failing(PLAN, [*seen, *broken]), [*seen, *broken])

    def test_a_limit_may_refuse(self) -> None:
        assert self.turned_away(self.seen(3, 1, Failure.CONNECTION_REFUSED))
        assert not self.turned_away(self.seen(3, 1))

    def test_where_hardly_anything_was_accepted_it_may_be_a_limit(self) -> None:
        assert self.turned_away(self.seen(5, 0, Failure.CONNECTION_REFUSED))

    def test_where_much_was_accepted_a_whole_port_is_refused_by_a_rule(self) -> None:
        accepted = [connect(f"h{number}", 4001) for number in range(8)]
        assert not self.turned_away([*self.seen(5, 0, Failure.CONNECTION_REFUSED), *accepted])

    def test_who_says_that_it_rejects_is_no_limit(self) -> None:
        assert not self.turned_away([rejected("h1", 4000), rejected("h2", 4000)])


class TestAlone:
    """Whether second looks should have the network to themselves."""

    def alone(self, *seen: TcpConnect) -> bool:
        return again.go_alone(again.failing(PLAN, seen), seen)

    def test_not_where_a_port_is_silent_and_another_open(self) -> None:
        assert not self.alone(connect("h1", 4000, Failure.TIMED_OUT), connect("h1", 4001))

    def test_where_a_router_tells(self) -> None:
        assert self.alone(rejected("h1", 4000), connect("h1", 4001))

    def test_where_nothing_is_accepted(self) -> None:
        assert self.alone(connect("h1", 4000, Failure.TIMED_OUT))

    def test_where_connections_may_be_rationed(self) -> None:
        assert self.alone(*TestRationed.seen(3, 1))


class TestGateway:
    GATEWAY = Endpoint(address="10.0.0.1", port=53)
    PLAN = replace(PLAN, controls=(Control(kind=ControlKind.GATEWAY, endpoint=GATEWAY),))

    def asked(self, failure: Failure | None) -> TcpConnect:
        return replace(connect("", 53, failure, Purpose.CONTROL), endpoint=self.GATEWAY)

    def test_it_is_in_doubt_while_nothing_answers(self) -> None:
        assert again.gateway_in_doubt(self.PLAN, [])
        assert again.gateway_in_doubt(self.PLAN, [self.asked(Failure.TIMED_OUT)])
        assert again.gateway_in_doubt(self.PLAN, [connect("h1", 4000, Failure.TIMED_OUT)])

    def test_a_refusal_of_its_own_shows_that_it_lives(self) -> None:
        assert not again.gateway_in_doubt(self.PLAN, [self.asked(Failure.CONNECTION_REFUSED)])

    def test_so_does_whatever_is_accepted(self) -> None:
        assert not again.gateway_in_doubt(self.PLAN, [connect("h1", 4000)])


def rejected(host: str, port: int, purpose: Purpose = Purpose.TARGET) -> TcpConnect:
    icmp = Raw(icmp=Icmp(type=3, code=13, sender="10.9.9.9"))
    return replace(connect(host, port, Failure.HOST_UNREACHABLE, purpose), raw=icmp)


class TestUnsaid:
    def asked(self, *seen: AnyObservation) -> list[str]:
        return names(again.unsaid(again.failing(PLAN, seen), seen))

    def test_a_port_silent_everywhere_beside_one_that_is_turned_away_is_asked_once_more(self) -> None:
        silent = [connect(f"h{number}", 4001, Failure.TIMED_OUT) for number in range(3)]
        assert self.asked(rejected("h1", 4000), *silent) == ["h1:4001"]

    def test_what_is_turned_away_in_the_second_look_counts(self) -> None:
        first, second = connect("h1", 4001, Failure.TIMED_OUT), rejected("h1", 4001, Purpose.SECOND_LOOK)
        assert self.asked(rejected("h1", 4000), connect("h2", 4001, Failure.TIMED_OUT), first, second) == []

    def test_silence_alone_is_silence(self) -> None:
        assert self.asked(connect("h1", 4000, Failure.TIMED_OUT), connect("h1", 4001, Failure.TIMED_OUT)) == []

    def test_a_port_that_somebody_accepts_is_no_rules(self) -> None:
        assert self.asked(rejected("h1", 4000), connect("h1", 4001, Failure.TIMED_OUT), connect("h2", 4001)) == []

    def test_a_control_that_is_turned_away_tells_nothing(self) -> None:
        control = replace(rejected("h1", 4000), host="")
        assert self.asked(control, connect("h1", 4001, Failure.TIMED_OUT)) == []


class TestTraces:
    def test_two_of_a_group_and_a_healthy_one_to_compare(self) -> None:
        seen: list[AnyObservation] = [connect(f"h{number}", 4000, Failure.TIMED_OUT) for number in range(1, 6)]
        seen += [connect("", 4000, None, Purpose.CONTROL), connect("h9", 4000), connect("h6", 4000)]
        looks = again.failing(PLAN, seen)
        assert names(again.traces(PLAN, looks, seen)) == ["h1:4000", "h3:4000", "h6:4000"]

    def test_where_others_accept_the_port_a_few_addresses_in_all_are_followed(self) -> None:
        seen = [connect(f"h{number}", port, Failure.TIMED_OUT) for number in range(4) for port in PORTS]
        seen += [connect("h6", 4000), connect("h6", 4001)]
        assert names(again.traces(PLAN, again.failing(PLAN, seen), seen)) == ["h1:4000", "h3:4000", "h6:4000"]

    def test_never_many(self) -> None:
        failures = (Failure.TIMED_OUT, Failure.CONNECTION_REFUSED, Failure.HOST_UNREACHABLE)
        seen: list[AnyObservation] = [
            connect(f"h{2 * number + more}", port, failure)
            for number, failure in enumerate(failures)
            for more in (0, 1)
            for port in PORTS
        ]
        assert len(again.traces(PLAN, again.failing(PLAN, seen), [*seen, connect("h7", 4000)])) == 6

    def test_nothing_failed_nothing_followed(self) -> None:
        seen = [connect("h1", 4000)]
        assert again.traces(PLAN, again.failing(PLAN, seen), seen) == ()

    def test_a_broken_handshake_is_not_the_paths(self) -> None:
        seen: list[AnyObservation] = [connect("h1", 4001), handshake("h1", Failure.EOF)]
        assert again.traces(PLAN, again.failing(PLAN, seen), seen) == ()

    def test_nothing_healthy_to_compare(self) -> None:
        seen = [connect("h1", 4000, Failure.TIMED_OUT)]
        assert names(again.traces(PLAN, again.failing(PLAN, seen), seen)) == ["h1:4000"]


def test_whether_anything_was_accepted() -> None:
    assert again.nothing_connected([connect("h1", 4000, Failure.TIMED_OUT)])
    assert not again.nothing_connected([connect("", 53, None, Purpose.CONTROL)])
