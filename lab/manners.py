"""How the provider's name server may answer besides what `lineclear.simulate.names` knows: rightly, but unusually."""

from collections.abc import Callable
from itertools import count

import dns.exception
import dns.flags
import dns.message
import dns.rcode
import dns.rdata
import dns.rdatatype
import dns.rrset

from lab.addresses import BLOCK_PAGE
from lineclear.simulate.names import TTL_S, Book, Manner, Reply, honest
from lineclear.simulate.names import replies as usual_replies

_turn = count()


def _made(change: Callable[[dns.message.Message, str], None]) -> Manner:
    """The truth with something done to each message, which is told by what (`udp`, `tcp`) it goes."""

    def manner(book: Book, query: dns.message.Message, over: str) -> tuple[Reply, ...]:
        answers = honest(book, query, over)
        for one in answers:
            change(one.message, over)
        return answers

    return manner


def _turned(message: dns.message.Message, _over: str) -> None:
    """All addresses, another one first each time."""
    start = next(_turn)
    message.answer[:] = [
        _keeping(one, *(one[(start + at) % len(one)] for at in range(len(one)))) for one in message.answer
    ]


def _one_of_them(message: dns.message.Message, _over: str) -> None:
    """One address alone, another one each time."""
    start = next(_turn)
    message.answer[:] = [_keeping(one, one[start % len(one)]) for one in message.answer]


def _keeping(records: dns.rrset.RRset, *kept: dns.rdata.Rdata) -> dns.rrset.RRset:
    return dns.rrset.from_rdata_list(records.name, records.ttl, kept)


def _cut_short(message: dns.message.Message, over: str) -> None:
    """Nothing over UDP but that the answer is too long for it."""
    if over == "udp":
        message.answer.clear()
        message.flags |= dns.flags.TC


def _not_to_be_kept(message: dns.message.Message, _over: str) -> None:
    """Answers that are good for this moment alone."""
    for records in message.answer:
        records.ttl = 0


def _by_another_name(message: dns.message.Message, _over: str) -> None:
    """Every name is another name for one of a provider of servers."""
    for records in tuple(message.answer):
        alias = f"edge.{records.name.to_text()}"
        aliased = dns.rrset.from_text(records.name, TTL_S, "IN", "CNAME", alias)
        told = dns.rrset.from_text(alias, TTL_S, "IN", records.rdtype, *(one.to_text() for one in records))
        message.answer[:] = [aliased, told]


def _inventive(message: dns.message.Message, _over: str) -> None:
    """A page of the provider's own for names that do not exist."""
    if message.rcode() == dns.rcode.NXDOMAIN and message.question[0].rdtype == dns.rdatatype.A:
        message.set_rcode(dns.rcode.NOERROR)
        message.authority.clear()
        message.answer.append(dns.rrset.from_text(message.question[0].name, TTL_S, "IN", "A", BLOCK_PAGE))


def _deaf_to_edns(book: Book, query: dns.message.Message, over: str) -> tuple[Reply, ...]:
    """No answer to questions with EDNS0, as of a firewall that knows the names of 1987 alone."""
    return () if query.edns >= 0 else honest(book, query, over)


def _refuses_edns(book: Book, query: dns.message.Message, over: str) -> tuple[Reply, ...]:
    """Format errors for questions with EDNS0 (RFC 6891, 7)."""
    answers = honest(book, query, over)
    if query.edns >= 0:
        for one in answers:
            one.message.use_edns(False)
            one.message.answer.clear()
            one.message.set_rcode(dns.rcode.FORMERR)
    return answers


def _fails_for_aaaa(book: Book, query: dns.message.Message, over: str) -> tuple[Reply, ...]:
    """A server failure for IPv6 addresses alone."""
    answers = honest(book, query, over)
    if query.question[0].rdtype == dns.rdatatype.AAAA:
        for one in answers:
            one.message.authority.clear()
            one.message.set_rcode(dns.rcode.SERVFAIL)
    return answers


MANNERS: dict[str, Manner] = {
    "turned": _made(_turned),
    "one-by-turns": _made(_one_of_them),
    "cut-short": _made(_cut_short),
    "not-to-be-kept": _made(_not_to_be_kept),
    "by-another-name": _made(_by_another_name),
    "inventive": _made(_inventive),
    "deaf-to-edns": _deaf_to_edns,
    "refuses-edns": _refuses_edns,
    "aaaa-fails": _fails_for_aaaa,
}


def replies(book: Book, wire: bytes, over: str) -> tuple[str, tuple[Reply, ...]]:
    """What `lineclear.simulate.names.replies` gives, for the manners of this file too."""
    manner = MANNERS.get(book.zone.manner)
    return usual_replies(book, wire, over) if manner is None else _by(manner, book, wire, over)


def _by(manner: Manner, book: Book, wire: bytes, over: str) -> tuple[str, tuple[Reply, ...]]:
    try:
        query = dns.message.from_wire(wire)
    except dns.exception.DNSException:
        return "", ()
    return "", manner(book, query, over) if query.question else ()
