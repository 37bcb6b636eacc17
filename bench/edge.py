"""A far side for the benches: a client and a server namespace, the cable between them, and servers that answer."""

import contextlib
import subprocess
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from bench.delay import Cable, Rule, Side
from bench.native import needed
from bench.world import Place, running

SPACE = "10.99.0.0/16"
"""Every address of it answers on the server's side."""
RESOLVER = "10.99.255.53"
TCP_PORTS = (80, 443, 4000, 4001)
CLIENT, SERVER = "10.200.0.1", "10.200.0.2"


class Certificate:
    """A chain and its key on disk, for the servers, and the authority for those who judge it."""

    def __init__(self, chain: Path, key: Path, authority: Path) -> None:
        self.chain = chain
        self.key = key
        self.authority = authority


class Edge:
    """What stands while the bench runs."""

    def __init__(self, client: Place, server: Place, cable: Cable) -> None:
        self.client = client
        self.server = server
        self.cable = cable


@contextlib.contextmanager
def edge(
    plan: Sequence[Rule],
    names: Mapping[str, str] | None = None,
    certificate: Certificate | None = None,
    seed: int = 1,
) -> Iterator[Edge]:
    """Lay the cable and start the servers; call it from a process that is alone (`world.alone`).

    Args:
        plan: of the cable.
        names: addresses by host name, answered at `RESOLVER`.
        certificate: TLS is spoken on 443 and 4001 with it; without, they are opaque.
        seed: of the losses.
    """
    with contextlib.ExitStack() as stack:
        client, server = stack.enter_context(Place("")), stack.enter_context(Place("edge"))
        ends = Side(client.inside, f"{CLIENT}/32"), Side(server.inside, f"{SERVER}/32")
        cable = stack.enter_context(Cable(*ends, plan, seed))
        client.ip(f"route add {SPACE} dev cable", f"route add {SERVER} dev cable")
        server.ip(f"route add local {SPACE} dev lo", f"route add {CLIENT} dev cable")
        table = stack.enter_context(tempfile.NamedTemporaryFile("w", suffix=".names"))
        table.writelines(f"{name} {address}\n" for name, address in (names or {}).items())
        table.flush()
        words: list[object] = [needed("edge"), ",".join(map(str, TCP_PORTS)), table.name if names else ""]
        if certificate is not None:
            opaque = ",".join(str(port) for port in TCP_PORTS if port not in (443, 4001))
            words = [needed("edge", "-DWITH_TLS", "-lssl", "-lcrypto"), opaque, table.name]
            words += ["443,4001", certificate.chain, certificate.key]
        program = server.start(*words, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        stack.enter_context(running(program))
        yield Edge(client, server, cable)
