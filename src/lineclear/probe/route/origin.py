"""From how near a refusal comes: connects that do not take an answer from farther away.

Every router takes one off a packet's hop limit, and systems begin with 64, 128 or 255. So the hop limit with which a
reset arrives tells how far away it was made, whatever sender it claims. Linux does not show it to an ordinary program,
but lets it ignore what arrives with less (IP_MINTTL, IPV6_MINHOPCOUNT: RFC 5082): of several connects with different
floors the highest that is still refused tells it. Measured: the floor holds before the handshake too, on both versions,
and for an ICMP error by what it quotes; but that is signed by its sender anyway.

A floor that keeps out a SYN-ACK leaves a half-open connection at the server. So this asks about refusals only, and of
a port whose refuser is known to stand near it sends SYNs that cannot get any farther.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from lineclear.model import AnswerOrigin, Failure, Floor, NotMeasured
from lineclear.probe.errors import classify, classify_here, queued_icmp, raw
from lineclear.probe.loop.poller import HANGUP, WRITE
from lineclear.probe.sockets import LINUX, open_stream, pending_error, set_answer_floor, start_connect

if TYPE_CHECKING:
    import _socket

    from lineclear.model import Endpoint, Raw
    from lineclear.probe.run import Run

_LEAST_S = 0.2
"""Waited for an answer at least, once one has come: these are asked all at once and are answered alike."""
_ROUND_TRIPS = 2.0
_WORDS = {Failure.CONNECTION_REFUSED: "refused", Failure.CONNECTION_RESET: "refused"}


async def origin(run: Run, *, host: str, endpoint: Endpoint, floors: tuple[int, ...], hop_limit: int | None) -> None:
    """Connect once for each floor and record one `AnswerOrigin`.

    Args:
        run: the run in progress.
        host: the name this is for; only recorded.
        endpoint: address and port that refuses.
        floors: hop limits; 0 takes every answer.
        hop_limit: of the SYNs, where the refuser is known to stand; None: the usual, and each SYN waits for its turn.
    """
    began = run.now()
    if not LINUX:
        why = "this platform does not let answers from far away be ignored"
        run.record(
            NotMeasured(
                id=run.new_id(),
                at_ms=run.at_ms(began),
                took_ms=0.0,
                failure=Failure.NOT_MEASURED,
                verb="answer-origin",
                subject=str(endpoint),
                why=why,
            )
        )
        return
    asked = _Asked(run, endpoint, hop_limit)
    for least in floors:
        if hop_limit is None:
            await run.pace(endpoint.address)
        if not asked.send(least):
            break
    await asked.hear()
    asked.close()
    failure = asked.failure or (Failure.INTERRUPTED if run.reactor.is_cut else None)
    run.record(
        AnswerOrigin(
            id=run.new_id(),
            at_ms=run.at_ms(began),
            took_ms=run.took_ms(began),
            failure=failure,
            raw=asked.raw,
            endpoint=endpoint,
            host=host,
            hop_limit=hop_limit,
            floors=() if failure else tuple(asked.floors()),
        )
    )


class _Asked:
    """The connects of one question, and what came back."""

    def __init__(self, run: Run, endpoint: Endpoint, hop_limit: int | None) -> None:
        self.failure: Failure | None = None
        self.raw: Raw | None = None
        self._run = run
        self._endpoint = endpoint
        self._hop_limit = hop_limit
        self._outcomes: dict[int, str] = {}
        self._flying: dict[int, tuple[int, _socket.socket]] = {}
        self._began = run.now()
        self._slowest_s: float | None = None

    def send(self, least: int) -> bool:
        """One SYN whose answer must arrive with `least`; False when this machine would not."""
        address = self._endpoint.address
        try:
            sock = open_stream(address, self._hop_limit)
        except OSError as problem:
            self._refuse(problem.errno or 0)
            return False
        if least:
            set_answer_floor(sock, address, least)
        number = start_connect(sock, self._endpoint)
        if number:
            sock.close()
            self._refuse(number)
            return False
        self._outcomes[least] = "silent"
        self._flying[sock.fileno()] = least, sock
        self._run.reactor.watch(sock.fileno(), WRITE)
        return True

    async def hear(self) -> None:
        """Wait until all are answered, or what is not should have been long ago."""
        run = self._run
        while self._flying and not run.reactor.is_cut and self.failure is None:
            moment = self._moment()
            if run.now() >= moment:
                return
            for fd, mask in await run.reactor.until(moment):
                self._take(fd, mask)

    def close(self) -> None:
        """Give up what is still unanswered."""
        for _, sock in self._flying.values():
            self._run.reactor.hang_up(sock)
        self._flying.clear()

    def floors(self) -> list[Floor]:
        """What each floor let through, the lowest first."""
        return [Floor(least=least, outcome=outcome) for least, outcome in sorted(self._outcomes.items())]

    def _moment(self) -> float:
        if self._slowest_s is None:
            return self._began + self._run.patience_s()
        return self._began + self._slowest_s + max(_LEAST_S, _ROUND_TRIPS * self._slowest_s)

    def _take(self, fd: int, mask: int) -> None:
        least, sock = self._flying[fd]
        number = pending_error(sock)
        if number == 0 and not mask & (WRITE | HANGUP):
            return
        del self._flying[fd]
        signed = number != 0 and queued_icmp(sock) is not None
        self._run.reactor.hang_up(sock)
        word = "rejected" if signed else _WORDS.get(classify(number), "rejected")
        self._outcomes[least] = word if number else "connected"
        self._slowest_s = self._run.now() - self._began

    def _refuse(self, number: int) -> None:
        self.failure, self.raw = classify_here(number, self._endpoint.address), raw(number)
