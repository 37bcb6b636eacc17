"""The closed vocabulary of failures, and the raw detail kept beside each word.

Words come from OONI df-007 where it has one; ours fill its gaps. One observation has at most one failure.
The raw detail never replaces the word and the word never replaces the raw detail: a reader who doubts the
classification can redo it.
"""

import enum

from msgspec import Struct


class Failure(enum.Enum):
    """What went wrong in one step. The value is what a saved file holds."""

    # The network, or the far end, said no.
    CONNECTION_REFUSED = "connection_refused"
    CONNECTION_RESET = "connection_reset"
    CONNECTION_ABORTED = "connection_aborted"
    HOST_UNREACHABLE = "host_unreachable"
    NETWORK_UNREACHABLE = "network_unreachable"
    PROTOCOL_UNREACHABLE = "protocol_unreachable"
    # Nobody said anything, or stopped in the middle.
    TIMED_OUT = "generic_timeout_error"
    EOF = "eof_error"
    # This machine said no.
    NO_ROUTE = "no_route"
    PERMISSION_DENIED = "permission_denied"
    ADDRESS_NOT_AVAILABLE = "address_not_available"
    LOCAL_EXHAUSTION = "local_exhaustion"
    # Names.
    DNS_NXDOMAIN = "dns_nxdomain_error"
    DNS_NO_ANSWER = "dns_no_answer"
    DNS_SERVFAIL = "dns_servfail_error"
    DNS_REFUSED = "dns_refused_error"
    DNS_FORMERR = "dns_format_error"
    DNS_TEMPORARY = "dns_temporary_failure"
    DNS_MALFORMED = "dns_server_misbehaving"
    DNS_NO_RESOLVER = "dns_no_resolver"
    # TLS.
    TLS_ALERT = "ssl_alert"
    TLS_FAILED = "ssl_failed_handshake"
    NOT_TLS = "not_tls"
    # HTTP, proxies and the local API.
    HTTP_MALFORMED = "http_malformed"
    PROXY_REFUSED = "proxy_refused"
    PROXY_AUTH_REQUIRED = "proxy_auth_required"
    PAC_BROKEN = "pac_broken"
    NOT_THE_API = "not_the_api"
    API_UNTRUSTED = "api_untrusted_client"
    NOT_THE_REFLECTOR = "not_the_reflector"
    # The step was not finished, or not possible here.
    INTERRUPTED = "interrupted"
    NOT_MEASURED = "not_measured"


LOCAL = frozenset(
    {
        Failure.NO_ROUTE,
        Failure.PERMISSION_DENIED,
        Failure.ADDRESS_NOT_AVAILABLE,
        Failure.LOCAL_EXHAUSTION,
    }
)
"""This machine refused before a packet left: says nothing about the far end."""

UNTESTED = frozenset({Failure.LOCAL_EXHAUSTION, Failure.INTERRUPTED, Failure.NOT_MEASURED})
"""No verdict may be drawn from a step that ended so."""

SILENT = frozenset({Failure.TIMED_OUT})
"""Nothing came back. Weak evidence: a lost packet looks the same."""


class Icmp(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """An ICMP or ICMPv6 error that came back for a packet of ours (RFC 792, RFC 1812, RFC 4443)."""

    type: int
    code: int
    sender: str
    version: int = 4

    @property
    def name(self) -> str:
        """The error in the words of the RFCs, such as `administratively prohibited`."""
        return _ICMP.get(self.version, {}).get((self.type, self.code), f"type {self.type} code {self.code}")


_ICMP4 = {
    (3, 0): "network unreachable",
    (3, 1): "host unreachable",
    (3, 2): "protocol unreachable",
    (3, 3): "port unreachable",
    (3, 4): "fragmentation needed",
    (3, 9): "network administratively prohibited",
    (3, 10): "host administratively prohibited",
    (3, 13): "administratively prohibited",
    (11, 0): "time to live exceeded",
}
_ICMP6 = {
    (1, 0): "no route to destination",
    (1, 1): "administratively prohibited",
    (1, 3): "address unreachable",
    (1, 4): "port unreachable",
    (1, 5): "source address failed policy",
    (1, 6): "reject route to destination",
    (2, 0): "packet too big",
    (3, 0): "hop limit exceeded",
}

_ICMP = {4: _ICMP4, 6: _ICMP6}


class Raw(Struct, frozen=True, kw_only=True, omit_defaults=True):
    """What the system, the resolver or the far end said, as it said it. Empty fields were not said."""

    errno: str = ""
    """Symbolic errno, such as `ECONNREFUSED`; `EAI_AGAIN` and its kin for names."""
    icmp: Icmp | None = None
    rcode: str = ""
    alert: str = ""
    text: str = ""
    """At most 200 characters, control characters escaped."""
