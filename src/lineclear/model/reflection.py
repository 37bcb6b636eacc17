"""What a check and a reflector say to each other (docs/decisions/reflector.md), and what the reflector saw."""

from msgspec import Struct

from .plan import Endpoint

PROTOCOL = 1
"""The version both sides name in their first line."""
LEAST_GREETING = 160
"""Bytes of a first line: so many that the challenge is never larger."""
WEB_PATH = f"/lineclear/{PROTOCOL}/"


class SynFacts(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The packet that opened a connection, as it arrived."""

    hop_limit: int
    window: int
    options: tuple[str, ...] = ()
    """In their order: `mss`, `sack-permitted`, `timestamps`, `nop`, `window-scale`; others by number."""
    mss: int | None = None
    scale: int | None = None


class HelloFacts(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A TLS ClientHello as it arrived."""

    sha256: str
    """Of the handshake message, record headers left out; lower-case hex."""
    ja4: str = ""
    server_name: str = ""
    alpn: tuple[str, ...] = ()


class Header(Struct, frozen=True, kw_only=True):
    """One header of a web request."""

    name: str
    value: str


class RequestFacts(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A web request's line and headers as they arrived."""

    line: str
    headers: tuple[Header, ...] = ()


class Seen(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One connection, from the far end."""

    source: Endpoint
    local: Endpoint
    at: str = ""
    """RFC 3339, UTC."""
    syn: SynFacts | None = None
    hello: HelloFacts | None = None
    request: RequestFacts | None = None


class Greeting(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The check's first line."""

    lineclear: int
    nonce: str
    run: str = ""
    pad: str = ""


class Challenge(Struct, frozen=True, kw_only=True):
    """The reflector's first line: what to say again, which proves that the check hears it."""

    lineclear: int
    nonce: str
    prove: str


class Ask(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What a check asks next. `prove` is needed once a connection."""

    ask: str
    prove: str = ""
    bytes: int = 0
    after_s: float = 0.0
    hops: int = 0
    """With what hop limit the answer, and whatever follows on this connection, is to be sent."""


class Told(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The reflector's answers. Only what was asked for is set."""

    lineclear: int
    nonce: str
    seen: Seen | None = None
    tls_sha256: str = ""
    """Of its own certificate, DER."""
    more: tuple[str, ...] = ()
    """Further addresses of the same reflector."""
    empty: tuple[str, ...] = ()
    """Addresses of its network with nothing on them."""
    arrived: tuple[tuple[str, int], ...] = ()
    """Nonces of the same run, each with the port it reached."""
    took: int = 0
    """Bytes counted."""
    after_s: float = 0.0
    """Seconds of silence after which it is going to hang up."""
