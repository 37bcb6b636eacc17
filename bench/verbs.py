"""What one DNS query or one echo costs, as a program of its own: `python -m bench.verbs dns|icmp|tcp COUNT`.

Says how many were answered, and CPU microseconds of all. A thousand are in flight at most; recording is included.
"""

import sys
from collections.abc import Awaitable, Callable

from bench.edge import RESOLVER
from bench.subject import cpu_us, endpoints

from lineclear.model import DnsQuery, Endpoint, Limits, Ping, TcpConnect
from lineclear.probe import tcp
from lineclear.probe.loop.reactor import Reactor
from lineclear.probe.naming import dns
from lineclear.probe.ping import icmp
from lineclear.probe.run import Run

FIRST = "10.99.0.1"
HOST = "host.example"
_WINDOW = 1000


async def _tcp(run: Run, endpoint: Endpoint) -> None:
    connection = await tcp.connect(run, host="", endpoint=endpoint)
    if connection is not None:
        connection.close()


async def _dns(run: Run, _: Endpoint) -> None:
    await dns.ask(run, name=HOST, rtype="A", resolver=Endpoint(address=RESOLVER, port=53))


async def _icmp(run: Run, endpoint: Endpoint) -> None:
    await icmp.ping(run, address=endpoint.address, host="")


VERBS: dict[str, tuple[Callable[[Run, Endpoint], Awaitable[None]], type]] = {
    "tcp": (_tcp, TcpConnect),
    "dns": (_dns, DnsQuery),
    "icmp": (_icmp, Ping),
}


def main(name: str, count: int) -> None:
    """Ask so many."""
    verb, kind = VERBS[name]
    targets = list(endpoints(FIRST, 4 * count))[::4]
    reactor = Reactor()
    run = Run(reactor, Limits(deadline_s=60.0))
    waiting = iter(targets)

    async def worker() -> None:
        for endpoint in waiting:
            await verb(run, endpoint)

    async def everything() -> None:
        await reactor.gather(worker() for _ in range(min(_WINDOW, count)))
        await run.settle(patiently=False)

    cpu = cpu_us()
    reactor.run(everything())
    used = cpu_us() - cpu
    reactor.close()
    good = sum(isinstance(one, kind) and one.failure is None for one in run.observations)
    print(good, used)


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
