"""One observation, as a step of a report is made of."""

from lineclear.model import Endpoint, Observation

AT = Endpoint(address="203.0.113.7", port=4001)
Line = tuple[Observation, str, str]
"""An observation, what was tried, and what came of it."""


def seen(kind: type[Observation], **values: object) -> Observation:
    """One of a kind, that took 24 ms where it is not said otherwise."""
    return kind(id="o1", at_ms=0.0, **({"took_ms": 24.0} | values))  # type: ignore[arg-type]
