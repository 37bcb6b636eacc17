"""Steps taken with a reflector: what was said to it, and what it says arrived."""

from .observation import Observation
from .plan import Endpoint, Payload
from .reflection import RequestFacts, Seen


class Reflection(Observation, frozen=True, kw_only=True, omit_defaults=True, tag="reflection"):
    """One connection to a reflector: what was said, and what it says arrived."""

    endpoint: Endpoint
    port: int
    """The port of the list it stands for."""
    kind: Payload
    nonce: str
    stage: str = ""
    """What failed: `connect`, `tls`, `greeting` (nothing came back) or `report`; empty: nothing did."""
    local: Endpoint | None = None
    rtt_ms: float | None = None
    seen: Seen | None = None
    """None where only an echo was asked for, or nothing came back."""
    request: RequestFacts | None = None
    """The web request as it was sent."""
    hello_sha256: str = ""
    """Of the ClientHello as it was sent."""
    certificate_sha256: str = ""
    """Of the certificate that was shown."""
    tls_sha256: str = ""
    """Of the certificate the reflector says it has."""
    more: tuple[str, ...] = ()
    """Further addresses it announces."""
    empty: tuple[str, ...] = ()
    """Addresses it says nobody has."""


class Arrivals(Observation, frozen=True, kw_only=True, omit_defaults=True, tag="arrivals"):
    """Which nonces of this run reached a reflector, and on which port, by its own word."""

    endpoint: Endpoint
    arrived: tuple[tuple[str, int], ...] = ()


class LargeFlight(Observation, frozen=True, kw_only=True, omit_defaults=True, tag="large-flight"):
    """Full segments between a reflector and us: where the path loses large packets, they do not arrive."""

    endpoint: Endpoint
    port: int
    inbound: bool
    """Towards us."""
    size: int
    """Bytes in all."""
    segment: int = 0
    """The largest segment allowed (TCP_MAXSEG); 0: the usual."""


class WayBack(Observation, frozen=True, kw_only=True, omit_defaults=True, tag="way-back"):
    """An answer of a reflector that might pass so many routers only. No failure: it arrived."""

    endpoint: Endpoint
    port: int
    sent: int
    """The hop limit our packets left with."""
    seen: int
    """The hop limit our first packet arrived with, by the reflector's word."""
    allowed: int
    """The hop limit its answer left with."""
