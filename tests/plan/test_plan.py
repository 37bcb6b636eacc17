"""From catalog, vantage and options to the plan: what will be contacted, and nothing else."""

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from lineclear.catalog import load, select
from lineclear.errors import UsageError
from lineclear.model import (
    Catalog,
    Control,
    ControlKind,
    Depth,
    Endpoint,
    GatewayUse,
    Interface,
    Kind,
    Plan,
    Ports,
    Presence,
    Redirection,
    Requirement,
    Resolver,
    Route,
    Service,
    Target,
    Transport,
    Vantage,
)
from lineclear.plan import (
    NOBODY,
    NOBODY6,
    Options,
    dial,
    dialled_address,
    dialled_port,
    endpoint_from,
    is_address,
    make_plan,
)

HERE = Vantage(
    platform="linux",
    interfaces=(Interface(name="eth0", addresses=("10.0.0.5/24",)),),
    routes=(
        Route(destination="0.0.0.0/0", gateway="10.0.0.1"),
        Route(destination="::/0", gateway="fe80::1"),
        Route(destination="10.0.0.0/24"),
    ),
    resolvers=(
        Resolver(address="10.0.0.1"),
        Resolver(address="10.0.0.1", source="again"),
        Resolver(address="10.0.0.2"),
        Resolver(address="10.0.0.3"),
        Resolver(address="10.0.0.4"),
    ),
)
ELSEWHERE = Endpoint(address="127.78.0.1", port=20400)


def listing(*rows: Requirement) -> Catalog:
    service = Service(id="s", label="S", name="S", requirements=rows)
    return Catalog(
        id="c", edition="1", title="C", publisher="P", application="A", services=(service,), published="2022-01"
    )


def needs(host: str, port: int, transport: Transport = Transport.TCP, **more: Any) -> Requirement:
    number = f"s/{host}/{port}/{len(more)}"
    return Requirement(
        id=number, service="s", host=host, ports=Ports(first=port, last=port), transport=transport, **more
    )


def plan_of(catalog: Catalog, vantage: Vantage = HERE, **options: Any) -> Plan:
    return make_plan(catalog, vantage, Options(**options))


def controls(plan: Plan, kind: ControlKind) -> list[Control]:
    return [one for one in plan.controls if one.kind is kind]


class TestTargets:
    def test_every_host_and_port_of_the_list_once(self) -> None:
        plan = plan_of(select(load("ibkr")))
        assert len(plan.targets) == 47
        assert len({one.name for one in plan.targets}) == 47
        assert len(plan.names) == 26
        assert [one.name for one in plan.targets if not one.required and one.port != 80] == [
            "mcgw1.ibllc.com.cn:4000",
            "mcgw1.ibllc.com.cn:4001",
            "mcgw1_hb1.ibllc.com.cn:4000",
            "mcgw1_hb1.ibllc.com.cn:4001",
        ]

    def test_rows_that_share_a_host_and_port_are_one_target(self) -> None:
        rows = (
            needs("a.example", 443, Transport.HTTPS, required=False, pingable=False),
            needs("a.example", 443, Transport.HTTPS),
        )
        (target,) = plan_of(listing(*rows)).targets
        assert target.required
        assert not target.pingable
        assert target.requirements == tuple(one.id for one in rows)

    def test_a_certificate_may_have_the_names_of_any_row_and_the_hosts_own_unless_all_name_others(self) -> None:
        def names(*rows: tuple[str, ...]) -> tuple[str, ...]:
            listed = (needs("a.example", 1, certificate_names=row, pingable=bool(row)) for row in rows)
            return plan_of(listing(*listed)).targets[0].certificate_names

        assert names(()) == ()
        assert names(("b.example",)) == ("b.example",)
        assert names(("b.example",), ()) == ("b.example", "a.example")
        assert names(("a.example",), ()) == ()

    def test_what_no_connection_can_decide_is_told_and_not_tried(self) -> None:
        rows = (
            needs("*.example", 443, Transport.HTTPS, kind=Kind.WILDCARD),
            needs("192.0.2.0/24", 443, kind=Kind.CIDR),
            needs("b.example", 53, Transport.UDP),
            needs("a.example", 443),
        )
        plan = plan_of(listing(*rows))
        assert [one.name for one in plan.targets] == ["a.example:443"]
        assert plan.untestable == tuple(one.id for one in rows[:3])

    def test_gateways_an_installation_uses_are_marked(self) -> None:
        use = GatewayUse(path="jts.ini", peer="zdc1.ibllc.com:4001", known=("ndc1.ibllc.com:4000",))
        plan = plan_of(load("ibkr"), replace(HERE, gateway_use=(use,)))
        assert [one.name for one in plan.targets if one.in_use] == ["ndc1.ibllc.com:4000", "zdc1.ibllc.com:4001"]


class TestNames:
    def test_literal_addresses_are_not_looked_up(self) -> None:
        plan = plan_of(listing(needs("192.0.2.1", 1), needs("2001:db8::1", 1), needs("a.example", 1)))
        assert plan.names == ("a.example",)

    def test_nor_names_that_are_sent_elsewhere_altogether(self) -> None:
        rules = (
            Redirection(host="a.example", to_address="127.0.0.1"),
            Redirection(host="b.example", port=1, to_address="127.0.0.1"),
        )
        plan = plan_of(listing(needs("a.example", 1), needs("b.example", 1)), redirections=rules)
        assert plan.names == ("b.example",)

    def test_resolvers_once_each_and_no_more_than_a_system_would_ask(self) -> None:
        plan = plan_of(load("ibkr"))
        assert [one.address for one in plan.resolvers] == ["10.0.0.1", "10.0.0.2", "10.0.0.3"]
        assert plan.ask_system

    def test_resolvers_of_the_user_replace_the_systems(self) -> None:
        mine = (Resolver(address="127.0.0.1", port=5353),)
        plan = plan_of(load("ibkr"), resolvers=mine)
        assert plan.resolvers == mine
        assert not plan.ask_system

    @pytest.mark.parametrize(
        ("host", "literal"),
        [
            ("10.0.0.1", True),
            ("::1", True),
            ("a.example", False),
            ("", False),
            ("10.0.0.²", False),
            ("1e3.example", False),
        ],
    )
    def test_a_literal_address_is_told_from_a_name(self, host: str, literal: bool) -> None:
        assert is_address(host) is literal


class TestControls:
    @pytest.mark.parametrize(
        ("ipv6", "those"),
        [
            (Presence.NO, NOBODY[:2]),
            (Presence.YES, (*NOBODY[:2], *NOBODY6[:2])),
            (Presence.UNKNOWN, (*NOBODY[:2], *NOBODY6[:2])),
        ],
    )
    def test_two_addresses_nobody_has_of_each_family_on_every_port_of_the_list(
        self, ipv6: Presence, those: tuple[str, ...]
    ) -> None:
        nobody = controls(plan_of(load("ibkr"), replace(HERE, ipv6=ipv6)), ControlKind.NOBODY_THERE)
        ports = (80, 443, 4000, 4001)
        assert [(one.endpoint.address, one.endpoint.port, one.port) for one in nobody] == [
            (address, port, port) for address in those for port in ports
        ]

    def test_none_of_them_on_a_network_of_this_machine(self) -> None:
        lab = replace(HERE, interfaces=(Interface(name="eth0", addresses=("192.0.2.5/24", "2001:db8::5/64")),))
        nobody = controls(plan_of(load("ibkr"), lab), ControlKind.NOBODY_THERE)
        assert {one.endpoint.address for one in nobody} == {*NOBODY[1:], NOBODY6[0], NOBODY6[2]}

    def test_the_users_addresses_take_their_place(self) -> None:
        rules = (Redirection(port=4000, to_port=20400),)
        catalog = listing(needs("a.example", 4000))
        plan = plan_of(catalog, nobody=("127.78.0.1", "4000@127.78.0.1:20400"), redirections=rules)
        assert controls(plan, ControlKind.NOBODY_THERE) == [
            Control(kind=ControlKind.NOBODY_THERE, endpoint=ELSEWHERE, port=4000),
            Control(kind=ControlKind.NOBODY_THERE, endpoint=ELSEWHERE, port=4000),
        ]

    def test_the_gateway_unless_the_user_says_who_answers(self) -> None:
        gateway = Control(kind=ControlKind.GATEWAY, endpoint=Endpoint(address="10.0.0.1", port=53))
        assert controls(plan_of(load("ibkr")), ControlKind.GATEWAY) == [gateway]
        plan = plan_of(load("ibkr"), answering=("127.0.0.1:22",))
        assert controls(plan, ControlKind.GATEWAY) == []
        assert controls(plan, ControlKind.ANSWERS) == [
            Control(kind=ControlKind.ANSWERS, endpoint=Endpoint(address="127.0.0.1", port=22))
        ]

    def test_a_reflector_on_every_port_of_the_list(self) -> None:
        found = controls(plan_of(load("ibkr"), reflectors=("198.51.100.7",)), ControlKind.ANSWERS)
        assert [(one.endpoint.address, one.endpoint.port, one.port) for one in found] == [
            ("198.51.100.7", port, port) for port in (80, 443, 4000, 4001)
        ]

    def test_nobody_is_called_for_the_ports_of_this_machine_itself(self) -> None:
        assert plan_of(load("local")).controls == ()

    def test_nor_without_connects(self) -> None:
        assert plan_of(load("ibkr"), depth=Depth.NAMES).controls == ()

    def test_and_no_negative_ones_where_nothing_is_proven_anyway(self) -> None:
        assert controls(plan_of(load("ibkr"), depth=Depth.TCP), ControlKind.NOBODY_THERE) == []


class TestEndpoints:
    def test_address_and_port(self) -> None:
        assert endpoint_from("192.0.2.1:4000") == Endpoint(address="192.0.2.1", port=4000)
        assert endpoint_from("[2001:db8::1]:4000") == Endpoint(address="2001:db8::1", port=4000)

    @pytest.mark.parametrize("text", ["192.0.2.1", "a:0", "a:65536", "a:x", "a:", "a:²", "a:-1", f"a:{'9' * 6000}"])
    def test_anything_else_is_refused_in_words(self, text: str) -> None:
        with pytest.raises(UsageError) as refusal:
            endpoint_from(text)
        assert refusal.value.fix

    def test_a_control_with_no_port_is_refused_in_words(self) -> None:
        with pytest.raises(UsageError, match="is not a port"):
            plan_of(load("ibkr"), nobody=("http@127.0.0.1:80",))


class TestDialling:
    RULES = (
        Redirection(host="a.example", port=4001, to_port=20401),
        Redirection(host="a.example", to_address="127.0.0.9"),
        Redirection(port=80, to_address="127.0.0.8", to_port=8080),
    )

    @pytest.mark.parametrize(
        ("host", "port", "address", "dialled"),
        [
            ("a.example", 4001, "192.0.2.1", ("192.0.2.1", 20401)),
            ("a.example", 4000, "192.0.2.1", ("127.0.0.9", 4000)),
            ("b.example", 80, "192.0.2.1", ("127.0.0.8", 8080)),
            ("b.example", 443, "192.0.2.1", ("192.0.2.1", 443)),
        ],
    )
    def test_the_first_rule_that_fits_decides(
        self, host: str, port: int, address: str, dialled: tuple[str, int]
    ) -> None:
        endpoint = dial(self.RULES, host, port, address)
        assert (endpoint.address, endpoint.port) == dialled
        assert dialled_port(self.RULES, host, port) == dialled[1]

    def test_a_host_that_is_sent_elsewhere_altogether(self) -> None:
        assert dialled_address(self.RULES, "a.example") == "127.0.0.9"
        assert dialled_address(self.RULES, "b.example") == ""


WORDS = st.text(st.characters(codec="utf-8"), max_size=8)
ROWS = st.builds(
    Requirement,
    id=WORDS,
    service=st.just("s"),
    host=WORDS,
    ports=st.integers(1, 65535).map(lambda port: Ports(first=port, last=port)),
    transport=st.sampled_from(Transport),
    kind=st.sampled_from(Kind),
    required=st.booleans(),
    certificate_names=st.lists(WORDS, max_size=2).map(tuple),
)
PLACES = st.just("") | st.ip_addresses().map(str)
ROUTES = st.builds(Route, destination=st.sampled_from(["0.0.0.0/0", "::/0"]) | WORDS, gateway=WORDS)


@given(
    st.lists(ROWS, max_size=6),
    st.lists(ROUTES, max_size=3),
    st.lists(st.builds(Redirection, host=WORDS, port=st.integers(0, 65535), to_address=PLACES), max_size=3),
)
def test_a_plan_is_made_of_any_list(rows: list[Requirement], routes: list[Route], rules: list[Redirection]) -> None:
    vantage = Vantage(platform="linux", routes=tuple(routes))
    plan = make_plan(listing(*rows), vantage, Options(redirections=tuple(rules)))
    assert {(one.host, one.port) for one in plan.targets} == {(one.host, one.port) for one in rows if one.testable}
    assert {one for target in plan.targets for one in target.requirements} | set(plan.untestable) == {
        one.id for one in rows
    }
    assert make_plan(listing(*rows), vantage, Options(redirections=tuple(rules))) == plan


def test_a_target_says_its_name_as_people_do() -> None:
    assert Target(host="a.example", port=1, transport=Transport.TCP).name == "a.example:1"
    assert Target(host="::1", port=1, transport=Transport.TCP).name == "[::1]:1"
