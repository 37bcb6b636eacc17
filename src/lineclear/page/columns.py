"""What the browser reaches beside what software reaches that connects by itself; the difference is the diagnosis.

A web page speaks HTTP through whatever proxy its browser has; the trading application does neither. So a browser that
works proves nothing for TWS, and one that does not proves nothing against it. Both ways are tried, and what they show
together is one of a few things (`Meaning`).

The browser tells little: a page learns only whether an answer came from another site, and when. Nothing of it joins
the evidence of the check, for a browser may be told anything.
"""

import enum
from collections.abc import Iterable
from typing import Annotated

from msgspec import Meta, Struct

from lineclear.model import (
    Catalog,
    Proxy,
    ProxyTunnel,
    Report,
    TargetResult,
    TcpConnect,
    Transport,
    Verdict,
)
from lineclear.plan import dialled_port
from lineclear.plan.proxies import proxy_for
from lineclear.render.words import FAILURE_WORDS

_HTTPS = 443
_LONGEST_MS = 600_000.0
_MOST_ROWS = 1000


class Outcome(enum.Enum):
    """What a browser can tell of a site."""

    ANSWERED = "answered"
    ELSEWHERE = "elsewhere"
    """It answered, and sent the browser to a site this page may not follow to."""
    FAILED = "failed"
    TIMED_OUT = "timed-out"


REACHED = frozenset({Outcome.ANSWERED, Outcome.ELSEWHERE})


class Tried(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """One site as the browser saw it."""

    host: Annotated[str, Meta(min_length=1, max_length=253)]
    port: Annotated[int, Meta(ge=1, le=65535)]
    outcome: Outcome
    took_ms: Annotated[float, Meta(ge=0, le=_LONGEST_MS)]


class Told(Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """All a browser has to say of one run."""

    run: Annotated[int, Meta(ge=0)]
    sites: Annotated[tuple[Tried, ...], Meta(max_length=_MOST_ROWS)]


class Meaning(enum.Enum):
    """What the two columns say together."""

    BOTH = "both"
    """The browser and the application reach what they need."""
    PORTS = "ports"
    """The sites are reached both ways; the ports of the application are not. A test in a browser would say Success."""
    PROXY = "proxy"
    """The browser reaches the sites and direct connections do not."""
    TRUST = "trust"
    """Both reach something; what answered the application did not prove to be the site, and the browser is content."""
    REVERSE = "reverse"
    """Direct connections reach the sites and the browser does not."""
    NEITHER = "neither"
    MIXED = "mixed"
    """Some sites one way, some the other."""
    UNKNOWN = "unknown"
    """One of the two columns is not known."""


class Pair(Struct, frozen=True, kw_only=True):
    """One site, both ways. `direct`: whether direct connections use it; None: could not tell."""

    host: str
    port: int
    browser: Tried | None
    direct: bool | None
    connected: bool = False
    """Whether a direct connection was accepted by whomever."""
    rtt_ms: float | None = None

    @property
    def reached(self) -> bool | None:
        """Whether the browser got an answer; None: not tried."""
        return None if self.browser is None else self.browser.outcome in REACHED


class Beside(Struct, frozen=True, kw_only=True):
    """Both columns, and what they mean."""

    meaning: Meaning
    pairs: tuple[Pair, ...] = ()
    proxy: str = ""
    """`http://10.77.0.1:3128`: what this machine's settings send the browser through; empty: they name none."""
    source: str = ""
    """Where that is set."""
    opened: bool = False
    """Whether the check itself got through that proxy to a site."""
    refused: str = ""
    """What the proxy answered the check instead."""
    ports: str = ""
    """Ports of the application that fail, `4000 and 4001`."""


def web_rows(catalog: Catalog) -> tuple[tuple[str, int], ...]:
    """Host and port of every site of the list that a browser can try: HTTPS alone."""
    rows = (one for one in catalog.requirements if one.testable and one.transport is Transport.HTTPS)
    return tuple(dict.fromkeys((one.host, one.port) for one in rows))


def origin(host: str, port: int) -> str:
    """`https://www.interactivebrokers.com`, as a Content-Security-Policy names it."""
    name = f"[{host}]" if ":" in host else host
    return f"https://{name}" if port == _HTTPS else f"https://{name}:{port}"


def beside(report: Report, tried: Iterable[Tried]) -> Beside:
    """Both columns of one run on one machine, and what they mean."""
    browser = {(one.host, one.port): one for one in tried}
    pairs = tuple(
        _pair(report, one, browser.get((one.host, one.port)))
        for one in report.diagnosis.targets
        if one.transport == Transport.HTTPS.value
    )
    failing = _failing_ports(report)
    meaning = _meaning(pairs, failing)
    proxy = _proxy(report, pairs)
    tunnels = [one for one in report.evidence.of(ProxyTunnel) if proxy and one.proxy == proxy.authority]
    failures = [one.failure for one in tunnels if one.failure]
    opened = any(one.failure is None and one.target for one in tunnels)
    return Beside(
        meaning=meaning,
        pairs=pairs,
        proxy=proxy.authority if proxy else "",
        source=proxy.source if proxy else "",
        opened=opened,
        refused=FAILURE_WORDS[failures[0]] if failures and not opened else "",
        ports=_listed(failing),
    )


def _pair(report: Report, target: TargetResult, browser: Tried | None) -> Pair:
    port = dialled_port(report.evidence.plan.redirections, target.host, target.port)
    return Pair(
        host=target.host,
        port=target.port,
        browser=browser,
        direct=target.ok,
        connected=any(
            one.failure is None and one.host == target.host and one.endpoint.port == port
            for one in report.evidence.of(TcpConnect)
        ),
        rtt_ms=target.rtt_ms,
    )


def _meaning(pairs: tuple[Pair, ...], failing: tuple[int, ...]) -> Meaning:
    """Of the pairs of which both halves are known."""
    known = [one for one in pairs if one.reached is not None and one.direct is not None]
    if not known:
        return Meaning.UNKNOWN
    ways = {(bool(one.reached), bool(one.direct)) for one in known}
    if (True, False) in ways and (False, True) in ways:
        return Meaning.MIXED
    if (True, False) in ways:
        apart = [one for one in known if one.reached and not one.direct]
        return Meaning.TRUST if all(one.connected for one in apart) else Meaning.PROXY
    if (False, True) in ways:
        return Meaning.REVERSE
    if (True, True) not in ways:
        return Meaning.NEITHER
    return Meaning.PORTS if failing else Meaning.BOTH


def _failing_ports(report: Report) -> tuple[int, ...]:
    """Required ports, other than the web's, on which something fails; nothing of a list without trouble."""
    if report.diagnosis.verdict is Verdict.SUCCESS:
        return ()
    web = (Transport.HTTP.value, Transport.HTTPS.value)
    failed = (one for one in report.diagnosis.targets if one.required and one.ok is False)
    return tuple(sorted({one.port for one in failed if one.transport not in web}))


def _proxy(report: Report, pairs: tuple[Pair, ...]) -> Proxy | None:
    """What the settings of this machine name for the sites of the list."""
    found = (proxy_for(report.evidence.vantage.proxies, "https", one.host, one.port) for one in pairs)
    return next((one for one in found if one is not None), None)


def _listed(ports: tuple[int, ...]) -> str:
    *several, last = (str(one) for one in ports) if ports else ("",)
    return f"{', '.join(several)} and {last}" if several else last
