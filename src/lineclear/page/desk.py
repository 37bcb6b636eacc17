"""The desk of one user: which check runs, what came of it, and what his browser saw beside it."""

import asyncio
from collections.abc import Coroutine
from typing import Any

from msgspec.structs import replace

from lineclear import __version__
from lineclear.catalog import select
from lineclear.model import Evidence, Plan, Report, UsageError, Vantage
from lineclear.render.html import Run, run_of

from . import looks
from .checking import Asked, Checking
from .columns import Told, Tried, web_rows
from .looks import Moment, Sent

EVERY_S = 0.2
"""A page that grows is drawn anew at most this often: a person sees no more, and the check has the rest."""
_PLANNED_S = 0.5
"""How long the first look waits for a plan, so that it shows every row at once."""


class Desk:
    """Not thread-safe: everything happens in the loop, but for the check itself."""

    def __init__(self, asked: Asked, imported: Report | None = None, name: str = "") -> None:
        self._asked = asked
        self._name = name
        self._number = 0
        self._version = 0
        self._only = ""
        self._checking: Checking | None = None
        self._report = imported
        self._sent: Sent | None = None
        self._tried: tuple[Tried, ...] | None = None
        self._changed = asyncio.Event()
        self._drawn: dict[str, tuple[int, dict[str, str]]] = {}
        self._pen = asyncio.Lock()
        self._tasks: set[asyncio.Task[None]] = set()

    async def open(self) -> None:
        """Be ready: with the imported report, or with a check under way."""
        if self._report is not None:
            self._sent = await asyncio.to_thread(looks.ready_to_send, self._report)
            self._ring()
        else:
            await self.begin("")

    async def warm(self, language: str) -> None:
        """Draw everything once, so that the first to look need not wait for templates to be read."""
        await asyncio.to_thread(looks.elements, replace(self.moment(), running=True), language)

    async def begin(self, service: str) -> None:
        """Check everything, or one service; nothing while a check is under way.

        Raises:
            UsageError: there is no such service.
        """
        if self._runs:
            return
        catalog = select(self._asked.catalog, services=[service]) if service else self._asked.catalog
        self._only, self._name, self._report, self._sent, self._tried = service, "", None, None, None
        self._number += 1
        self._checking = Checking(replace(self._asked, catalog=catalog), self._heard)
        self._checking.start()
        self._ring()
        planned = self.after(self._version)
        try:
            await asyncio.wait_for(planned, _PLANNED_S)
        except TimeoutError:
            return

    def hear(self, told: Told) -> None:
        """What the browser saw of the sites of this run; what it says of another run is late, and forgotten.

        Raises:
            UsageError: it tells of a site that is not on the list.
        """
        known = set(web_rows(self._asked.catalog))
        if any((one.host, one.port) not in known for one in told.sites):
            raise UsageError("That is no site of the list.")
        if told.run != self._number or not self.compares:
            return
        self._tried = told.sites
        self._ring()

    @property
    def compares(self) -> bool:
        """Whether a browser on this machine goes where the check goes: not where options lead it elsewhere."""
        return not (self._asked.options.redirections or self._asked.options.resolvers)

    @property
    def sent(self) -> Sent | None:
        """The finished report, ready to be handed on."""
        return self._sent

    def moment(self) -> Moment:
        """Everything that is known now."""
        problem = self._checking.problem if self._checking else None
        known = self._sent.report if self._sent else None
        return Moment(
            version=self._version,
            number=self._number,
            catalog=self._asked.catalog,
            run=run_of(known) if known else Run(evidence=self._evidence()),
            running=self._runs,
            sent=self._sent,
            compares=self.compares,
            tried=self._tried,
            only=self._only,
            imported=self._name,
            problem=_in_a_sentence(problem),
        )

    async def drawn(self, language: str) -> tuple[Moment, dict[str, str]]:
        """The moment, and its elements in a language; drawn once however many look."""
        async with self._pen:
            moment = self.moment()
            known = self._drawn.get(language)
            if known is None or known[0] != moment.version:
                made = await asyncio.to_thread(looks.elements, moment, language)
                known = self._drawn[language] = moment.version, made
            return moment, known[1]

    async def after(self, version: int) -> None:
        """Return once there is more to see than at a version."""
        while self._version == version:
            await self._changed.wait()

    @property
    def _runs(self) -> bool:
        return self._checking is not None and self._sent is None and self._checking.problem is None

    def _evidence(self) -> Evidence:
        if self._report is not None:
            return self._report.evidence
        catalog = self._checking.asked.catalog if self._checking else self._asked.catalog
        known = self._checking.evidence if self._checking else None
        return known or Evidence(
            tool=f"lineclear {__version__}",
            started="",
            took_ms=0.0,
            catalog=catalog,
            plan=Plan(catalog=catalog.id, edition=catalog.edition),
            vantage=Vantage(platform=""),
        )

    def _heard(self) -> None:
        """The check has something new; when it has ended, its report is made ready before anybody sees the verdict."""
        if self._checking and self._checking.report and self._report is None:
            self._report = self._checking.report
            self._later(self._finish(self._report))
        else:
            self._ring()

    async def _finish(self, report: Report) -> None:
        self._sent = await asyncio.to_thread(looks.ready_to_send, report)
        self._ring()

    def _later(self, work: Coroutine[Any, Any, None]) -> None:
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    def _ring(self) -> None:
        self._version += 1
        self._changed.set()
        self._changed = asyncio.Event()


def _in_a_sentence(problem: BaseException | None) -> str:
    if problem is None:
        return ""
    return str(problem) if isinstance(problem, UsageError) else f"{type(problem).__name__}: {problem}"
