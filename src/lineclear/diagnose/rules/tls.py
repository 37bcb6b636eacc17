"""TLS came, or did not, and from whom."""

from collections import Counter
from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from lineclear.diagnose.codes import machine
from lineclear.diagnose.codes import tls as codes
from lineclear.diagnose.doubt import Doubt
from lineclear.diagnose.places import domain
from lineclear.diagnose.standing import Standing
from lineclear.diagnose.symptom import Symptom, is_incomplete
from lineclear.model import Finding, HttpExchange, NameMatch, Proof, TlsHandshake

from .case import Case, finding, hosts, ids, listed
from .dates import DAY_S, SKEW_S, ahead_s, days_between, http_date, out_of_date

_CLOCK_OFF_DAYS = 1.0
_SITES = 2
_UNRELATED = 3
"""Domains, before certificates that have nothing in common are the work of one box."""
_ENOUGH = 3
"""Hosts whose certificates fail alike before it is the clock."""


def clock_wrong(case: Case) -> Iterator[Finding]:
    """Every certificate is out of date in the same direction, or web servers state another date."""
    stale = case.open(Symptom.EXPIRED, Symptom.NOT_YET_VALID)
    kinds = {one.symptom for one in stale}
    fine = [one for one in case.working() if one.walk and one.walk.tls]
    if len(kinds) != 1:
        return
    offset = _offset_days(case)
    if (offset is None and len(hosts(stale)) >= _ENOUGH and not fine) or (offset and abs(offset) >= _CLOCK_OFF_DAYS):
        yield finding(
            machine.CLOCK_WRONG,
            stale,
            ids(_dated(case)),
            subject=case.view.evidence.started[:10],
            shows="off" if offset else "date",
            days=f"{abs(offset or 0.0):.0f}",
            direction="expired" if kinds == {Symptom.EXPIRED} else "early",
        )


def _dated(case: Case) -> list[HttpExchange]:
    return [one for one in case.view.of(HttpExchange) if dict(one.headers).get("date")]


def _offset_days(case: Case) -> float | None:
    """This machine's clock against the dates of web servers: the median difference in days; None without any."""
    found = [http_date(dict(one.headers)["date"]) for one in _dated(case)]
    offsets = sorted(days_between(date, case.view.evidence.started) for date in found if date)
    return offsets[len(offsets) // 2] if offsets else None


def clock_skewed(case: Case) -> Iterator[Finding]:
    """Sites that proved their names state another time than this machine, and no certificate minds."""
    if any(one.symptom in (Symptom.EXPIRED, Symptom.NOT_YET_VALID) for one in case.all):
        return
    proven = [one.walk.http for one in case.working() if one.proof is Proof.IDENTITY and one.walk]
    offsets = {
        step: offset for step in proven if step and (offset := ahead_s(step, case.view.evidence.started)) is not None
    }
    if len({step.host for step in offsets}) < _SITES:
        return
    median = sorted(offsets.values())[len(offsets) // 2]
    if abs(median) >= SKEW_S:
        number, unit = _span(abs(median))
        direction = "ahead" if median > 0 else "behind"
        yield finding(machine.CLOCK_SKEWED, (), ids(offsets), number=number, span=unit, direction=direction)


def _span(seconds: float) -> tuple[str, str]:
    """A time as a person says it, number and unit: 5 minutes, 3 hours, 2 days."""
    for unit, size in (("days", DAY_S), ("hours", 3600.0)):
        if seconds >= 2 * size:
            return f"{seconds / size:.0f}", unit
    return f"{seconds / 60:.0f}", "minutes"


def interception(case: Case) -> Iterator[Finding]:
    """A box between opens the encryption: the same foreign key or issuer before unrelated hosts."""
    shown = (*case.open(Symptom.INTERCEPTED), *case.undecided(Symptom.INTERCEPTED), *case.working(Symptom.INTERCEPTED))
    bare = [one for one in shown if not case.taken_here(one)]
    refused = [one for one in bare if one.walk and one.walk.tls and one.walk.tls.trusted_by("java") is False]
    if refused:
        yield finding(
            codes.INTERCEPTED_JAVA, refused, ("vantage.trust_stores",), subject=issuers(refused), store=_java(case)
        )
    others = [one for one in bare if one not in refused]
    if others:
        yield finding(codes.INTERCEPTED, others, subject=issuers(others), over=_over(case, others))
    untrusted = (*case.open(Symptom.UNTRUSTED), *_at_some_addresses(case))
    common = _common_makers((*case.all, *untrusted))
    forged = [one for one in untrusted if _makers(one) & common and not _is_incomplete(case, one)]
    forged += [one for one in _each_by_itself(case) if one not in forged]
    if forged:
        yield finding(codes.INTERCEPTED_UNTRUSTED, forged, subject=issuers(forged), over=_over(case, forged))


def _over(case: Case, opened: Iterable[Standing]) -> str:
    """At which addresses connections are opened: everywhere, unless the same hosts prove their names at others."""
    walks = [walk for one in opened for walk in case.view.walks[one.target.name]]
    own = {walk.endpoint.version for walk in walks if not walk.symptom}
    taken = {walk.endpoint.version for walk in walks if walk.symptom}
    apart = "some" if own & taken else f"IPv{min(taken)}"
    return apart if own else "everywhere"


def _at_some_addresses(case: Case) -> Iterator[Standing]:
    """Targets that work at some addresses, as they stand where a certificate of nobody is shown: by one IP version."""
    for one in case.undecided():
        for walk in case.view.walks[one.target.name]:
            if one.doubt is Doubt.ADDRESSES and walk.symptom is Symptom.UNTRUSTED:
                yield replace(one, walk=walk, symptom=walk.symptom, because=(walk.culprit.id,))


def _each_by_itself(case: Case) -> list[Standing]:
    """Targets of unrelated hosts of which each shows a certificate that signed itself, and none a trusted one."""
    fine = {one.target.port for one in case.working() if one.walk and one.walk.tls}
    left = (one for one in case.open(Symptom.UNTRUSTED) if one.target.port not in fine)
    alone = [one for one in left if one.walk and one.walk.tls and one.walk.tls.chain[0].self_issued]
    return alone if len({domain(one.target.host) for one in alone}) >= _UNRELATED else []


def _common_makers(stands: Iterable[Standing]) -> frozenset[str]:
    """Keys and issuers that stand before hosts of different domains without being public."""
    seen: dict[str, set[str]] = {}
    for one in stands:
        if one.symptom in (Symptom.UNTRUSTED, Symptom.INTERCEPTED):
            for maker in _makers(one):
                seen.setdefault(maker, set()).add(domain(one.target.host))
    return frozenset(maker for maker, domains in seen.items() if len(domains) > 1)


def _is_incomplete(case: Case, one: Standing) -> bool:
    """Whether the server forgot an authority's certificate: others send it, and with it the chain would be public."""
    tls = one.walk.tls if one.walk else None
    if tls is None or not is_incomplete(tls):
        return False
    known = {link.subject for other in _handshakes(case.working()) for link in other.chain[1:]}
    return tls.chain[0].issuer in known


def _makers(one: Standing) -> frozenset[str]:
    tls = one.walk.tls if one.walk else None
    if tls is None or not tls.chain:
        return frozenset()
    return frozenset(filter(None, (tls.chain[0].spki_sha256, tls.chain[0].issuer)))


def issuers(stands: Iterable[Standing]) -> str:
    """Who made most of the certificates that were shown."""
    count = Counter(tls.chain[0].issuer for tls in _handshakes(stands) if tls.chain)
    return "; ".join(issuer for issuer, _ in count.most_common(2)) or "unknown"


def _handshakes(stands: Iterable[Standing]) -> Iterator[TlsHandshake]:
    return (one.walk.tls for one in stands if one.walk and one.walk.tls)


def bad_certificates(case: Case) -> Iterator[Finding]:
    """Certificates that are too old, too new, for somebody else, or by nobody known."""
    stale: dict[tuple[str, str], dict[Standing, str]] = {}
    for one in case.open(Symptom.EXPIRED, Symptom.NOT_YET_VALID):
        for tls in _handshakes([one]):
            whose, *dates = out_of_date(tls)
            stale.setdefault((dates[0], dates[1]), {})[one] = whose
    for (since, until), stands in stale.items():
        subject = listed(dict.fromkeys(stands.values()))
        yield finding(codes.CERTIFICATE_EXPIRED, stands, subject=subject, since=since, until=until)
    other = case.open(Symptom.WRONG_NAME)
    if other:
        names = dict.fromkeys(name for tls in _handshakes(other) if tls.chain for name in tls.chain[0].names[:2])
        yield finding(codes.WRONG_NAME, other, subject=listed(names) or "none")
    untrusted = case.open(Symptom.UNTRUSTED)
    partial = [one for one in untrusted if _is_incomplete(case, one)]
    if partial:
        yield finding(codes.INCOMPLETE_CHAIN, partial, subject=issuers(partial))
    unknown = [one for one in untrusted if one not in partial]
    if unknown:
        yield finding(codes.UNTRUSTED, unknown, subject=issuers(unknown))


def no_tls(case: Case) -> Iterator[Finding]:
    """Accepted, and then no TLS: silence, a cut, a refusal in TLS's own words, or a version nobody takes any more."""
    silent = case.open(Symptom.TLS_SILENT)
    if silent:
        yield finding(codes.TLS_SILENT, silent)
    cut = case.open(Symptom.TLS_RESET, Symptom.TLS_CLOSED, Symptom.TLS_BROKEN)
    if cut:
        yield finding(codes.TLS_RESET, cut)
    alerted = case.open(Symptom.TLS_ALERT)
    if alerted:
        last = [one.walk.culprit.raw for one in alerted if one.walk]
        alerts = dict.fromkeys(raw.alert for raw in last if raw and raw.alert)
        yield finding(codes.TLS_ALERT, alerted, subject=listed(alerts) or "unsaid")
    old = case.open(Symptom.OLD_TLS)
    if old:
        yield finding(codes.OLD_TLS, old, subject=listed(dict.fromkeys(tls.version for tls in _handshakes(old))))


def java_lacks_authority(case: Case) -> Iterator[Finding]:
    """The public web trusts the certificate, and Java's own store does not know who signed it."""
    stands = [one for one in case.working() if one.walk and one.walk.tls and _only_java_refuses(one.walk.tls)]
    if stands:
        used = any(one.role == "java" and one.owner == "tws" for one in case.view.vantage.trust_stores)
        code = codes.JAVA_LACKS if used else codes.OTHER_JAVA_LACKS
        yield finding(code, stands, ("vantage.trust_stores",), subject=issuers(stands), store=_java(case))


def _only_java_refuses(tls: TlsHandshake) -> bool:
    return tls.trusted_by("public") is True and tls.trusted_by("java") is False


def _java(case: Case) -> str:
    """The store that answered for Java."""
    return next((one.path for one in case.view.vantage.trust_stores if one.role == "java"), "") or "unnamed"


def java_names(case: Case) -> Iterator[Finding]:
    """Names with an underscore behind a wildcard: fine for us, a false alarm elsewhere."""
    fits = [
        one
        for one in case.working()
        if "_" in one.target.host and one.walk and one.walk.tls and one.walk.tls.name_match is NameMatch.WILDCARD
    ]
    if fits:
        yield finding(codes.JAVA_NAMES, fits)
