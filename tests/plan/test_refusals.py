"""Which refusals are asked about, and how: everything of what is near, next to nothing of the vendor."""

from lineclear.model import AnyObservation, Endpoint, Hop, PathTrace, Ping
from lineclear.plan.refusals import Refusal, refusals

AT = Endpoint(address="203.0.113.9", port=4001)


def trace(limit: int, outcome: str = "refused", at: Endpoint = AT) -> PathTrace:
    routers = tuple(Hop(limit=one, outcome="expired", sender=f"100.64.0.{one}") for one in range(1, limit))
    last = Hop(limit=limit, outcome=outcome)
    return PathTrace(id=f"t{at}", at_ms=0.0, took_ms=1.0, host="h", endpoint=at, hops=(*routers, last))


def ping(hop_limit: int | None, address: str = AT.address) -> Ping:
    return Ping(id=f"p{hop_limit}", at_ms=0.0, took_ms=1.0, address=address, hop_limit=hop_limit)


def asked(*seen: AnyObservation) -> list[tuple[int | None, tuple[int, ...]]]:
    return [(one.hop_limit, one.floors) for one in refusals(seen)]


def test_a_near_device_is_asked_everything_by_connects_that_go_no_farther() -> None:
    assert asked(trace(2)) == [(2, (0, 63, 64, 127, 128, 254, 255))]
    assert asked(trace(3)) == [(3, (0, 62, 63, 126, 127, 253, 254))]
    assert refusals((trace(2),))[0] == Refusal(host="h", endpoint=AT, hop_limit=2, floors=asked(trace(2))[0][1])


def test_the_first_hop_is_not_asked_for_it_may_be_this_machine() -> None:
    assert asked(trace(1), ping(60)) == []


def test_what_may_be_the_vendor_is_asked_once_and_once_more_whether_the_answer_can_be_compared() -> None:
    assert asked(trace(9), ping(None), ping(55)) == [(None, (0, 56, 65))]
    assert asked(trace(9), ping(120)) == [(None, (0, 121, 129))]
    assert asked(trace(9), ping(240)) == [(None, (0, 241))]


def test_and_not_at_all_where_nothing_tells_how_far_it_is() -> None:
    assert asked(trace(9)) == []
    assert asked(trace(9), ping(None)) == []
    assert asked(trace(9), ping(55, address="203.0.113.10")) == []
    assert asked(trace(9), ping(64)) == []


def test_nothing_is_asked_of_what_does_not_refuse() -> None:
    assert asked(trace(2, "connected"), trace(2, "rejected", Endpoint(address="203.0.113.8", port=1))) == []
    assert asked(PathTrace(id="t", at_ms=0.0, took_ms=1.0, host="h", endpoint=AT)) == []


def test_a_few_are_enough() -> None:
    many = (trace(2, at=Endpoint(address=f"203.0.113.{number}", port=4000)) for number in range(9))
    assert len(asked(*many)) == 4
