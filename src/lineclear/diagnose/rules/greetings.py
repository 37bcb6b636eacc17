"""A TLS greeting that passes in one packet, and vanishes in several: what browsers of today send, and others do not."""

from collections.abc import Iterable, Iterator

from lineclear.diagnose.codes import paths, tls
from lineclear.diagnose.standing import Standing
from lineclear.model import UNTESTED, Finding, LargeGreeting, Transport
from lineclear.plan.greetings import greeted

from .case import Case, finding, ids, listed
from .far import fits

_SITES = 2
"""Of one alone it may be the server."""
_VERSIONS = 4, 6


def large_greetings(case: Case) -> Iterator[Finding]:
    """Every site that was greeted at large failed, twice, though it shakes hands when greeted in the usual way.

    By each IP version apart; where the same greeting passes in smaller segments, it is the size of packets.
    """
    failed = {version: steps for version in _VERSIONS if (steps := _all_in_vain(case, version))}
    sizes = {version: _passes(steps) for version, steps in failed.items()}
    is_known = fits(case.view.far, inbound=False) > 0  # the reflector has told of it
    outward = [] if is_known else [one for one in sizes if sizes[one]]
    minded = [one for one in sizes if not sizes[one]]
    for code, versions in ((paths.LARGE_LOST_OUTWARD, outward), (tls.LARGE_GREETING, minded)):
        if versions:
            proof = [one for version in versions for one in failed[version]]
            said = {"versions": listed(f"IPv{one}" for one in versions)}
            least = {"size": str(min(sizes[one] for one in versions))} if versions is outward else {}
            yield finding(code, _sites(case, versions), ids(proof), **said, **least)


def _all_in_vain(case: Case, version: int) -> list[LargeGreeting]:
    """Every large greeting by an IP version, where all that were sent in the usual segments failed; or none."""
    usual, small = (greeted(case.view.ordered, in_small=each) for each in (False, True))
    said = {endpoint: steps for endpoint, steps in usual.items() if endpoint.version == version}
    if len(said) < _SITES or not all(map(_failed_twice, said.values())):
        return []
    return [one for endpoint in said for one in (*said[endpoint], *small.get(endpoint, ()))]


def _failed_twice(steps: tuple[LargeGreeting, ...]) -> bool:
    return len(steps) > 1 and all(one.failure is not None and one.failure not in UNTESTED for one in steps)


def _passes(steps: Iterable[LargeGreeting]) -> int:
    """The largest segments in which the greeting is answered; 0: in none, or somewhere in none."""
    largest: dict[str, int] = {}
    for one in steps:
        size = one.segment_bytes if one.failure is None else 0
        largest[one.endpoint.address] = max(size, largest.get(one.endpoint.address, 0))
    return max(largest.values()) if all(largest.values()) else 0


def _sites(case: Case, versions: Iterable[int]) -> list[Standing]:
    """Sites that can be used and have an address of such a version."""
    sites = [one for one in case.working() if one.target.transport is Transport.HTTPS]
    return [
        one for one in sites if any((6 if ":" in at else 4) in versions for at in case.view.addresses(one.target.host))
    ]
