import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineclear.model import SynFacts
from lineclear.reflect.syn import syn_facts

OPTIONS = b"\x02\x04\x05\xb4\x04\x02\x08\x0a" + bytes(8) + b"\x01\x03\x03\x07"
LINUX = SynFacts(
    hop_limit=61,
    window=64240,
    options=("mss", "sack-permitted", "timestamps", "nop", "window-scale"),
    mss=1460,
    scale=7,
)


def segment(options: bytes) -> bytes:
    return bytes(12) + bytes([(20 + len(options)) // 4 << 4, 2]) + (64240).to_bytes(2, "big") + bytes(4) + options


def four(options: bytes = OPTIONS, hop_limit: int = 61) -> bytes:
    return b"\x45" + bytes(7) + bytes([hop_limit]) + bytes(11) + segment(options)


def six(options: bytes = OPTIONS) -> bytes:
    return b"\x60" + bytes(6) + b"\x3d" + bytes(32) + segment(options)


def test_a_syn_over_ipv4() -> None:
    assert syn_facts(four()) == LINUX


def test_a_syn_over_ipv6() -> None:
    assert syn_facts(six()) == LINUX


@pytest.mark.parametrize("packet", [b"", b"\x45" + bytes(10), b"\x75" + bytes(60), b"\x60" + bytes(50)])
def test_what_is_no_packet(packet: bytes) -> None:
    assert syn_facts(packet) is None


@pytest.mark.parametrize(
    ("options", "names"),
    [
        (b"", ()),
        (b"\x01\x01\x00\x01", ("nop", "nop", "end")),
        (b"\x02\x01\x05\xb4", ()),
        (b"\x02\x08\x05\xb4", ()),
        (b"\x01\x01\x01\x02", ("nop", "nop", "nop")),
        (b"\xfe\x04\x00\x00", ("254",)),
    ],
    ids=["none", "an end", "too short", "too long", "without a length", "experimental"],
)
def test_options(options: bytes, names: tuple[str, ...]) -> None:
    told = syn_facts(four(options))
    assert told is not None
    assert told.options == names
    assert told.mss is None
    assert told.scale is None


@given(st.binary(max_size=120))
def test_no_bytes_are_too_strange(packet: bytes) -> None:
    syn_facts(packet)
    syn_facts(four()[:40] + packet)
