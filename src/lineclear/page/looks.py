"""What the page shows at one moment, as elements by id: those of the report, and those only a page has.

Each takes the place of an earlier state of it, so a page that grew looks like one that was loaded whole.
"""

from collections.abc import Iterator
from functools import partial

from markupsafe import Markup
from msgspec import Struct

from lineclear.locale import LANGUAGES
from lineclear.model import Audience, Catalog, Report, Verdict
from lineclear.redact import redact
from lineclear.render.html import Run, State, fragments, state_of
from lineclear.render.markdown import markdown
from lineclear.render.prose import changes, head, headline, ports_named
from lineclear.render.words import duration

from . import words
from .columns import Beside, Meaning, Pair, Tried, beside, origin, web_rows
from .removed import Gone, removed
from .templates import filled, in_words, plain

FORMS = {"html": "HTML", "json": "JSON", "markdown": "Markdown"}
"""What a report can be downloaded as."""
_LATER = '<section id="%s" hidden></section>'
_STEPS = 4
"""How often a check under way is announced to a screen reader."""


class Sent(Struct, frozen=True, kw_only=True):
    """A finished report and what of it may leave the house."""

    report: Report
    redacted: Report
    ticket: str
    gone: tuple[Gone, ...]


class Moment(Struct, frozen=True, kw_only=True):
    """Everything that is known at one moment."""

    version: int
    number: int
    """Of the run."""
    catalog: Catalog
    """Everything this page can check."""
    run: Run
    running: bool = False
    sent: Sent | None = None
    """Of a finished run."""
    compares: bool = True
    """Whether the browser's way and the check's lead to the same places."""
    tried: tuple[Tried, ...] | None = None
    only: str = ""
    imported: str = ""
    problem: str = ""


def ready_to_send(report: Report) -> Sent:
    """The report with its redacted form, the ticket made of that, and what was taken out."""
    clean = report if report.redacted else redact(report)
    return Sent(report=report, redacted=clean, ticket=markdown(clean), gone=removed(report.evidence, clean.evidence))


def page(moment: Moment, elements: dict[str, str], language: str) -> str:
    """The whole document, of its elements."""
    return filled(
        "page.html",
        language,
        catalog=moment.run.evidence.catalog,
        languages=LANGUAGES,
        version=moment.version,
        running=moment.running,
        title=title(moment, language),
        announced=announced(moment, language),
        parts=map(Markup, elements.values()),
    )


def title(moment: Moment, language: str) -> str:
    """What stands on the tab: the one word first."""
    word = headline(moment.run.report).word
    if moment.running or moment.problem:
        word = words.CHECKING if moment.running else words.NOT_CHECKED
    return f"{in_words(language, word)} · Lineclear"


def announced(moment: Moment, language: str) -> str:
    """What a screen reader says by itself: a quarter done, half, three quarters, the verdict."""
    if moment.problem:
        return f"{in_words(language, words.NOT_CHECKED)}. {moment.problem}"
    if not moment.running:
        _, told = fragments.told_in(moment.run, language)
        return f"{in_words(language, told.word)}. {told.cause}"
    states = [state_of(moment.run, one) for one in moment.run.report.diagnosis.targets]
    begun = sum(one is not State.WAITING for one in states)
    quarters = _STEPS * begun // max(len(states), 1)
    return in_words(language, words.PROGRESS, percent=100 * quarters // _STEPS)


def elements(moment: Moment, language: str) -> dict[str, str]:
    """Every element of the page, in its order."""
    run = moment.run
    made = {
        "verdict": _verdict(moment, language),
        "actions": _actions(moment, language),
        "beside": _beside(moment, language),
        "path": fragments.path(run, language),
        "services": fragments.services(run, language),
        "findings": fragments.findings(run, language),
        "send": _send(moment, language),
    }
    # Every observation of every target is much to draw five times a second: the check needs the time.
    for name in ("targets", "about"):
        made[name] = _LATER % name if moment.running else getattr(fragments, name)(run, language)
    return made


def _verdict(moment: Moment, language: str) -> str:
    if moment.problem:
        return filled("problem.html", language, problem=moment.problem)
    return fragments.banner(moment.run, language)


def message(before: dict[str, str], after: dict[str, str], moment: Moment, language: str) -> str:
    """What turns a page that shows `before` into one that shows `after`; empty when nothing does."""
    parts = [_partial(name, html) for name, html in after.items() if before.get(name) != html]
    if not parts:
        return ""
    told = filled("announce.html", language, announced=announced(moment, language), title=title(moment, language))
    return "".join((told, *parts))


def _partial(name: str, html: str) -> str:
    return f'<hx-partial hx-target="#{name}" hx-swap="outerMorph">{html}</hx-partial>'


def _actions(moment: Moment, language: str) -> str:
    return filled(
        "actions.html",
        language,
        running=moment.running,
        imported=moment.imported,
        only=moment.only,
        ready=moment.sent is not None,
        send=moment.sent is not None and _whom(moment.sent.report) not in ("", words.WHOM[Audience.USER]),
        services=[one for one in moment.catalog.services if one.requirements],
    )


def _send(moment: Moment, language: str) -> str:
    sent = moment.sent
    return filled(
        "send.html",
        language,
        ready=sent is not None,
        whom=_whom(sent.report) if sent else "",
        ticket=plain(sent.ticket) if sent else "",
        gone=sent.gone if sent else (),
        forms=FORMS,
    )


def _whom(report: Report) -> str:
    """Who can make the first change of the cause that heads the report; empty: nobody has to."""
    finding = head(report)
    wanted = changes(finding) if finding else ()
    return words.WHOM.get(wanted[0][0], "") if wanted else ""


def _beside(moment: Moment, language: str) -> str:
    if moment.imported or not web_rows(moment.run.evidence.catalog):
        return filled("beside.html", language, shown=False, run=None)
    if not moment.compares:
        style, sign, text = "faint", "–", in_words(language, words.ELSEWHERE)
        return filled("beside.html", language, shown=True, run=None, style=style, sign=sign, meaning=text, pairs=())
    both = _both(moment)
    style, sign, text = _meaning(moment, both, language)
    return filled(
        "beside.html",
        language,
        shown=True,
        run=moment.number,
        application=application(moment, language),
        style=style,
        sign=sign,
        meaning=text,
        open=both.meaning not in words.EXPECTED,
        pairs=[_row(moment, one, language) for one in both.pairs],
    )


def _both(moment: Moment) -> Beside:
    if moment.sent:
        return beside(moment.sent.report, moment.tried or ())
    tried = {(one.host, one.port): one for one in moment.tried or ()}
    rows = web_rows(moment.run.evidence.catalog)
    pairs = tuple(Pair(host=host, port=port, browser=tried.get((host, port)), direct=None) for host, port in rows)
    return Beside(meaning=Meaning.UNKNOWN, pairs=pairs)


def _meaning(moment: Moment, both: Beside, language: str) -> tuple[str, str, str]:
    """Style, sign and sentences."""
    style, sign, _ = words.MEANINGS[both.meaning]
    if moment.running or moment.tried is None:
        return "faint", "…", in_words(language, words.WORKING)
    told = " ".join(in_words(language, one, **_values(moment, both, language)) for one in _sentences(both))
    return ("doubt", "!", told) if style == "bad" and not _is_grave(moment) else (style, sign, told)


def _is_grave(moment: Moment) -> bool:
    return moment.run.report.diagnosis.verdict is Verdict.FAILURE


def _sentences(both: Beside) -> Iterator[str]:
    """What both columns mean; then the proxy, where it has to do with it; then the trap, where it is one."""
    concerned = both.proxy and both.meaning in words.OF_A_PROXY
    named = words.BY_PROXY.get(both.meaning) if both.proxy else None
    whole = both.meaning is Meaning.PORTS and both.failing == both.needed
    yield words.ALL_PORTS if whole else named or words.MEANINGS[both.meaning][2]
    if concerned:
        yield from () if named else (words.THROUGH_PROXY,)
        if both.opened or both.refused:
            yield words.PROXY_PROVEN if both.opened else words.PROXY_FAILED
        yield words.PROXY_SET_IN
    if both.misleads:
        yield words.MISLEADS


def _values(moment: Moment, both: Beside, language: str) -> dict[str, object]:
    return {
        "application": application(moment, language),
        "failing": both.failing,
        "needed": both.needed,
        "ports": ports_named(both.ports, partial(in_words, language)),
        "proxy": both.proxy,
        "source": both.source,
        "refused": in_words(language, both.refused) if both.refused else "",
    }


def application(moment: Moment, language: str) -> str:
    """What the list is for, in a sentence."""
    return moment.catalog.application or in_words(language, words.APPLICATION)


def _row(moment: Moment, pair: Pair, language: str) -> dict[str, object]:
    direct = words.PENDING if moment.running else words.DIRECT[pair.direct]
    browser = words.PENDING if moment.tried is None else words.NOT_TRIED
    if pair.browser:
        browser = words.OUTCOMES[pair.browser.outcome]
    return {
        "host": pair.host,
        "port": pair.port,
        "origin": origin(pair.host, pair.port),
        "browser": _cell(browser, pair.browser.took_ms if pair.browser else None, language),
        "direct": _cell(direct, pair.rtt_ms, language),
    }


def _cell(look: tuple[str, str, str], ms: float | None, language: str) -> dict[str, str]:
    style, sign, word = look
    return {"style": style, "sign": sign, "word": in_words(language, word), "time": duration(ms)}
