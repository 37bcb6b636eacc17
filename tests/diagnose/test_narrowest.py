from lineclear.diagnose.rules.quality import _narrowest
from lineclear.model import Endpoint, Failure, IdleHold

AT = Endpoint(address="192.0.2.1", port=4000)


def holds(*, alive: tuple[float, ...], dead: tuple[float, ...]) -> list[IdleHold]:
    how = {None: alive, Failure.TIMED_OUT: dead}
    return [
        IdleHold(id="i", at_ms=0.0, took_ms=1.0, endpoint=AT, failure=failure, idle_ms=one, asked=True)
        for failure, ages in how.items()
        for one in ages
    ]


def test_places_that_agree_narrow_each_other() -> None:
    assert _narrowest(holds(alive=(30.0, 35.0), dead=(60.0, 50.0))) == (35.0, 50.0)


def test_places_that_contradict_each_other_do_not() -> None:
    assert _narrowest(holds(alive=(30.0, 8.0), dead=(60.0, 12.0))) == (8.0, 60.0)


def test_one_silence_of_two_fates_lies_between() -> None:
    assert _narrowest(holds(alive=(10.0, 17.0, 20.0), dead=(20.0, 22.0, 40.0))) == (17.0, 22.0)
