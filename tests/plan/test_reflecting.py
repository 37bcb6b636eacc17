"""What is said to a reflector: enough to decide, and a few dozen connections at most."""

from collections import Counter
from collections.abc import Iterable
from itertools import pairwise

import pytest
from msgspec.structs import replace

from lineclear.catalog import load
from lineclear.model import (
    Depth,
    Endpoint,
    Failure,
    NotMeasured,
    Payload,
    Redirection,
    ReflectedPort,
    Reflecting,
    Reflection,
    Seen,
    SynFacts,
    TcpConnect,
    Transport,
    Vantage,
    WayBack,
)
from lineclear.plan import Options, make_plan
from lineclear.plan.reflecting import (
    announced,
    behind_boxes,
    empty_places,
    fine_ages,
    first_calls,
    further_calls,
    later_calls,
    longer_ways_back,
    main_port,
    reflecting,
    ways_back,
)

FAR, SECOND, SIX = "198.51.100.7", "198.51.100.8", "2001:db8::7"
PLAN = make_plan(load("ibkr"), Vantage(platform="linux"), Options(reflectors=(FAR, SECOND)))
LIST = PLAN.reflector or Reflecting(addresses=())


def test_every_port_of_the_list_as_it_is_spoken_there() -> None:
    assert LIST.ports == (
        ReflectedPort(port=80, transport=Transport.HTTP),
        ReflectedPort(port=443, transport=Transport.HTTPS),
        ReflectedPort(port=4000, transport=Transport.TCP),
        ReflectedPort(port=4001, transport=Transport.TLS),
    )


def test_no_reflector_is_asked_nothing() -> None:
    plan = make_plan(load("ibkr"), Vantage(platform="linux"), Options())
    assert plan.reflector is None
    assert empty_places(plan, (FAR,)) == ()


@pytest.mark.parametrize("depth", [Depth.NAMES, Depth.TCP, Depth.TLS])
def test_nor_is_one_where_ports_are_not_walked_in_full(depth: Depth) -> None:
    assert make_plan(load("ibkr"), Vantage(platform="linux"), Options(reflectors=(FAR,), depth=depth)).reflector is None


def test_a_few_dozen_connections() -> None:
    more = (FAR, SECOND, *(f"198.51.100.{one}" for one in range(20, 60)))
    calls = [*first_calls(LIST, ()), *further_calls(LIST, (), more), *later_calls(LIST, ())]
    assert len(calls) < 40
    assert Counter(one.endpoint.address for one in calls)[FAR] < 36
    assert len({one.endpoint.address for one in calls}) <= 5


def test_the_web_s_port_is_tried_most() -> None:
    usual = Counter((one.port, one.kind) for one in first_calls(LIST, ()))
    assert usual[443, Payload.TLS_WEB] == 8
    assert usual[4000, Payload.LINES] == usual[4001, Payload.TLS] == 4
    assert usual[80, Payload.WEB] == 3


def test_each_kind_once_where_it_is_not_usual() -> None:
    at_4000 = {one.kind: one.echoed for one in first_calls(LIST, ()) if one.port == 4000}
    assert at_4000 == {
        Payload.LINES: False,
        Payload.TLS: False,
        Payload.WEB: False,
        Payload.BINARY: True,
        Payload.FIX: True,
    }
    at_4001 = {one.kind: one.echoed for one in first_calls(LIST, ()) if one.port == 4001}
    assert at_4001 == {Payload.TLS: False, Payload.WEB: True, Payload.BINARY: True, Payload.FIX: True}


def test_ports_take_turns() -> None:
    assert [one.port for one in first_calls(LIST, ())][:8] == [80, 443, 4000, 4001] * 2


def test_further_addresses_are_the_user_s_then_the_announced_ones() -> None:
    calls = further_calls(LIST, (), (FAR, "198.51.100.9", SIX))
    assert [one.endpoint for one in calls] == [Endpoint(address=one, port=443) for one in (SECOND, "198.51.100.9", SIX)]


def test_redirections_hold_for_a_reflector_too() -> None:
    moved = (Redirection(host=FAR, port=443, to_address="127.0.0.1", to_port=40443),)
    dialled = {one.endpoint for one in first_calls(LIST, moved) if one.port == 443}
    assert dialled == {Endpoint(address="127.0.0.1", port=40443)}


def test_a_list_without_ports_asks_nothing() -> None:
    nothing = reflecting((), (FAR,))
    assert main_port(nothing) is None
    assert first_calls(nothing, ()) == further_calls(nothing, (), (SECOND,)) == later_calls(nothing, ()) == ()


def test_ports_that_are_no_streams_are_left_out() -> None:
    local = make_plan(load("local"), Vantage(platform="linux"), Options(reflectors=(FAR,)))
    assert local.reflector is not None
    assert {one.transport for one in local.reflector.ports} <= {Transport.TCP, Transport.TLS, Transport.HTTPS}


def test_its_name_is_what_tls_calls_it() -> None:
    assert reflecting((), (FAR,), name="far.example").name == "far.example"
    assert reflecting((), (FAR,), name=FAR).name == ""


def test_where_nobody_is_by_its_own_word() -> None:
    assert empty_places(PLAN, ()) == ()
    assert [str(one) for one in empty_places(PLAN, ("192.0.2.9", "192.0.2.10"))] == [
        f"192.0.2.9:{port}" for port in (80, 443, 4000, 4001)
    ]


def test_what_it_has_told_of() -> None:
    told = Reflection(
        id="o1",
        at_ms=0.0,
        took_ms=1.0,
        endpoint=Endpoint(address=FAR, port=443),
        port=443,
        kind=Payload.LINES,
        nonce="n",
        more=(FAR, SECOND),
        empty=("192.0.2.9",),
    )
    other = NotMeasured(id="o2", at_ms=0.0, took_ms=0.0, verb="ping")
    assert announced((told, other, replace(told, more=(SECOND, SIX)))) == ((FAR, SECOND, SIX), ("192.0.2.9",))
    assert announced(()) == ((), ())


def test_silences_of_many_lengths() -> None:
    found = fine_ages(60.0)
    assert found[0] == 60.0
    assert len(found) == 12
    assert all(0.7 < shorter / longer < 0.8 for longer, shorter in pairwise(found))


def seen_with(hop_limit: int) -> Reflection:
    there = Endpoint(address=FAR, port=443)
    syn = SynFacts(hop_limit=hop_limit, window=1) if hop_limit else None
    return Reflection(
        id="r",
        at_ms=0.0,
        took_ms=1.0,
        endpoint=there,
        port=443,
        kind=Payload.LINES,
        nonce="n",
        seen=Seen(source=there, local=there, syn=syn),
    )


def came_back(*arrived: int, silent: Iterable[int] = (), strange: Iterable[int] = ()) -> list[WayBack]:
    how = {None: arrived, Failure.TIMED_OUT: silent, Failure.EOF: strange}
    return [
        WayBack(
            id="w",
            at_ms=0.0,
            took_ms=1.0,
            failure=failure,
            endpoint=Endpoint(address=FAR, port=443),
            port=443,
            sent=64,
            seen=60,
            allowed=one,
        )
        for failure, allowed in how.items()
        for one in allowed
    ]


@pytest.mark.parametrize(
    ("arrived_with", "asked"),
    [(60, ((64, 4), (71, 5))), (120, ((64, 8), (71, 9))), (250, ((64, 5), (71, 6))), (64, ()), (0, ())],
    ids=["of 64", "of 128", "of 255", "no router", "not told"],
)
def test_answers_are_to_come_as_far_as_the_first_packet_went(
    arrived_with: int, asked: tuple[tuple[int, int], ...]
) -> None:
    assert ways_back([seen_with(arrived_with)]) == asked


def test_without_a_word_of_the_first_packet_none_are() -> None:
    assert ways_back([]) == ()


def test_equal_ways_are_asked_about_no_more() -> None:
    assert longer_ways_back(came_back(5, silent=[4])) == ()


def test_a_longer_way_back_is_looked_for_farther_out() -> None:
    assert longer_ways_back(came_back(silent=[4, 5])) == tuple(
        zip((64, 71, 64, 71, 64, 71, 64), (5, 5, 6, 7, 9, 12, 17), strict=True)
    )


def test_a_shorter_one_nearer() -> None:
    assert longer_ways_back(came_back(4, 5)) == ((64, 3), (71, 3), (64, 2), (71, 1))


def test_what_broke_otherwise_says_nothing_of_the_way_back() -> None:
    assert longer_ways_back(came_back(5, strange=[4])) == ()
    assert longer_ways_back([]) == ()


def test_no_silence_outlasts_the_reflector_s_own_patience() -> None:
    assert fine_ages(7500.0)[0] < 900.0
    assert fine_ages(0.0) == ()


def connected(host: str, address: str, port: int, failure: Failure | None = None) -> TcpConnect:
    endpoint = Endpoint(address=address, port=port)
    return TcpConnect(id="o", at_ms=0.0, took_ms=1.0, endpoint=endpoint, host=host, failure=failure)


def test_what_is_behind_a_box_is_watched_and_nothing_else() -> None:
    nobody = PLAN.controls[0].endpoint.address
    steps = (
        connected("", nobody, 4000),
        connected("", nobody, 4001, Failure.TIMED_OUT),
        connected("ndc1.ibllc.com", "203.0.113.1", 4000),
        connected("ndc1.ibllc.com", "203.0.113.1", 4000),
        connected("ndc1.ibllc.com", "203.0.113.1", 4001),
        connected("zdc1.ibllc.com", "203.0.113.2", 4000, Failure.TIMED_OUT),
    )
    assert behind_boxes(PLAN, steps) == (("ndc1.ibllc.com", Endpoint(address="203.0.113.1", port=4000)),)
    assert behind_boxes(PLAN, steps[1:]) == ()
