"""What is wrong, doubtful or worth knowing in a catalog file, whether or not it loads.

Rules are plain functions over the rows that could be made out; each yields `Doubt`s. A file that does not load is
told so once, unless a rule already says it of the same field.
"""

import ipaddress
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator

from msgspec import Struct

from lineclear.model import Kind, Severity, Transport

from .building import build
from .lines import Path
from .rows import PortCell, Row, rows_of
from .shape import fit, misfits
from .source import FieldError, Source, Tree, read_source, spell


class LintRemark(Struct, frozen=True, kw_only=True):
    """One thing lint found, where it stands, and what to do about it."""

    id: str
    severity: Severity
    path: str
    """`service[3].hosts[1].host`; empty: the whole file."""
    line: int
    text: str
    fix: str


class _Doubt(Struct, frozen=True, kw_only=True):
    id: str
    severity: Severity
    path: Path
    text: str
    fix: str


_Rule = Callable[[tuple[Row, ...], Tree], Iterator[_Doubt]]

LISTED_SHARED = frozenset(
    {
        "cdn.jsdelivr.net",
        "cdnjs.cloudflare.com",
        "docs.google.com",
        "drive.google.com",
        "firebasestorage.googleapis.com",
        "github.com",
        "objects.githubusercontent.com",
        "raw.githubusercontent.com",
        "s3.amazonaws.com",
        "storage.cloud.google.com",
        "storage.googleapis.com",
        "unpkg.com",
    }
)
"""Hosts that serve whoever pays or signs up: allowing one allows all of its tenants."""

_SHARED_REGION = re.compile(r"^s3[.-](dualstack\.)?[a-z0-9-]+\.amazonaws\.com$")
_SHARED_PARENTS = (
    "akamaiedge.net",
    "akamaized.net",
    "amazonaws.com",
    "azureedge.net",
    "cloudapp.net",
    "cloudfront.net",
    "github.io",
    "googleapis.com",
    "herokuapp.com",
    "windows.net",
)
_WIDEST = {4: 16, 6: 32}
"""The shortest prefix that one organisation plausibly holds for one purpose."""

_UNDERSCORES_BREAK = (
    "has an underscore. OpenSSL and Python do not match it against a wildcard certificate, Java refuses it with any "
    "certificate, tools that go by RFC 1123 refuse the name, and public authorities issue no certificate that names "
    "it. curl, Go, Node and GnuTLS take it, and so do the resolvers of glibc and musl."
)
"""Measured with a certificate for *.ibllc.com and one for the very name."""

_SEVERITY_ORDER = {Severity.ERROR: 0, Severity.WARNING: 1, Severity.INFO: 2}


def lint(text: str, name: str) -> tuple[LintRemark, ...]:
    """Everything to be said about a catalog file, in the order of its lines; empty when it is clean."""
    try:
        source = read_source(text, name)
    except FieldError as problem:
        return (_remark(_from_field(problem), problem.line),)
    rows = tuple(rows_of(source.tree))
    doubts = [doubt for rule in RULES for doubt in rule(rows, source.tree)]
    doubts += _load_problems(source, {doubt.path for doubt in doubts if doubt.severity is Severity.ERROR})
    remarks = {_remark(doubt, source.line(doubt.path)) for doubt in doubts}
    return tuple(sorted(remarks, key=lambda one: (one.line, _SEVERITY_ORDER[one.severity], one.id, one.path, one.text)))


def _cells(rows: tuple[Row, ...], _: Tree) -> Iterator[_Doubt]:
    """Cells that cannot be read: URLs, blank or impossible ports, impossible names."""
    return (_from_field(problem) for row in rows for problem in row.problems)


def _underscores(rows: tuple[Row, ...], _: Tree) -> Iterator[_Doubt]:
    """Names that resolve, but that half of the world's software does not take; each name once."""
    first = {row.host: row for row in reversed(rows) if "_" in row.host}
    for row in rows:
        if first.get(row.host) is row:
            yield _Doubt(
                id="underscore-name",
                severity=Severity.WARNING,
                path=row.path,
                text=f"{row.host} {_UNDERSCORES_BREAK}",
                fix=f"Ask the vendor whether {row.host.replace('_', '-')} is the name of today.",
            )


def _twice(rows: tuple[Row, ...], _: Tree) -> Iterator[_Doubt]:
    """One host and port in two rows: the same again, or one against the other."""
    for (row, cell), (earlier, known) in _overlaps(rows):
        if cell.transport is not known.transport:
            yield _Doubt(
                id="conflicting-rows",
                severity=Severity.ERROR,
                path=row.path,
                text=f"{row.host}:{cell.ports} is {cell.transport.value} here and {known.transport.value} in "
                f"{earlier.service or 'another row'}.",
                fix="One port speaks one thing: give both rows the same transport.",
            )
        elif row.service == earlier.service:
            yield _Doubt(
                id="duplicate-row",
                severity=Severity.WARNING,
                path=row.path,
                text=f"{row.host}:{cell.ports} is in {row.service or 'this service'} already.",
                fix="Remove one of the two.",
            )
        else:
            yield _Doubt(
                id="shared-endpoint",
                severity=Severity.INFO,
                path=row.path,
                text=f"{row.host}:{cell.ports} is in {earlier.service or 'another row'} too: one test serves both.",
                fix="Nothing to do, if both services do use it.",
            )


def _ping_conflicts(rows: tuple[Row, ...], _: Tree) -> Iterator[_Doubt]:
    """A host that answers ping in one row and not in another."""
    first: dict[str, bool] = {}
    for row in rows:
        pingable = row.says.get("pingable", True) is not False
        if row.host and first.setdefault(row.host, pingable) is not pingable:
            yield _Doubt(
                id="conflicting-rows",
                severity=Severity.ERROR,
                path=row.path,
                text=f"{row.host} answers ping by one row and not by another.",
                fix="Give both rows the same `pingable`.",
            )


def _over_broad(rows: tuple[Row, ...], _: Tree) -> Iterator[_Doubt]:
    """Rows that open far more than the application."""
    for row in rows:
        if why := too_much(row.host, row.kind):
            yield _Doubt(
                id="over-broad",
                severity=Severity.WARNING,
                path=row.path,
                text=f"{row.host} {why}.",
                fix="Ask the vendor for a name of its own; until then allow it only for those who need it.",
            )


def _no_origin(rows: tuple[Row, ...], tree: Tree) -> Iterator[_Doubt]:
    """Rows nobody can check against anything. What no row says is told once, of the file."""
    for what, has in (("provenance", _has_provenance), ("source", _has_source)):
        without = [row for row in rows if not has(row, tree)]
        everywhere = len(without) == len(rows) > 1
        for row in without[:1] if everywhere else without:
            yield _Doubt(
                id="no-provenance",
                severity=Severity.WARNING,
                path=() if everywhere else row.path,
                text=f"{'No row' if everywhere else row.host or 'This row'} says what its {what} is.",
                fix=_ORIGINS[what],
            )


def _no_date(rows: tuple[Row, ...], tree: Tree) -> Iterator[_Doubt]:
    """A list that may be of yesterday or of the last decade."""
    if rows and not tree.get("published"):
        yield _Doubt(
            id="no-date",
            severity=Severity.WARNING,
            path=(),
            text="The file has no date: nobody can tell whether the list is still the vendor's.",
            fix='Add published = "2022-01", as precise as the vendor gives it.',
        )


def _unproven(rows: tuple[Row, ...], _: Tree) -> Iterator[_Doubt]:
    """Opaque ports whose host proves its name on no other port: Success can never be proven there."""
    proving = {row.host for row in rows for cell in row.ports if cell.transport in _PROVING}
    for row in rows:
        opaque = [cell for cell in row.ports if cell.transport is Transport.TCP]
        if opaque and row.host not in proving and row.kind in (Kind.HOST, Kind.ADDRESS):
            yield _Doubt(
                id="identity-unproven",
                severity=Severity.INFO,
                path=row.path,
                text=f"{row.host}:{opaque[0].ports} is opaque and no TLS port of this host is listed: "
                "a check can say that something answers, not who.",
                fix='If the port speaks TLS, write "/tls"; else list a TLS port of the same host.',
            )


def _untestable(rows: tuple[Row, ...], _: Tree) -> Iterator[_Doubt]:
    """Rows no single connection can decide."""
    for row in rows:
        why = _UNTESTABLE_KINDS.get(row.kind, "")
        if not why and any(cell.transport is Transport.UDP for cell in row.ports):
            why = "UDP need not answer"
        if row.host and why:
            yield _Doubt(
                id="not-testable",
                severity=Severity.INFO,
                path=row.path,
                text=f"{row.host}: {why}; it is reported as not testable and never guessed.",
                fix="List a host behind it as a row of its own, if the vendor names one.",
            )


_PROVING = (Transport.TLS, Transport.HTTPS)
_UNTESTABLE_KINDS = {
    Kind.WILDCARD: "a wildcard names no host",
    Kind.CIDR: "a block of addresses names no host",
}

RULES: tuple[_Rule, ...] = (
    _cells,
    _underscores,
    _twice,
    _ping_conflicts,
    _over_broad,
    _no_origin,
    _no_date,
    _unproven,
    _untestable,
)


_ORIGINS = {
    "provenance": 'Add provenance = "published" to [defaults] if the vendor printed it, "observed" if it was seen.',
    "source": 'Add source = "..." at the top: the document the list was taken from.',
}


def _has_provenance(row: Row, _: Tree) -> bool:
    return bool(row.says.get("provenance"))


def _has_source(row: Row, tree: Tree) -> bool:
    return bool(row.says.get("source") or tree.get("source"))


def _load_problems(source: Source, told: set[Path]) -> Iterator[_Doubt]:
    """Why the file does not load, but for the fields complained of already."""
    problems = list(misfits(source))
    if not problems:
        try:
            build(fit(source))
        except FieldError as problem:
            problems = [problem]
    return (_from_field(one) for one in problems if not {one.path, (*one.path, "host")} & told)


def _from_field(problem: FieldError) -> _Doubt:
    text = f"{spell(problem.path)} {problem.problem}." if problem.path else f"{problem.problem}."
    return _Doubt(id=problem.rule, severity=Severity.ERROR, path=problem.path, text=text, fix=problem.fix)


def _remark(doubt: _Doubt, line: int) -> LintRemark:
    return LintRemark(
        id=doubt.id,
        severity=doubt.severity,
        path=spell(doubt.path),
        line=line,
        text=doubt.text,
        fix=doubt.fix,
    )


def _overlaps(rows: Iterable[Row]) -> Iterator[tuple[tuple[Row, PortCell], tuple[Row, PortCell]]]:
    """Each port cell that meets one of an earlier row, or of its own, on the same host, with the first it meets."""
    known: dict[tuple[str, bool], list[tuple[Row, PortCell]]] = defaultdict(list)
    for row in rows:
        for cell in row.ports:
            if not row.host:
                continue
            earlier = known[row.host, cell.transport is Transport.UDP]
            met = next((one for one in earlier if _meet(one[1], cell)), None)
            if met:
                yield (row, cell), met
            earlier.append((row, cell))


def _meet(one: PortCell, other: PortCell) -> bool:
    return one.ports.first <= other.ports.last and other.ports.first <= one.ports.last


def too_much(host: str, kind: Kind) -> str:
    """Why allowing this host allows more than the application, or nothing."""
    if kind is Kind.CIDR:
        block = ipaddress.ip_network(host)
        return f"is a block of {block.num_addresses:,} addresses" if block.prefixlen < _WIDEST[block.version] else ""
    name = host.removeprefix("*.")
    if kind is Kind.WILDCARD and ("." not in name or name in _SHARED_PARENTS):
        return "covers names of everybody, not only of the vendor"
    if name in LISTED_SHARED or _SHARED_REGION.match(name):
        return "is shared by all customers of its operator: a rule that allows it allows every one of them"
    return ""
