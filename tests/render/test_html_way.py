"""The drawing of the way: where it ends, and what it never claims."""

import pytest
from msgspec.structs import replace

from lineclear.model import (
    Endpoint,
    Route,
    TcpConnect,
    Vantage,
)
from lineclear.render.html import fragments, run_of
from lineclear.render.html.path import Break, Station, way

from .pages import HOST, PORT, THERE, broken, hop, trace
from .reports import REPORTS, evidence


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

    def test_a_silent_hop_in_the_middle_is_no_break(self) -> None:
        found = way(broken(trace(hop(1, "silent"), hop(2, sender="10.0.0.2"))))
        assert found is not None
        assert found.quiet
        assert [one.broken for one in found.places] == [None, None, None, Break.NO_ANSWER, None]

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
        assert "LC320" in fragments.path(broken(trace(hop(2, outcome, "10.0.0.2"))))

    def test_is_open_where_something_answers_that_is_not_the_server(self) -> None:
        local = Endpoint(address="10.0.0.9", port=50000)
        connect = TcpConnect(id="o1", at_ms=0.0, took_ms=1.0, host=HOST, endpoint=THERE, local=local)
        found = way(broken(trace(hop(1, "connected")), connect))
        assert found is not None
        assert [(one.station, one.broken) for one in found.places] == [
            (Station.MACHINE, None),
            (Station.SERVER, Break.NOT_THE_SERVER),
        ]
        assert found.places[0].address == "10.0.0.9"

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
                (Station.HOP, router),
                (Station.UNKNOWN, ""),
            ]
            assert found.places[2].broken is Break.SOMEWHERE
        found = way(broken(vantage=Vantage(platform="linux")))
        assert found is not None
        assert [one.station for one in found.places] == [Station.MACHINE, Station.UNKNOWN, Station.SERVER]

    def test_of_a_healthy_network_is_one_that_was_traced(self) -> None:
        run = run_of(REPORTS["healthy"]())
        assert way(run) is None
        short = replace(run, evidence=evidence(trace(hop(1, sender="10.0.0.1"), hop(2, "silent"))))
        found = way(short)
        assert found is not None
        assert [one.station for one in found.places[1:-1]] == [Station.HOP, Station.UNKNOWN]
        assert found.broken is None
        assert "open from end to end" in fragments.path(short)
        whole = replace(run, evidence=evidence(trace(hop(1, "silent"), hop(2, "connected"))))
        assert "A hop that stays silent" in fragments.path(whole)

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
