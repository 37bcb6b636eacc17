"""Dates as web servers write them, against the standard library's reading."""

from datetime import UTC, datetime
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineclear.diagnose.rules.dates import days_between, http_date

INSTANTS = st.datetimes(datetime(1900, 1, 1), datetime(2400, 1, 1), timezones=st.just(UTC)).map(  # noqa: DTZ001
    lambda one: one.replace(microsecond=0)
)


@given(INSTANTS)
def test_an_http_date_is_read(instant: datetime) -> None:
    assert http_date(format_datetime(instant, usegmt=True)) == instant.strftime("%Y-%m-%dT%H:%M:%SZ")


@given(INSTANTS, INSTANTS)
def test_days_between_two_instants(earlier: datetime, later: datetime) -> None:
    texts = (one.isoformat().replace("+00:00", "Z") for one in (earlier, later))
    assert days_between(*texts) == pytest.approx((later - earlier).total_seconds() / 86400)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "Sun, 06 Now 1994 08:49:37 GMT",
        "Sun, ² Nov 1994 08:49:37 GMT",
        "Sunday, 06-Nov-94 08:49:37 GMT",
    ],
)
def test_what_is_no_http_date_is_none(text: str) -> None:
    assert http_date(text) is None


@pytest.mark.parametrize("text", ["", "2022-01", "2022-²-01T00:00:00Z", "soon"])
def test_an_instant_that_cannot_be_read_is_no_time_away(text: str) -> None:
    assert days_between(text, "2022-01-31T12:00:00Z") == 0.0


def test_a_day_without_a_clock_begins_at_midnight() -> None:
    assert days_between("2022-01-31", "2022-01-31T12:00:00Z") == 0.5
