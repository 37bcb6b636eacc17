"""All steps of one target at one endpoint, and what they ended in."""

from msgspec import Struct

from lineclear.model import (
    Endpoint,
    Failure,
    HttpExchange,
    Nudge,
    Observation,
    Target,
    TcpConnect,
    TlsHandshake,
)
from lineclear.plan.networks import is_loopback

from .symptom import IDENTITY_SYMPTOMS, PROXY_SYMPTOMS, Symptom, is_identity, symptom_of

_HUNG_UP = frozenset({Failure.EOF, Failure.CONNECTION_RESET, Failure.CONNECTION_ABORTED})
_MEASURABLE_MS = 10.0
"""Round trips at which an answer from a device nearby can be told from the far end's."""
_AS_FAR = 0.6
"""Of a round trip: what came later than this came from about as far as the far end is."""


class Walk(Struct, frozen=True, kw_only=True):
    """All steps of one target at one endpoint, first pass and second look apart."""

    target: Target
    endpoint: Endpoint
    first: tuple[Observation, ...]
    second: tuple[Observation, ...] = ()
    """The latest second look."""
    between: tuple[Observation, ...] = ()
    """The second looks before the latest."""
    looks: int = 0
    """How many second looks there were."""

    @property
    def steps(self) -> tuple[Observation, ...]:
        """The steps that count: the second look where there was one, and the CR LF, which is sent only once.

        Routers say what they reject only about once a second, so silence later does not take back what one said.
        """
        if self._was_told and symptom_of(self.second[0]) is Symptom.SILENT:
            return self.first
        if not self.second or any(isinstance(one, Nudge) for one in self.second):
            return self.second or self.first
        return (*self.second, *(one for one in self.first if isinstance(one, Nudge)))

    @property
    def _was_told(self) -> bool:
        """Whether a router said in the first pass that it turns the walk away, and there was a second look."""
        return bool(self.second and self.first) and symptom_of(self.first[0]) is Symptom.REJECTED

    def last(self, kind: type[Observation]) -> Observation | None:
        """The latest step of a kind, second look first."""
        return next((one for one in (*reversed(self.second), *reversed(self.first)) if isinstance(one, kind)), None)

    @property
    def symptom(self) -> Symptom | None:
        """The first thing wrong in the steps that count; None when all of them are healthy."""
        return next(filter(None, map(self._symptom_of, self.steps)), None)

    @property
    def culprit(self) -> Observation:
        """The step that shows the symptom; the last step when there is none."""
        return next((one for one in self.steps if self._symptom_of(one)), self.steps[-1])

    @property
    def first_symptom(self) -> Symptom | None:
        """What the first pass showed."""
        return next(filter(None, map(self._symptom_of, self.first)), None)

    def _symptom_of(self, step: Observation) -> Symptom | None:
        if isinstance(step, Nudge) and self.hung_up_nearby is not True and step.failure in _HUNG_UP:
            return None  # the server itself may hang up on CR LF: that it does so proves that it is there
        found = symptom_of(step)
        return None if found in IDENTITY_SYMPTOMS and is_loopback(self.target.host) else found

    @property
    def hung_up_nearby(self) -> bool | None:
        """Whether who hung up at CR LF is nearer than the far end; None: nobody did, or one cannot tell."""
        step, rtt_ms = self.last(Nudge), self.connect.rtt_ms if self.connect else None
        if step is None or step.failure not in _HUNG_UP or rtt_ms is None or rtt_ms < _MEASURABLE_MS:
            return None
        return step.took_ms < _AS_FAR * rtt_ms

    @property
    def hung_up(self) -> bool:
        """Whether the connection was ended at CR LF."""
        step = self.last(Nudge)
        return step is not None and step.failure in _HUNG_UP

    @property
    def connect(self) -> TcpConnect | None:
        """The connect that counts."""
        return next((one for one in self.steps if isinstance(one, TcpConnect)), None)

    @property
    def tls(self) -> TlsHandshake | None:
        """The handshake that counts."""
        return next((one for one in self.steps if isinstance(one, TlsHandshake)), None)

    @property
    def proven_before(self) -> TlsHandshake | None:
        """A handshake of a look before the one that counts in which the host proved its name."""
        before = (*self.first, *self.between) if self.second else ()
        return next((one for one in before if isinstance(one, TlsHandshake) and is_identity(one)), None)

    @property
    def proxy_word(self) -> Observation | None:
        """The step by which a proxy on the way says that it answers in the server's place; None: nobody said so."""
        return next((one for one in self.steps if symptom_of(one) in PROXY_SYMPTOMS), None)

    @property
    def http(self) -> HttpExchange | None:
        """The web request that counts."""
        return next((one for one in self.steps if isinstance(one, HttpExchange)), None)
