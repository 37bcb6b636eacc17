"""Each observation as one line a person understands."""

import typing

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.render.rows_besides import BESIDES
from tests.render.rows_conversations import CONVERSATIONS

from lineclear.model import (
    AnyObservation,
    Endpoint,
    Failure,
    HttpExchange,
    Interface,
    Observation,
    Presence,
    Route,
    Severity,
    Vantage,
    Verdict,
)
from lineclear.render import steps, words
from lineclear.render.parts import PARTS

from .anything import anything
from .measured import evidence

KINDS = typing.get_args(AnyObservation)
TABLE = (*CONVERSATIONS, *BESIDES)


@pytest.mark.parametrize(("seen", "tried", "came"), TABLE, ids=[f"{one[1]}: {one[2]}"[:60] for one in TABLE])
def test_a_step_as_a_line(seen: Observation, tried: str, came: str) -> None:
    assert steps.step(seen) == (tried, came)


def test_every_kind_of_observation_has_its_line_and_its_row() -> None:
    assert set(steps._LINES) == set(KINDS)
    assert {type(one[0]) for one in TABLE} == set(KINDS)


@pytest.mark.parametrize("kind", KINDS)
@given(data=st.data())
@settings(max_examples=60, deadline=None)
def test_a_line_is_total(kind: type[Observation], data: st.DataObject) -> None:
    tried, came = steps.step(data.draw(anything(kind)))
    assert isinstance(tried, str)
    assert isinstance(came, str)


def test_every_part_of_the_vantage_can_be_cited() -> None:
    fixed = {"platform", "system", "python"}
    assert set(PARTS) == set(Vantage.__struct_fields__) - fixed


@given(anything(Vantage))
@settings(max_examples=60, deadline=None)
def test_a_part_of_any_vantage_is_a_line(vantage: Vantage) -> None:
    seen = msgspec.structs.replace(evidence(), vantage=vantage)
    told = steps.cited(seen, tuple(f"vantage.{name}" for name in PARTS))
    assert all(isinstance(came, str) for _, came in told)


def test_parts_of_a_vantage() -> None:
    vantage = Vantage(
        platform="linux",
        interfaces=(
            Interface(name="eth0", up=Presence.YES, addresses=("10.0.0.5/24",)),
            Interface(name="eth1", up=Presence.YES, carrier=Presence.NO, addresses=("10.0.1.5/24",)),
            Interface(name="wg0", carrier=Presence.NO, looks_like="vpn"),
        ),
        routes=(
            Route(destination="0.0.0.0/0", gateway="10.0.0.1"),
            Route(destination="0.0.0.0/1", interface="wg0"),
            Route(destination="fe80::/64", interface="wg0"),
            Route(destination="203.0.113.0/24", kind="prohibit"),
        ),
    )
    told = steps.cited(evidence(vantage=vantage), ("vantage.interfaces", "vantage.routes", "vantage.nothing", "gone"))
    assert told == [
        (
            "this machine: interfaces",
            "eth0 up 10.0.0.5/24; eth1 up without a link 10.0.1.5/24; wg0 without a link without address",
        ),
        ("this machine: routes", "default via 10.0.0.1; 0.0.0.0/1 by wg0; prohibit 203.0.113.0/24"),
        ("vantage.nothing", "see the saved evidence"),
        ("gone", "see the saved evidence"),
    ]


@pytest.mark.parametrize(
    ("date", "told"),
    [
        ("Sat, 07 Mar 2026 12:00:00 GMT", "status 200"),
        ("Sat, 07 Mar 2026 12:01:59 GMT", "status 200"),
        ("Sat, 07 Mar 2026 12:02:01 GMT", "status 200, dated Sat, 07 Mar 2026 12:02:01 GMT"),
        ("Fri, 06 Mar 2026 12:00:00 GMT", "status 200, dated Fri, 06 Mar 2026 12:00:00 GMT"),
        ("yesterday", "status 200"),
    ],
)
def test_an_answer_is_shown_with_its_date_where_this_clock_says_another(date: str, told: str) -> None:
    answer = HttpExchange(
        id="s1",
        at_ms=0.0,
        took_ms=0.0,
        endpoint=Endpoint(address="203.0.113.7", port=80),
        host="h",
        scheme="http",
        status=200,
        headers=(("date", date),),
    )
    run = msgspec.structs.replace(evidence(), started="2026-03-07T12:00:00Z", observations=(answer,))
    assert steps.cited(run, ("s1",)) == [("HEAD http://h:80/ at 203.0.113.7", told)]


def test_telling_takes_two_of_a_kind_in_their_order() -> None:
    silent = [(f"connect {at}", f"no answer to {at} SYNs") for at in range(9)]
    open_ = ("connect web", "connected in 24 ms")
    assert steps.telling([*silent, open_]) == [*silent[:2], open_]


def test_telling_is_never_long() -> None:
    assert len(steps.telling([(f"verb{at} x", "no") for at in range(50)])) == 6


def test_words_exist_for_every_value() -> None:
    assert set(words.FAILURE_WORDS) == set(Failure)
    assert set(words.VERDICT_WORDS) == set(words.SERVICE_WORDS) == set(Verdict)
    assert set(words.SEVERITY_WORDS) == set(Severity)
    assert set(words.SYMBOLS) == set(words.ASCII_SYMBOLS) == set(words.STYLES)
    assert all(one.isascii() for one in words.ASCII_SYMBOLS.values())


@pytest.mark.parametrize(
    ("ms", "said"),
    [
        (None, ""),
        (0.0, "0.0 ms"),
        (0.04, "<0.1 ms"),
        (0.42, "0.4 ms"),
        (9.94, "9.9 ms"),
        (24.4, "24 ms"),
        (499, "499 ms"),
        (984.2, "0.98 s"),
        (15_000, "15.0 s"),
        (120_000, "120 s"),
    ],
)
def test_durations(ms: float | None, said: str) -> None:
    assert words.duration(ms) == said
