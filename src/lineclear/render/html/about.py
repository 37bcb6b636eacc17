"""Where and how it was tested: this machine, what was tried, what was left out, and the command that does it again."""

from shlex import quote

from msgspec import Struct

from lineclear.catalog import editions, load_edition
from lineclear.model import Catalog, ControlKind, Evidence, NotMeasured, Plan, Requirement
from lineclear.render.steps import cited

_PARTS = (
    "interfaces",
    "routes",
    "resolvers",
    "proxies",
    "auto_configs",
    "hosts_entries",
    "trust_stores",
    "gateway_use",
)


class Machine(Struct, frozen=True, kw_only=True):
    """This machine: its system, and each part of it as one line."""

    system: str
    container: str
    clock: str
    parts: tuple[tuple[str, str], ...]
    """Name of the part as the vantage has it, and what was found."""
    not_measured: tuple[str, ...]


class Method(Struct, frozen=True, kw_only=True):
    """What was tried, in numbers."""

    targets: int
    names: int
    resolvers: tuple[str, ...]
    controls: int
    """Addresses that nobody has, dialled to find out who answers for everybody."""
    proxies: tuple[str, ...]
    depth: str
    nudge: bool
    observations: int
    left_out: tuple[str, ...]
    """Steps that could not be measured here, and rows no connection can decide."""


def machine(evidence: Evidence) -> Machine:
    """This machine as the survey found it; parts that say nothing are left out."""
    vantage = evidence.vantage
    told = ((name, cited(evidence, (f"vantage.{name}",))[0][1]) for name in _PARTS)
    return Machine(
        system=vantage.system or vantage.platform,
        container=vantage.container,
        clock=vantage.utc,
        parts=tuple((name, text) for name, text in told if text),
        not_measured=vantage.not_measured,
    )


def method(evidence: Evidence) -> Method:
    """How it was tested."""
    plan = evidence.plan
    nobody = {one.endpoint.address for one in plan.controls if one.kind is ControlKind.NOBODY_THERE}
    unmeasured = dict.fromkeys(
        " ".join(filter(None, (one.verb, one.subject))) + (f": {one.why}" if one.why else "")
        for one in evidence.of(NotMeasured)
    )
    return Method(
        targets=len(plan.targets),
        names=len(plan.names),
        resolvers=tuple(one.address for one in plan.resolvers),
        controls=len(nobody),
        proxies=tuple(one.authority for one in plan.proxies),
        depth=plan.depth.value,
        nudge=plan.limits.nudge,
        observations=len(evidence.observations),
        left_out=(*unmeasured, *_undecidable(evidence.catalog, plan)),
    )


def _undecidable(catalog: Catalog, plan: Plan) -> tuple[str, ...]:
    known: dict[str, Requirement] = {one.id: one for one in catalog.requirements}
    return tuple(f"{known[one].host}:{known[one].ports}" for one in plan.untestable if one in known)


def again(evidence: Evidence) -> str:
    """The command that checks the same list from the same point of view."""
    plan = evidence.plan
    words = ["lineclear", "check", *_list(evidence.catalog)]
    for one in plan.profile:
        words += ["--profile", one]
    if plan.depth.value != "full":
        words += ["--depth", plan.depth.value]
    if not plan.limits.nudge:
        words.append("--no-nudge")
    return " ".join(map(quote, words))


def _list(catalog: Catalog) -> list[str]:
    """How this list is named on the command line; of a part of a built-in one, its services."""
    edition = next((one for one in editions() if (one.catalog, one.edition) == (catalog.id, catalog.edition)), None)
    if edition is None:
        return ["--catalog", f"{catalog.id}.toml"]
    words = [] if edition == editions()[0] else ["--catalog", edition.catalog]
    words += [] if edition.is_default else ["--edition", edition.edition]
    whole = {one.id for one in load_edition(edition.catalog, edition.edition).services}
    part = [one.id for one in catalog.services if one.requirements]
    return words if set(part) == whole else [*words, *(word for one in part for word in ("--service", one))]
