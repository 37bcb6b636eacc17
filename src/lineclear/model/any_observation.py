"""Every kind of step there is: what a saved file may hold."""

from .observation import (
    ApiHello,
    DnsQuery,
    HttpExchange,
    IdleHold,
    KernelCount,
    LargeGreeting,
    Lateness,
    NotMeasured,
    Nudge,
    PacEvaluation,
    PacFetch,
    PathTrace,
    Ping,
    ProxyTunnel,
    PublicAddress,
    SourceAddress,
    SystemLookup,
    TcpConnect,
    TcpListen,
    TcpSummary,
    TlsHandshake,
    TlsListen,
)
from .origin import AnswerOrigin, CutOrigin, OtherEnd
from .reflected import Arrivals, LargeFlight, Reflection, WayBack

AnyObservation = (
    SystemLookup
    | DnsQuery
    | TcpConnect
    | TcpListen
    | Nudge
    | PathTrace
    | AnswerOrigin
    | CutOrigin
    | OtherEnd
    | TlsHandshake
    | LargeGreeting
    | TlsListen
    | HttpExchange
    | Ping
    | IdleHold
    | TcpSummary
    | ProxyTunnel
    | PacFetch
    | PacEvaluation
    | ApiHello
    | SourceAddress
    | KernelCount
    | Lateness
    | PublicAddress
    | Reflection
    | Arrivals
    | LargeFlight
    | WayBack
    | NotMeasured
)
