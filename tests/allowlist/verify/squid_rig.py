"""Real requests through a real Squid, on loopback addresses of a namespace of its own.

Run it as root, `python -m tests.allowlist.verify.squid_rig`. A request a line on the standard input, as JSON: `rules`,
the acl and http_access lines, and `requests`, each client, method, host and port. A line comes back: for each request
whether Squid let it pass. What it then found at the other end does not matter.
"""

import contextlib
import json
import os
import signal
import socket
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

from bench.world import alone

CLIENTS = ("10.1.0.2", "10.1.0.130", "10.2.0.2", "127.0.0.1")
HOSTS = {
    "a.example": "192.0.2.1",
    "b.a.example": "192.0.2.2",
    "c.b.a.example": "192.0.2.130",
    "xa.example": "198.51.100.9",
    "other.test": "203.0.113.77",
    "x1.other.test": "203.0.113.78",
}
PORTS = (80, 443, 563, 4000, 4001, 8443)
_PROXY = "10.9.9.9", 3128
_LIMIT_S = 560
_PATIENCE_S = 10.0
_SETTINGS = f"""
http_port {_PROXY[0]}:{_PROXY[1]}
pid_filename none
access_log none
cache_log /dev/null
cache deny all
cache_mem 4 MB
memory_pools off
coredump_dir none
shutdown_lifetime 0 seconds
visible_hostname proxy.test
hosts_file /run/hosts
dns_nameservers 127.0.0.1
connect_timeout 1 second
max_filedescriptors 1024
"""


def prepare() -> None:
    text = "".join(f"{address} {name}\n" for name, address in HOSTS.items())
    Path("/run/hosts").write_text(text, encoding="ascii")
    for address in (*CLIENTS[:3], *HOSTS.values(), _PROXY[0]):
        subprocess.run(["ip", "address", "add", f"{address}/32", "dev", "lo"], check=True)


@contextlib.contextmanager
def running(rules: str) -> Any:
    """Squid with these rules, once it accepts."""
    path = Path("/run/squid.conf")
    path.write_text(_SETTINGS + rules, encoding="ascii")
    words = ["squid", "-N", "-f", str(path)]
    squid = subprocess.Popen(words, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    until = time.monotonic() + _PATIENCE_S
    try:
        while not is_open():
            if squid.poll() is not None or time.monotonic() > until:
                raise SystemExit(f"squid did not start: {squid.stderr.read() if squid.stderr else ''}\n{rules}")
            squid_is_slow()
        yield
    finally:
        squid.send_signal(signal.SIGKILL)
        squid.communicate()


def is_open() -> bool:
    with socket.socket() as one:
        return one.connect_ex(_PROXY) == 0


def squid_is_slow() -> None:
    """Give it the processor for a moment."""
    with contextlib.suppress(TimeoutError), socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as idle:
        idle.settimeout(0.01)
        idle.recv(1)


def passes(client: str, method: str, host: str, port: int) -> bool:
    """Whether one request gets past the rules."""
    place = f"{host}:{port}"
    target = place if method == "CONNECT" else f"http://{place}/"
    with socket.create_connection(_PROXY, timeout=_PATIENCE_S, source_address=(client, 0)) as one:
        one.sendall(f"{method} {target} HTTP/1.1\r\nHost: {place}\r\nConnection: close\r\n\r\n".encode())
        status = one.recv(12)
    assert status.startswith(b"HTTP/1."), status
    return status[9:12] != b"403"


def main() -> None:
    alone(_LIMIT_S)
    os.environ["LC_ALL"] = "C"
    prepare()
    for line in sys.stdin:
        asked = json.loads(line)
        with running(asked["rules"]):
            answer = [passes(*one) for one in asked["requests"]]
        sys.stdout.write(json.dumps(answer) + "\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main()
