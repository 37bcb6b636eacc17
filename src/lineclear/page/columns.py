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

from lineclear.diagnose.browser import Browser
from lineclear.model import (
    Catalog,
    Evidence,
    Proxy,
    ProxyTunnel,
    Report,
    TargetResult,
    TcpConnect,
    Transport,
    Verdict,
)
from lineclear.plan import dialled_port
from lineclear.plan.pac import Way
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


_WEB = frozenset({Transport.HTTP.value, Transport.HTTPS.value})

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
    """The sites are reached both ways; ports that only the application uses fail."""
    PROXY = "proxy"
    """The browser alone reaches the sites, and the application's own ports fail too."""
    PROXY_ENOUGH = "proxy-enough"
    """The browser alone reaches the sites, and the application's own ports are reached directly."""
    TRUST = "trust"
    """Both reach something; what answered the application did not prove to be the site, and the browser is content."""
    REVERSE = "reverse"
    """Direct connections reach the sites and the browser does not."""
    NEITHER = "neither"
    DISTRUST = "distrust"
    """Both reach something, and neither accepts it."""
    MIXED = "mixed"
    """Some sites one way, some the other."""
    UNKNOWN = "unknown"
    """One of the two columns is not known."""


_SUCCESS_IN_A_BROWSER = frozenset({Meaning.PORTS, Meaning.PROXY, Meaning.TRUST})


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
    needed: int = 0
    """Required targets that only the application can try."""
    failing: int = 0
    """How many of them fail."""
    ports: tuple[int, ...] = ()
    """Their ports."""
    misleads: bool = False
    """Whether a test in the browser would say Success and be wrong."""


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
    targets = report.diagnosis.targets
    pairs = tuple(
        _pair(report, one, browser.get((one.host, one.port)))
        for one in targets
        if one.transport == Transport.HTTPS.value
    )
    own = [one for one in targets if one.required and one.transport not in _WEB]
    failing = [one for one in own if one.ok is False]
    meaning = _meaning(pairs, helpless=bool(failing))
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
        needed=len(own),
        failing=len(failing),
        ports=tuple(sorted({one.port for one in failing})),
        misleads=report.diagnosis.verdict is Verdict.FAILURE and meaning in _SUCCESS_IN_A_BROWSER,
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


def _meaning(pairs: tuple[Pair, ...], *, helpless: bool) -> Meaning:
    """Of the pairs of which both halves are known; `helpless`: ports no browser can try fail."""
    known = [one for one in pairs if one.reached is not None and one.direct is not None]
    ways = {(bool(one.reached), bool(one.direct)) for one in known}
    if (True, False) in ways:
        return Meaning.MIXED if (False, True) in ways else _by_browser_alone(known, helpless=helpless)
    if (False, True) in ways:
        return Meaning.REVERSE
    if (True, True) in ways:
        return Meaning.PORTS if helpless else Meaning.BOTH
    return _nowhere(known)


def _by_browser_alone(known: list[Pair], *, helpless: bool) -> Meaning:
    if all(one.connected for one in known if one.reached and not one.direct):
        return Meaning.TRUST
    return Meaning.PROXY if helpless else Meaning.PROXY_ENOUGH


def _nowhere(known: list[Pair]) -> Meaning:
    if not known:
        return Meaning.UNKNOWN
    return Meaning.DISTRUST if all(one.connected for one in known) else Meaning.NEITHER


def _proxy(report: Report, pairs: tuple[Pair, ...]) -> Proxy | None:
    """What the settings of this machine name for the sites of the list, else what its script does (PAC)."""
    evidence = report.evidence
    named = (proxy_for(evidence.vantage.proxies, "https", one.host, one.port) for one in pairs)
    scripted = (way for ways in _ways(evidence, pairs) for way in ways[:1])
    return next((one for one in (*named, *scripted) if one is not None), None)


def _ways(evidence: Evidence, pairs: tuple[Pair, ...]) -> Iterable[tuple[Way, ...]]:
    browser = Browser(evidence.plan, evidence.observations)
    return (browser.ways.get(f"{one.host}:{one.port}", ()) for one in pairs)
