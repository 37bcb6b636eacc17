"""What stands between two TUN devices: the two ends of a tunnel, or a device that thinks before it consents.

    relay.py LEFT RIGHT HELD_S PORTS LARGEST

LEFT and RIGHT are open TUN descriptors, the clients on the left. SYN-ACKs from one of the PORTS, joined by commas, are
held for HELD_S seconds, as by a firewall that asks a service in the cloud about every new connection; packets of more
than LARGEST bytes vanish; all else passes. IPv4 alone.
"""

import heapq
import os
import select
import sys
import time

_LARGEST = 2048
_TCP, _SYN_ACK = 6, 0x12


def is_consent(packet: bytes, ports: frozenset[int]) -> bool:
    """Whether it is a SYN-ACK from one of the ports."""
    if packet[0] >> 4 != 4 or packet[9] != _TCP:  # noqa: PLR2004
        return False
    head = (packet[0] & 15) * 4
    return packet[head + 13] & 0x17 == _SYN_ACK and int.from_bytes(packet[head : head + 2], "big") in ports


def main(left: int, right: int, held_s: float, ports: frozenset[int], largest: int) -> None:
    """Pass packets on for ever."""
    held: list[tuple[float, bytes]] = []
    watched = select.poll()
    for end in (left, right):
        watched.register(end, select.POLLIN)
    while True:
        wait_ms = max(0.0, held[0][0] - time.monotonic()) * 1e3 if held else None
        for end, _ in watched.poll(wait_ms):
            packet = os.read(end, _LARGEST)
            if end == right and is_consent(packet, ports):
                heapq.heappush(held, (time.monotonic() + held_s, packet))
            elif len(packet) <= largest:
                os.write(right if end == left else left, packet)
        while held and held[0][0] <= time.monotonic():
            os.write(left, heapq.heappop(held)[1])


if __name__ == "__main__":
    words = sys.argv[1:]
    main(int(words[0]), int(words[1]), float(words[2]), frozenset(map(int, words[3].split(","))), int(words[4]))
