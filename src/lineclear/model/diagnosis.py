"""What the evidence means: verdicts and findings, each with its proof."""

import enum

from msgspec import Struct


class Verdict(enum.Enum):
    """Shown to people with the document's words Success and Failure."""

    SUCCESS = "success"
    DEGRADED = "degraded"
    INCONCLUSIVE = "inconclusive"
    FAILURE = "failure"


class Severity(enum.Enum):
    """`error`: a proven cause of Failure. `warning`: a cause of something less. `info`: worth knowing, no cause."""

    ERROR = "error"
    WARNING = "warning"
    INFO = "info"


class Audience(enum.Enum):
    """Who can change it."""

    USER = "user"
    NETWORK = "network administrator"
    VENDOR = "vendor"
    NOBODY = "nobody"


class Proof(enum.Enum):
    """The highest rung a target reached. Only `identity` and `corroborated` are Success."""

    NONE = "none"
    CONNECTED = "connected"
    """A handshake, and nothing more: an open socket proves nothing."""
    CORROBORATED = "corroborated"
    """An opaque port: silent as it should be, controls silent, its address proven on a sibling port."""
    IDENTITY = "identity"
    """The far end proved its name by a publicly trusted certificate, or spoke the protocol expected of it."""


class Finding(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A numbered root cause with the observations that prove it. The prose lives with its code."""

    code: str
    """`LC301`."""
    id: str
    """The code's kebab-case id."""
    severity: Severity
    targets: tuple[str, ...] = ()
    """`host:port` of the targets it explains."""
    subject: str = ""
    """What it is about, such as the address of the device that refused, or a resolver."""
    because: tuple[str, ...] = ()
    """Ids of the observations that prove it; a part of the vantage is cited as `vantage.routes`."""
    facts: tuple[tuple[str, str], ...] = ()
    """Named values the code's sentences use, such as `("ports", "4000 and 4001")`."""


class TargetResult(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One host:port: can software that connects directly use it?"""

    host: str
    port: int
    transport: str
    requirements: tuple[str, ...] = ()
    required: bool = True
    ok: bool | None = None
    """None: not knowable from here."""
    verdict: Verdict = Verdict.INCONCLUSIVE
    proof: Proof = Proof.NONE
    addresses: tuple[str, ...] = ()
    rtt_ms: float | None = None
    findings: tuple[str, ...] = ()
    """Ids of the findings that explain it."""
    note: str = ""
    in_use: bool = False

    @property
    def name(self) -> str:
        """`host:port`."""
        return f"[{self.host}]:{self.port}" if ":" in self.host else f"{self.host}:{self.port}"


class ServiceResult(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """One row group of the list."""

    id: str
    name: str
    label: str = ""
    weight: str = "main"
    applies: bool = True
    verdict: Verdict = Verdict.INCONCLUSIVE
    loses: str = ""
    targets: tuple[str, ...] = ()
    """`host:port` of its targets, in the order of the list."""


class Suspect(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """A reason that is not the network, named when the network is proven good."""

    id: str
    title: str
    hint: str


class Diagnosis(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """The whole judgement of one run."""

    verdict: Verdict
    findings: tuple[Finding, ...] = ()
    services: tuple[ServiceResult, ...] = ()
    targets: tuple[TargetResult, ...] = ()
    suspects: tuple[Suspect, ...] = ()
