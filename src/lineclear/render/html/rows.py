"""The services of the list as tables: a row a host, a column a port, each cell with its word and its own round trip."""

from msgspec import Struct

from lineclear.model import Evidence, Role, TargetResult, TcpConnect
from lineclear.render.view import HostView, ServiceView, services, urgency
from lineclear.render.words import DEGRADED, FAILED, STYLES, SYMBOLS, duration, word_of

from .run import Run, State, concerning, element_id, ping_of, state_of

WAITING, MEASURING = "waiting", "measuring"
_ANSWERS, _NO_ANSWER = "answers", "no answer"
"""How the last connect to a target went, before anybody has judged what that is worth."""
_OWN = {MEASURING: ("faint", "…"), **dict.fromkeys((WAITING, _ANSWERS, _NO_ANSWER), ("faint", "·"))}
_MOST_COLUMNS = 4


class Cell(Struct, frozen=True, kw_only=True):
    """What became of one port of one host. An empty word: this host does not have that port."""

    port: int
    word: str = ""
    sign: str = ""
    style: str = "faint"
    time: str = ""


class PingCell(Struct, frozen=True, kw_only=True):
    """The ping of a host. `expected` False: the list says that it does not answer, and silence is healthy."""

    sent: bool
    answered: bool
    expected: bool
    time: str = ""


class Row(Struct, frozen=True, kw_only=True):
    """One host of a service."""

    id: str
    host: str
    title: str
    """Name of the service, where this row stands for the whole of it."""
    role: str
    in_use: bool
    cells: tuple[Cell, ...]
    split: bool
    """Whether each port has a column of its own; else one cell holds them all."""
    ping: PingCell


class ServiceRows(Struct, frozen=True, kw_only=True):
    """One row group."""

    id: str
    name: str
    word: str
    sign: str
    style: str
    lost: str
    rows: tuple[Row, ...]
    headed: bool
    """Whether it has a line of its own above its hosts: not a service of one host with nothing to say."""
    missed: bool = False
    """Whether direct connections fail and the service does not."""


class Table(Struct, frozen=True, kw_only=True):
    """Services with the same ports. Without `ports` each cell names its own."""

    id: str
    ports: tuple[int, ...]
    services: tuple[ServiceRows, ...]


def tables(run: Run) -> tuple[Table, ...]:
    """Every service; tables where one has failed first, then those with other trouble, otherwise as on the list."""
    views = services(run.report)
    groups: list[tuple[set[int], list[ServiceView]]] = []
    for view in views:
        group = next((one for one in groups if one[0] <= view.ports or view.ports <= one[0]), None)
        if group is None:
            groups.append((set(view.ports), [view]))
        else:
            group[0].update(view.ports)
            group[1].append(view)
    if run.diagnosis is not None:
        groups.sort(key=lambda one: urgency(one[1]))
    return tuple(_table(run, tuple(sorted(ports)), members) for ports, members in groups)


def service_rows(run: Run, service: str) -> tuple[ServiceRows, tuple[int, ...]] | None:
    """One row group, with the ports of the table it stands in; None when there is no such service."""
    found = ((one, table.ports) for table in tables(run) for one in table.services)
    return next((pair for pair in found if pair[0].id == element_id("service", service)), None)


def row_ids(run: Run, host: str) -> tuple[str, ...]:
    """The element ids of the rows of one host: more than one where several services name it."""
    return tuple(_row_id(view, one) for view in services(run.report) for one in view.hosts if one.host == host)


def _table(run: Run, ports: tuple[int, ...], members: list[ServiceView]) -> Table:
    columns = ports if len(ports) <= _MOST_COLUMNS else ()
    return Table(
        id=element_id("table", *ports),
        ports=columns,
        services=tuple(_service(run, one, columns) for one in members),
    )


def _service(run: Run, view: ServiceView, columns: tuple[int, ...]) -> ServiceRows:
    word = view.word if run.diagnosis is not None or not view.result.applies else _worst_state(run, view)
    style, sign = look_of(word)
    lost = view.lost if word in (FAILED, DEGRADED) else ""
    missed = run.diagnosis is not None and view.missed
    headed = len(view.hosts) != 1 or bool(lost) or missed
    return ServiceRows(
        id=element_id("service", view.result.id),
        name=view.result.name,
        word=word,
        sign=sign,
        style=style,
        lost=lost,
        rows=tuple(_row(run, view, one, columns, titled=not headed) for one in view.hosts),
        headed=headed,
        missed=missed,
    )


def _worst_state(run: Run, view: ServiceView) -> str:
    states = {state_of(run, one) for one in view.targets}
    return MEASURING if State.MEASURING in states else WAITING


def look_of(word: str) -> tuple[str, str]:
    """Style and sign of a word."""
    return _OWN.get(word) or (STYLES[word], SYMBOLS[word])


def _row_id(view: ServiceView, host: HostView) -> str:
    return element_id("row", view.result.id, host.host)


def _row(run: Run, view: ServiceView, host: HostView, columns: tuple[int, ...], *, titled: bool) -> Row:
    targets = {one.port: one for one in host.targets}
    return Row(
        id=_row_id(view, host),
        host=host.host,
        title=view.result.name if titled else "",
        role="" if host.role is Role.ONLY else host.role.value,
        in_use=host.in_use,
        cells=tuple(_cell(run, port, targets.get(port)) for port in columns or targets),
        split=bool(columns),
        ping=_ping(run.evidence, host.host),
    )


def _cell(run: Run, port: int, target: TargetResult | None) -> Cell:
    if target is None:
        return Cell(port=port)
    word = target_word(run, target)
    style, sign = look_of(word)
    known = state_of(run, target) is State.KNOWN
    connect = None if known else _last_connect(run, target)
    rtt_ms = connect.rtt_ms if connect else target.rtt_ms
    return Cell(port=port, word=word, sign=sign, style=style, time=duration(rtt_ms))


def target_word(run: Run, target: TargetResult) -> str:
    """The word of a target, or how far it has come: what its last connect brought is shown and not judged."""
    state = state_of(run, target)
    if state is State.KNOWN:
        return word_of(target)
    connect = _last_connect(run, target)
    if connect is None:
        return MEASURING if state is State.MEASURING else WAITING
    return _ANSWERS if connect.failure is None else _NO_ANSWER


def _last_connect(run: Run, target: TargetResult) -> TcpConnect | None:
    steps = concerning(run.evidence, target.host, target.port)
    return next((one for one in reversed(steps) if isinstance(one, TcpConnect)), None)


def _ping(evidence: Evidence, host: str) -> PingCell:
    ping = ping_of(evidence, host)
    rows = [one for one in evidence.catalog.requirements if one.host == host]
    return PingCell(
        sent=ping is not None,
        answered=ping is not None and ping.failure is None,
        expected=all(one.pingable for one in rows),
        time=duration(ping.rtt_ms) if ping else "",
    )
