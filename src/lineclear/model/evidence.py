"""Plan, vantage and observations together: the artefact a diagnosis is made from, today or next year."""

from collections.abc import Iterator
from typing import TypeVar

from msgspec import Struct

from .any_observation import AnyObservation
from .catalog import Catalog
from .observation import Observation
from .plan import Plan
from .vantage import Vantage

EVIDENCE_SCHEMA = "lineclear.evidence/1"

Step = TypeVar("Step", bound=Observation)


class Evidence(Struct, frozen=True, kw_only=True):
    """One run's worth of facts. Self-contained: it carries the catalog it was measured against."""

    schema: str = EVIDENCE_SCHEMA
    tool: str
    """`lineclear 0.1.0`."""
    started: str
    """UTC, RFC 3339."""
    took_ms: float
    interrupted: bool = False
    """The deadline or the user ended the run early."""
    interrupted_by: str = ""
    """`deadline` or `user`."""
    catalog: Catalog
    plan: Plan
    vantage: Vantage
    observations: tuple[AnyObservation, ...] = ()

    def of(self, kind: type[Step]) -> Iterator[Step]:
        """The observations of one kind, in the order they were recorded."""
        return (one for one in self.observations if isinstance(one, kind))
