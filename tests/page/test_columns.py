"""The two ways side by side: a table of what the browser saw, what the check found, and what both mean."""

from collections.abc import Iterable

import msgspec
import pytest
from msgspec import Struct
from msgspec.structs import replace

from lineclear.catalog import load
from lineclear.model import (
    AutoConfig,
    Catalog,
    Diagnosis,
    Endpoint,
    Evidence,
    Failure,
    Observation,
    PacAnswer,
    PacEvaluation,
    Plan,
    Proxy,
    ProxyScheme,
    ProxyTunnel,
    Report,
    TargetResult,
    TcpConnect,
    Vantage,
    Verdict,
)
from lineclear.page.columns import Beside, Meaning, Outcome, Told, Tried, beside, origin, web_rows

SITES = ("www.one.example", "www.two.example")
GATE = "gate.example"
PROXY = Proxy(scheme=ProxyScheme.HTTP, host="10.77.0.1", port=3128, applies_to=("https",), source="environment")


def site(host: str, ok: bool | None) -> TargetResult:
    return TargetResult(host=host, port=443, transport="https", ok=ok)


def gate(port: int, ok: bool | None) -> TargetResult:
    return TargetResult(host=GATE, port=port, transport="tls" if port == 4001 else "tcp", ok=ok)


def reached(host: str) -> TcpConnect:
    return TcpConnect(id=host, at_ms=0, took_ms=1, host=host, endpoint=Endpoint(address="192.0.2.1", port=443))


def tunnel(failure: Failure | None = None, target: str = "www.one.example:443") -> ProxyTunnel:
    return ProxyTunnel(id="t", at_ms=0, took_ms=1, proxy=PROXY.authority, target=target, failure=failure)


def tried(*outcomes: Outcome) -> tuple[Tried, ...]:
    return tuple(
        Tried(host=host, port=443, outcome=outcome, took_ms=5.0) for host, outcome in zip(SITES, outcomes, strict=False)
    )


def report(
    targets: Iterable[TargetResult],
    seen: Iterable[Observation] = (),
    proxies: tuple[Proxy, ...] = (),
    verdict: Verdict = Verdict.FAILURE,
) -> Report:
    evidence = Evidence(
        tool="lineclear",
        started="2026-01-01T00:00:00Z",
        took_ms=1,
        catalog=Catalog(id="c", edition="1", title="t", publisher="p", application="a"),
        plan=Plan(catalog="c", edition="1"),
        vantage=Vantage(platform="linux", proxies=proxies),
        observations=tuple(seen),  # type: ignore[arg-type]  # the union of them
    )
    return Report(evidence=evidence, diagnosis=Diagnosis(verdict=verdict, targets=tuple(targets)))


YES, NO, LATE, AWAY = Outcome.ANSWERED, Outcome.FAILED, Outcome.TIMED_OUT, Outcome.ELSEWHERE


class Row(Struct, frozen=True, kw_only=True):
    browser: tuple[Outcome, ...]
    direct: tuple[bool | None, bool | None]
    gates: tuple[bool | None, bool | None] = (True, True)
    connected: tuple[str, ...] = ()
    means: Meaning
    ports: tuple[int, ...] = ()


TABLE = {
    "healthy": Row(browser=(YES, YES), direct=(True, True), means=Meaning.BOTH),
    "a site that leads elsewhere is reached": Row(browser=(YES, AWAY), direct=(True, True), means=Meaning.BOTH),
    "the trap of the list": Row(
        browser=(YES, YES), direct=(True, True), gates=(False, False), means=Meaning.PORTS, ports=(4000, 4001)
    ),
    "one port alone": Row(
        browser=(YES, YES), direct=(True, True), gates=(True, False), means=Meaning.PORTS, ports=(4001,)
    ),
    "ports nobody could judge are not said to fail": Row(
        browser=(YES, YES), direct=(True, True), gates=(None, None), means=Meaning.BOTH
    ),
    "only the browser": Row(
        browser=(YES, YES),
        direct=(False, False),
        gates=(False, False),
        means=Meaning.PROXY,
        ports=(4000, 4001),
    ),
    "the web by the proxy, the rest directly": Row(
        browser=(YES, YES), direct=(False, False), means=Meaning.PROXY_ENOUGH
    ),
    "only the browser, one site unknown": Row(browser=(YES, YES), direct=(None, False), means=Meaning.PROXY_ENOUGH),
    "only the browser, one site dead both ways": Row(
        browser=(YES, NO), direct=(False, False), gates=(True, False), means=Meaning.PROXY, ports=(4001,)
    ),
    "a box answers, and the browser trusts it": Row(
        browser=(YES, YES), direct=(False, False), connected=SITES, means=Meaning.TRUST
    ),
    "one box and one wall are told as a wall": Row(
        browser=(YES, YES), direct=(False, False), connected=SITES[:1], means=Meaning.PROXY_ENOUGH
    ),
    "a box for one, and the other is fine": Row(
        browser=(YES, YES), direct=(False, True), connected=SITES, means=Meaning.TRUST
    ),
    "only direct": Row(browser=(NO, LATE), direct=(True, True), means=Meaning.REVERSE),
    "one site only direct": Row(browser=(YES, NO), direct=(True, True), means=Meaning.REVERSE),
    "neither": Row(browser=(NO, LATE), direct=(False, False), means=Meaning.NEITHER),
    "a box answers, and nobody trusts it": Row(
        browser=(NO, NO), direct=(False, False), connected=SITES, means=Meaning.DISTRUST
    ),
    "crossed": Row(browser=(YES, NO), direct=(False, True), means=Meaning.MIXED),
    "the browser was not asked": Row(browser=(), direct=(True, True), means=Meaning.UNKNOWN),
    "nothing could be judged": Row(browser=(YES, YES), direct=(None, None), means=Meaning.UNKNOWN),
    "what is known decides": Row(browser=(YES,), direct=(True, False), means=Meaning.BOTH),
}


@pytest.mark.parametrize("row", TABLE.values(), ids=TABLE)
def test_what_both_columns_mean(row: Row) -> None:
    targets = [*map(site, SITES, row.direct), *map(gate, (4000, 4001), row.gates)]
    told = beside(report(targets, map(reached, row.connected)), tried(*row.browser))
    assert (told.meaning, told.ports) == (row.means, row.ports)


def test_every_meaning_stands_in_the_table() -> None:
    assert {row.means for row in TABLE.values()} == set(Meaning)


MISLEADING = {
    "the ports fail, and so does the verdict": ((True, True), (False, True), Verdict.FAILURE, True),
    "a backup fails, and the verdict is milder": ((True, True), (False, True), Verdict.DEGRADED, False),
    "only the browser": ((False, False), (False, False), Verdict.FAILURE, True),
    "the web by the proxy, the rest directly": ((False, False), (True, True), Verdict.SUCCESS, False),
    "nothing fails": ((True, True), (True, True), Verdict.SUCCESS, False),
}


@pytest.mark.parametrize(("direct", "gates", "verdict", "misleads"), MISLEADING.values(), ids=MISLEADING)
def test_where_a_test_in_the_browser_would_lie(
    direct: tuple[bool, bool], gates: tuple[bool, bool], verdict: Verdict, misleads: bool
) -> None:
    targets = [*map(site, SITES, direct), *map(gate, (4000, 4001), gates)]
    told = beside(report(targets, verdict=verdict), tried(YES, YES))
    assert told.misleads is misleads
    assert (told.needed, told.failing) == (2, gates.count(False))


def test_ports_the_profile_does_not_need_do_not_count() -> None:
    targets = [site(SITES[0], True), replace(gate(4000, False), required=False)]
    assert beside(report(targets), tried(YES)).meaning is Meaning.BOTH


class TestProxy:
    def told(self, *seen: Observation, proxies: tuple[Proxy, ...] = (PROXY,)) -> Beside:
        return beside(report([site(one, False) for one in SITES], seen, proxies), tried(YES, YES))

    def test_it_is_named_with_where_it_is_set(self) -> None:
        told = self.told()
        assert (told.proxy, told.source, told.opened) == ("http://10.77.0.1:3128", "environment", False)

    def test_it_is_proven_by_a_tunnel_to_a_site(self) -> None:
        assert self.told(tunnel()).opened

    def test_a_port_that_listens_proves_no_way(self) -> None:
        assert not self.told(tunnel(target="")).opened

    def test_what_it_refused_is_told(self) -> None:
        assert self.told(tunnel(Failure.PROXY_AUTH_REQUIRED)).refused == "the proxy asks for a login"

    def test_one_refusal_beside_an_open_way_is_no_refusal(self) -> None:
        told = self.told(tunnel(), tunnel(Failure.PROXY_REFUSED, "gate.example:4001"))
        assert (told.opened, told.refused) == (True, "")

    def test_another_proxy_proves_nothing_of_this_one(self) -> None:
        assert not self.told(replace(tunnel(), proxy="http://10.9.9.9:8080")).opened

    def test_none_is_named_where_none_is_set_for_the_sites(self) -> None:
        assert self.told(tunnel(), proxies=(replace(PROXY, applies_to=("http",)),)).proxy == ""
        assert self.told(proxies=(replace(PROXY, bypass=("*",)),)).proxy == ""


class TestScript:
    def told(self, said: str, proxies: tuple[Proxy, ...] = ()) -> Beside:
        auto = AutoConfig(url="http://wpad.office.example/wpad.dat", source="WPAD by DNS")
        answers = tuple(PacAnswer(target=f"{one}:443", said=said) for one in SITES)
        step = PacEvaluation(id="e", at_ms=0, took_ms=1, url=auto.url, source=auto.source, answers=answers)
        made = report([site(one, False) for one in SITES], (step, tunnel()), proxies)
        planned = replace(made.evidence, plan=replace(made.evidence.plan, auto_configs=(auto,)))
        return beside(replace(made, evidence=planned), tried(YES, YES))

    def test_the_proxy_it_names_first_is_the_way(self) -> None:
        told = self.told("PROXY 10.77.0.1:3128; DIRECT")
        assert (told.proxy, told.opened) == ("http://10.77.0.1:3128", True)
        assert told.source == "http://wpad.office.example/wpad.dat, from WPAD by DNS"

    def test_directly_is_no_proxy(self) -> None:
        assert self.told("DIRECT; PROXY 10.77.0.1:3128").proxy == ""

    def test_a_setting_comes_first(self) -> None:
        assert self.told("PROXY 10.9.9.9:8080", (PROXY,)).source == "environment"


def test_the_web_rows_of_the_list_are_its_https_sites() -> None:
    rows = web_rows(load("ibkr"))
    assert ("www.interactivebrokers.com", 443) in rows
    assert {port for _, port in rows} == {443}
    assert len(set(rows)) == len(rows)


def test_origins_as_a_policy_names_them() -> None:
    assert origin("www.one.example", 443) == "https://www.one.example"
    assert origin("www.one.example", 8443) == "https://www.one.example:8443"
    assert origin("2001:db8::1", 443) == "https://[2001:db8::1]"


def test_what_a_browser_tells_is_read_strictly() -> None:
    told = Told(run=3, sites=tried(YES, LATE))
    assert msgspec.json.decode(msgspec.json.encode(told), type=Told) == told
    with pytest.raises(msgspec.ValidationError):
        msgspec.json.decode(b'{"run": 3, "sites": [], "more": 1}', type=Told)
