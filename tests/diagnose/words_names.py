"""Words for a network in which names go astray: what name servers, the system and the hosts file say."""

from typing import Any

from msgspec.structs import replace
from tests.diagnose.network import (
    Change,
    Network,
)

from lineclear.model import (
    Failure,
    HostsEntry,
    Presence,
    Resolver,
)


def resolvers(*addresses: str) -> Change:
    """Other name servers than the gateway."""
    known = tuple(Resolver(address=one, source="resolv.conf") for one in addresses)
    return lambda network: replace(network, vantage=replace(network.vantage, resolvers=known))


def unresolved(
    *names: str, failure: Failure = Failure.DNS_NXDOMAIN, rcode: str = "NXDOMAIN", resolver: str = "*"
) -> Change:
    """The name server answers, with nothing."""
    return lambda network: network.with_answers(*names, resolver=resolver, failure=failure, rcode=rcode)


def unanswered(
    *names: str, failure: Failure = Failure.TIMED_OUT, resolver: str = "*", over: str = "*", kind: str = "*"
) -> Change:
    """The name server does not answer, or is not there."""
    return lambda network: network.with_answers(
        *names, resolver=resolver, over=over, kind=kind, failure=failure, rcode=""
    )


def truncated(*names: str, resolver: str = "*", by_tcp: bool = True) -> Change:
    """The name server says by UDP that its answer is too long, and gives it by TCP, or not."""
    failing: dict[str, Any] = {} if by_tcp else {"failure": Failure.TIMED_OUT, "rcode": ""}
    return lambda network: network.with_answers(*names, resolver=resolver, truncated=True, **failing)


def edns(failure: Failure) -> Change:
    """Questions with EDNS0 fail."""
    return lambda network: replace(network, edns=failure)


def answers_again(*names: str) -> Change:
    """The name server tells the truth, whatever was said of it before."""
    return lambda network: network.with_answers(*names, failure=None, rcode="NOERROR")


def answered(*names: str, with_: tuple[str, ...], resolver: str = "*") -> Change:
    """The name server says something of its own."""
    return lambda network: network.with_answers(*names, kind="A", resolver=resolver, addresses=with_)


def answered_twice(*names: str, first: str) -> Change:
    """A forger is faster than the name server."""

    def change(network: Network) -> Network:
        for name in names:
            true = network.addresses[name]
            network = network.with_answers(name, kind="A", addresses=(first,), others=(true,))
        return network

    return change


def answered_late(*names: str, then: tuple[str, ...]) -> Change:
    """A forger is slower than the name server; without addresses he denies the name."""
    return lambda network: network.with_answers(*names, kind="A", others=(then,))


def questions_stay(errno: str) -> Change:
    """This machine has no port left from which to ask for names."""
    return lambda network: network.with_answers(failure=Failure.LOCAL_EXHAUSTION, errno=errno, rcode="")


def slow_names(rtt_ms: float = 900.0) -> Change:
    """The name server takes its time."""
    return lambda network: network.with_answers(rtt_ms=rtt_ms)


def system_says(pattern: str, said: Failure | tuple[str, ...]) -> Change:
    """What the operating system answers, whatever the name servers say."""
    return lambda network: replace(network, system={**network.system, pattern: said})


def hosts_file(name: str, address: str) -> Change:
    """A line of the hosts file."""
    entry = HostsEntry(name=name, address=address, source="/etc/hosts")
    return lambda network: replace(
        network, vantage=replace(network.vantage, hosts_entries=(*network.vantage.hosts_entries, entry))
    )


def addresses(name: str, *those: str) -> Change:
    """All the addresses a name really has."""
    return lambda network: replace(network, addresses={**network.addresses, name: those})


def six_too(*names: str, only: bool = False) -> Change:
    """These names, or all, have an IPv6 address too, or `only` that; this machine has both versions."""

    def change(network: Network) -> Network:
        known = {
            name: (*(() if only else those), f"2001:db8:1::{number:x}")
            for number, (name, those) in enumerate(network.addresses.items(), 1)
            if not names or name in names
        }
        here = replace(network.vantage, ipv6=Presence.YES)
        return replace(network, vantage=here, addresses={**network.addresses, **known})

    return change
