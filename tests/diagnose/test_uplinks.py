"""Whether ways out change from host to host or from connection to connection."""

import pytest
from msgspec.structs import replace
from tests.diagnose.scene import scene
from tests.diagnose.words import doors

from lineclear.diagnose import diagnose
from lineclear.model import Evidence, Hop, PathTrace


def how(evidence: Evidence) -> str:
    (found,) = [one for one in diagnose(evidence).findings if one.id == "several-uplinks-suspected"]
    return dict(found.facts)["how"]


def with_fences(evidence: Evidence, *routers: str) -> Evidence:
    """Further fences to the first host, each by one of these routers."""
    first = next(one for one in evidence.observations if isinstance(one, PathTrace))
    more = [
        replace(first, id=f"f{number}", hops=(first.hops[0], Hop(limit=2, outcome="expired", sender=router)))
        for number, router in enumerate(routers)
    ]
    return replace(evidence, observations=(*evidence.observations, *more))


@pytest.mark.parametrize(
    ("routers", "said"),
    [
        ((), "by_host"),
        (("100.64.0.2",) * 4, "by_host"),
        (("100.64.0.2", "198.51.100.9") * 2, "by_connection"),
    ],
)
def test_the_same_host_tells(routers: tuple[str, ...], said: str) -> None:
    evidence = scene(doors("z*:4000", "h*:4000", via="198.51.100.9"))
    assert how(with_fences(evidence, *routers)) == said
