"""Services, hosts and ports as tables that fit: a column a port where there is room, a line a host where not."""

from collections.abc import Iterable

from msgspec import Struct

from lineclear.model import Report, Role

from .layout import Line, Row, Screen, Span, grid, paragraph
from .prose import ANOTHER_WAY
from .view import HostView, ServiceView, services, shortest, urgency
from .words import ASCII_SYMBOLS, NOT_NEEDED, OK, STYLES, SYMBOLS, UNKNOWN, duration, place_of

_MOST_COLUMNS = 4
_MOST_NOTES = 3


class _Group(Struct, frozen=True):
    """Services that share columns: one a port, or without `ports` one in which each port stands with its word."""

    ports: tuple[int, ...]
    members: tuple[ServiceView, ...]


def tables(report: Report, screen: Screen, *, verbose: bool) -> list[Line]:
    """Every service: a line where all is well, a line a host where not. What fails comes first."""
    place = place_of(report.evidence.catalog)
    views = services(report)
    groups = sorted(_groups(views), key=lambda group: urgency(group.members))
    wide = verbose or not all(one.dead for one in views if one.result.applies)
    drawn = [_table(group, place, screen, _details(group, verbose=verbose, wide=wide)) for group in groups]
    if any(one.missed for one in views):
        drawn.append(paragraph(ANOTHER_WAY, screen, style="faint"))
    return [line for table in drawn for line in ((), *table)][1:]


def _details(group: _Group, *, verbose: bool, wide: bool) -> frozenset[str]:
    """Names of the services whose hosts get a line each: those with trouble, unless all is dead and says nothing."""
    told = (one for one in group.members if verbose or (wide and one.troubled and not one.missed))
    return frozenset(one.result.id for one in told)


def symbol(word: str, screen: Screen) -> str:
    """The sign that stands beside a word."""
    return (ASCII_SYMBOLS if screen.ascii else SYMBOLS)[word]


def _groups(views: Iterable[ServiceView]) -> list[_Group]:
    """Services whose ports are the same, or part of each other's, in the order of the list."""
    found: list[tuple[set[int], list[ServiceView]]] = []
    for view in views:
        ports, members = next((one for one in found if _share(one[0], view.ports)), (set(), []))
        if not members:
            found.append((ports, members))
        ports |= view.ports
        members.append(view)
    single = [members for ports, members in found if len(ports) == 1]
    if len(single) > 1:  # columns would be as many as rows
        found = [one for one in found if len(one[0]) != 1]
        found.append((set(), [view for members in single for view in members]))
    return [_Group(_columns(ports), tuple(members)) for ports, members in found]


def _columns(ports: set[int]) -> tuple[int, ...]:
    return tuple(sorted(ports)) if len(ports) <= _MOST_COLUMNS else ()


def _share(have: set[int], more: frozenset[int]) -> bool:
    return have <= more or more <= have


def _table(group: _Group, place: str, screen: Screen, details: frozenset[str]) -> list[Line]:
    for split in (True, False):
        lines = grid(_rows(group, place, screen, details, split=split), screen)
        if lines:
            return lines
    return _stacked(group, place, screen, details)


def _rows(group: _Group, place: str, screen: Screen, details: frozenset[str], *, split: bool) -> list[Row | list[Line]]:
    """The rows of a table in columns. `split`: the service and its hosts stand in columns of their own."""
    timed = any(shortest(view.targets) is not None for view in group.members)
    titles = (
        f"{place} port",
        *([""] if split else []),
        *(map(str, group.ports) if group.ports else [""]),
        "round trip" if timed else "",
    )
    rows: list[Row | list[Line]] = [(Span(""), *(Span(screen.show(one), "faint") for one in titles))]
    for view in group.members:
        if view.result.id not in details:
            rows.append(_collapsed(view, group.ports, screen, split=split))
            continue
        rows.append(_heading(view, screen))
        rows += [_host_row(host, group.ports, screen, split=split) for host in view.hosts]
        rows.append(_notes(view, screen))
    return rows


def _collapsed(view: ServiceView, ports: tuple[int, ...], screen: Screen, *, split: bool) -> Row:
    names = (view.result.name, _hosts(view)) if split else (view.result.name,)
    return (
        _mark(view, screen),
        *(Span(screen.show(one)) for one in names),
        *_words(_worst(view), ports),
        Span(duration(shortest(view.targets)), "faint"),
    )


def _host_row(host: HostView, ports: tuple[int, ...], screen: Screen, *, split: bool) -> Row:
    role = "" if host.role is Role.ONLY else host.role.value
    name = f"{host.host} (in use)" if host.in_use else host.host
    names = (f"  {role}", name) if split else (f"  {name} ({role})" if role else f"  {name}",)
    return (
        Span(""),
        *(Span(screen.show(one)) for one in names),
        *_words(host.words, ports),
        Span(duration(host.rtt_ms), "faint"),
    )


def _heading(view: ServiceView, screen: Screen) -> list[Line]:
    """The line of a service whose hosts follow: its word, and what the user loses."""
    text = f"{view.result.name}: {view.word}{f'. {view.lost}' if view.lost else ''}"
    return paragraph(text, screen, style=STYLES[view.word], first=f"{symbol(view.word, screen)} ")


def _notes(view: ServiceView, screen: Screen) -> list[Line]:
    """Why its targets do not work where no finding says it, each reason once."""
    open_ = [one for one in view.targets if one.ok is not True and one.required and not one.findings]
    notes = dict.fromkeys(one.note for one in open_ if one.note)
    return [line for note in list(notes)[:_MOST_NOTES] for line in paragraph(note, screen, style="faint", first="    ")]


def _stacked(group: _Group, place: str, screen: Screen, details: frozenset[str]) -> list[Line]:
    """The table for a narrow screen, or for services with many ports."""
    lines = paragraph(f"{place}, by port", screen, style="faint")
    for view in group.members:
        if view.result.id in details:
            lines += _heading(view, screen)
            lines += [line for host in view.hosts for line in _host_block(host, screen)]
            lines += _notes(view, screen)
        else:
            ports = _listed(_worst(view)) if view.missed else ""
            told = ", ".join(filter(None, (view.word, ports, duration(shortest(view.targets)))))
            lines += paragraph(f"{view.result.name}: {told}", screen, first=f"{symbol(view.word, screen)} ")
    return lines


def _host_block(host: HostView, screen: Screen) -> list[Line]:
    about = ", ".join(
        filter(None, ("" if host.role is Role.ONLY else host.role.value, "in use" if host.in_use else ""))
    )
    return [
        *paragraph(f"{host.host} ({about})" if about else host.host, screen, first="  "),
        *paragraph(_listed(host.words), screen, style=_style(host.words), first="    "),
    ]


def _worst(view: ServiceView) -> dict[int, str]:
    return {port: view.worst(port) for port in sorted(view.ports)}


def _hosts(view: ServiceView) -> str:
    """The hosts of a service in few words: `ndc1.ibllc.com + backup`."""
    if not view.hosts:
        return ""
    first, *rest = view.hosts
    if not rest:
        return first.host
    backup = len(rest) == 1 and rest[0].role is Role.BACKUP
    return f"{first.host} + backup" if backup else f"{first.host} + {len(rest)}"


def _mark(view: ServiceView, screen: Screen) -> Span:
    word = view.word if view.hosts else UNKNOWN
    return Span(symbol(word, screen), STYLES[word])


def _words(words: dict[int, str], ports: tuple[int, ...]) -> tuple[Span, ...]:
    """A cell for each port; without columns for ports one cell that holds them all."""
    if ports:
        return tuple(Span(word, STYLES.get(word, "")) for word in (words.get(port, "") for port in ports))
    return (Span(_listed(words), _style(words)),)


def _listed(words: dict[int, str]) -> str:
    return ", ".join(f"{port} {word}" for port, word in words.items())


def _style(words: dict[int, str]) -> str:
    return STYLES[next((word for word in words.values() if word not in (OK, NOT_NEEDED)), OK)]
