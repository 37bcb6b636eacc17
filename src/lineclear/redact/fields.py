"""What is done to each field of the evidence that can hold text. A test demands that none is missing.

`SAME` is for our own words (verbs, states, kinds, error names) and for the list that was checked.
"""

from msgspec import Struct

from lineclear.model import (
    AnswerOrigin,
    ApiHello,
    Attempt,
    AutoConfig,
    Catalog,
    Certificate,
    Control,
    DnsQuery,
    Endpoint,
    Evidence,
    Floor,
    GatewayUse,
    Hop,
    HostsEntry,
    HttpExchange,
    Icmp,
    IdleHold,
    Interface,
    Judgement,
    Limits,
    Neighbour,
    NotMeasured,
    Nudge,
    Observation,
    PacAnswer,
    PacEvaluation,
    PacFetch,
    PathTrace,
    Ping,
    Plan,
    PolicyRule,
    Privileges,
    Proxy,
    ProxyTunnel,
    PublicAddress,
    Raw,
    Record,
    Redirection,
    Resolver,
    Route,
    SourceAddress,
    SystemLookup,
    Target,
    TcpConnect,
    TcpListen,
    TcpSummary,
    TlsHandshake,
    TrustStore,
    Vantage,
)

SAME = "same"
HOST, PLACED, PLACE, PATTERN, URL = "host", "placed", "place", "pattern", "url"
PATH, INTERFACE, TABLE, ACTION = "path", "interface", "table", "action"
IDENTITY, TEXT = "identity", "text"

_STEP = {"id": IDENTITY}

FIELDS: dict[type[Struct], dict[str, str]] = {
    Evidence: {"schema": SAME, "tool": SAME, "started": TEXT, "interrupted_by": SAME},
    Plan: {
        "catalog": SAME,
        "edition": SAME,
        "profile": SAME,
        "names": HOST,
        "echo_urls": URL,
        "expected_networks": HOST,
        "untestable": SAME,
    },
    Target: {"host": HOST, "requirements": SAME, "certificate_names": HOST},
    Redirection: {"host": HOST, "to_address": HOST},
    Control: {},
    Limits: {},
    Endpoint: {"address": HOST},
    Vantage: {
        "platform": SAME,
        "system": TEXT,
        "python": TEXT,
        "container": SAME,
        "search_domains": HOST,
        "resolver_options": TEXT,
        "utc": TEXT,
        "not_measured": TEXT,
    },
    Interface: {"name": INTERFACE, "addresses": PLACED, "looks_like": SAME},
    Route: {"destination": HOST, "gateway": HOST, "interface": INTERFACE, "kind": SAME, "table": TABLE},
    PolicyRule: {"selector": TEXT, "action": ACTION},
    Neighbour: {"address": HOST, "interface": INTERFACE, "state": SAME},
    Resolver: {"address": HOST, "source": TEXT},
    HostsEntry: {"name": HOST, "address": HOST, "source": TEXT},
    Proxy: {"host": HOST, "applies_to": TEXT, "bypass": PATTERN, "source": TEXT},
    AutoConfig: {"url": URL, "source": TEXT},
    TrustStore: {"role": SAME, "path": PATH, "owner": SAME},
    GatewayUse: {"path": PATH, "peer": PLACE, "known": PLACE, "region": TEXT},
    Privileges: {},
    Raw: {"errno": SAME, "rcode": SAME, "alert": SAME, "text": TEXT},
    Icmp: {"sender": HOST},
    Observation: _STEP,
    SystemLookup: {**_STEP, "name": HOST, "addresses": HOST},
    Record: {"name": HOST, "type": SAME, "value": TEXT},
    DnsQuery: {**_STEP, "name": HOST, "type": SAME, "over": SAME, "rcode": SAME},
    Attempt: {},
    TcpConnect: {**_STEP, "host": HOST, "rtt_from": SAME},
    TcpListen: {**_STEP, "host": HOST, "spoke": TEXT},
    Nudge: {**_STEP, "host": HOST, "answered": TEXT},
    Hop: {"outcome": SAME, "sender": HOST},
    PathTrace: {**_STEP, "host": HOST},
    Floor: {"outcome": SAME},
    AnswerOrigin: {**_STEP, "host": HOST},
    Certificate: dict.fromkeys(
        ("subject", "issuer", "names", "not_before", "not_after", "sha256", "spki_sha256"), SAME
    ),
    Judgement: {"store": SAME, "reason": TEXT},
    TlsHandshake: {**_STEP, "host": HOST, "server_name": HOST, "version": SAME, "cipher": SAME, "foreign": TEXT},
    HttpExchange: {**_STEP, "host": HOST, "scheme": SAME, "method": SAME, "headers": TEXT, "body_start": TEXT},
    Ping: {**_STEP, "address": HOST, "host": HOST, "by": SAME},
    IdleHold: {**_STEP, "host": HOST},
    TcpSummary: {**_STEP, "host": HOST},
    ProxyTunnel: {**_STEP, "proxy": URL, "target": PLACE, "text": TEXT},
    PacFetch: {**_STEP, "url": URL, "source": TEXT, "location": URL, "sha256": SAME},
    PacAnswer: {"target": PLACE, "said": TEXT},
    PacEvaluation: {**_STEP, "url": URL, "source": TEXT, "looked_up": HOST},
    ApiHello: {**_STEP, "host": HOST, "server_version": TEXT, "answered": TEXT},
    SourceAddress: {**_STEP, "towards": HOST, "local": HOST},
    PublicAddress: {**_STEP, "url": URL, "address": HOST},
    NotMeasured: {**_STEP, "verb": SAME, "subject": TEXT, "why": TEXT},
}
"""Type to field to treatment. A certificate is rewritten as a whole before it comes here; see `House.certificate`."""

WHOLE: frozenset[type[Struct]] = frozenset({Catalog})
"""Kept as it is: what was checked. Who holds a private list does not share its reports."""
