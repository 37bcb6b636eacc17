"""The forger: whose questions he answers, with what, and that the packet is one a host would take."""

import socket
import struct

import dns.message
import dns.rcode
import pytest
from lab.forger import Question, Rule, lie, packet_of, question
from lab.inline import checksum

RULES = [Rule("ibllc.com", "A", "198.51.100.90"), Rule(".", "AAAA", "nxdomain")]
CLIENT, RESOLVER = socket.inet_aton("10.77.0.2"), socket.inet_aton("198.51.100.53")


def asked(name: str, kind: str) -> bytes:
    return dns.message.make_query(name, kind).to_wire()


def udp(port: int, payload: bytes) -> bytes:
    body = struct.pack("!HHHH", 40001, port, 8 + len(payload), 0) + payload
    return struct.pack("!BBHHHBBH", 0x45, 0, 20 + len(body), 0, 0, 64, 17, 0) + CLIENT + RESOLVER + body


@pytest.mark.parametrize(
    ("name", "kind", "says"),
    [
        ("zdc1.ibllc.com", "A", "198.51.100.90"),
        ("ZDC1.IBLLC.com", "A", "198.51.100.90"),
        ("notibllc.com", "A", None),
        ("zdc1.ibllc.com", "AAAA", "NXDOMAIN"),
        ("www.example.com", "A", None),
    ],
)
def test_lies_about_what_its_rules_name(name: str, kind: str, says: str | None) -> None:
    wire = asked(name, kind)
    answer = lie(RULES, wire)
    if answer is None:
        assert says is None
        return
    read = dns.message.from_wire(answer)
    assert read.id == dns.message.from_wire(wire).id
    said = read.answer[0][0].to_text() if read.answer else dns.rcode.to_text(read.rcode())
    assert said == says


def test_sees_questions_and_nothing_else() -> None:
    wire = asked("zdc1.ibllc.com", "A")
    assert question(udp(53, wire)) == Question(CLIENT, RESOLVER, 40001, wire)
    assert question(udp(123, wire)) is None
    assert question(udp(53, wire)[:24]) is None


def test_answers_from_the_resolver_to_who_asked() -> None:
    packet = packet_of(Question(CLIENT, RESOLVER, 40001, b"?"), b"answer")
    assert packet[12:16] == RESOLVER
    assert packet[16:20] == CLIENT
    assert struct.unpack("!HH", packet[20:24]) == (53, 40001)
    assert packet[28:] == b"answer"
    assert checksum(packet[:20]) == b"\0\0"
