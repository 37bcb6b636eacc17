"""The drawing of the way: where it ends, and what it never claims."""

import pytest
from msgspec.structs import replace

from lineclear.model import (
    Endpoint,
    Hop,
    Proof,
    Route,
    TcpConnect,
    Vantage,
)
from lineclear.render.html import fragments, run_of
from lineclear.render.html.path import Break, Ending, Station, way

from .measured import evidence
from .pages import HOST, PORT, THERE, broken, hop, trace
from .reports import REPORTS


class TestWay:
    def test_ends_after_the_last_hop_that_answers(self) -> None:
        found = way(
            broken(trace(hop(2, sender="10.0.0.2"), hop(1, sender="10.0.0.1"), hop(3, "silent"), hop(4, "silent")))
        )
        assert found is not None
        assert [(one.station, one.address, one.first, one.last) for one in found.places] == [
            (Station.MACHINE, "", 0, 0),
            (Station.HOP, "10.0.0.1", 1, 1),
            (Station.HOP, "10.0.0.2", 2, 2),
            (Station.SILENT, "", 3, 4),
            (Station.SERVER, f"{HOST}:{PORT}", 0, 0),
        ]
        assert found.broken is found.places[3]
        assert found.broken.broken is Break.NO_ANSWER
        assert not found.places[-1].reached
        assert found.finding == "LC320"
        assert not found.quiet
        assert found.ending is Ending.LOST

    def test_of_which_no_hop_answers_may_end_on_this_machine(self) -> None:
        run = broken(trace(hop(1, "silent"), hop(2, "silent")))
        found = way(run)
        assert found is not None
        assert found.ending is Ending.MUTE
        assert "lost on this machine or anywhere after it" in fragments.path(run)

    def test_a_silent_hop_in_the_middle_is_no_break(self) -> None:
        found = way(broken(trace(hop(1, "silent"), hop(2, sender="10.0.0.2"))))
        assert found is not None
        assert found.quiet
        assert [one.broken for one in found.places] == [None, None, None, Break.SOMEWHERE, None]
        assert found.ending is None

    @pytest.mark.parametrize(
        ("outcome", "why"),
        [
            ("refused", Break.REFUSED),
            ("rejected", Break.REJECTED),
            ("reset", Break.RESET),
            ("something new", Break.NO_ANSWER),
        ],
    )
    def test_ends_at_the_hop_that_says_no(self, outcome: str, why: Break) -> None:
        found = way(broken(trace(hop(1, sender="10.0.0.1"), hop(2, outcome, "10.0.0.2"), hop(3, "silent"))))
        assert found is not None
        assert [(one.address, one.broken) for one in found.places[1:-1]] == [("10.0.0.1", None), ("10.0.0.2", why)]
        assert found.places[-1].reached is False
        assert found.ending is (Ending.LOST if why is Break.NO_ANSWER else None)
        assert "LC320" in fragments.path(broken(trace(hop(2, outcome, "10.0.0.2"))))

    @pytest.mark.parametrize("sender", ["", "203.0.113.1"])
    @pytest.mark.parametrize("outcome", ["refused", "rejected", "reset"])
    def test_a_refusal_may_be_the_servers_own(self, outcome: str, sender: str) -> None:
        run = broken(trace(hop(1, sender="10.0.0.1"), hop(2, outcome, sender)))
        found = way(run)
        assert found is not None
        assert (found.places[-1].reached, found.ending, found.hop) == (None, Ending.TOLD, 2)
        assert "no farther away than hop 2" in fragments.path(run)
        assert "not reached" not in fragments.path(run)

    def test_ends_at_what_answers_where_that_is_the_fault(self) -> None:
        local = Endpoint(address="10.0.0.9", port=50000)
        connect = TcpConnect(id="o1", at_ms=0.0, took_ms=1.0, host=HOST, endpoint=THERE, local=local)
        found = way(broken(trace(hop(1, "connected")), connect))
        assert found is not None
        assert [(one.station, one.broken) for one in found.places] == [
            (Station.MACHINE, None),
            (Station.ANSWERER, Break.NOT_THE_SERVER),
        ]
        assert found.places[0].address == "10.0.0.9"
        assert (found.ending, found.hop) == (Ending.FAULT, 1)
        untraced = way(broken(connect))
        assert untraced is not None
        assert untraced.ending is Ending.FAULT_SOMEWHERE

    def test_starts_at_the_address_this_machine_always_speaks_from(self) -> None:
        def spoken(of: str, host: str = "elsewhere.example") -> TcpConnect:
            local = Endpoint(address=of, port=50000)
            return TcpConnect(id=of, at_ms=0.0, took_ms=1.0, host=host, endpoint=THERE, local=local)

        for connects, source in (
            ((spoken("10.0.0.9"),), "10.0.0.9"),
            ((spoken("10.0.0.9"), spoken("2001:db8::9")), "10.0.0.9"),
            ((spoken("10.0.0.9"), spoken("10.0.0.8")), ""),
            ((spoken("10.0.0.9"), spoken("10.0.0.8", HOST)), "10.0.0.8"),
            ((), ""),
        ):
            found = way(broken(*connects))
            assert found is not None
            assert found.places[0].address == source

    def test_without_a_trace_says_the_router_and_that_nobody_looked(self) -> None:
        routes = (
            Route(destination="::/0", gateway="fe80::1"),
            Route(destination="0.0.0.0/0", gateway="10.0.0.1"),
            Route(destination="10.0.0.0/24"),
        )
        for addresses, router in ((("203.0.113.1",), "10.0.0.1"), (("2001:db8::1",), "fe80::1"), ((), "10.0.0.1")):
            found = way(broken(vantage=Vantage(platform="linux", routes=routes), addresses=addresses))
            assert found is not None
            assert [(one.station, one.address) for one in found.places[1:-1]] == [
                (Station.ROUTER, router),
                (Station.UNKNOWN, ""),
            ]
            assert found.places[2].broken is Break.SOMEWHERE
        found = way(broken(vantage=Vantage(platform="linux")))
        assert found is not None
        assert [one.station for one in found.places] == [Station.MACHINE, Station.UNKNOWN, Station.SERVER]

    def test_of_a_healthy_network_is_one_that_was_traced(self) -> None:
        assert way(run_of(REPORTS["healthy"]())) is None

    @pytest.mark.parametrize(
        ("hops", "proof", "stations", "ending", "said"),
        [
            ((hop(1, "silent"), hop(2, "connected")), Proof.IDENTITY, "silent server", Ending.TRACED, "to hop 2,"),
            (
                (hop(1, sender="10.0.0.1"), hop(2, "silent")),
                Proof.CORROBORATED,
                "hop unknown server",
                Ending.PARTLY,
                "the dotted part",
            ),
            (
                (hop(1, "connected"),),
                Proof.CONNECTED,
                "answerer",
                Ending.UNPROVEN,
                "than hop 1; that the server itself",
            ),
            ((), Proof.CONNECTED, "unknown answerer", Ending.UNPROVEN_SOMEWHERE, "itself answers is not proven, and"),
        ],
    )
    def test_claims_no_more_than_was_measured(
        self, hops: tuple[Hop, ...], proof: Proof, stations: str, ending: Ending, said: str
    ) -> None:
        run = replace(run_of(REPORTS["healthy"]()), evidence=evidence(trace(*hops)))
        assert run.diagnosis is not None
        results = tuple(replace(one, proof=proof) for one in run.diagnosis.targets)
        run = replace(run, diagnosis=replace(run.diagnosis, targets=results))
        found = way(run)
        assert found is not None
        assert " ".join(one.station.value for one in found.places[1:]) == stations
        assert (found.ending, found.broken) == (ending, None)
        assert said in fragments.path(run)
        assert ("A hop that stays silent" in fragments.path(run)) == found.quiet

    def test_a_trace_of_something_else_is_left_aside(self) -> None:
        run = run_of(REPORTS["healthy"]())
        assert way(replace(run, evidence=evidence(trace(hop(1), host="elsewhere.example")))) is None

    def test_a_claim_about_no_target_here_draws_nothing(self) -> None:
        run = broken()
        assert run.diagnosis is not None
        about_none = tuple(replace(one, targets=("nowhere:1",)) for one in run.diagnosis.findings)
        assert way(replace(run, diagnosis=replace(run.diagnosis, findings=about_none))) is None

    def test_many_stations_are_not_drawn_in_one_line(self) -> None:
        many = (hop(limit, sender=f"10.0.0.{limit}") for limit in range(1, 9))
        assert 'class="way"' in fragments.path(broken(trace(*many)))
        assert 'class="way short"' in fragments.path(broken(trace(hop(1, sender="10.0.0.1"))))
