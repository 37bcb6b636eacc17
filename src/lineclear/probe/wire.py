"""The only thing that touches the network: one verb, one recorded observation, the live thing or None.

A walk (`examine`) is written against this class alone, so a test can script a whole network as a list. Verbs that cost
imports load their module when first used; `preload` does that in idle moments.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import TYPE_CHECKING

from lineclear.model import TLS_TRANSPORTS, NotMeasured, Purpose, SourceAddress, Transport

from . import opaque, tcp
from .route import life
from .route.source import source_address
from .sockets import LINUX

if TYPE_CHECKING:
    from lineclear.model import Endpoint, Limits, Proxy, Target

    from .route.counts import Counting
    from .run import Run
    from .stream import Stream
    from .tcp import Connection
    from .tls import Session
    from .trust.judge import Judge

_ALPN = {Transport.HTTPS: ("http/1.1",)}


class Wire:
    """The verbs of one run."""

    def __init__(self, run: Run, *, make_judge: Callable[[], Judge] | None = None) -> None:
        self.run = run
        self._make_judge = make_judge
        self._judge: Judge | None = None
        self._pieces = self._load()
        self._is_loaded = False
        self._nudged: set[Endpoint] = set()

    @property
    def limits(self) -> Limits:
        """How patient and how polite this run is."""
        return self.run.limits

    def preload(self) -> None:
        """Load a piece of what TLS and HTTP will need, and the next one in another idle moment."""
        self._load_a_piece()
        self.run.reactor.when_idle.append(_preload_http if self._is_loaded else self.preload)

    def _load_a_piece(self) -> None:
        self._is_loaded = next(self._pieces, True)

    def _load(self) -> Iterator[bool]:
        """Load what is slow at the first handshake and the first chain; False after each piece."""
        from .tls import preload  # noqa: PLC0415

        preload()
        yield False
        if self._make_judge is not None:
            self._judge = self._make_judge()
            yield False
            for load in self._judge.preload():
                load()
                yield False

    async def _judge_if_time(self) -> Judge | None:
        """Who judges certificates, once all that TLS needs is there. Others have turns between; a cut ends it."""
        reactor = self.run.reactor
        while not (self._is_loaded or reactor.is_cut):
            self._load_a_piece()
            await reactor.until(reactor.clock())
        return self._judge

    async def connect(
        self,
        host: str,
        endpoint: Endpoint,
        *,
        purpose: Purpose = Purpose.TARGET,
        hedges: int | None = None,
        patience_s: float | None = None,
    ) -> Connection | None:
        """A hedged TCP connect."""
        return await tcp.connect(
            self.run, host=host, endpoint=endpoint, purpose=purpose, hedges=hedges, patience_s=patience_s
        )

    def count(self, host: str, endpoint: Endpoint) -> Counting:
        """What this machine's kernel counts while the next SYN is due."""
        from .route.counts import Counting  # noqa: PLC0415

        return Counting(self.run, host, endpoint)

    async def listen(self, connection: Connection, seconds: float | None = None) -> bool:
        """Silence on a fresh connection; whether it stayed open and silent."""
        return await opaque.listen(connection, seconds)

    async def nudge(self, connection: Connection, seconds: float) -> None:
        """One CR LF; to one address and port once in a run, whatever the names behind it."""
        if connection.endpoint not in self._nudged:
            self._nudged.add(connection.endpoint)
            await opaque.nudge(connection, seconds)

    def may_nudge_again(self, endpoint: Endpoint) -> None:
        """Allow one CR LF more there: the last one, or its acknowledgement, may have been lost."""
        self._nudged.discard(endpoint)

    def sum_up(self, connection: Connection) -> None:
        """What the kernel measured over the life of a connection that is still open."""
        life.sum_up(connection)

    async def handshake(self, carrier: Connection | Stream, target: Target) -> Session | None:
        """A TLS handshake that trusts nobody."""
        from .tls import handshake  # noqa: PLC0415  see the docstring of this file

        judge = await self._judge_if_time()
        names = target.certificate_names or (target.host,)
        alpn = _ALPN.get(target.transport, ())
        return await handshake(carrier, server_name=target.host, expected_names=names, judge=judge, alpn=alpn)

    async def handshake_in_small(self, target: Target, endpoint: Endpoint, segment: int) -> None:
        """The same handshake over a connection of its own on which segments are small."""
        if not LINUX:
            self.not_measured("tls-handshake", str(endpoint), "this platform does not limit the size of segments")
            return
        await self._compare(target, endpoint, segment=segment)

    async def handshake_offering(self, target: Target, endpoint: Endpoint, version: str) -> None:
        """The same handshake over a connection of its own, with one version of TLS alone, such as `TLSv1.2`."""
        await self._compare(target, endpoint, offered=version)

    async def greet_at_large(self, target: Target, endpoint: Endpoint, segment: int = 0) -> None:
        """Whether a TLS greeting as large as that of browsers is answered; `segment`: see `handshake_in_small`."""
        from .greeting import greet_at_large  # noqa: PLC0415
        from .tls import greeting  # noqa: PLC0415

        if segment and not LINUX:
            self.not_measured("large-greeting", str(endpoint), "this platform does not limit the size of segments")
            return
        await greet_at_large(
            self.run, host=target.host, endpoint=endpoint, greeting=greeting(target.host), segment=segment
        )

    async def _compare(self, target: Target, endpoint: Endpoint, *, segment: int = 0, offered: str = "") -> None:
        """A handshake that differs in one thing from the usual."""
        from .tls import handshake  # noqa: PLC0415

        judge = await self._judge_if_time()
        connection = await tcp.connect(
            self.run, host=target.host, endpoint=endpoint, purpose=Purpose.COMPARISON, segment=segment
        )
        if connection is None:
            return
        session = await handshake(
            connection, server_name=target.host, judge=judge, segment_bytes=segment, offered=offered
        )
        if session is not None:
            session.close()
        connection.close()

    async def listen_within(self, session: Session, seconds: float) -> None:
        """Silence in a fresh TLS session, and whether what was said last in it was acknowledged."""
        from .settling import listen_within  # noqa: PLC0415

        await listen_within(session, seconds)

    async def fetch(self, carrier: Connection | Stream, target: Target, scheme: str) -> None:
        """The head of the answer to one web request."""
        from .http import fetch  # noqa: PLC0415

        await fetch(carrier, host=target.host, scheme=scheme)

    async def fetch_of_nobody(self, connection: Connection) -> None:
        """The start of the page that answers for an address nobody has."""
        from .http import fetch  # noqa: PLC0415

        await fetch(connection, host="", scheme="http", method="GET")

    async def hello(self, connection: Connection) -> None:
        """The local API's greeting."""
        from .api import hello  # noqa: PLC0415

        await hello(connection)

    async def fence(self, host: str, endpoint: Endpoint, upto: int = 3) -> None:
        """Whether something near accepts: connects that may go only a few hops."""
        from .route.path import fence  # noqa: PLC0415

        await fence(self.run, host=host, endpoint=endpoint, upto=upto)

    async def trace(self, host: str, endpoint: Endpoint) -> None:
        """The routers on the way to one port, and who answers from where."""
        from .route.path import trace  # noqa: PLC0415

        await trace(self.run, host=host, endpoint=endpoint)

    async def origin(self, host: str, endpoint: Endpoint, floors: tuple[int, ...], hop_limit: int | None) -> None:
        """From how near a refusal comes."""
        from .route.origin import origin  # noqa: PLC0415

        await origin(self.run, host=host, endpoint=endpoint, floors=floors, hop_limit=hop_limit)

    async def other_ends(self, places: tuple[tuple[str, Endpoint], ...]) -> None:
        """Whether a program of this machine holds the far end of connections."""
        if places:
            from .route.other_end import other_ends  # noqa: PLC0415

            why = await other_ends(self.run, places)
            if why:
                self.not_measured("other-end", "", why)

    async def cut_origin(self, target: Target, endpoint: Endpoint, farthest: int) -> None:
        """Who cuts a connection at its first words, which go no farther than `farthest` hops."""
        from .cut import cut_origin  # noqa: PLC0415
        from .tls import greeting  # noqa: PLC0415

        secure = target.transport in TLS_TRANSPORTS
        words = greeting(target.host) if secure else opaque.NUDGE
        await cut_origin(self.run, host=target.host, endpoint=endpoint, farthest=farthest, words=words, secure=secure)

    async def hold(self, target: Target, endpoint: Endpoint, seconds: float) -> None:
        """Whether a connection that was silent for a while still stands."""
        from .route.idle import hold  # noqa: PLC0415  only when the user asks for it

        secure = target.transport in TLS_TRANSPORTS
        await hold(
            self.run,
            host=target.host,
            endpoint=endpoint,
            seconds=seconds,
            server_name=target.host if secure else None,
        )

    async def tunnel(self, proxy: Proxy, address: str, target: Target | None = None) -> Stream | None:
        """A way through an explicit proxy, on which TLS has begun if a site is behind; or only whether it listens."""
        from .proxies.proxy import tunnel  # noqa: PLC0415

        host, port = (target.host, target.port) if target else ("", 0)
        greets = target is not None and target.transport is Transport.HTTPS
        return await tunnel(self.run, proxy=proxy, address=address, host=host, port=port, greets=greets)

    async def lookup(self, host: str) -> tuple[str, ...]:
        """What the operating system answers for a name."""
        from .naming.system_lookup import lookup  # noqa: PLC0415

        moment = self.run.now() + self.limits.dns_s
        return await lookup(self.run, name=host, moment=moment) or ()

    async def ask_for_nobody(self, resolver: Endpoint) -> None:
        """What a name server answers for a name that nobody has: twenty letters and digits below .com, by chance."""
        from secrets import token_hex  # noqa: PLC0415

        from .naming.dns import ask  # noqa: PLC0415

        await ask(self.run, name=f"{token_hex(10)}.com", rtype="A", resolver=resolver, purpose=Purpose.CONTROL)

    async def ping(self, host: str, address: str) -> None:
        """An ICMP echo, which never decides."""
        from .ping.icmp import ping  # noqa: PLC0415

        await ping(self.run, address=address, host=host)

    def source(self, address: str) -> None:
        """The local address this machine would use; nothing is sent."""
        run = self.run
        began = run.now()
        local, failure, raw = source_address(address)
        run.record(
            SourceAddress(
                id=run.new_id(),
                at_ms=run.at_ms(began),
                took_ms=run.took_ms(began),
                failure=failure,
                raw=raw,
                towards=address,
                local=local,
            )
        )

    def not_measured(self, verb: str, subject: str, why: str) -> None:
        """Record that a step was left out, and why."""
        run = self.run
        run.record(
            NotMeasured(id=run.new_id(), at_ms=run.at_ms(run.now()), took_ms=0.0, verb=verb, subject=subject, why=why)
        )


def _preload_http() -> None:
    from .http import preload  # noqa: PLC0415

    preload()
