"""What was seen once: what came of the one CR LF, however many looks follow, and a silence that was none before."""

from msgspec.structs import replace
from tests.diagnose.scene import scene
from tests.diagnose.words import at_first, doors, silent

from lineclear.diagnose import diagnose
from lineclear.model import AnyObservation, Evidence, Failure, Purpose, TcpConnect, TcpListen

CUT = "cdc1.ibllc.com:4000"
HOST = CUT.partition(":")[0]
ONCE = scene(at_first(silent("*:4001")), doors(CUT, nudge=Failure.CONNECTION_RESET, nudge_ms=2.0))


LET_IN = "zdc1.ibllc.com:4001"


def _looked_at_again(evidence: Evidence, failure: Failure | None = None) -> Evidence:
    """The same evidence with one second look more, which ends in `failure` before anything is said."""
    walk = [one for one in evidence.observations if _is_of_the_walk(one)]
    connect = next(one for one in walk if isinstance(one, TcpConnect))
    listen = next(one for one in walk if isinstance(one, TcpListen))
    later = (
        replace(connect, id="later", at_ms=9000.0, purpose=Purpose.SECOND_LOOK),
        replace(listen, id="then", at_ms=9200.0, purpose=Purpose.SECOND_LOOK, failure=failure),
    )
    return replace(evidence, observations=(*evidence.observations, *later))


def _is_of_the_walk(one: AnyObservation) -> bool:
    return isinstance(one, TcpConnect | TcpListen) and one.host == HOST and one.endpoint.port == 4000


def _standing(evidence: Evidence, name: str = CUT) -> bool | None:
    return next(one.ok for one in diagnose(evidence).targets if one.name == name)


def test_more_looks_that_find_nothing_wrong_do_not_confirm_it() -> None:
    assert _standing(_looked_at_again(_looked_at_again(ONCE))) is None


def test_a_look_that_fails_by_itself_does() -> None:
    assert _standing(_looked_at_again(_looked_at_again(ONCE, Failure.EOF), Failure.EOF)) is False


def test_what_was_let_in_is_not_dead_by_one_silent_look() -> None:
    seen = scene(silent(LET_IN), at_first(doors(LET_IN, tls=Failure.EOF, connect=None)))
    assert _standing(seen, LET_IN) is None
    second = next(one for one in seen.observations if _is_second(one))
    third = replace(second, id="third", at_ms=9000.0)
    assert _standing(replace(seen, observations=(*seen.observations, third)), LET_IN) is False


def _is_second(one: AnyObservation) -> bool:
    return isinstance(one, TcpConnect) and one.purpose is Purpose.SECOND_LOOK
