"""By which routers connections leave, and when it is worth asking once more."""

from lineclear.model import AnyObservation, Endpoint, Hop, PathTrace
from lineclear.plan.flows import first_outside, flows

AT = Endpoint(address="203.0.113.9", port=4000)
SIX = Endpoint(address="2001:db8::9", port=4000)


def trace(*senders: str, at: Endpoint = AT) -> PathTrace:
    hops = (
        Hop(limit=limit, outcome="expired" if sender else "silent", sender=sender)
        for limit, sender in enumerate(senders, 1)
    )
    return PathTrace(id=f"t{at}{senders}", at_ms=0.0, took_ms=1.0, host="h", endpoint=at, hops=tuple(hops))


def asked(*seen: AnyObservation) -> list[int]:
    return [limit for _, _, limit in flows(seen)]


def test_one_router_is_no_choice() -> None:
    assert asked(trace("10.0.0.1", "100.64.1.1"), trace("10.0.0.1", "100.64.1.1")) == []
    assert asked() == []
    assert asked(trace("10.0.0.1", "", "")) == []


def test_two_are_asked_for_by_turns() -> None:
    assert asked(trace("10.0.0.1", "100.64.1.1"), trace("10.0.0.1", "100.64.9.1")) == [2, 3, 2, 3]
    assert asked(trace("100.64.1.1"), trace("100.64.9.1"), trace("", "198.51.100.1")) == [1, 2, 1, 2]


def test_routers_of_our_own_are_none_of_the_provider() -> None:
    assert asked(trace("10.0.0.1", "10.0.1.1"), trace("10.0.0.2", "10.0.1.2")) == []
    assert asked(trace("fe80::1", "fd00::1", at=SIX), trace("fe80::2", "fd00::2", at=SIX)) == []


def test_what_a_provider_does_farther_away_is_its_own() -> None:
    far = ("10.0.0.1", "10.1.0.1", "10.2.0.1")
    assert asked(trace(*far, "198.51.100.1"), trace(*far, "198.51.100.2")) == []


def test_ipv4_and_ipv6_are_two_ways_of_their_own() -> None:
    limit, routers = first_outside((trace("10.0.0.1", "100.64.1.1"), trace("fe80::1", "2001:db8::1", at=SIX)))
    assert (limit, list(routers)) == (2, ["100.64.1.1"])
    assert asked(trace("10.0.0.1", "100.64.1.1"), trace("fe80::1", "2001:db8::1", at=SIX)) == []


def test_who_is_silent_at_that_hop_says_nothing() -> None:
    _, routers = first_outside((trace("10.0.0.1", "100.64.1.1"), trace("10.0.0.1", "")))
    assert {sender: len(those) for sender, those in routers.items()} == {"100.64.1.1": 1}
