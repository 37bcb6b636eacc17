"""Pieces that the lines of every kind of observation have in common."""

from lineclear.model import Endpoint, Icmp, Observation, Raw

from .words import FAILURE_WORDS

Step = tuple[str, str]
"""What was tried; what came of it."""


def failed(observation: Observation) -> str:
    """The failure in words, with who said so when somebody did."""
    words = FAILURE_WORDS[observation.failure] if observation.failure else ""
    raw = observation.raw
    if raw and raw.icmp:
        return f"rejected by {raw.icmp.sender}: {raw.icmp.name} ({_kind(raw.icmp)})"
    return f"{words} ({raw.alert or raw.errno or raw.text})" if raw and _worth_saying(raw) else words


def _worth_saying(raw: Raw) -> bool:
    return bool(raw.alert or raw.text or (raw.errno and raw.errno not in _SAID_BY_THE_WORD))


_SAID_BY_THE_WORD = frozenset({"ECONNREFUSED", "ECONNRESET", "ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH"})


def _kind(icmp: Icmp) -> str:
    return f"{_ICMP.get(icmp.version, 'ICMP')} {icmp.type}/{icmp.code}"


_ICMP = {6: "ICMPv6"}


def at(endpoint: Endpoint, host: str) -> str:
    """An address and port, and the name it was for."""
    return f"{endpoint} ({host})" if host and host != endpoint.address else str(endpoint)


def start(said: str) -> str:
    """The first line of what a stranger said; the whole is in the saved evidence."""
    line = said.partition("\\r")[0].partition("\\n")[0]
    return line if line == said else f"{line}.."
