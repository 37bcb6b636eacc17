"""Hand-made reports: what a check says on eight networks. Built as values, nothing is measured."""

from tests.render.measured import CATALOG, address, evidence, result, services, targets

from lineclear.model import (
    Attempt,
    Certificate,
    Diagnosis,
    Endpoint,
    Failure,
    Finding,
    Hop,
    Icmp,
    Judgement,
    NameMatch,
    NotMeasured,
    PathTrace,
    Proof,
    Purpose,
    Raw,
    Report,
    Severity,
    Suspect,
    SystemLookup,
    TcpConnect,
    TcpListen,
    TlsHandshake,
    Transport,
    Vantage,
    Verdict,
)

_MAIN = tuple(one.id for one in CATALOG.services)
_GATEWAYS = ("tws-america-east", "tws-europe", "ib-cam")
SUSPECTS = (
    Suspect(id="session", title="Another session of the same user", hint="Log out elsewhere, then wait a minute."),
    Suspect(id="window", title="The nightly reset", hint="It is 22:00 in New York: the reset begins at 00:15."),
)


def healthy() -> Report:
    results = tuple(result(one) for one in targets())
    diagnosis = Diagnosis(
        verdict=Verdict.SUCCESS, services=services(results), targets=results, suspects=SUSPECTS
    )  # fmt: skip
    return Report(evidence=evidence(), diagnosis=diagnosis)


def dropped() -> Report:
    """A firewall rule drops 4000 and 4001."""
    shut = [one for one in targets() if one.port in (4000, 4001)]
    silent = tuple(
        TcpConnect(
            id=f"c{at}",
            at_ms=3.0,
            took_ms=984.0 + at,
            failure=Failure.TIMED_OUT,
            raw=Raw(errno="ETIMEDOUT"),
            endpoint=Endpoint(address=address(one.host), port=one.port),
            host=one.host,
            attempts=tuple(Attempt(at_ms=120.0 * n, failure=Failure.TIMED_OUT) for n in range(5)),
        )
        for at, one in enumerate(shut)
    )
    web = TcpConnect(
        id="w1",
        at_ms=3,
        took_ms=24.0,
        endpoint=Endpoint(address="203.0.113.10", port=443),
        host="www.interactivebrokers.com",
    )
    finding = Finding(
        code="LC301",
        id="egress-port-dropped",
        severity=Severity.ERROR,
        targets=tuple(one.name for one in shut),
        because=(*(one.id for one in silent), "w1"),
        facts=(("ports", "4000 and 4001"),),
    )
    results = tuple(result(one, failed=one in shut, findings=(finding.id,) if one in shut else ()) for one in targets())
    diagnosis = Diagnosis(
        verdict=Verdict.FAILURE,
        findings=(finding,),
        services=services(results, dict.fromkeys(_GATEWAYS, Verdict.FAILURE)),
        targets=results,
    )
    return Report(evidence=evidence(*silent, web), diagnosis=diagnosis)


def accepting() -> Report:
    """A box in the path accepts everything: a telnet-style test says open."""
    control = TcpConnect(
        id="k1", at_ms=1, took_ms=0.4, purpose=Purpose.CONTROL, endpoint=Endpoint(address="192.0.2.1", port=4001)
    )
    near = PathTrace(
        id="p1",
        at_ms=2,
        took_ms=30,
        endpoint=Endpoint(address=address("ndc1.ibllc.com"), port=4001),
        host="ndc1.ibllc.com",
        hops=(Hop(limit=1, outcome="connected"),),
    )
    spoke = TcpListen(
        id="l1",
        at_ms=9,
        took_ms=350,
        endpoint=Endpoint(address=address("ndc1.ibllc.com"), port=4000),
        host="ndc1.ibllc.com",
        watched_ms=350,
        spoke="HTTP/1.1 400 Bad Request\\r\\nServer: squid",
    )
    shut = [one for one in targets() if one.port in (4000, 4001)]
    finding = Finding(
        code="LC320",
        id="box-accepts-everything",
        severity=Severity.ERROR,
        subject="10.20.0.1",
        targets=tuple(one.name for one in shut),
        because=("k1", "p1", "l1"),
    )
    results = tuple(
        result(one, failed=one in shut, proof=Proof.CONNECTED) if one in shut else result(one) for one in targets()
    )
    diagnosis = Diagnosis(
        verdict=Verdict.FAILURE,
        findings=(finding,),
        services=services(results, dict.fromkeys(_GATEWAYS, Verdict.FAILURE)),
        targets=results,
    )
    return Report(evidence=evidence(control, near, spoke), diagnosis=diagnosis)


def no_route() -> Report:
    lookup = SystemLookup(
        id="n1", at_ms=0, took_ms=1.2, failure=Failure.DNS_TEMPORARY, raw=Raw(errno="EAI_AGAIN"), name="ndc1.ibllc.com"
    )
    finding = Finding(
        code="LC101",
        id="no-default-route",
        severity=Severity.ERROR,
        targets=tuple(one.name for one in targets()),
        because=("vantage.routes", "vantage.interfaces", "n1"),
    )
    results = tuple(result(one, failed=True, addresses=(), findings=(finding.id,)) for one in targets())
    diagnosis = Diagnosis(
        verdict=Verdict.FAILURE,
        findings=(finding,),
        services=services(results, dict.fromkeys(_MAIN, Verdict.FAILURE)),
        targets=results,
    )
    return Report(evidence=evidence(lookup, vantage=Vantage(platform="linux")), diagnosis=diagnosis)


def intercepted() -> Report:
    leaf = Certificate(
        subject="CN=*.ibllc.com",
        issuer="CN=Inspection CA,O=Example Bank",
        names=("*.ibllc.com",),
        spki_sha256="ab" * 32,
    )
    shut = [one for one in targets() if one.transport is Transport.TLS]
    seen = tuple(
        TlsHandshake(
            id=f"t{at}",
            at_ms=20,
            took_ms=44,
            endpoint=Endpoint(address=address(one.host), port=one.port),
            host=one.host,
            version="TLSv1.3",
            chain=(leaf,),
            judgements=(
                Judgement(store="system", trusted=True),
                Judgement(store="public", trusted=False, code=20, reason="unable to get local issuer certificate"),
            ),
            name_match=NameMatch.WILDCARD,
        )
        for at, one in enumerate(shut)
    )
    finding = Finding(
        code="LC401",
        id="tls-intercepted",
        severity=Severity.ERROR,
        subject="CN=Inspection CA,O=Example Bank",
        targets=tuple(one.name for one in shut),
        because=tuple(one.id for one in seen),
    )
    second = Finding(
        code="LC202", id="resolver-dead", severity=Severity.WARNING, subject="10.20.0.1", because=("vantage.resolvers",)
    )
    results = tuple(result(one, failed=one in shut) for one in targets())
    diagnosis = Diagnosis(
        verdict=Verdict.FAILURE,
        findings=(finding, second),
        services=services(results, dict.fromkeys(_GATEWAYS, Verdict.FAILURE)),
        targets=results,
    )
    return Report(evidence=evidence(*seen), diagnosis=diagnosis)


def backup_down() -> Report:
    shut = [one for one in targets() if one.host == "zdc1_hb1.ibllc.com"]
    seen = tuple(
        TcpConnect(
            id=f"c{at}",
            at_ms=3,
            took_ms=0.3,
            failure=Failure.HOST_UNREACHABLE,
            raw=Raw(errno="EHOSTUNREACH", icmp=Icmp(type=3, code=1, sender="198.51.100.9")),
            endpoint=Endpoint(address=address(one.host), port=one.port),
            host=one.host,
        )
        for at, one in enumerate(shut)
    )
    finding = Finding(
        code="LC310", id="host-unreachable", severity=Severity.WARNING, subject="zdc1_hb1.ibllc.com",
        targets=tuple(one.name for one in shut), because=tuple(one.id for one in seen),
    )  # fmt: skip
    note = Finding(code="LC690", id="address-shared", severity=Severity.INFO, subject="203.0.113.13", because=())
    results = tuple(
        result(one, failed=True, findings=(finding.id,))
        if one in shut
        else result(one, in_use=one.host == "zdc1.ibllc.com")
        for one in targets()
    )
    diagnosis = Diagnosis(
        verdict=Verdict.DEGRADED,
        findings=(finding, note),
        services=services(results, {"tws-europe": Verdict.DEGRADED}),
        targets=results,
    )
    return Report(evidence=evidence(*seen), diagnosis=diagnosis)


def inconclusive() -> Report:
    """Opaque ports answered, but nothing proves who did."""
    open_ = [one for one in targets() if one.port == 4000]
    results = tuple(
        result(one, unknown=True, proof=Proof.CONNECTED, note="Port 4000 answers, but nothing tells who did.")
        if one in open_
        else result(one)
        for one in targets()
    )
    diagnosis = Diagnosis(
        verdict=Verdict.INCONCLUSIVE,
        services=services(results, dict.fromkeys(_GATEWAYS, Verdict.INCONCLUSIVE)),
        targets=results,
    )
    skipped = NotMeasured(id="m1", at_ms=0, took_ms=0, verb="path", why="not possible on this system")
    return Report(evidence=evidence(skipped), diagnosis=diagnosis)


def interrupted() -> Report:
    results = tuple(
        result(one, unknown=True, addresses=(), note="Not tried: the run ended first.") if at > 5 else result(one)
        for at, one in enumerate(targets())
    )
    late = dict.fromkeys(_MAIN[3:], Verdict.INCONCLUSIVE)
    diagnosis = Diagnosis(verdict=Verdict.INCONCLUSIVE, services=services(results, late), targets=results)
    return Report(evidence=evidence(interrupted=True), diagnosis=diagnosis)


REPORTS = {
    "healthy": healthy,
    "egress-ports-dropped": dropped,
    "accepting-middlebox": accepting,
    "no-route": no_route,
    "interception": intercepted,
    "backup-down": backup_down,
    "inconclusive": inconclusive,
    "interrupted": interrupted,
}
