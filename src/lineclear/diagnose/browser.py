"""The way a browser goes: by the proxies that settings name, and as a proxy auto-configuration (PAC) says.

A proxy that only the script names is a way for those targets for which the script names it. What it opened for others
is known too, because it was asked: that is how a script is found out that sends a target the wrong way.
"""

from collections.abc import Iterable
from functools import cached_property

from lineclear.model import (
    UNTESTED,
    AutoConfig,
    NotMeasured,
    Observation,
    PacAnswer,
    PacEvaluation,
    PacFetch,
    Plan,
    ProxyTunnel,
)
from lineclear.plan.pac import Way, ways_of

_VERB = "auto-configuration"
_REDIRECTS = range(300, 400)


class Browser:
    """What explicit proxies and the script do with each target (`host:port`)."""

    def __init__(self, plan: Plan, ordered: tuple[Observation, ...]) -> None:
        self._plan = plan
        self._ordered = ordered

    @cached_property
    def script(self) -> PacEvaluation | None:
        """The auto-configuration that counts: the first of the plan that could be evaluated."""
        found = {one.url: one for one in self.evaluations if one.answers}
        return next((found[auto.url] for auto in self._plan.auto_configs if auto.url in found), None)

    @cached_property
    def evaluations(self) -> tuple[PacEvaluation, ...]:
        """Every script that was run."""
        return tuple(one for one in self._ordered if isinstance(one, PacEvaluation))

    def fetches(self, auto: AutoConfig) -> tuple[PacFetch, ...]:
        """The attempts to fetch one."""
        return tuple(one for one in self._ordered if isinstance(one, PacFetch) and one.url == auto.url)

    @cached_property
    def unevaluated(self) -> tuple[NotMeasured | PacEvaluation | PacFetch, ...]:
        """Scripts that are set and might say anything: nobody ran them here."""
        return tuple(
            one
            for one in self._ordered
            if (isinstance(one, NotMeasured) and one.verb == _VERB)
            or (isinstance(one, PacEvaluation) and one.failure in UNTESTED)
            or (isinstance(one, PacFetch) and one.status in _REDIRECTS)
        )

    @cached_property
    def answers(self) -> dict[str, PacAnswer]:
        """What the script says, target by target."""
        return {one.target: one for one in (self.script.answers if self.script else ())}

    @cached_property
    def ways(self) -> dict[str, tuple[Way, ...]]:
        """Where the script sends each target it gave an answer for."""
        return {name: ways_of(one.said, self._source) for name, one in self.answers.items() if one.failure is None}

    @cached_property
    def is_unasked(self) -> bool:
        """Whether settings name a proxy that nobody came to ask, as when a run is cut short."""
        return bool(self._plan.proxies) and not any(isinstance(one, ProxyTunnel) for one in self._ordered)

    @property
    def _source(self) -> str:
        return f"{self.script.url}, from {self.script.source}" if self.script else ""

    def proxies_for(self, target: str) -> tuple[str, ...]:
        """The proxies the script names for a target, in its order."""
        return tuple(way.authority for way in self.ways.get(target, ()) if way is not None)

    def goes_directly(self, target: str) -> bool:
        """Whether the script sends a target the direct way and no other, and no setting names a proxy."""
        ways = self.ways.get(target)
        return not self._plan.proxies and ways is not None and not any(ways)

    @cached_property
    def tunnels(self) -> dict[str, ProxyTunnel]:
        """What came of asking the proxies that a target would go by: a way, if any of them opened one."""
        return _best(one for one in self._asked if self._is_used(one))

    @cached_property
    def opened(self) -> dict[str, ProxyTunnel]:
        """Targets to which a proxy opened a way."""
        return {name: one for name, one in self.tunnels.items() if one.failure is None}

    @cached_property
    def openable(self) -> dict[str, ProxyTunnel]:
        """Targets to which any proxy known here opens a way, whether or not they would go by it."""
        return {name: one for name, one in _best(self._asked).items() if one.failure is None}

    @cached_property
    def _asked(self) -> tuple[ProxyTunnel, ...]:
        return tuple(one for one in self._ordered if isinstance(one, ProxyTunnel) and one.target)

    def _is_used(self, tunnel: ProxyTunnel) -> bool:
        return tunnel.proxy in self._set or tunnel.proxy in self.proxies_for(tunnel.target)

    @cached_property
    def _set(self) -> frozenset[str]:
        return frozenset(one.authority for one in self._plan.proxies)


def _best(asked: Iterable[ProxyTunnel]) -> dict[str, ProxyTunnel]:
    return {one.target: one for one in sorted(asked, key=lambda one: one.failure is None)}
