"""Dates as web servers and evidence write them, without a calendar library: pure, and cheap to import."""

from lineclear.diagnose.symptom import EXPIRED_CODE, NOT_YET_VALID_CODE
from lineclear.model import HttpExchange, TlsHandshake

DAY_S = 86400.0
SKEW_S = 120.0
"""What a date that states seconds, a slow answer and a site's own clock cannot explain."""

_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_FIELDS = 6


def http_date(text: str) -> str | None:
    """`Sun, 06 Nov 1994 08:49:37 GMT` (RFC 9110 section 5.6.7) as `1994-11-06T08:49:37Z`; None if it is not one."""
    parts = text.split()
    if len(parts) != _FIELDS or parts[2] not in _MONTHS or not (parts[1] + parts[3]).isdecimal():
        return None
    return f"{parts[3]}-{_MONTHS.index(parts[2]) + 1:02d}-{int(parts[1]):02d}T{parts[4]}Z"


def days_between(earlier: str, later: str) -> float:
    """Days from one RFC 3339 instant to another, negative if `later` comes first; 0 if either is unreadable."""
    first, second = _days(earlier), _days(later)
    return second - first if first is not None and second is not None else 0.0


def ahead_s(step: HttpExchange, started: str) -> float | None:
    """How far this machine's clock is ahead of an answer's date, which may have waited in a cache; None: no date."""
    headers = dict(step.headers)
    date = http_date(headers.get("date", ""))
    if date is None:
        return None
    age = headers.get("age", "")
    waited = float(age) if age.isdecimal() else 0.0
    return days_between(date, started) * DAY_S + (step.at_ms + step.took_ms) / 1000.0 - waited


def out_of_date(tls: TlsHandshake) -> tuple[str, str, str]:
    """Which certificate of a chain is too old or too new, and its dates; the authority's that is not shown has none."""
    depth = next((one.at_depth for one in tls.judgements if one.code in (EXPIRED_CODE, NOT_YET_VALID_CODE)), 0)
    for bad in tls.chain[depth : depth + 1]:
        return bad.subject, bad.not_before[:10], bad.not_after[:10]
    return "".join(one.issuer for one in tls.chain[-1:]) or "unshown", "unshown", "unshown"


def _days(instant: str) -> float | None:
    """Days since the civil epoch (the usual era arithmetic of the proleptic Gregorian calendar)."""
    date, _, clock = instant.rstrip("Z").partition("T")
    numbers = date.split("-")
    if len(numbers) != 3 or not all(one.isdecimal() for one in numbers):  # noqa: PLR2004  year, month, day
        return None
    year, month, day = (int(one) for one in numbers)
    year -= month <= 2  # noqa: PLR2004  the year begins in March, so that leap days come last
    shifted = (month + 9) % 12
    whole = year * 365 + year // 4 - year // 100 + year // 400 + (shifted * 306 + 5) // 10 + day - 1
    return whole + _day_part(clock)


def _day_part(clock: str) -> float:
    parts = clock.partition(".")[0].partition("+")[0].split(":")
    if len(parts) != 3 or not all(one.isdecimal() for one in parts):  # noqa: PLR2004  hour, minute, second
        return 0.0
    return (int(parts[0]) * 3600 + int(parts[1]) * 60 + int(parts[2])) / DAY_S
