"""A check under way: it runs in a thread of its own, and the page reads what is known so far.

The reactor of a check is synchronous and wants a thread to itself; the page's loop only ever reads. What it reads is
an `Evidence` that grows: the plan as soon as there is one, and each observation as it is made.
"""

import asyncio
import threading
from collections.abc import Callable
from datetime import UTC, datetime

from msgspec import Struct

from lineclear import __version__
from lineclear.check import Trust, check
from lineclear.model import AnyObservation, Catalog, Evidence, Plan, Report, UsageError, Vantage
from lineclear.plan import Options

Bell = Callable[[], None]


class Asked(Struct, frozen=True, kw_only=True):
    """What a check of this page tests, and how."""

    catalog: Catalog
    options: Options = Options()
    trust: Trust = Trust()
    jts: str | None = None


class Checking:
    """One check. Read it from the loop it was made in; `bell` is rung there whenever there is more to read."""

    def __init__(self, asked: Asked, bell: Bell) -> None:
        self.asked = asked
        self.report: Report | None = None
        self.problem: BaseException | None = None
        self._bell = bell
        self._loop = asyncio.get_running_loop()
        self._seen: list[AnyObservation] = []
        self._plan: Plan | None = None
        self._started = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        self._rung = False
        self._thread = threading.Thread(target=self._run, name="lineclear-check", daemon=True)

    def start(self) -> None:
        """Begin."""
        self._thread.start()

    @property
    def done(self) -> bool:
        """Whether it has ended, with a report or with a problem."""
        return self.report is not None or self.problem is not None

    @property
    def evidence(self) -> Evidence | None:
        """What is known so far; None before there is a plan."""
        if self.report is not None:
            return self.report.evidence
        if self._plan is None:
            return None
        return Evidence(
            tool=f"lineclear {__version__}",
            started=self._started,
            took_ms=max((one.at_ms + one.took_ms for one in self._seen), default=0.0),
            catalog=self.asked.catalog,
            plan=self._plan,
            vantage=Vantage(platform=""),
            observations=tuple(self._seen),
        )

    def _run(self) -> None:
        try:
            self.report = check(
                self.asked.catalog,
                self.asked.options,
                trust=self.asked.trust,
                jts=self.asked.jts,
                watcher=self._watch,
                on_plan=self._planned,
            )
        except UsageError as problem:
            self.problem = problem
        except BaseException as bug:  # noqa: BLE001  shown on the page: nobody looks at the terminal of a thread
            self.problem = bug
        self._ring()

    def _planned(self, plan: Plan) -> None:
        self._plan = plan
        self._ring()

    def _watch(self, observation: AnyObservation) -> None:
        self._seen.append(observation)
        if not self._rung:
            self._ring()

    def _ring(self) -> None:
        self._rung = True
        try:
            self._loop.call_soon_threadsafe(self._rang)
        except RuntimeError:  # the page has ended before its check
            return

    def _rang(self) -> None:
        self._rung = False
        self._bell()
