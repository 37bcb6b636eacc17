"""A machine that lets out only its own refusals.

Run it as root under `unshare --net`, so that all it makes ends with it.

One request on the standard input, as JSON: `program` (nft or sh), `text` to load, `again` (how often), `take_back` (a
script to run afterwards), `left` (a script that prints what is left), and `tuples`: protocol, address and port to try.
The answer: for each tuple whether a listener of ours heard it, before, with and after the exception.
"""

import contextlib
import json
import selectors
import socket
import subprocess
import sys
from collections.abc import Sequence
from typing import Any

Tuple = tuple[str, str, int]

DENY = {
    "nft": """
nft -f - <<'END'
table inet filter {
  chain output {
    type filter hook output priority 0; policy drop;
    ct state established,related accept
    icmp type destination-unreachable accept
    icmpv6 type { destination-unreachable, nd-neighbor-solicit, nd-neighbor-advert } accept
    reject with icmpx admin-prohibited
  }
}
END
""",
    "sh": """
iptables -A OUTPUT -p icmp --icmp-type destination-unreachable -j ACCEPT
ip6tables -A OUTPUT -p icmpv6 --icmpv6-type destination-unreachable -j ACCEPT
for program in iptables ip6tables; do
  $program -P OUTPUT DROP
  $program -A OUTPUT -m conntrack --ctstate ESTABLISHED,RELATED -j ACCEPT
  $program -A OUTPUT -j REJECT
done
""",
}
LOAD = {"nft": ["nft", "-f", "-"], "sh": ["sh", "-s"]}
HEARING_S = 0.2


def sh(script: str, program: Sequence[str] = ("sh", "-s")) -> None:
    ran = subprocess.run(program, input=script, text=True, capture_output=True, check=False)
    if ran.returncode:
        sys.exit(f"{' '.join(program)} ended with {ran.returncode}: {ran.stderr}\n{script}")


def family_of(address: str) -> socket.AddressFamily:
    return socket.AF_INET6 if ":" in address else socket.AF_INET


def listener(protocol: str, address: str, port: int) -> socket.socket:
    kind = socket.SOCK_DGRAM if protocol == "udp" else socket.SOCK_STREAM
    made = socket.socket(family_of(address), kind)
    made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    made.bind((address, port))
    if protocol == "tcp":
        made.listen(8)
    made.setblocking(False)
    return made


def heard(ears: dict[Tuple, socket.socket]) -> list[bool]:
    """For each tuple whether its listener is reached: all are called at once, and all that is heard is drained."""
    callers = [call(*one) for one in ears]
    reached: set[Tuple] = set()
    with selectors.DefaultSelector() as waiting:
        for one, ear in ears.items():
            waiting.register(ear, selectors.EVENT_READ, one)
        while found := waiting.select(HEARING_S):
            for key, _ in found:
                reached.add(key.data)
                drain(ears[key.data])
    for caller in callers:
        caller.close()
    return [one in reached for one in ears]


def call(protocol: str, address: str, port: int) -> socket.socket:
    kind = socket.SOCK_DGRAM if protocol == "udp" else socket.SOCK_STREAM
    caller = socket.socket(family_of(address), kind)
    caller.setblocking(False)
    with contextlib.suppress(OSError):
        caller.connect((address, port))
        caller.send(b"?")
    return caller


def drain(ear: socket.socket) -> None:
    if ear.type is socket.SOCK_DGRAM:
        ear.recv(9)
    else:
        ear.accept()[0].close()


def main() -> None:
    asked = json.load(sys.stdin)
    tuples: list[Tuple] = [(one[0], one[1], one[2]) for one in asked["tuples"]]
    sh("ip link set lo up\n")
    for address in sorted({address for _, address, _ in tuples}):
        length = "128 nodad" if ":" in address else "32"
        where, _, flag = length.partition(" ")
        sh(f"ip addr add {address}/{where} dev lo {flag}\n")
    ears = {one: listener(*one) for one in tuples}
    sh(DENY[asked["program"]])
    answer: dict[str, Any] = {"before": heard(ears)}
    for _ in range(asked.get("again", 1)):
        sh(asked["text"], LOAD[asked["program"]])
    answer["with"] = heard(ears)
    if asked.get("take_back"):
        sh(asked["take_back"])
        answer["after"] = heard(ears)
        answer["left"] = subprocess.run(["sh", "-c", asked["left"]], text=True, capture_output=True, check=True).stdout
    sys.stdout.write(json.dumps(answer))


main()
