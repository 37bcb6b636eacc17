"""Short words for values: failures, durations, verdicts, places. No sentence about a cause stands here."""

from lineclear.locale import N_
from lineclear.model import Catalog, Failure, Severity, TargetResult, Verdict

VERDICT_WORDS: dict[Verdict, str] = {
    Verdict.SUCCESS: "SUCCESS",
    Verdict.DEGRADED: "DEGRADED",
    Verdict.INCONCLUSIVE: "INCONCLUSIVE",
    Verdict.FAILURE: "FAILURE",
}
"""The document's own words Success and Failure, and ours for what lies between."""

SERVICE_WORDS: dict[Verdict, str] = {
    Verdict.SUCCESS: "ok",
    Verdict.DEGRADED: "degraded",
    Verdict.INCONCLUSIVE: "could not tell",
    Verdict.FAILURE: "FAILED",
}

OK, DEGRADED, FAILED, UNKNOWN, NOT_NEEDED = "ok", "degraded", "FAILED", "could not tell", "not needed"

STYLES: dict[str, str] = {OK: "good", DEGRADED: "doubt", FAILED: "bad", UNKNOWN: "doubt", NOT_NEEDED: "faint"}
SYMBOLS: dict[str, str] = {OK: "✓", DEGRADED: "!", FAILED: "✗", UNKNOWN: "?", NOT_NEEDED: "–"}
ASCII_SYMBOLS: dict[str, str] = {OK: "+", DEGRADED: "!", FAILED: "x", UNKNOWN: "?", NOT_NEEDED: "-"}

SEVERITY_WORDS: dict[Severity, str] = {Severity.ERROR: FAILED, Severity.WARNING: DEGRADED, Severity.INFO: NOT_NEEDED}
"""Which symbol a finding gets."""

FAILURE_WORDS: dict[Failure, str] = {
    Failure.CONNECTION_REFUSED: N_("refused"),
    Failure.CONNECTION_RESET: N_("reset"),
    Failure.CONNECTION_ABORTED: N_("aborted"),
    Failure.HOST_UNREACHABLE: N_("host unreachable"),
    Failure.NETWORK_UNREACHABLE: N_("network unreachable"),
    Failure.PROTOCOL_UNREACHABLE: N_("protocol unreachable"),
    Failure.TIMED_OUT: N_("no answer"),
    Failure.EOF: N_("closed by the far end"),
    Failure.NO_ROUTE: N_("this machine has no route"),
    Failure.PERMISSION_DENIED: N_("this machine does not permit it"),
    Failure.ADDRESS_NOT_AVAILABLE: N_("this machine has no address for it"),
    Failure.LOCAL_EXHAUSTION: N_("could not be tried, this machine ran out of sockets or ports"),
    Failure.DNS_NXDOMAIN: N_("no such name"),
    Failure.DNS_NO_ANSWER: N_("the name has no address"),
    Failure.DNS_SERVFAIL: N_("the resolver failed (SERVFAIL)"),
    Failure.DNS_REFUSED: N_("the resolver refused (REFUSED)"),
    Failure.DNS_FORMERR: N_("the resolver did not understand (FORMERR)"),
    Failure.DNS_TEMPORARY: N_("no resolver answered"),
    Failure.DNS_MALFORMED: N_("the answer was malformed"),
    Failure.DNS_NO_RESOLVER: N_("no resolver is configured"),
    Failure.TLS_ALERT: N_("TLS alert"),
    Failure.TLS_FAILED: N_("TLS handshake failed"),
    Failure.NOT_TLS: N_("the answer was not TLS"),
    Failure.HTTP_MALFORMED: N_("the answer was not HTTP"),
    Failure.PROXY_REFUSED: N_("the proxy refused"),
    Failure.PROXY_AUTH_REQUIRED: N_("the proxy asks for a login"),
    Failure.PAC_BROKEN: N_("not usable as a proxy auto-configuration"),
    Failure.NOT_THE_API: N_("something else than the API answered"),
    Failure.API_UNTRUSTED: N_("the API does not trust this client"),
    Failure.NOT_THE_REFLECTOR: N_("something else than the reflector answered"),
    Failure.INTERRUPTED: N_("not finished, the run ended first"),
    Failure.NOT_MEASURED: N_("not measured"),
}


_LEAST_MS = 0.1
_SCALES: tuple[tuple[float, int, int, str], ...] = (
    (100_000, 1000, 0, "s"),
    (10_000, 1000, 1, "s"),
    (500, 1000, 2, "s"),
    (10, 1, 0, "ms"),
    (float("-inf"), 1, 1, "ms"),
)
"""From how many milliseconds on; what to divide by; decimals; unit."""


def word_of(target: TargetResult) -> str:
    """The word of one target: `ok`, `degraded`, `FAILED`, `could not tell` or `not needed`."""
    if target.ok:
        return DEGRADED if target.verdict is Verdict.DEGRADED else OK
    if not target.required:
        return NOT_NEEDED
    return UNKNOWN if target.ok is None else FAILED


def duration(ms: float | None) -> str:
    """Milliseconds as a person reads them: `0.4 ms`, `24 ms`, `0.98 s`; empty when not known."""
    if ms is None:
        return ""
    if 0 < ms < _LEAST_MS:
        return f"<{_LEAST_MS} ms"
    _, per, digits, unit = next(one for one in _SCALES if ms >= one[0])
    return f"{ms / per:.{digits}f} {unit}"


def place_of(catalog: Catalog) -> str:
    """Where the ports of this list are: 4001 of the IBKR server is not 4001 of the local API."""
    return catalog.place or f"{catalog.publisher} server".strip()


def counted(number: int, one: str, many: str = "") -> str:
    """`1 target`, `3 targets`."""
    return f"{number} {one if number == 1 else many or one + 's'}"
