"""Our codec against dnspython's, both ways, and against bytes that mean nothing."""

import string

import dns.edns
import dns.flags
import dns.message
import dns.name
import dns.rcode
import dns.rdataclass
import dns.rdatatype
import dns.rrset
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from lineclear.model import Record, UsageError
from lineclear.probe import dnsasking, dnsglance
from lineclear.probe.naming import dnswire
from lineclear.probe.naming.dnswire import Malformed, Reply

labels = st.text(string.ascii_letters + string.digits + "-_", min_size=1, max_size=63)
hosts = st.lists(labels, min_size=1, max_size=6).map(".".join).filter(lambda name: len(name) <= 253)
numbers = st.integers(0, 0xFFFF)
rtypes = st.sampled_from(["A", "AAAA"])
odd_labels = st.binary(min_size=1, max_size=20)
odd_names = st.lists(odd_labels, min_size=0, max_size=5).map(lambda parts: dns.name.Name([*parts, b""]))
ttls = st.integers(0, 0x7FFFFFFF)


@st.composite
def rrsets(draw: st.DrawFn) -> dns.rrset.RRset:
    owner = draw(odd_names)
    kind, texts = draw(
        st.sampled_from(
            [
                ("A", st.ip_addresses(v=4).map(str)),
                ("AAAA", st.ip_addresses(v=6).map(str)),
                ("CNAME", odd_names.map(dns.name.Name.to_text)),
                ("MX", hosts.map("10 {}.".format)),
                ("TXT", st.just('"v=spf1 -all"')),
            ]
        )
    )
    values = draw(st.lists(texts, min_size=1, max_size=1 if kind == "CNAME" else 6))
    return dns.rrset.from_text_list(owner, draw(ttls), "IN", kind, values)


@st.composite
def replies(draw: st.DrawFn) -> dns.message.Message:
    query = dns.message.make_query(draw(hosts), draw(rtypes), id=draw(numbers), use_edns=draw(st.booleans()))
    reply = dns.message.make_response(query)
    reply.set_rcode(dns.rcode.Rcode(draw(st.integers(0, 5))))
    reply.answer = draw(st.lists(rrsets(), max_size=6))
    reply.authority = draw(st.lists(rrsets(), max_size=2))
    return reply


def shown(name: dns.name.Name) -> str:
    return name.to_text(omit_final_dot=True) if len(name) > 1 else "."


def wire_of(reply: dns.message.Message) -> bytes:
    """As large as TCP carries it."""
    return reply.to_wire(max_size=0xFFFF)


def oracle(wire: bytes) -> list[Record]:
    """The A, AAAA and CNAME records of the answer section as dnspython reads them, in their order."""
    records = []
    for rrset in dns.message.from_wire(wire, one_rr_per_rrset=True).answer:
        kind = dns.rdatatype.to_text(rrset.rdtype)
        if kind in ("A", "AAAA", "CNAME"):
            value = shown(rrset[0].target) if kind == "CNAME" else rrset[0].to_text()
            records.append(Record(name=shown(rrset.name), type=kind, value=value, ttl_s=rrset.ttl))
    return records


@settings(deadline=None)
@given(hosts, rtypes, numbers, st.booleans())
def test_what_we_ask_dnspython_reads(name: str, rtype: str, number: int, edns: bool) -> None:
    read = dns.message.from_wire(dnsasking.query(number, dnsasking.question(name, rtype), edns))
    (asked,) = read.question
    assert (read.id, read.flags, read.opcode()) == (number, dns.flags.RD, 0)
    assert asked.name == dns.name.from_text(name)
    assert (dns.rdatatype.to_text(asked.rdtype), asked.rdclass) == (rtype, dns.rdataclass.IN)
    assert (read.edns, read.payload) == ((0, 1232) if edns else (-1, 0))


@settings(deadline=None)
@given(replies())
def test_what_dnspython_builds_we_read_the_same(reply: dns.message.Message) -> None:
    wire = wire_of(reply)
    read = dnswire.parse(wire)
    assert isinstance(read, Reply)
    assert read.rcode == dns.rcode.to_text(reply.rcode())
    assert list(read.records) == oracle(wire)
    assert not read.truncated


@settings(deadline=None)
@given(replies(), st.data())
def test_a_damaged_reply_is_a_value(reply: dns.message.Message, data: st.DataObject) -> None:
    wire = bytearray(wire_of(reply))
    for _ in range(data.draw(st.integers(1, 6))):
        wire[data.draw(st.integers(0, len(wire) - 1))] = data.draw(st.integers(0, 255))
    del wire[data.draw(st.integers(0, len(wire))) :]
    assert isinstance(dnswire.parse(bytes(wire)), Reply | Malformed)


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_a_value(data: bytes) -> None:
    assert isinstance(dnswire.parse(data), Reply | Malformed)
    assert dnswire.answers(data, dnsasking.question("ndc1.ibllc.com", "A")) in (True, False)


@settings(deadline=None)
@given(replies())
def test_a_glance_sees_what_reading_finds(reply: dns.message.Message) -> None:
    wire = wire_of(reply)
    (asked,) = reply.question
    rtype = dns.rdatatype.to_text(asked.rdtype)
    section = dnsasking.question(asked.name.to_text(), rtype)
    read = dnswire.parse(wire)
    assert isinstance(read, Reply)
    seen = read.addresses(rtype) if read.rcode == "NOERROR" and dnswire.repeats(wire, section) else ()
    assert dnsglance.addresses(wire, section) == seen
    assert dnsglance.addresses(wire, dnsasking.question(f"x.{'y' * 60}", rtype)) == ()


@pytest.mark.parametrize(("rtype", "address"), [("A", "192.0.2.1"), ("AAAA", "2001:db8::1")])
def test_a_glance_at_a_reply_that_ends_within_an_address_sees_nothing(rtype: str, address: str) -> None:
    query = dns.message.make_query("a.example.", rtype)
    reply = dns.message.make_response(query)
    reply.answer.append(dns.rrset.from_text("a.example.", 60, "IN", rtype, address))
    section = dnsasking.question("a.example.", rtype)
    assert dnsglance.addresses(reply.to_wire(), section) == (address,)
    assert dnsglance.addresses(reply.to_wire()[:-1], section) == ()


@settings(deadline=None)
@given(replies(), st.data())
def test_a_glance_at_any_bytes_raises_nothing(reply: dns.message.Message, data: st.DataObject) -> None:
    (asked,) = reply.question
    section = dnsasking.question(asked.name.to_text(), dns.rdatatype.to_text(asked.rdtype))
    wire = bytearray(wire_of(reply))
    for _ in range(data.draw(st.integers(1, 6))):
        wire[data.draw(st.integers(0, len(wire) - 1))] = data.draw(st.integers(0, 255))
    del wire[data.draw(st.integers(0, len(wire))) :]
    assert isinstance(dnsglance.addresses(bytes(wire), section), tuple)


@settings(deadline=None, max_examples=30)
@given(replies())
def test_every_shortening_is_malformed_or_loses_only_what_follows_the_answers(reply: dns.message.Message) -> None:
    wire = wire_of(reply)
    whole = oracle(wire)
    for length in range(len(wire)):
        read = dnswire.parse(wire[:length])
        assert isinstance(read, Malformed) or list(read.records) == whole


def answer(name: str = "ndc1.ibllc.com", rtype: str = "A") -> dns.message.Message:
    return dns.message.make_response(dns.message.make_query(name, rtype, id=7))


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (answer().to_wire(), True),
        (answer("NDC1.ibLLC.com").to_wire(), True),
        (answer("ndc2.ibllc.com").to_wire(), False),
        (answer(rtype="AAAA").to_wire(), False),
        (dns.message.make_query("ndc1.ibllc.com", "A", id=7).to_wire(), False),
        (b"\x00\x07\x81\x85" + bytes(8), True),
        (b"\x00\x07\x81\x80" + bytes(8), False),
        (b"\x00\x07\x81\x85" + bytes(7), False),
        (b"", False),
    ],
    ids=[
        "echo",
        "other case",
        "other name",
        "other type",
        "a query",
        "bare refusal",
        "bare answer",
        "short",
        "empty",
    ],
)
def test_a_reply_is_known_by_its_question(data: bytes, expected: bool) -> None:
    assert dnswire.answers(data, dnsasking.question("ndc1.ibllc.com", "A")) is expected


def test_a_truncated_reply_says_so_and_nothing_else() -> None:
    reply = answer()
    reply.answer.append(dns.rrset.from_text("ndc1.ibllc.com.", 60, "IN", "A", "203.0.113.7"))
    reply.flags |= dns.flags.TC
    assert dnswire.parse(wire_of(reply)) == Reply(rcode="NOERROR", truncated=True)


def test_the_upper_bits_of_the_rcode_and_the_reason_are_read() -> None:
    query = dns.message.make_query("ndc1.ibllc.com", "A", use_edns=0)
    reply = dns.message.make_response(query)
    reply.use_edns(0, options=[dns.edns.EDEOption(dns.edns.EDECode.BLOCKED, "by order of\n\x1b[31mIT")])
    reply.set_rcode(dns.rcode.BADVERS)
    assert dnswire.parse(wire_of(reply)) == Reply(rcode="BADVERS", reason=r"blocked: by order of\n\x1b[31mIT")


@pytest.mark.parametrize(
    ("rdata", "why"),
    [
        (b"\x00\x01\x00\x01\x00\x00\x00\x3c\x00\x03\x01\x02\x03", "an A record that is not four bytes"),
        (b"\x00\x1c\x00\x01\x00\x00\x00\x3c\x00\x04\x01\x02\x03\x04", "an AAAA record that is not sixteen bytes"),
        (b"\x00\x05\x00\x01\x00\x00\x00\x3c\x00\x03\xc0\x0c\x00", "a CNAME record of the wrong length"),
        (b"\x00\x05\x00\x01\x00\x00\x00\x3c\x00\x02\xc0\xff", "a compression pointer that does not point back"),
        (b"\x00\x05\x00\x01\x00\x00\x00\x3c\x00\x02\x80\x00", "a label of an unknown kind"),
        (b"\x00\x01\x00\x01\x00\x00\x00\x3c\x00\x09\x01\x02\x03", "a record longer than the message"),
    ],
)
def test_what_is_wrong_with_a_record_is_said(rdata: bytes, why: str) -> None:
    wire = answer().to_wire()
    one_answer = wire[:6] + b"\x00\x01" + wire[8:] + b"\xc0\x0c" + rdata
    assert dnswire.parse(one_answer) == Malformed(why=why)


def test_names_that_grow_by_pointers_are_bounded() -> None:
    head = b"\x00\x07\x81\x80\x00\x01\x00\x01\x00\x00\x00\x00"
    asked = (b"\x3f" + b"a" * 63) * 3 + b"\x00\x00\x01\x00\x01"
    grown = (b"\x3f" + b"b" * 63) + b"\xc0\x0c" + b"\x00\x01\x00\x01\x00\x00\x00\x3c\x00\x04\x01\x02\x03\x04"
    assert dnswire.parse(head + asked + grown) == Malformed(why="a name of more than 255 bytes")


def test_a_name_already_known_is_not_read_again() -> None:
    reply = answer("NDC1.ibllc.com")
    reply.answer.append(dns.rrset.from_text("NDC1.ibllc.com.", 60, "IN", "A", "203.0.113.7"))
    for name, expected in (("ndc1.ibllc.com", "ndc1.ibllc.com"), ("", "NDC1.ibllc.com")):
        read = dnswire.parse(wire_of(reply), name)
        assert isinstance(read, Reply)
        assert [one.name for one in read.records] == [expected]


def test_no_more_records_are_kept_than_anybody_needs() -> None:
    reply = answer()
    many = [f"10.0.{n // 256}.{n % 256}" for n in range(300)]
    reply.answer.append(dns.rrset.from_text_list("ndc1.ibllc.com.", 60, "IN", "A", many))
    read = dnswire.parse(wire_of(reply))
    assert isinstance(read, Reply)
    assert len(read.addresses("A")) == 64
    assert read.addresses("AAAA") == ()


@pytest.mark.parametrize("name", ["", ".", "a..b", "a" * 64 + ".com", ".".join(["abcdefg"] * 32), "bücher.example"])
def test_a_name_no_message_can_carry_is_the_users_to_correct(name: str) -> None:
    with pytest.raises(UsageError, match="is not a host name"):
        dnsasking.question(name, "A")
