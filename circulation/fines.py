"""What a late item costs: pure functions of the loan, its terms, the calendar and the day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from circulation.clock import day_of

if TYPE_CHECKING:
    from datetime import datetime

    from circulation.calendar import Calendar
    from circulation.model import FineReason, Item, Loan, Request, Terms


def days_late(loan: Loan, calendar: Calendar, at: datetime) -> int:
    """Days after the due date, as the terms count them; 0 up to the due time."""
    if at <= loan.due_at:
        return 0
    back = calendar.day_back(at)
    return calendar.counted(day_of(loan.due_at), back, loan.terms.fine_counts)


def late_fine(loan: Loan, calendar: Calendar, at: datetime) -> int:
    """Cents for an item that comes back, or is renewed, or is given up for lost, at that time.

    Within the grace nothing is due. Past it the grace is free, or lapses and the fine counts from
    the due date (Lingnan). Days after a recall cost the rate of recalled items. Never above the cap.
    """
    terms = loan.terms
    late = days_late(loan, calendar, at)
    if late <= terms.grace_days:
        return 0
    free = 0 if terms.grace_lapses else terms.grace_days
    recalled = min(_days_recalled(loan, calendar, at), late - free)
    cents = (late - free - recalled) * terms.fine_cents + recalled * terms.recalled_fine_cents
    return cents if terms.fine_cap_cents is None else min(cents, terms.fine_cap_cents)


def _days_recalled(loan: Loan, calendar: Calendar, at: datetime) -> int:
    if loan.recalled_at is None:
        return 0
    begins = max(day_of(loan.due_at), day_of(loan.recalled_at))
    return calendar.counted(begins, calendar.day_back(at), loan.terms.fine_counts)


def late_reason(loan: Loan, trigger: str) -> FineReason:
    """Why it costs: returned late, or late after a recall, or renewed late."""
    if trigger == "renew":
        return "late-renewal"
    return "late-after-recall" if loan.recalled_at else "late-return"


def at_cap(loan: Loan, calendar: Calendar, at: datetime) -> bool:
    """Whether the fine has reached its cap."""
    cap = loan.terms.fine_cap_cents
    return bool(cap) and late_fine(loan, calendar, at) == cap


def replacement(terms: Terms, item: Item | None) -> int:
    """Cents for a lost item: its price and the fee, or the sum for an unknown price (Lingnan)."""
    if item is None or item.price_cents is None:
        return terms.lost_unknown_price_cents
    return item.price_cents + terms.lost_fee_cents


def charges(
    trigger: str,
    request: Request,
    loan: Loan | None,
    item: Item | None,
    calendar: Calendar,
    at: datetime,
) -> list[tuple[FineReason, int]]:
    """What comes due with a step, of the request and the loan as they were before it.

    A claim that an item was returned stops the count; what was given up for lost costs no more for
    its lateness when it comes back. Nothing else than these facts makes a fine.
    """
    found: list[tuple[FineReason, int]] = []
    if loan is None:
        found.append(("service", request.fee_cents))
    elif not loan.lost_at:
        until = min(at, loan.claimed_at) if loan.claimed_at else at
        found.append((late_reason(loan, trigger), late_fine(loan, calendar, until)))
        if trigger in {"report-lost", "presume-lost"}:
            found.append(("lost", replacement(loan.terms, item)))
    return [(reason, cents) for reason, cents in found if cents]
