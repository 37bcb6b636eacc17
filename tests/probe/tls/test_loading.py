"""What TLS needs is loaded in pieces, between which others have their turn, and not at all once the run is cut."""

from collections.abc import Callable, Iterator
from itertools import pairwise
from typing import TYPE_CHECKING, cast

import pytest

from lineclear.model import Failure, Target, TlsHandshake, Transport
from lineclear.probe import tls
from lineclear.probe.wire import Wire

if TYPE_CHECKING:
    from lineclear.probe.trust.judge import Judge

    from .conftest import Desk, Edge, Mint

TARGET = Target(host="www.example.com", port=443, transport=Transport.HTTPS)


class Piecemeal:
    """A judge of whom only the loading is told."""

    def __init__(self, told: list[str]) -> None:
        self._told = told

    def preload(self) -> Iterator[Callable[[], object]]:
        for piece in ("imports", "a store", "another"):
            yield lambda piece=piece: self._told.append(piece)  # type: ignore[misc]

    def judge(self, chain: tuple[bytes, ...], _at: object) -> tuple[()]:
        self._told += ["judged"] if chain else []
        return ()


@pytest.fixture
def told(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    found: list[str] = []
    monkeypatch.setattr(tls, "preload", lambda: found.append("ssl"))
    return found


def wire_of(desk: "Desk", told: list[str]) -> Wire:
    def make() -> "Judge":
        told.append("judge")
        return cast("Judge", Piecemeal(told))

    return Wire(desk.run, make_judge=make)


async def shake(wire: Wire, desk: "Desk", edge: "Edge", mint: "Mint") -> None:
    endpoint = edge.serve_tls(mint.server_context(mint.leaf("www.example.com")))
    session = await wire.handshake(await desk.connect(endpoint), TARGET)
    if session is not None:
        session.close()


PIECES = ["ssl", "judge", "imports", "a store", "another"]


def test_the_first_handshake_loads_and_lets_others_have_their_turn(
    desk: "Desk", edge: "Edge", mint: "Mint", told: list[str]
) -> None:
    wire = wire_of(desk, told)

    async def turns() -> None:
        while "judged" not in told:
            told.append("turn")
            await desk.reactor.until(desk.reactor.clock())

    async def main() -> None:
        others = desk.reactor.spawn(turns())
        await shake(wire, desk, edge, mint)
        await others
        await shake(wire, desk, edge, mint)

    desk.do(main())
    assert [one for one in told if one not in ("turn", "judged")] == PIECES
    places = [told.index(piece) for piece in PIECES]
    assert all("turn" in told[first:second] for first, second in pairwise(places))
    assert told.count("judged") == 2


def test_idle_moments_load_it_before_anybody_needs_it(
    desk: "Desk", edge: "Edge", mint: "Mint", told: list[str]
) -> None:
    wire = wire_of(desk, told)
    desk.reactor.when_idle.append(wire.preload)

    async def main() -> None:
        while desk.reactor.when_idle:
            await desk.reactor.sleep(0.05)
        assert told == PIECES
        await shake(wire, desk, edge, mint)

    desk.do(main())
    assert told == [*PIECES, "judged"]


def test_a_cut_ends_the_loading_and_no_hello_is_sent(desk: "Desk", edge: "Edge", mint: "Mint", told: list[str]) -> None:
    wire = wire_of(desk, told)

    async def cut() -> None:
        while "imports" not in told:
            await desk.reactor.until(desk.reactor.clock())
        desk.reactor.cut("deadline")

    async def main() -> None:
        cutting = desk.reactor.spawn(cut())
        await shake(wire, desk, edge, mint)
        await cutting

    desk.do(main())
    assert told in (PIECES[:3], PIECES[:4])
    shaken = desk.last(TlsHandshake)
    assert shaken.failure is Failure.INTERRUPTED
    assert (shaken.server_name, shaken.version, shaken.chain) == ("www.example.com", "", ())
