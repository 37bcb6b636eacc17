"""What a check sees of names: it asks every name server and the system, on a made-up network."""

from collections.abc import Sequence
from fnmatch import fnmatchcase

from tests.diagnose.browse import Note
from tests.diagnose.network import Network
from tests.diagnose.pieces import records

from lineclear.model import (
    LOCAL,
    AnyObservation,
    DnsQuery,
    Endpoint,
    Failure,
    Plan,
    Purpose,
    Raw,
    Resolver,
    SystemLookup,
)


def look_up(network: Network, plan: Plan, note: Note, name: str) -> tuple[str, ...]:
    """Ask everybody for a name; the addresses anybody gave."""
    given = [_query(network, note, name, kind, one) for one in plan.resolvers for kind in ("A", "AAAA")]
    if plan.ask_system:
        given.append(ask_system(network, plan, note, name))
    return tuple(dict.fromkeys(address for some in given for address in some))


def _query(
    network: Network, note: Note, name: str, kind: str, resolver: Resolver, *, over: str = "udp"
) -> tuple[str, ...]:
    said = network.answer(name, kind, resolver.address, over)
    silent = said.failure is Failure.TIMED_OUT
    unheard = silent or said.failure in {Failure.CONNECTION_REFUSED, *LOCAL}
    rcode = "" if unheard else said.rcode
    note(
        DnsQuery,
        1.0,
        2000.0 if silent else said.rtt_ms,
        failure=said.failure,
        raw=Raw(errno=said.errno, rcode=rcode) if said.failure else None,
        name=name,
        type=kind,
        resolver=Endpoint(address=resolver.address, port=resolver.port),
        over="tcp" if said.truncated else over,
        truncated=said.truncated,
        rcode=rcode,
        records=records(name, kind, said.addresses or ()),
        other_answers=tuple(records(name, kind, other) for other in said.others if kind == "A"),
        resends=4 if silent else 0,
        rtt_ms=None if unheard else said.rtt_ms,
    )
    if silent and over == "udp" and kind == "A":
        _query(network, note, name, kind, resolver, over="tcp")
    others = [address for other in said.others for address in other if kind == "A"]
    return (*(said.addresses or ()), *others)


def compare(network: Network, notes: Sequence[AnyObservation], note: Note) -> None:
    """Ask a name that resolvers know and the system does not once more, with EDNS0."""
    known = [one for one in notes if isinstance(one, DnsQuery) and one.addresses]
    for one in {one.resolver: one for one in reversed(known)}.values():
        failure = network.edns
        rcode = "FORMERR" if failure is Failure.DNS_FORMERR else "" if failure else "NOERROR"
        note(
            DnsQuery,
            900.0,
            2000.0,
            failure=failure,
            name=one.name,
            type=one.type,
            resolver=one.resolver,
            edns=True,
            rcode=rcode,
            purpose=Purpose.COMPARISON,
        )


def ask_system(network: Network, plan: Plan, note: Note, name: str) -> tuple[str, ...]:
    """Ask the system for a name; the addresses it gave."""
    addresses, failure = _of_system(network, plan, name)
    note(SystemLookup, 1.0, 13.0, failure=failure, name=name, addresses=addresses)
    return addresses


def _of_system(network: Network, plan: Plan, name: str) -> tuple[tuple[str, ...], Failure | None]:
    for said in (said for pattern, said in network.system.items() if fnmatchcase(name, pattern)):
        return ((), said) if isinstance(said, Failure) else (said, None)
    listed = tuple(one.address for one in network.vantage.hosts_entries if one.name == name)
    if listed:
        return listed, None
    failure = Failure.DNS_TEMPORARY
    for resolver in plan.resolvers:
        both = [network.answer(name, kind, resolver.address, "udp") for kind in ("A", "AAAA")]
        addresses = tuple(address for said in both for address in said.addresses or ())
        if addresses:
            return addresses, None
        if both[0].failure in (Failure.DNS_NXDOMAIN, Failure.DNS_NO_ANSWER):
            return (), both[0].failure
    return (), failure
