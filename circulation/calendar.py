"""When a library is open: its week, Hong Kong's general holidays, its own closures."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Annotated

import msgspec

from base.datafile import DataFileError, load_resource
from base.errors import ConfigurationFailure
from circulation.clock import day_of, instant

if TYPE_CHECKING:
    from collections.abc import Iterable

    from circulation.model import Closure, Counting

FILE = "calendars.yaml"
Hours = Annotated[str, msgspec.Meta(pattern=r"^(closed|\d\d:\d\d-\d\d:\d\d)$")]
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_FAR = 366  # days to look ahead for an open one


class Week(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Opening hours of an ordinary week."""

    hours: dict[str, Hours]
    closed_on_holidays: bool = True
    unknown: bool = False
    source: str = ""


class Weeks(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """The table of weeks."""

    default: Week
    institutions: dict[str, Week]


class NeverOpen(ConfigurationFailure):
    """A library has no open day within a year."""

    code = "never-open"


@lru_cache(maxsize=1)
def load_weeks() -> Weeks:
    """The shipped weeks.

    Raises:
        DataFileError: the file is not sound.
    """
    weeks = load_resource("circulation", FILE, Weeks)
    for name, week in {"default": weeks.default, **weeks.institutions}.items():
        if set(week.hours) != set(DAYS):
            raise DataFileError(FILE, None, name, f"hours must name {', '.join(DAYS)}")
        if all(told == "closed" for told in week.hours.values()):
            raise DataFileError(FILE, None, name, "is never open")
    return weeks


@lru_cache(maxsize=256)
def general_holidays(year: int) -> frozenset[date]:
    """General holidays of Hong Kong (those beside Sundays), by the package ``holidays``."""
    from holidays.constants import OPTIONAL, PUBLIC
    from holidays.countries.hongkong import HongKong

    return frozenset(HongKong(years=year, categories=(PUBLIC, OPTIONAL)))


class Calendar:
    """The days of one library.

    Args:
        week: its ordinary week.
        closures: days of its own that differ.
    """

    def __init__(self, week: Week, closures: Iterable[Closure] = ()) -> None:
        self._week = week
        self._hours = [_hours(week.hours[name]) for name in DAYS]
        self._own = {closure.day: closure for closure in closures}

    def is_open(self, day: date) -> bool:
        """Whether the library opens on a day; its own word comes before week and holidays."""
        own = self._own.get(day)
        if own is not None:
            return own.opens
        if self._week.closed_on_holidays and day in general_holidays(day.year):
            return False
        return self._hours[day.weekday()] is not None

    def closing(self, day: date) -> time:
        """When it closes; of a day on which it is closed, when a day of its week usually does."""
        hours = self._hours[day.weekday()] or next(each for each in self._hours if each)
        return hours[1]

    def next_open(self, day: date) -> date:
        """The day itself, or the first one after it that is open.

        Raises:
            NeverOpen: none within a year.
        """
        for ahead in range(_FAR):
            if self.is_open(day + timedelta(days=ahead)):
                return day + timedelta(days=ahead)
        raise NeverOpen(f"no open day within a year from {day}", hint="Look at its closures.")

    def end_of(self, day: date) -> datetime:
        """Closing time of a day."""
        return instant(day, self.closing(day))

    def counted(self, after: date, until: date, counting: Counting) -> int:
        """Days after ``after``, ``until`` included: all of them, or those that are open."""
        days = max((until - after).days, 0)
        if counting == "calendar":
            return days
        return sum(self.is_open(after + timedelta(days=n)) for n in range(1, days + 1))

    def plus(self, day: date, days: int, counting: Counting) -> date:
        """The day that is so many days later, and open."""
        if counting == "calendar":
            return self.next_open(day + timedelta(days=days))
        for _ in range(days):
            day = self.next_open(day + timedelta(days=1))
        return self.next_open(day)

    def day_back(self, at: datetime) -> date:
        """The day as which a return counts: after closing time it is the next day."""
        day = day_of(at)
        return day + timedelta(days=1) if at > self.end_of(day) else day


def _hours(told: str) -> tuple[time, time] | None:
    if told == "closed":
        return None
    opens, _, closes = told.partition("-")
    return time.fromisoformat(opens), time.fromisoformat(closes)


class Calendars:
    """The calendars of all libraries."""

    def __init__(self, weeks: Weeks | None = None, closures: Iterable[Closure] = ()) -> None:
        self._weeks = weeks or load_weeks()
        self._closures = list(closures)
        self._made: dict[str, Calendar] = {}

    def of(self, institution: str) -> Calendar:
        """The calendar of an institution."""
        if institution not in self._made:
            week = self._weeks.institutions.get(institution, self._weeks.default)
            own = [each for each in self._closures if each.institution == institution]
            self._made[institution] = Calendar(week, own)
        return self._made[institution]

    def with_closures(self, closures: Iterable[Closure]) -> Calendars:
        """The same weeks with other closures."""
        return Calendars(self._weeks, closures)
