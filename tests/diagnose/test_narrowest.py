from lineclear.diagnose.rules.quality import _narrowest


def test_places_that_agree_narrow_each_other() -> None:
    assert _narrowest([(30.0, 60.0), (35.0, 50.0)]) == (35.0, 50.0)


def test_places_that_contradict_each_other_do_not() -> None:
    assert _narrowest([(30.0, 60.0), (8.0, 12.0)]) == (8.0, 60.0)
