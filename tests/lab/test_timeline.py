"""Where the time of a check went."""

from lab.timeline import timeline

from lab import evidence
from lineclear.model import evidence_from_json


def test_the_steps_of_a_check_stand_in_the_order_in_which_they_began() -> None:
    kept = evidence_from_json(evidence.load("drop-office"), "drop-office")
    whole, *lines = timeline(kept)
    assert whole == f"{kept.took_ms / 1000.0:.2f} s in all"
    began = [float(line.split(" to ")[0]) for line in lines]
    assert began == sorted(began)
    assert any("TcpConnect second-look generic_timeout_error" in line for line in lines)
    assert sum(int(line.split()[3]) for line in lines) == len(kept.observations)
