"""The application-aware firewall of the lab: what it takes a client's first words for."""

import socket
import ssl
import struct

import pytest
from lab.inline import Filter, is_tls, offers_tls13, rule, segment, server_name

CLIENT, SERVER = "10.77.0.2", "203.0.113.16"


def hello(name: str, newest: ssl.TLSVersion = ssl.TLSVersion.TLSv1_3) -> bytes:
    """A ClientHello, as Python sends it."""
    context = ssl.create_default_context()
    context.maximum_version = newest
    to_server, to_client = ssl.MemoryBIO(), ssl.MemoryBIO()
    client = context.wrap_bio(to_client, to_server, server_hostname=name)
    with pytest.raises(ssl.SSLWantReadError):
        client.do_handshake()
    return to_server.read()


def packet(said: bytes, *, port: int = 4001, back: bool = False, flags: int = 0x18, sequence: int = 100) -> bytes:
    source, to = (SERVER, CLIENT) if back else (CLIENT, SERVER)
    ports = (port, 50000) if back else (50000, port)
    tcp = struct.pack("!HHIIBBHHH", *ports, sequence, 200, 5 << 4, flags, 1000, 0, 0) + said
    head = struct.pack("!BBHIBBH", 0x45, 0, 20 + len(tcp), 0, 64, 6, 0)
    return head + socket.inet_aton(source) + socket.inet_aton(to) + tcp


def test_a_name_is_read_from_a_greeting() -> None:
    said = hello("www.interactivebrokers.com")
    assert is_tls(said)
    assert server_name(said) == b"www.interactivebrokers.com"
    assert server_name(b"\x16\x03\x01" + bytes(200)) == b""


@pytest.mark.parametrize(("newest", "offers"), [(ssl.TLSVersion.TLSv1_2, False), (ssl.TLSVersion.TLSv1_3, True)])
def test_versions_are_read_from_a_greeting(newest: ssl.TLSVersion, offers: bool) -> None:
    assert offers_tls13(hello("www.interactivebrokers.com", newest)) is offers
    assert not offers_tls13(b"\x16\x03\x01" + bytes(200))


@pytest.mark.parametrize(
    ("text", "said", "goes_on"),
    [
        ("4001 tls drop", hello("ndc1.ibllc.com"), False),
        ("4001 tls drop", b"\r\n", True),
        ("4001 unknown drop", b"\r\n", False),
        ("4001 unknown drop", b"GET / HTTP/1.1\r\n", True),
        ("4001 http drop", b"GET / HTTP/1.1\r\n", False),
        ("4001 any drop", b"\r\n", False),
        ("4000,443 any drop", b"\r\n", True),
        ("4001 sni=.ibllc.com drop", hello("ndc1.ibllc.com"), False),
        ("4001 sni=.ibllc.com drop", hello("www.unrelated.example"), True),
        ("4001 sni=.ibllc.com drop", b"ndc1.ibllc.com", True),
    ],
)
def test_the_first_words_decide(text: str, said: bytes, goes_on: bool) -> None:
    device = Filter([rule(text)])
    assert device.passes(packet(b"", flags=2), from_left=True) == (True, ())
    assert device.passes(packet(b"", back=True, flags=0x12), from_left=False) == (True, ())
    assert device.passes(packet(said), from_left=True) == (goes_on, ())
    assert device.passes(packet(b"later"), from_left=True) == (goes_on, ())
    assert device.passes(packet(b"answer", back=True), from_left=False) == (goes_on, ())


def test_the_first_rule_that_fits_counts() -> None:
    device = Filter([rule("443 sni=.ibllc.com pass"), rule("443 tls drop")])
    assert device.passes(packet(hello("ndc1.ibllc.com"), port=443), from_left=True) == (True, ())


def test_a_reset_goes_to_both_ends_in_the_place_of_the_packet() -> None:
    goes_on, (to_client, to_server) = Filter([rule("4001 any reset")]).passes(packet(b"hello"), from_left=True)
    assert not goes_on
    for one, (source, to, sequence) in ((to_client, (SERVER, CLIENT, 200)), (to_server, (CLIENT, SERVER, 100))):
        seen = segment(one)
        assert seen is not None
        assert (seen.source, seen.to, seen.sequence) == (socket.inet_aton(source), socket.inet_aton(to), sequence)
        assert one[33] == 0x14
        words = struct.unpack("!10H", one[:20])
        assert sum(words) % 0xFFFF == 0


def test_what_is_no_tcp_of_ipv4_passes() -> None:
    six = bytes([0x60]) + bytes(60)
    udp = packet(b"x")[:9] + b"\x11" + packet(b"x")[10:]
    assert [segment(one) for one in (six, udp)] == [None, None]
    assert Filter([rule("4001 any drop")]).passes(udp, from_left=True) == (True, ())


def test_what_is_swallowed_is_acknowledged_in_the_servers_name() -> None:
    device = Filter([rule("4001 any swallow")])
    goes_on, beside = device.passes(packet(b"hello"), from_left=True)
    told = segment(beside[0])
    assert not goes_on
    assert told is not None
    assert (told.source, told.acknowledged) == (socket.inet_aton(SERVER), 105)
    assert device.passes(packet(b"", back=True), from_left=False) == (False, ())


@pytest.mark.parametrize(("action", "beside"), [("then-drop", 0), ("then-reset", 2)])
def test_some_judge_when_the_client_speaks_again(action: str, beside: int) -> None:
    device = Filter([rule(f"4001 any {action}")])
    assert device.passes(packet(b"hello"), from_left=True) == (True, ())
    assert device.passes(packet(b"hello"), from_left=True) == (True, ())  # sent again by the kernel
    assert device.passes(packet(b" world", sequence=105), from_left=True) == (True, ())  # a greeting in two pieces
    assert device.passes(packet(b"welcome", back=True), from_left=False) == (True, ())
    goes_on, more = device.passes(packet(b"and then", sequence=111), from_left=True)
    assert (goes_on, len(more)) == (False, beside)
    assert device.passes(packet(b"bye", back=True), from_left=False) == (False, ())
