"""One step each: what was tried, what came of it, and the raw detail.

Every observation has an `id`, unique in its evidence, by which findings cite it; the time it began, in milliseconds
since the run began; how long it took; and at most one failure. A step that was not reached leaves nothing behind.
"""

import enum

from msgspec import Struct

from .failure import Failure, Raw
from .plan import Endpoint


class Purpose(enum.Enum):
    """Why a connection was made."""

    TARGET = "target"
    CONTROL = "control"
    SECOND_LOOK = "second-look"
    """A failing target, tried again slowly on a rested network."""
    COMPARISON = "comparison"
    """Like another look but for one thing, to tell causes apart. Never decides whether a target can be used."""


class Observation(Struct, frozen=True, kw_only=True, omit_defaults=True, tag_field="step"):
    """What every step has. Never made by itself."""

    id: str
    at_ms: float
    took_ms: float
    failure: Failure | None = None
    raw: Raw | None = None


class SystemLookup(Observation, frozen=True, kw_only=True, omit_defaults=True, tag="system-lookup"):
    """What the operating system answers for a name (getaddrinfo): hosts file, cache and all."""

    name: str
    addresses: tuple[str, ...] = ()


class Record(Struct, frozen=True, kw_only=True):
    """One resource record of an answer, as text."""

    name: str
    type: str
    value: str
    ttl_s: int


class DnsQuery(Observation, frozen=True, kw_only=True, omit_defaults=True, tag="dns-query"):
    """What one resolver answers on the wire for one name and type (RFC 1035)."""

    name: str
    type: str
    """`A` or `AAAA`."""
    resolver: Endpoint
    over: str = "udp"
    """`udp` or `tcp`."""
    truncated: bool = False
    """It was answered over UDP, with the word that the answer is too long for it: so `tcp` was asked."""
    edns: bool = False
    """Asked with EDNS0 (RFC 6891)."""
    rcode: str = ""
    records: tuple[Record, ...] = ()
    other_answers: tuple[tuple[Record, ...], ...] = ()
    """Further, differing answers to the same question that came within the linger: an injector's mark."""
    resends: int = 0
    ignored: int = 0
    """Datagrams that came in its place and were no replies to it: another id, another question."""
    rtt_ms: float | None = None
    purpose: Purpose = Purpose.TARGET

    @property
    def addresses(self) -> tuple[str, ...]:
        """The addresses of the first answer, in its order."""
        return tuple(one.value for one in self.records if one.type == self.type)


class Attempt(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One SYN of a hedged connect: when it left, and what became of it before the verb ended."""

    at_ms: float
    failure: Failure | None = None
    raw: Raw | None = None
    connected: bool = False


class TcpConnect(Observation, frozen=True, kw_only=True, omit_defaults=True, tag="tcp-connect"):
    """A connect by one or more staggered SYNs (a telnet test, first half), accepted or not, from `local`."""

    endpoint: Endpoint
    host: str = ""
    purpose: Purpose = Purpose.TARGET
    local: Endpoint | None = None
    attempts: tuple[Attempt, ...] = ()
    rtt_ms: float | None = None
    """The kernel's own measure (TCP_INFO) where there is one, else the time of the handshake."""
    rtt_from: str = ""
    """`tcp_info` or `clock`."""
    retransmits: int | None = None


class TcpListen(Observation, frozen=True, kw_only=True, omit_defaults=True, tag="tcp-listen"):
    """A fresh connection watched in silence: an opaque gateway waits for its client. EOF, RESET: closed on us."""

    endpoint: Endpoint
    host: str = ""
    purpose: Purpose = Purpose.TARGET
    watched_ms: float = 0.0
    spoke: str = ""
    """First bytes the far end sent unasked, at most 200 characters, escaped."""


class Nudge(Observation, frozen=True, kw_only=True, omit_defaults=True, tag="nudge"):
    """One CR LF, what a person at telnet types, and what it brought. Silence with the bytes acknowledged is healthy."""

    endpoint: Endpoint
    host: str = ""
    acknowledged: bool | None = None
    """None where the kernel does not tell."""
    answered: str = ""
    """At most 200 characters, escaped."""


class Hop(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one hop limit brought: `expired`, `connected`, `refused`, `rejected`, `silent` or `reset`."""

    limit: int
    outcome: str
    sender: str = ""
    """Who sent the ICMP error, if one came."""
    raw: Raw | None = None
    rtt_ms: float | None = None


class PathTrace(Observation, frozen=True, kw_only=True, omit_defaults=True, tag="path-trace"):
    """Connects to one endpoint under growing hop limits: the routers for that very port, and who answers from where."""

    endpoint: Endpoint
    host: str = ""
    hops: tuple[Hop, ...] = ()

    @property
    def connects_at(self) -> int | None:
        """The smallest hop limit at which the handshake completed."""
        return min((hop.limit for hop in self.hops if hop.outcome == "connected"), default=None)


class Certificate(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One certificate of a presented chain. Times are RFC 3339 in UTC; digests are lower-case hex."""

    subject: str
    issuer: str
    names: tuple[str, ...] = ()
    not_before: str = ""
    not_after: str = ""
    sha256: str = ""
    spki_sha256: str = ""
    self_issued: bool = False


class Judgement(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What one trust store says of a captured chain, the name aside. `code` is OpenSSL's X509_V_ERR number."""

    store: str
    """`system`, `public`, `given` or `java`."""
    trusted: bool
    code: int = 0
    reason: str = ""
    at_depth: int = 0


class NameMatch(enum.Enum):
    """How the leaf's names fit the host (RFC 9525), underscore labels taken as letters."""

    EXACT = "exact"
    WILDCARD = "wildcard"
    MISMATCH = "mismatch"
    NO_NAMES = "no-names"


class TlsHandshake(Observation, frozen=True, kw_only=True, omit_defaults=True, tag="tls-handshake"):
    """A TLS handshake that trusts nobody, and what the chain it brought is worth."""

    endpoint: Endpoint
    host: str
    server_name: str = ""
    """The SNI sent; empty: none."""
    purpose: Purpose = Purpose.TARGET
    version: str = ""
    cipher: str = ""
    chain: tuple[Certificate, ...] = ()
    judgements: tuple[Judgement, ...] = ()
    name_match: NameMatch | None = None
    foreign: str = ""
    """What the far end said in place of TLS, at most 200 characters, escaped."""
    tcp_rtt_ms: float | None = None
    segment_bytes: int = 0
    """The most that each segment was to carry, either way (TCP_MAXSEG); 0: as usual."""
    offered: str = ""
    """The one version that was offered, such as `TLSv1.2`; empty: as usual, all that are known."""

    def trusted_by(self, store: str) -> bool | None:
        """What `store` says of the chain; None when it was not asked."""
        return next((one.trusted for one in self.judgements if one.store == store), None)


class LargeGreeting(Observation, frozen=True, kw_only=True, omit_defaults=True, tag="large-greeting"):
    """A TLS greeting as browsers send it, in more than one packet. No failure: it was answered, if only by an alert."""

    endpoint: Endpoint
    host: str
    size: int = 0
    """Bytes of the greeting, with its record header."""
    segment_bytes: int = 0
    """The most that each segment was to carry, either way (TCP_MAXSEG); 0: as usual."""
    answered: str = ""
    """`hello` or `alert`."""


class TlsListen(Observation, frozen=True, kw_only=True, omit_defaults=True, tag="tls-listen"):
    """A fresh TLS session watched in silence. EOF, RESET, TLS_ALERT: ended on us.

    Under TLS 1.3 our last words of the handshake are only now on their way (RFC 8446 section 4.4.4).
    """

    endpoint: Endpoint
    host: str = ""
    purpose: Purpose = Purpose.TARGET
    acknowledged: bool | None = None
    """Whether what was said last was acknowledged; None where the kernel does not tell."""


class HttpExchange(Observation, frozen=True, kw_only=True, omit_defaults=True, tag="http-exchange"):
    """One request and the head of its answer; a redirect is evidence and is not followed.

    Without `host`: asked of an address nobody has, where somebody accepted.
    """

    endpoint: Endpoint
    host: str
    scheme: str
    method: str = "HEAD"
    status: int = 0
    headers: tuple[tuple[str, str], ...] = ()
    """Lower-case names; only those that tell something, values escaped and cut."""
    body_start: str = ""
    acknowledged: bool | None = None
    """Of a request that no answer came to, whether it was acknowledged; None where the kernel does not tell."""


class Ping(Observation, frozen=True, kw_only=True, omit_defaults=True, tag="ping"):
    """An ICMP echo. `by`: `socket` or `program`. Never decides a verdict."""

    address: str
    host: str = ""
    by: str = ""
    rtt_ms: float | None = None
    hop_limit: int | None = None
    """Of the reply as received."""


class IdleHold(Observation, frozen=True, kw_only=True, omit_defaults=True, tag="idle-hold"):
    """A connection held silent, then asked by keep-alive segments whether it still stands (RFC 9293 section 3.8.4).

    No failure: the far end acknowledged. A failure before it was asked: the far end, or a box, ended it by itself.

    `promised`: nobody asks, but a reflector has said that it will hang up after `idle_ms`. No failure: it did, in time.
    """

    endpoint: Endpoint
    host: str = ""
    secure: bool = False
    """After a TLS handshake."""
    idle_ms: float = 0.0
    """How long it had been silent when it was asked, or ended."""
    asked: bool = False
    promised: bool = False


class TcpSummary(Observation, frozen=True, kw_only=True, omit_defaults=True, tag="tcp-summary"):
    """What the kernel measured over the life of one connection (TCP_INFO)."""

    endpoint: Endpoint
    host: str = ""
    data_segments: int = 0
    """Sent with data, repeats included."""
    retransmits: int = 0
    rtt_ms: float = 0.0
    """Smoothed (RFC 6298)."""
    rtt_var_ms: float = 0.0
    min_rtt_ms: float = 0.0
    out_of_order: int = 0
    """Segments that came before one sent earlier, which was lost or overtaken."""


class ProxyTunnel(Observation, frozen=True, kw_only=True, omit_defaults=True, tag="proxy-tunnel"):
    """A CONNECT or SOCKS request through an explicit proxy: what the browser's way can do."""

    proxy: str
    """`scheme://host:port`."""
    target: str
    """host:port asked for; empty: only whether the proxy listens."""
    status: int = 0
    """HTTP status, or the SOCKS reply code."""
    text: str = ""


class PacFetch(Observation, frozen=True, kw_only=True, omit_defaults=True, tag="pac-fetch"):
    """A proxy auto-configuration (PAC) asked for where a setting names it: directly, once, no redirect followed."""

    url: str
    source: str = ""
    """The setting, as the vantage has it, or how the address was found."""
    endpoint: Endpoint | None = None
    """None: a file, or a name without an address."""
    status: int = 0
    """Of HTTP; 0: a file, or no answer."""
    location: str = ""
    """Where the answer leads instead."""
    size: int = 0
    sha256: str = ""


class PacAnswer(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the script says for one host:port, as a browser would ask it."""

    target: str
    said: str = ""
    """Such as `PROXY a:3128; DIRECT`; at most 200 characters, escaped. Empty means the same as `DIRECT`."""
    failure: Failure | None = None
    raw: Raw | None = None


class PacEvaluation(Observation, frozen=True, kw_only=True, omit_defaults=True, tag="pac-evaluation"):
    """A PAC script asked about every host:port of the list, in a process of its own that has no network.

    And about a stranger, `www.example.com:443`, which shows what it does with sites it does not know; nothing is sent
    there. A failure here is of the script as a whole; the answers it gave before stand.
    """

    url: str
    source: str = ""
    answers: tuple[PacAnswer, ...] = ()
    looked_up: tuple[str, ...] = ()
    """Names the script asked for, which were looked up for it."""
    alerts: int = 0


class ApiHello(Observation, frozen=True, kw_only=True, omit_defaults=True, tag="api-hello"):
    r"""The publicly documented hello of the local TWS API: `API\0` and a range of versions."""

    endpoint: Endpoint
    host: str = ""
    server_version: str = ""
    answered: str = ""


class SourceAddress(Observation, frozen=True, kw_only=True, omit_defaults=True, tag="source-address"):
    """The local address this machine would use towards an address: a UDP connect, nothing is sent."""

    towards: str
    local: str = ""


class KernelCount(Observation, frozen=True, kw_only=True, omit_defaults=True, tag="kernel-count"):
    """How a count of this machine's kernel moved while a SYN was due, and while none was (Linux).

    `counter`: `TCPRetransFail`, segments this machine could not send; `loopback packets`.
    """

    endpoint: Endpoint
    host: str = ""
    counter: str
    due: int
    quiet: int


class Lateness(Observation, frozen=True, kw_only=True, omit_defaults=True, tag="lateness"):
    """This machine went on later than was due, for `took_ms`: busy with other work, or with our own.

    What was measured meanwhile took longer than the network needed.
    """


class PublicAddress(Observation, frozen=True, kw_only=True, omit_defaults=True, tag="public-address"):
    """What an address-echo service the user named says our public address is."""

    url: str
    address: str = ""


class NotMeasured(Observation, frozen=True, kw_only=True, omit_defaults=True, tag="not-measured"):
    """A verb this platform, privilege or plan cannot perform, and why."""

    verb: str
    subject: str = ""
    why: str = ""
