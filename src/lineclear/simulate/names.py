"""The name server, and the ways one can be wrong. What it answers is a pure function of the question.

RFC 1035 as dnspython writes it: an A record for every host of the catalog, no data for AAAA unless the book has an IPv6
address, NXDOMAIN for everything else.
"""

from collections.abc import Callable

import dns.exception
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdatatype
import dns.rrset
from msgspec import Struct

from .scene import BLOCK_PAGE, Zone

TTL_S = 60
INJECTION_LEAD_S = 0.02
"""How long after the forged answer the true one comes in."""


class Reply(Struct, frozen=True, kw_only=True):
    """One answer, and how long after the question it leaves."""

    message: dns.message.Message
    after_s: float = 0.0


class Book(Struct, frozen=True, kw_only=True):
    """Who lives where."""

    zone: Zone
    addresses: dict[str, str]
    more: dict[str, tuple[str, ...]] = {}
    """Further addresses of a name, of either family."""

    def of(self, name: str) -> tuple[str, ...]:
        """The true addresses of a name."""
        known = (self.addresses.get(name, ""), *self.more.get(name, ())) if name in self.zone.hosts else ()
        return tuple(filter(None, known))


Manner = Callable[[Book, dns.message.Message, str], tuple[Reply, ...]]


def honest(book: Book, query: dns.message.Message, _over: str) -> tuple[Reply, ...]:
    """The truth, after the zone's delay."""
    return (Reply(message=_answer(query, *book.of(_name(query))), after_s=book.zone.delay_s),)


def nxdomain(_book: Book, query: dns.message.Message, _over: str) -> tuple[Reply, ...]:
    """Deny that any name exists: the catalog's do, and no others are known here anyway."""
    return (Reply(message=_refusal(query, dns.rcode.NXDOMAIN)),)


def refused(_book: Book, query: dns.message.Message, _over: str) -> tuple[Reply, ...]:
    """Refuse to answer this client at all."""
    return (Reply(message=_refusal(query, dns.rcode.REFUSED)),)


def no_underscores(book: Book, query: dns.message.Message, over: str) -> tuple[Reply, ...]:
    """Refuse names with an underscore, as strict name checks do."""
    return refused(book, query, over) if "_" in _name(query) else honest(book, query, over)


def silent(_book: Book, _query: dns.message.Message, _over: str) -> tuple[Reply, ...]:
    """Not a word."""
    return ()


def sinkhole(book: Book, query: dns.message.Message, over: str) -> tuple[Reply, ...]:
    """0.0.0.0 for the catalog's names, as ad blockers answer."""
    return (Reply(message=_answer(query, "0.0.0.0")),) if _known(book, query) else honest(book, query, over)


def hijack(book: Book, query: dns.message.Message, over: str) -> tuple[Reply, ...]:
    """The address of a block page for the catalog's names."""
    if not _known(book, query):
        return honest(book, query, over)
    return (Reply(message=_answer(query, book.addresses[BLOCK_PAGE])),)


def injected(book: Book, query: dns.message.Message, over: str) -> tuple[Reply, ...]:
    """A forger on the path is faster than the resolver: over UDP a false answer first, then the true one."""
    true = honest(book, query, over)
    if over != "udp" or not _known(book, query) or _type(query) != dns.rdatatype.A:
        return true
    forged = Reply(message=_answer(query, book.addresses[BLOCK_PAGE]))
    return (forged, *(Reply(message=one.message, after_s=INJECTION_LEAD_S) for one in true))


def aaaa_silent(book: Book, query: dns.message.Message, over: str) -> tuple[Reply, ...]:
    """Answer A, ignore AAAA."""
    return () if _type(query) == dns.rdatatype.AAAA else honest(book, query, over)


def aaaa_refused(book: Book, query: dns.message.Message, over: str) -> tuple[Reply, ...]:
    """Answer A, refuse AAAA."""
    return refused(book, query, over) if _type(query) == dns.rdatatype.AAAA else honest(book, query, over)


def aaaa_denied(book: Book, query: dns.message.Message, over: str) -> tuple[Reply, ...]:
    """Answer A, and deny that the name exists when asked for AAAA, as some load balancers do (RFC 4074, 4.2)."""
    return nxdomain(book, query, over) if _type(query) == dns.rdatatype.AAAA else honest(book, query, over)


MANNERS: dict[str, Manner] = {
    "honest": honest,
    "nxdomain": nxdomain,
    "refused": refused,
    "no-underscores": no_underscores,
    "silent": silent,
    "sinkhole": sinkhole,
    "hijack": hijack,
    "injected": injected,
    "aaaa-silent": aaaa_silent,
    "aaaa-refused": aaaa_refused,
    "aaaa-denied": aaaa_denied,
}


def replies(book: Book, wire: bytes, over: str) -> tuple[str, tuple[Reply, ...]]:
    """The question in one line, such as `ndc1.ibllc.com A udp`, and the answers to it. Noise gets neither."""
    try:
        query = dns.message.from_wire(wire)
    except dns.exception.DNSException:
        return "", ()
    if not query.question:
        return "", ()
    asked = f"{_name(query)} {dns.rdatatype.to_text(_type(query))} {over}"
    return asked, MANNERS[book.zone.manner](book, query, over)


def _name(query: dns.message.Message) -> str:
    return query.question[0].name.to_text(omit_final_dot=True).lower()


def _type(query: dns.message.Message) -> dns.rdatatype.RdataType:
    return query.question[0].rdtype


def _known(book: Book, query: dns.message.Message) -> bool:
    return bool(book.of(_name(query)))


def _answer(query: dns.message.Message, *addresses: str) -> dns.message.Message:
    """Those addresses that are of the type asked for; no data if none is, NXDOMAIN where there are none at all."""
    if not addresses:
        return _refusal(query, dns.rcode.NXDOMAIN)
    answer = _response(query)
    kind = _type(query)
    fitting = [one for one in addresses if kind == (dns.rdatatype.AAAA if ":" in one else dns.rdatatype.A)]
    if fitting:
        answer.answer.append(dns.rrset.from_text(query.question[0].name, TTL_S, "IN", kind, *fitting))
    else:
        answer.authority.append(_start_of_authority())
    return answer


def _refusal(query: dns.message.Message, rcode: dns.rcode.Rcode) -> dns.message.Message:
    answer = _response(query)
    answer.set_rcode(rcode)
    if rcode == dns.rcode.NXDOMAIN:
        answer.authority.append(_start_of_authority())
    return answer


def _response(query: dns.message.Message) -> dns.message.Message:
    answer = dns.message.make_response(query, recursion_available=True)
    answer.flags |= dns.flags.RA
    return answer


def _start_of_authority() -> dns.rrset.RRset:
    return dns.rrset.from_text(".", TTL_S, "IN", "SOA", "ns.edge.example. root.edge.example. 1 3600 600 86400 60")
