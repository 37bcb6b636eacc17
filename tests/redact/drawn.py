"""Addresses as houses and the world have them, drawn by chance."""

from ipaddress import ip_network

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from tests.render.measured import evidence

from lineclear.redact.house import House

CALM = settings(
    max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large]
)
HOUSE_NETWORKS = (
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "100.64.0.0/10",
    "169.254.0.0/16",
    "fd00::/8",
    "fe80::/10",
)


def within(network: str) -> st.SearchStrategy[str]:
    whole = ip_network(network)
    first, last = int(whole.network_address), int(whole.broadcast_address)
    kind = type(whole.network_address)
    return st.integers(first, last).map(lambda number: str(kind(number)))


PRIVATE = st.one_of([within(one) for one in HOUSE_NETWORKS])
PUBLIC = within("8.0.0.0/7") | within("2a00::/12")


def a_house() -> House:
    """The house of a check that saw nothing odd."""
    return House(evidence())
