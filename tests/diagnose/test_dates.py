"""Dates as web servers write them, against the standard library's reading."""

from datetime import UTC, datetime
from email.utils import format_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from lineclear.diagnose.rules.dates import days_between, http_date, out_of_date
from lineclear.model import Certificate, Endpoint, Judgement, TlsHandshake

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


LEAF = Certificate(subject="CN=leaf", issuer="CN=middle", not_before="2022-01-01T00:00:00Z", not_after="2023-01-01")
MIDDLE = Certificate(subject="CN=middle", issuer="CN=root", not_before="2012-01-01T00:00:00Z", not_after="2022-01-30")


@pytest.mark.parametrize(
    ("chain", "code", "depth", "told"),
    [
        ((LEAF, MIDDLE), 10, 1, ("CN=middle", "2012-01-01", "2022-01-30")),
        ((LEAF, MIDDLE), 9, 0, ("CN=leaf", "2022-01-01", "2023-01-01")),
        ((LEAF, MIDDLE), 10, 2, ("CN=root", "unshown", "unshown")),
        ((), 10, 0, ("unshown", "unshown", "unshown")),
        ((LEAF,), 18, 3, ("CN=leaf", "2022-01-01", "2023-01-01")),
    ],
)
def test_which_certificate_is_out_of_date(
    chain: tuple[Certificate, ...], code: int, depth: int, told: tuple[str, str, str]
) -> None:
    judged = (Judgement(store="system", trusted=False, code=code, at_depth=depth),)
    seen = TlsHandshake(
        id="o1", at_ms=0, took_ms=1, endpoint=Endpoint(address="203.0.113.7", port=443), host="h", chain=chain,
        judgements=judged,
    )  # fmt: skip
    assert out_of_date(seen) == told
