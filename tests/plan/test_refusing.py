"""What is an address, a network, a place: hostile words never reach a socket."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineclear.model import Endpoint, Limits, Redirection, Resolver, UsageError
from lineclear.plan import Options, endpoint_from, is_address
from lineclear.plan.networks import inside, is_network
from lineclear.plan.refusing import refuse_impossible


@given(st.ip_addresses())
def test_every_address_is_one_and_lies_in_itself(address: object) -> None:
    assert is_address(str(address))
    assert is_network(str(address))
    assert inside(str(address), [str(address)])


@pytest.mark.parametrize("text", ["::ffff:192.0.2.1", "fe80::1%eth0", "::", "1::", "2001:DB8::1"])
def test_the_less_usual_forms(text: str) -> None:
    assert is_address(text)


@pytest.mark.parametrize(
    "text",
    ["", "x", "1.2.3", "1.2.3.256", "010.0.0.1", "1.2.3.²", "1.2.3.٤", ":", ":::", "1::2::3", "::g", "::1_0", "::+1",
     "1:2:3:4:5:6:7", "::12345", "::1.2.3", "[::1]"],
)  # fmt: skip
def test_what_is_none(text: str) -> None:
    assert not is_address(text)
    assert not is_network(text)


@pytest.mark.parametrize(
    ("text", "good"),
    [("10.0.0.0/8", True), ("10.0.0.0/33", False), ("::/128", True), ("::/129", False), ("10.0.0.0/", False),
     ("10.0.0.0/²", False), ("10.0.0.0/-1", False)],
)  # fmt: skip
def test_networks(text: str, good: bool) -> None:
    assert is_network(text) is good


def test_endpoints() -> None:
    assert endpoint_from("[::1]:53") == Endpoint(address="::1", port=53)
    assert endpoint_from("192.0.2.1:4000") == Endpoint(address="192.0.2.1", port=4000)


@pytest.mark.parametrize("text", ["192.0.2.1", "x:1", "192.0.2.1:0", "192.0.2.1:65536", "192.0.2.1:²", "192.0.2.1:"])
def test_what_is_no_endpoint(text: str) -> None:
    with pytest.raises(UsageError):
        endpoint_from(text)


IMPOSSIBLE = [
    Options(limits=Limits(deadline_s=0.0)),
    Options(limits=Limits(deadline_s=float("nan"))),
    Options(limits=Limits(deadline_s=float("inf"))),
    Options(resolvers=(Resolver(address="dns.example"),)),
    Options(resolvers=(Resolver(address="192.0.2.1", port=70000),)),
    Options(redirections=(Redirection(to_address="x"),)),
    Options(redirections=(Redirection(to_port=70000),)),
    Options(nobody=("x",)),
    Options(reflectors=("x",)),
    Options(reflectors=("192.0.2.1",), reflector_pin="ab"),
    Options(reflector_pin="ab" * 32),
    Options(expected_networks=("10.0.0.0/33",)),
]


@pytest.mark.parametrize("options", IMPOSSIBLE, ids=range(len(IMPOSSIBLE)))
def test_what_cannot_be_is_refused(options: Options) -> None:
    with pytest.raises(UsageError):
        refuse_impossible(options)


def test_what_can_be_is_not() -> None:
    refuse_impossible(
        Options(
            resolvers=(Resolver(address="::1", port=5353),),
            redirections=(Redirection(to_address="::1", to_port=1), Redirection(port=65535)),
            nobody=("192.0.2.1", "80@127.0.0.1:9"),
            answering=("127.0.0.1:1",),
            expected_networks=("10.0.0.0/8",),
            reflectors=("::1",),
        )
    )
