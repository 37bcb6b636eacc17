"""What the user's own far end saw, a line each."""

from collections.abc import Callable
from typing import Any

from lineclear.model import Arrivals, LargeFlight, Observation, Payload, Reflection, WayBack

from .said import Step, failed
from .words import counted


def _reflection(one: Reflection) -> Step:
    tried = f"say {_KINDS[one.kind]} to your reflector {one.endpoint}"
    if one.failure:
        return tried, f"{_STAGES.get(one.stage, '')}{failed(one)}"
    if one.seen is None:
        return tried, "echoed as it went"
    changed = "; another TLS hello than ours arrived" if _is_another_hello(one) else ""
    return tried, f"it saw {one.seen.source}{changed}"


def _is_another_hello(one: Reflection) -> bool:
    told = one.seen.hello if one.seen else None
    return told is not None and bool(one.hello_sha256) and told.sha256 != one.hello_sha256


_KINDS = {
    Payload.LINES: "lines of JSON",
    Payload.WEB: "a web request",
    Payload.TLS: "lines in TLS",
    Payload.TLS_WEB: "a web request in TLS",
    Payload.BINARY: "bytes without meaning",
    Payload.FIX: "FIX",
}
_STAGES = {"tls": "connected; TLS: ", "greeting": "connected; ", "report": "greeted; "}


def _arrivals(one: Arrivals) -> Step:
    came = failed(one) if one.failure else f"{counted(len(one.arrived), 'connection')} of this run"
    return f"ask your reflector {one.endpoint} what arrived", came


def _back(one: WayBack) -> Step:
    routers = counted(one.allowed - 1, "router")
    return f"answer of your reflector {one.endpoint} that may pass {routers}", failed(one) if one.failure else "arrived"


def _flight(one: LargeFlight) -> Step:
    way = "from" if one.inbound else "to"
    segment = f" of at most {one.segment} bytes" if one.segment else ""
    return f"full segments{segment} {way} your reflector {one.endpoint}", failed(one) if one.failure else "arrived"


FAR_STEPS: dict[type[Observation], Callable[[Any], Step]] = {
    Reflection: _reflection,
    Arrivals: _arrivals,
    LargeFlight: _flight,
    WayBack: _back,
}
