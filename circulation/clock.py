"""Hong Kong time. The time of an act is passed in: none reads the clock by itself."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone

from base.errors import UsageFailure

HONG_KONG = timezone(timedelta(hours=8), "HKT")
"""UTC+8 all year: Hong Kong has had no summer time since 1979, and no rule here is older."""

NOON = time(12, 0)
_YEARS = range(1980, 2100)


def system_clock() -> datetime:
    """The time of now, in Hong Kong."""
    return datetime.now(UTC).astimezone(HONG_KONG).replace(microsecond=0)


def parse_instant(text: str) -> datetime:
    """Read ``2005-11-01`` (noon), ``2005-11-01T09:30``, the latter also with an offset.

    Raises:
        UsageFailure: not a date, or not a time, of ISO 8601; or of a year that no calendar here has.
    """
    told = text.strip()
    try:
        at = _read(told)
    except ValueError as error:
        raise UsageFailure(
            f"{text!r} is no date or time", hint="Write 2005-11-01 or 2005-11-01T09:30."
        ) from error
    if at.year not in _YEARS:
        raise UsageFailure(
            f"{text!r} is outside {_YEARS[0]} to {_YEARS[-1]}", hint="Look at the year."
        )
    return (at if at.tzinfo else at.replace(tzinfo=HONG_KONG)).astimezone(HONG_KONG)


def _read(told: str) -> datetime:
    try:
        return datetime.combine(date.fromisoformat(told), NOON)
    except ValueError:
        return datetime.fromisoformat(told)


def day_of(at: datetime) -> date:
    """The day in Hong Kong on which an instant falls."""
    return at.astimezone(HONG_KONG).date()


def instant(day: date, at: time) -> datetime:
    """A time of a day in Hong Kong."""
    return datetime.combine(day, at, HONG_KONG)
