"""By which public addresses connections leave, as the user's reflector or services the user named see it.

Pooling (RFC 4787) is `paired` when one machine's connections keep to one address, and `arbitrary` when they do not.
What is compared is fresh connections of one IP version over TCP: first to one address and port, then between addresses
of the reflector, then between ports.
"""

from collections.abc import Iterable, Iterator, Sequence

from msgspec import Struct

from lineclear.diagnose.codes import far as codes
from lineclear.diagnose.codes.code import Code
from lineclear.model import UNTESTED, Finding, PublicAddress, Reflection, Transport

from .case import Case, finding, ids, listed

_WEB = (Transport.HTTPS, Transport.HTTP)
_FEW = 3
"""Connections before anything is said of all of them."""
_MANY = 8
"""Connections to one service in which two uplinks taken by chance would have shown."""
_SERVICES = "service"
_REFLECTOR = "reflector"


class _Sample(Struct, frozen=True):
    """One connection, from where it came."""

    step: Reflection
    source: str

    @property
    def place(self) -> tuple[str, int]:
        return self.step.endpoint.address, self.step.port


def pooling(case: Case) -> Iterator[Finding]:
    """Whether connections keep to one public address; and if not, what it depends on."""
    for six in (False, True):
        samples = [one for one in _samples(case) if (":" in one.step.endpoint.address) is six]
        if len(samples) >= _FEW:
            yield from _pooled(case, samples)


def _samples(case: Case) -> Iterator[_Sample]:
    for one in case.view.far.answered:
        if one.seen is not None:
            yield _Sample(one, one.seen.source.address)


def _pooled(case: Case, samples: Sequence[_Sample]) -> Iterator[Finding]:
    by_place: dict[tuple[str, int], list[_Sample]] = {}
    for one in samples:
        by_place.setdefault(one.place, []).append(one)
    mixed = {place: found for place, found in by_place.items() if len(_sources(found)) > 1}
    web = {place: found for place, found in mixed.items() if case.view.far.ports.get(place[1]) in _WEB}
    changed = _changed_once(samples) if mixed else None
    if changed:
        yield _stated(codes.PUBLIC_ADDRESS_CHANGED, samples, before=changed[0], after=changed[1])
    elif web:
        told = [one for found in web.values() for one in found]
        yield _stated(codes.PUBLIC_ADDRESS_CHANGES, told, witness=_REFLECTOR)
    elif mixed or len(_sources(samples)) > 1:
        yield from _by_place(samples, by_place)
    else:
        facts = {"count": str(len(samples)), "witness": _REFLECTOR, "version": _version(samples[0].source)}
        yield _stated(codes.PUBLIC_ADDRESS_STAYS, samples, **facts)


def _by_place(samples: Sequence[_Sample], by_place: dict[tuple[str, int], list[_Sample]]) -> Iterator[Finding]:
    """One address at each place: which of the two parts of a place it goes by."""
    ports: dict[int, dict[str, None]] = {}
    for (_, port), found in by_place.items():
        ports.setdefault(port, {}).update(dict.fromkeys(_sources(found)))
    apart = [
        port
        for port in ports
        if len({tuple(_sources(found)) for (_, other), found in by_place.items() if other == port}) > 1
    ]
    if apart:
        told = [one for one in samples if one.step.port in apart]
        yield _stated(codes.PUBLIC_ADDRESS_BY_DESTINATION, told)
    else:
        each = "; ".join(f"{port}: {listed(sources)}" for port, sources in sorted(ports.items()))
        yield finding(codes.PUBLIC_ADDRESS_BY_PORT, (), ids(one.step for one in samples), subject=each)


def _stated(code: Code, samples: Sequence[_Sample], **facts: str) -> Finding:
    """A finding about samples; the first from each address come first, for they show it."""
    first = list({one.source: one for one in reversed(samples)}.values())
    told = [*reversed(first), *(one for one in samples if one not in first)]
    return finding(code, (), ids(one.step for one in told), subject=listed(_sources(samples)), **facts)


def _version(address: str) -> str:
    return "IPv6" if ":" in address else "IPv4"


def _sources(samples: Iterable[_Sample]) -> list[str]:
    """Every address once, in the order of the alphabet: which came first is chance."""
    return sorted({one.source for one in samples})


def _changed_once(samples: Sequence[_Sample]) -> tuple[str, str] | None:
    """The address before and the one after, if all connections up to a moment came from the one and then the other."""
    row = [one.source for one in sorted(samples, key=lambda one: (one.step.at_ms, one.step.id))]
    turn = next((at for at in range(1, len(row)) if row[at] != row[0]), 0)
    before, after = row[:turn], row[turn:]
    if len(set(before)) != 1 or len(set(after)) != 1 or len(before) < _FEW or len(after) < 2:  # noqa: PLR2004  not one
        return None
    return before[0], after[0]


def families_apart(case: Case) -> Iterator[Finding]:
    """Both IP versions work, and each has a public address of its own."""
    first: dict[bool, _Sample] = {}
    for one in _samples(case):
        first.setdefault(":" in one.step.endpoint.address, one)
    if len(first) > 1:
        told = [first[False], first[True]]
        subject = listed(one.source for one in told)
        yield finding(codes.FAMILIES_LEAVE_APART, (), ids(one.step for one in told), subject=subject)


def public_addresses(case: Case) -> Iterator[Finding]:
    """Services the user named see more than one public address of one family."""
    if any(True for _ in _samples(case)):
        return  # the reflector knows better, and says it once
    seen = [one for one in case.view.of(PublicAddress) if one.address]
    for six in (False, True):
        steps = [one for one in seen if (":" in one.address) is six]
        addresses = sorted({one.address for one in steps})
        facts = {"subject": listed(addresses), "witness": _SERVICES}
        if len(addresses) > 1:
            yield finding(codes.PUBLIC_ADDRESS_CHANGES, (), ids(steps), **facts)
        elif len(steps) >= _MANY:
            told = {"count": str(len(steps)), "version": _version(addresses[0])}
            yield finding(codes.PUBLIC_ADDRESS_STAYS, (), ids(steps), **facts, **told)


def services_mute(case: Case) -> Iterator[Finding]:
    """Services the user named that told nothing."""
    asked: dict[str, list[PublicAddress]] = {}
    for one in case.view.of(PublicAddress):
        if one.failure not in UNTESTED:
            asked.setdefault(one.url, []).append(one)
    mute = [url for url, steps in asked.items() if not any(one.address for one in steps)]
    if mute:
        yield finding(codes.SERVICE_MUTE, (), ids(one for url in mute for one in asked[url]), subject=listed(mute))
