"""What this machine's kernel counts while a SYN of ours is due: whether a filter of its own stops it (Linux).

A local filter that drops what TCP sends looks to every program like silence from the network: `connect` reports
nothing. But the kernel notices that it could not send the SYN again, a second later, and counts that
(`TCPRetransFail` in /proc/net/netstat). A local filter that answers by a reset of its own delivers it over loopback,
which counts its packets (/proc/net/dev). Both can be read without privileges, and nothing is sent for it.

These counts are not ours alone, so they tell something only by when they move: while our segment was due, and not just
before or after. A wait that came too late to tell leaves no observation.
"""

from pathlib import Path

from lineclear.model import Endpoint, KernelCount
from lineclear.probe.run import Run
from lineclear.probe.sockets import LINUX

UNSENT, LOOPBACK = "TCPRetransFail", "loopback packets"
_QUIET_S = 0.83
"""After a SYN: no other one of a second look is sent again between here and `_DUE_S`, for they start 0.22 s apart."""
_DUE_S = 0.96
_SENT_AGAIN_S = 1.1
"""The kernel sends a SYN again after one second (RFC 6298), and its timers are up to 40 ms late."""
_LATE_S = 0.03
_AT_ONCE_S = 0.012
"""A reset that takes longer than this did not come from this machine, though SYNs that leave together take five."""
_REST_S = 0.01
_NETSTAT, _DEVICES = Path("/proc/net/netstat"), Path("/proc/net/dev")


class Counting:
    """The counts beside one SYN that leaves right after this is made."""

    def __init__(self, run: Run, host: str, endpoint: Endpoint) -> None:
        self._run = run
        self._host = host
        self._endpoint = endpoint
        self._is_over = not LINUX or endpoint.address.startswith("127.") or endpoint.address == "::1"
        self._loopback = None if self._is_over else read_loopback()
        self._began = run.now()
        self._task = run.reactor.spawn(self._of_unsent())

    async def conclude(self, accepted: bool) -> None:
        """Record what the counts tell, once the connect is over: at most one `KernelCount`."""
        took_s = self._run.now() - self._began
        if not accepted and not self._is_over and took_s < _AT_ONCE_S:
            await self._of_loopback()
        self._is_over = True
        self._run.reactor.wake(self._task)
        await self._task

    async def _of_loopback(self) -> None:
        before, after = self._loopback, read_loopback()
        await self._run.reactor.sleep(_REST_S)
        later = read_loopback()
        if before is not None and after is not None and later is not None:
            self._record(LOOPBACK, due=after - before, quiet=later - after)

    async def _of_unsent(self) -> None:
        counts = []
        for moment in (_QUIET_S, _DUE_S, _SENT_AGAIN_S):
            await self._wait(self._began + moment)
            late = self._run.now() > self._began + moment + _LATE_S
            found = None if self._is_over or late or self._run.reactor.is_cut else read_unsent()
            if found is None:
                return
            counts.append(found)
        quiet, due, end = counts
        self._record(UNSENT, due=end - due, quiet=due - quiet)

    async def _wait(self, moment: float) -> None:
        reactor = self._run.reactor
        while not self._is_over and not reactor.is_cut and reactor.clock() < moment:
            await reactor.until(moment)

    def _record(self, counter: str, *, due: int, quiet: int) -> None:
        run = self._run
        run.record(
            KernelCount(
                id=run.new_id(),
                at_ms=run.at_ms(self._began),
                took_ms=run.took_ms(self._began),
                counter=counter,
                endpoint=self._endpoint,
                host=self._host,
                due=due,
                quiet=quiet,
            )
        )


def read_unsent(path: Path = _NETSTAT) -> int | None:
    """How many segments this machine could not send again; None where the kernel does not say."""
    try:
        lines = path.read_text().splitlines()
    except OSError:
        return None
    named = dict(zip(lines[0].split(), lines[1].split(), strict=False)) if len(lines) > 1 else {}
    return int(named[UNSENT]) if named.get(UNSENT, "").isdecimal() else None


def read_loopback(path: Path = _DEVICES) -> int | None:
    """How many packets came over loopback; None where the kernel does not say."""
    try:
        lines = path.read_text().splitlines()
    except OSError:
        return None
    fields = next((line.partition(":")[2].split() for line in lines if line.strip().startswith("lo:")), [])
    return int(fields[1]) if len(fields) > 1 and fields[1].isdecimal() else None
