"""What the reports are made of: a list, a machine, evidence, and how each target and service fared."""

from collections.abc import Iterable, Mapping

from lineclear.model import (
    Catalog,
    Control,
    ControlKind,
    Endpoint,
    Evidence,
    Observation,
    Plan,
    Ports,
    Presence,
    Proof,
    Requirement,
    Resolver,
    Role,
    Route,
    Service,
    ServiceResult,
    Target,
    TargetResult,
    Transport,
    Vantage,
    Verdict,
    Weight,
)

_LOSES = {
    "website-america": "The IBKR website does not open.",
    "website-hong-kong": "The IBKR website for Hong Kong does not open.",
    "client-portal-east": "Client Portal sessions served from the East do not work.",
    "tws-america-east": "TWS cannot work with accounts held in America East.",
    "tws-europe": "TWS cannot work with accounts held in Europe.",
    "tws-asia-china": "TWS cannot work with Hong Kong accounts from mainland China.",
    "tws-auto-update": "TWS does not update itself.",
    "cloud-settings": "TWS settings are not kept in the cloud.",
    "ib-cam": "IB CAM does not work.",
}
_LIST: tuple[tuple[str, str, Weight, tuple[str, ...]], ...] = (
    ("website-america", "IBKR website America", Weight.AUXILIARY, ("www.interactivebrokers.com",)),
    ("website-hong-kong", "IBKR website Hong Kong", Weight.AUXILIARY, ("www.interactivebrokers.com.hk",)),
    ("client-portal-east", "Client Portal East", Weight.MAIN, ("gdcdyn.interactivebrokers.com",)),
    ("tws-america-east", "TWS America East", Weight.MAIN, ("ndc1.ibllc.com", "ndc1_hb1.ibllc.com")),
    ("tws-europe", "TWS Europe", Weight.MAIN, ("zdc1.ibllc.com", "zdc1_hb1.ibllc.com")),
    ("tws-asia-china", "TWS Asia China", Weight.MAIN, ("mcgw1.ibllc.com.cn", "mcgw1_hb1.ibllc.com.cn")),
    (
        "tws-auto-update",
        "TWS auto-update",
        Weight.AUXILIARY,
        ("download.interactivebrokers.com", "download2.interactivebrokers.com"),
    ),
    ("cloud-settings", "TWS cloud settings", Weight.AUXILIARY, ("s3.amazonaws.com",)),
    ("ib-cam", "IB CAM", Weight.AUXILIARY, ("gdc1.ibllc.com",)),
)


def _ports(service: str) -> tuple[tuple[int, Transport], ...]:
    if service.startswith(("website", "client-portal")):
        return (80, Transport.HTTP), (443, Transport.HTTPS)
    if service in ("tws-america-east", "tws-europe", "tws-asia-china", "ib-cam"):
        return (4000, Transport.TCP), (4001, Transport.TLS)
    return ((443, Transport.HTTPS),)


def _requirements(service: str, weight: Weight, hosts: tuple[str, ...]) -> tuple[Requirement, ...]:
    gateways = service.startswith("tws-") and service != "tws-auto-update"
    roles = (Role.PRIMARY, Role.BACKUP) if gateways else (Role.ONLY, Role.ONLY)
    return tuple(
        Requirement(
            id=f"{service}/{role.value}/{port}" if gateways else f"{service}/{host}/{port}",
            service=service,
            host=host,
            ports=Ports(first=port, last=port),
            transport=transport,
            role=role,
            weight=weight,
            required=port != 80,
            condition="mainland-china" if service == "tws-asia-china" else "",
            loses="There is nothing to fall back on when the primary server is away." if role is Role.BACKUP else "",
        )
        for host, role in zip(hosts, roles, strict=False)
        for port, transport in _ports(service)
    )


CATALOG = Catalog(
    id="ibkr",
    edition="2022-01",
    title="IBKR Host and Ports Documentation",
    publisher="Interactive Brokers",
    application="Trader Workstation",
    published="2022-01",
    place="IBKR server",
    services=tuple(
        Service(
            id=id_,
            label=name.upper(),
            name=name,
            weight=weight,
            loses=_LOSES[id_],
            condition="mainland-china" if id_ == "tws-asia-china" else "",
            requirements=_requirements(id_, weight, hosts),
        )
        for id_, name, weight, hosts in _LIST
    ),
)
_ADDRESSES = {
    host: f"203.0.113.{10 + at}" for at, host in enumerate(dict.fromkeys(r.host for r in CATALOG.requirements))
}


def address(host: str) -> str:
    """The address a host has in these reports."""
    return _ADDRESSES[host]


def targets() -> tuple[Target, ...]:
    """The plan's targets."""
    return tuple(
        Target(host=one.host, port=one.port, transport=one.transport, requirements=(one.id,),
               required=one.required and not one.condition)
        for one in CATALOG.requirements
    )  # fmt: skip


VANTAGE = Vantage(
    platform="linux",
    system="Linux 6.1",
    routes=(Route(destination="0.0.0.0/0", gateway="10.20.0.1", interface="eth0"),),
    resolvers=(Resolver(address="10.20.0.1", source="/etc/resolv.conf"),),
    ipv4=Presence.YES,
    ipv6=Presence.NO,
    utc="2026-11-23T03:00:00Z",
)


def evidence(*observations: Observation, interrupted: bool = False, vantage: Vantage = VANTAGE) -> Evidence:
    """Evidence of one run with these observations."""
    return Evidence(
        tool="lineclear 0.1.0",
        started="2026-11-23T03:00:00Z",
        took_ms=1412.0,
        interrupted=interrupted,
        interrupted_by="deadline" if interrupted else "",
        catalog=CATALOG,
        plan=Plan(
            catalog="ibkr",
            edition="2022-01",
            targets=targets(),
            controls=(Control(kind=ControlKind.NOBODY_THERE, endpoint=Endpoint(address="192.0.2.1", port=4001)),),
        ),
        vantage=vantage,
        observations=observations,  # type: ignore[arg-type]
    )


def result(target: Target, *, failed: bool = False, unknown: bool = False, **more: object) -> TargetResult:
    """What became of a target: proven, unless said otherwise."""
    tls = target.transport in (Transport.TLS, Transport.HTTPS)
    values: dict[str, object] = {
        "host": target.host,
        "port": target.port,
        "transport": target.transport.value,
        "requirements": target.requirements,
        "required": target.required,
        "ok": None if unknown else not failed,
        "verdict": Verdict.INCONCLUSIVE if unknown else Verdict.FAILURE if failed else Verdict.SUCCESS,
        "proof": Proof.NONE if failed or unknown else Proof.IDENTITY if tls else Proof.CORROBORATED,
        "addresses": (address(target.host),),
        "rtt_ms": None if failed or unknown else 20.0 + len(target.host),
    }
    return TargetResult(**(values | more))  # type: ignore[arg-type]


def services(results: Iterable[TargetResult], worse: Mapping[str, Verdict] | None = None) -> tuple[ServiceResult, ...]:
    """The services, success where nothing else is said."""
    names = {one.name for one in results}
    return tuple(
        ServiceResult(
            id=one.id,
            name=one.name,
            label=one.label,
            weight=one.weight.value,
            applies=not one.condition,
            verdict=(worse or {}).get(one.id, Verdict.SUCCESS),
            loses=one.loses,
            targets=tuple(name for name in (f"{r.host}:{r.port}" for r in one.requirements) if name in names),
        )
        for one in CATALOG.services
    )
