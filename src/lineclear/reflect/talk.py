"""One conversation with a reflector, without the network: bytes heard in, bytes to say out.

The first byte tells what is spoken: lines of JSON, a web request, or anything else, which is echoed as it came. Until a
nonce is proven, no more goes out than came in; whatever would tip the balance ends the conversation instead.
"""

import hmac
import re
from collections.abc import Callable
from hashlib import sha256
from typing import ClassVar

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from lineclear.model import (
    PROTOCOL,
    Ask,
    Challenge,
    Greeting,
    Header,
    RequestFacts,
    Seen,
    Told,
)

from .memory import Runs

_MOST_LINE = 4096
_MOST_HEAD = 8192
_MOST_ECHO = 4096
_MOST_ASKS = 64
_MOST_BYTES = 65_536
_MOST_GIVEN = 8 * _MOST_BYTES
"""Bytes of filling in one conversation."""
_MOST_SAID = 98_304
"""Bytes that are said at once: who asks for more without hearing any of it does not listen."""
_MOST_NAMES = 8
"""Nonces one connection may bring: a proxy sends several checks by one; floods make us forget."""
_MOST_HEADERS = 32
_MOST_SHOWN = 300
_MOST_HOPS = 64
_NONCE = re.compile(r"[0-9a-f]{32}")
_RUN = re.compile(r"[0-9a-f]{16}")
_METHODS = (b"GET ", b"HEAD ", b"POST ", b"PUT ", b"OPTIONS ", b"CONNECT ")
_REQUEST = re.compile(rf"GET /lineclear/{PROTOCOL}/([0-9a-f]{{32}})\?([!-~]*) HTTP/1\.[01]")
_ORIGIN = re.compile("origin:", re.IGNORECASE)
_HEAD_END = b"\r\n\r\n"

_Greetings = msgspec.json.Decoder(Greeting)
_Asks = msgspec.json.Decoder(Ask)


class House(Struct, kw_only=True):
    """What every conversation of one reflector shares."""

    secret: bytes
    runs: Runs
    longest_s: float = 900.0
    """How long a proven connection may be silent."""
    tls_sha256: str = ""
    more: tuple[str, ...] = ()
    empty: tuple[str, ...] = ()

    def proof_of(self, nonce: str) -> str:
        """What proves that somebody hears us, for one nonce."""
        return hmac.new(self.secret, nonce.encode(), sha256).hexdigest()[:16]


class Talk:
    """A conversation. Its holder sends what `hear` returns, then closes the connection if it has ended."""

    __slots__ = (
        "_announced",
        "_asks",
        "_given",
        "_heard",
        "_house",
        "_left",
        "_look",
        "_mode",
        "_names",
        "_nonce",
        "_run",
        "closes_after_s",
        "ended",
        "hop_limit",
        "is_proven",
        "received",
        "sent",
    )

    def __init__(self, house: House, look: Callable[[], Seen], *, echoes_only: bool = False) -> None:
        """Begin.

        Args:
            house: what it shares with the others.
            look: gives what is seen of the connection, called when it is reported.
            echoes_only: report nothing, whatever is spoken.
        """
        self._house = house
        self._look = look
        self._mode: Callable[[Talk], bytes] = Talk._echo if echoes_only else Talk._begin
        self._heard = b""
        self._nonce = ""
        self._run = ""
        self._asks = self._names = 0
        self._announced = self._left = self._given = 0
        self.is_proven = False
        self.ended = False
        self.closes_after_s: float | None = None
        """Seconds of silence after which the other side asked to be hung up on."""
        self.hop_limit: int | None = None
        """What is to be sent may pass so many routers only, from the next answer on."""
        self.received = 0
        self.sent = 0

    @property
    def waiting(self) -> int:
        """Bytes that are kept until the rest of what they begin comes."""
        return len(self._heard)

    def hear(self, data: bytes) -> bytes:
        """What to say to `data`."""
        self.received += len(data)
        self._heard += data
        said = b""
        while not self.ended and self._heard:
            before = self._mode, len(self._heard)
            said += self._allowed(self._mode(self))
            if len(said) > _MOST_SAID:
                self.ended = True
                return b""
            if before == (self._mode, len(self._heard)):
                break
        return said

    def _allowed(self, answer: bytes) -> bytes:
        if not self.is_proven and self.sent + len(answer) > self.received:
            self.ended = True
            return b""
        self.sent += len(answer)
        return answer

    # -- what is spoken ----------------------------------------------------------------------------------------------

    def _begin(self) -> bytes:
        if self._heard.startswith(b"{"):
            self._mode = Talk._lines
        elif any(self._heard.startswith(one) for one in _METHODS):
            self._mode = Talk._web
        elif not any(one.startswith(self._heard) for one in _METHODS):
            self._mode = Talk._echo
        return b""

    def _echo(self) -> bytes:
        said, self._heard = self._heard, b""
        self.ended = self.received > _MOST_ECHO
        return b"" if self.ended else said

    def _ignore(self) -> bytes:
        self._heard = b""
        return b""

    def _count(self) -> bytes:
        """Count the bytes that were announced; say so when all are here."""
        taken = min(self._left, len(self._heard))
        self._heard = self._heard[taken:]
        self._left -= taken
        if self._left:
            return b""
        self._mode = Talk._lines
        return self._line_of(self._told(took=self._announced))

    # -- lines -------------------------------------------------------------------------------------------------------

    def _lines(self) -> bytes:
        line, end, rest = self._heard.partition(b"\n")
        if len(line) > _MOST_LINE:
            self.ended = True
        if not end or self.ended:
            return b""
        self._heard = rest
        try:
            return self._answer(_Asks.decode(line)) if self._nonce else self._challenge(_Greetings.decode(line))
        except msgspec.DecodeError:
            self.ended = True
            return b""

    def _challenge(self, greeting: Greeting) -> bytes:
        if greeting.lineclear != PROTOCOL or not self._is_named(greeting.nonce, greeting.run):
            self.ended = True
            return b""
        return self._line_of(self._challenge_to(greeting.nonce))

    def _answer(self, ask: Ask) -> bytes:
        self._asks += 1
        self._prove(ask.prove)
        answer = self._answers.get(ask.ask)
        if not self.is_proven or answer is None or self._asks > _MOST_ASKS:
            self.ended = True
            return b""
        return answer(self, ask)

    def _seen(self, _: Ask) -> bytes:
        return self._line_of(self._report(self._look()))

    def _still(self, _: Ask) -> bytes:
        return self._line_of(self._told())

    def _arrived(self, _: Ask) -> bytes:
        return self._line_of(self._told(arrived=self._house.runs.arrived(self._run)))

    def _bulk(self, ask: Ask) -> bytes:
        size = min(max(ask.bytes, 1), _MOST_BYTES)
        self._given += size
        self.ended = self._given > _MOST_GIVEN
        return b"" if self.ended else b"x" * (size - 1) + b"\n"

    def _take(self, ask: Ask) -> bytes:
        self._announced = self._left = min(max(ask.bytes, 1), _MOST_BYTES)
        self._mode = Talk._count
        return b""

    def _silence(self, _: Ask) -> bytes:
        self._mode = Talk._ignore
        return b""

    def _close(self, ask: Ask) -> bytes:
        self.closes_after_s = min(max(ask.after_s, 0.0), self._house.longest_s)
        self._mode = Talk._ignore
        return self._line_of(self._told(after_s=self.closes_after_s))

    def _hops(self, ask: Ask) -> bytes:
        self.hop_limit = min(max(ask.hops, 1), _MOST_HOPS)
        return self._line_of(self._told())

    _answers: ClassVar[dict[str, Callable[["Talk", Ask], bytes]]] = {
        "seen": _seen,
        "still": _still,
        "arrived": _arrived,
        "bulk": _bulk,
        "take": _take,
        "silence": _silence,
        "close": _close,
        "hops": _hops,
    }
    """What can be asked on a proven connection."""

    # -- the web -----------------------------------------------------------------------------------------------------

    def _web(self) -> bytes:
        head, end, rest = self._heard.partition(_HEAD_END)
        if len(head) > _MOST_HEAD:
            self.ended = True
        if not end or self.ended:
            return b""
        self._heard = rest
        self._asks += 1
        self.ended = self._asks > _MOST_ASKS
        lines = head.decode("latin-1").split("\r\n")
        request = _REQUEST.fullmatch(lines[0])
        words = dict(word.partition("=")[::2] for word in request[2].split("&")) if request else {}
        if request is None or not self._is_named(request[1], words.get("run", "")):
            return b"HTTP/1.1 204 No Content\r\n\r\n"
        if not self._prove(words.get("prove", "")):
            return self._page_of(self._challenge_to(request[1]), lines)
        return self._page_of(self._report(replace(self._look(), request=_request(lines))), lines)

    # -- what both share ---------------------------------------------------------------------------------------------

    def _is_named(self, nonce: str, run: str) -> bool:
        """Whether these are a nonce and a run; they are kept, and that they arrived."""
        if not _NONCE.fullmatch(nonce) or not _RUN.fullmatch(run):
            return False
        if nonce != self._nonce:
            self._names += 1
            self.ended = self.ended or self._names >= _MOST_NAMES
            self._nonce, self._run = nonce, run
            self._house.runs.note(run, nonce, self._look().local.port)
        return True

    def _prove(self, proof: str) -> bool:
        """Whether this proves the nonce; a connection on which one was proven stays so."""
        proves = hmac.compare_digest(proof.encode(), self._house.proof_of(self._nonce).encode())
        self.is_proven = self.is_proven or proves
        return proves

    def _challenge_to(self, nonce: str) -> Challenge:
        return Challenge(lineclear=PROTOCOL, nonce=nonce, prove=self._house.proof_of(nonce))

    def _report(self, seen: Seen) -> Told:
        house = self._house
        return replace(self._told(), seen=seen, tls_sha256=house.tls_sha256, more=house.more, empty=house.empty)

    def _told(self, *, arrived: tuple[tuple[str, int], ...] = (), took: int = 0, after_s: float = 0.0) -> Told:
        return Told(lineclear=PROTOCOL, nonce=self._nonce, arrived=arrived, took=took, after_s=after_s)

    def _line_of(self, told: Challenge | Told) -> bytes:
        return msgspec.json.encode(told) + b"\n"

    def _page_of(self, told: Challenge | Told, request: list[str]) -> bytes:
        body = msgspec.json.encode(told)
        # A browser that asks for a page of another origin, such as a help desk's, lets it read only what says so.
        shared = b"Access-Control-Allow-Origin: *\r\n" if any(map(_ORIGIN.match, request)) else b""
        return b"HTTP/1.1 200 OK\r\n%sContent-Length: %d\r\n\r\n" % (shared, len(body)) + body


def _request(lines: list[str]) -> RequestFacts:
    pairs = (line.partition(":") for line in lines[1 : _MOST_HEADERS + 1])
    headers = tuple(
        Header(name=name[:_MOST_SHOWN], value=value.removeprefix(" ")[:_MOST_SHOWN]) for name, _, value in pairs
    )
    return RequestFacts(line=lines[0][:_MOST_SHOWN], headers=headers)
