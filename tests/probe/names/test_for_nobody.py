"""A name server asked for a name that nobody has."""

from lineclear.model import DnsQuery, Failure, Purpose
from lineclear.probe.wire import Wire

from .stage import Stage


def test_the_name_is_another_each_time_and_no_name_of_the_list(stage: Stage) -> None:
    resolver = stage.resolvers({})

    async def asks() -> None:
        for _ in range(2):
            await Wire(stage.run).ask_for_nobody(resolver.endpoint)

    stage.play(asks())
    asked = [one for one in stage.observations if isinstance(one, DnsQuery)]
    assert len({one.name for one in asked}) == 2
    assert all(one.name.endswith(".com") and len(one.name) == 24 for one in asked)
    assert {(one.type, one.purpose, one.resolver) for one in asked} == {("A", Purpose.CONTROL, resolver.endpoint)}
    assert {one.failure for one in asked} <= {Failure.TIMED_OUT, Failure.DNS_NXDOMAIN}
