"""What the parts of a made-up network look like on the wire: records, certificates, hops."""

from collections.abc import Iterable, Iterator
from fnmatch import fnmatchcase
from typing import Any

from msgspec.structs import replace
from tests.diagnose.network import FAR_HOPS, GATEWAY, Door

from lineclear.model import AnyObservation, Certificate, Failure, Hop, Judgement, Plan, Record, Target, Transport

_SPOKEN = {0: "ok", 9: "certificate is not yet valid", 10: "certificate has expired", 19: "self-signed in chain"}


def records(name: str, kind: str, addresses: Iterable[str]) -> tuple[Record, ...]:
    return tuple(Record(name=name, type=kind, value=one, ttl_s=300) for one in addresses)


def certified(host: str, door: Door) -> dict[str, Any]:
    domain = ".".join(host.split(".")[-2:])
    leaf = Certificate(
        subject=f"CN=*.{domain}",
        issuer=f"CN=*.{domain}" if door.by_itself else door.issuer,
        self_issued=door.by_itself,
        names=door.names or (f"*.{domain}", domain),
        not_before="2022-01-01T00:00:00Z",
        not_after=door.not_after,
        sha256=f"cert-{host}",
        spki_sha256=f"key-{host}" if door.by_itself else door.key or f"key-{domain}",
    )
    authority = Certificate(subject=door.issuer, issuer=f"{door.issuer} root", sha256=f"cert-{door.issuer}")
    return {
        "version": door.version,
        "cipher": "TLS_AES_256_GCM_SHA384",
        "chain": (leaf, authority)[: door.chain],
        "judgements": tuple(
            Judgement(
                store=store,
                trusted=code == 0,
                code=code,
                reason=_SPOKEN.get(code, "unknown issuer"),
                at_depth=door.at_depth,
            )
            for store, code in (*door.codes, *((("java", door.java),) if door.java is not None else ()))
        ),
        "name_match": door.name_match,
    }


def hops(door: Door, upto: int) -> Iterator[Hop]:
    """What each hop limit brings: routers until the far end, or until whoever answers or stops it."""
    for limit in range(1, upto + 1):
        router = GATEWAY if limit == 1 else (door.via if limit == 2 else "") or f"100.64.0.{limit}"
        if door.connect is None and limit >= door.opens_at:
            yield Hop(limit=limit, outcome="connected", rtt_ms=1.0)
            return
        if door.icmp is not None and limit >= door.stops_at:
            yield Hop(limit=limit, outcome="rejected", sender=door.icmp.sender)
            return
        if door.connect is Failure.CONNECTION_REFUSED and limit >= min(door.opens_at, FAR_HOPS):
            yield Hop(limit=limit, outcome="refused")
            return
        if door.connect is None or limit <= door.stops_at:
            yield Hop(limit=limit, outcome="expired", sender=router)
        else:
            yield Hop(limit=limit, outcome="silent")


def cut(observations: Iterable[AnyObservation], moment_ms: float) -> Iterator[AnyObservation]:
    """What is left of a run that ended early: steps under way are interrupted, later ones never began."""
    for one in observations:
        if one.at_ms + one.took_ms <= moment_ms:
            yield one
        elif one.at_ms < moment_ms:
            yield replace(one, took_ms=moment_ms - one.at_ms, failure=Failure.INTERRUPTED, raw=None)


def worth_asking_a_proxy(plan: Plan, patterns: tuple[str, ...]) -> list[Target]:
    """Every site, and one target of each other port, as far as it is asked for any."""
    required = [one for one in plan.targets if one.required and any(fnmatchcase(one.name, p) for p in patterns)]
    sites = [one for one in required if one.transport is Transport.HTTPS]
    others = {one.port: one for one in required if one.transport in (Transport.TCP, Transport.TLS)}
    return [*sites, *others.values()]
