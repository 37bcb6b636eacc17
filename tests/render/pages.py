"""What the tests of the HTML report share: a reader of it, checks under way, traces, and text that means harm."""

from html.parser import HTMLParser

from msgspec.structs import replace

from lineclear.model import (
    Endpoint,
    Finding,
    Hop,
    HttpExchange,
    Observation,
    PathTrace,
    Report,
    Severity,
    TargetResult,
    TcpListen,
    TlsHandshake,
    Vantage,
)
from lineclear.render.html import Run

from .measured import address, evidence, result, targets
from .reports import REPORTS

VOID = {"meta", "link", "br"}
HOST, PORT = "ndc1.ibllc.com", 4001
THERE = Endpoint(address=address(HOST), port=PORT)


class Page(HTMLParser):
    """Every element, and whether what opens is closed in order."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.open: list[str] = []
        self.text = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        assert self.open.pop() == tag

    def handle_data(self, data: str) -> None:
        self.text += data


def under_way(*observations: Observation) -> Run:
    return Run(evidence=evidence(*observations))


def target(run: Run, name: str = f"{HOST}:{PORT}") -> TargetResult:
    return next(one for one in run.report.diagnosis.targets if one.name == name)


def trace(*hops: Hop, host: str = HOST, port: int = PORT) -> PathTrace:
    return PathTrace(id="o9", at_ms=0.0, took_ms=9.0, host=host, endpoint=replace(THERE, port=port), hops=hops)


def hop(limit: int, outcome: str = "expired", sender: str = "") -> Hop:
    return Hop(limit=limit, outcome=outcome, sender=sender, rtt_ms=1.0 if sender else None)


def broken(
    *observations: Observation, vantage: Vantage | None = None, addresses: tuple[str, ...] = ("203.0.113.1",)
) -> Run:
    """One target failed, and a finding says why."""
    plan = evidence(*observations)
    results = tuple(result(one, failed=(one.host, one.port) == (HOST, PORT), addresses=addresses) for one in targets())
    finding = Finding(code="LC320", id="port-silent-at-host", severity=Severity.ERROR, targets=(f"{HOST}:{PORT}",))
    report = REPORTS["egress-ports-dropped"]()
    diagnosis = replace(report.diagnosis, targets=results, findings=(finding,))
    return Run(evidence=replace(plan, vantage=vantage) if vantage else plan, diagnosis=diagnosis)


HOSTILE = "</style></section><script>window.owned = 1</script><img src=x onerror=owned()>\x1b[2J\u202e'\"{{7*7}}"


def hostile() -> Report:
    """Everything the network and a file may say, said by somebody who means harm."""
    report = REPORTS["interception"]()
    steps = (
        TlsHandshake(id="o1", at_ms=0.0, took_ms=1.0, host=HOST, endpoint=THERE, foreign=HOSTILE),
        TcpListen(id="o2", at_ms=0.0, took_ms=1.0, host=HOST, endpoint=THERE, spoke=HOSTILE),
        HttpExchange(
            id="o3",
            at_ms=0.0,
            took_ms=1.0,
            host=HOST,
            endpoint=THERE,
            scheme="https",
            status=302,
            headers=(("location", HOSTILE),),
        ),
        trace(hop(1, sender=HOSTILE)),
    )
    finding = Finding(
        code="LC312",
        id=HOSTILE,
        severity=Severity.ERROR,
        targets=(f"{HOST}:{PORT}",),
        subject=HOSTILE,
        because=("o1", "o2", "o3"),
        facts=(("said", HOSTILE), ("ports", HOSTILE), ("hosts", HOSTILE)),
    )
    told = evidence(*steps, vantage=Vantage(platform=HOSTILE, system=HOSTILE, not_measured=(HOSTILE,)))
    catalog = replace(told.catalog, title=HOSTILE, edition=HOSTILE, publisher=HOSTILE, application=HOSTILE)
    results = tuple(
        replace(one, note=HOSTILE, addresses=(HOSTILE,), ok=False if one.host == HOST else one.ok)
        for one in report.diagnosis.targets
    )
    diagnosis = replace(report.diagnosis, findings=(finding,), targets=results)
    return Report(evidence=replace(told, catalog=catalog, tool=HOSTILE, started=HOSTILE), diagnosis=diagnosis)
