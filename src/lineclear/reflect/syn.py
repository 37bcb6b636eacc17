"""The SYN of a connection, as the kernel saved it with its headers (`TCP_SAVE_SYN`, Linux). Pure."""

from collections.abc import Iterator

from lineclear.model import SynFacts

_FOUR, _SIX = 4, 6
_HEADER6 = 40
_HEADER_TCP = 20
_MSS, _SCALE = 2, 3
_NAMES = {
    0: "end",
    1: "nop",
    _MSS: "mss",
    _SCALE: "window-scale",
    4: "sack-permitted",
    8: "timestamps",
    34: "fast-open",
}


def syn_facts(packet: bytes) -> SynFacts | None:
    """What a saved SYN says; None where it is no packet we know."""
    version = packet[0] >> 4 if packet else 0
    header = {_FOUR: (packet[0] & 0xF) * 4 if packet else 0, _SIX: _HEADER6}.get(version)
    if header is None or len(packet) < header + _HEADER_TCP:
        return None
    segment = packet[header:]
    options = list(_options(segment[_HEADER_TCP : (segment[12] >> 4) * 4]))
    values = dict(options)
    return SynFacts(
        hop_limit=packet[8] if version == _FOUR else packet[7],
        window=int.from_bytes(segment[14:16], "big"),
        options=tuple(_NAMES.get(kind, str(kind)) for kind, _ in options),
        mss=int.from_bytes(values[_MSS], "big") if _MSS in values else None,
        scale=int.from_bytes(values[_SCALE], "big") if _SCALE in values else None,
    )


def _options(rest: bytes) -> Iterator[tuple[int, bytes]]:
    """Kind and value of each option (RFC 9293 section 3.1); what breaks the grammar ends them."""
    while rest:
        kind = rest[0]
        size = 1 if kind <= 1 else rest[1] if len(rest) > 1 else 0
        if size < 1 or size > len(rest) or (kind > 1 and size < 2):  # noqa: PLR2004  kind and length
            return
        yield kind, rest[2:size]
        if kind == 0:
            return
        rest = rest[size:]
