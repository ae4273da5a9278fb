"""Due dates: of a loan, a renewal, a recall, of what waits on the hold shelf. Pure functions."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from circulation.clock import day_of

if TYPE_CHECKING:
    from datetime import datetime

    from circulation.calendar import Calendar
    from circulation.model import Loan
    from circulation.rules import Rules


def loan_due(rules: Rules, calendar: Calendar, at: datetime) -> datetime:
    """Loan day + the days of the rule, at closing time; a closure moves it to the next open day."""
    return calendar.end_of(calendar.next_open(day_of(at) + timedelta(days=rules.loan_days)))


def renewal_due(rules: Rules, calendar: Calendar, loan: Loan, at: datetime) -> datetime:
    """A full period from the day of renewal (CUHK, EdUHK), within the span from the first day."""
    due = day_of(at) + timedelta(days=rules.loan_days)
    if rules.max_span_days is not None:
        due = min(due, day_of(loan.lent_at) + timedelta(days=rules.max_span_days))
    return calendar.end_of(calendar.next_open(due))


def recall_due(rules: Rules, calendar: Calendar, loan: Loan, at: datetime) -> datetime:
    """Days from the recall, never before the guaranteed ones; never later than it was due.

    Args:
        rules: of the owner.
        calendar: of the home library, where the item is given back.
        loan: as it was before.
        at: the time of the recall.
    """
    day = day_of(at) + timedelta(days=rules.recall_days)
    day = max(day, day_of(loan.lent_at) + timedelta(days=rules.recall_guaranteed_days))
    return min(loan.due_at, calendar.end_of(calendar.next_open(day)))


def shelf_until(rules: Rules, calendar: Calendar, at: datetime) -> datetime:
    """Until when an item waits on the hold shelf: closing time of the last day."""
    return calendar.end_of(calendar.plus(day_of(at), rules.pickup_days, rules.pickup_counts))
