"""Loans: taken, renewed, recalled, returned, claimed to be returned, lost."""

from __future__ import annotations

from typing import TYPE_CHECKING

from circulation.dues import loan_due, recall_due, renewal_due
from circulation.events import Ended, Lent, Moved, Recalled, RecallWithdrawn, Renewed
from circulation.model import Item
from circulation.money import forgive_replacement

if TYPE_CHECKING:
    from circulation.desk import Desk
    from circulation.model import Request


def check_out(desk: Desk, key: str, patron_name: str) -> Request:
    """Hand an item to the patron who asked for it.

    Raises:
        Refused: it waits for another patron, or this one may not borrow now.
    """
    request = desk.request(key)
    patron = desk.patron(patron_name)
    desk.check(request, "check-out", patron=patron)
    rules, calendar = desk.policy(request).rules, desk.calendar(request.home)
    event = Lent(
        request=request.id,
        trigger="check-out",
        due_at=loan_due(rules, calendar, desk.now),
        terms=desk.policy(request).terms(),
    )
    return desk.advance(request, event)


def renew(desk: Desk, key: str) -> Request:
    """Renew: a full period from today. What is overdue is fined up to today.

    Raises:
        Refused: recalled, asked for, renewed too often, blocked.
    """
    request = desk.request(key)
    item = desk.unit.find(Item, request.item) if request.item else None
    loan = desk.check(request, "renew", item=item).the_loan
    policy = desk.policy(request)
    due = renewal_due(policy.rules, desk.calendar(loan.home), loan, desk.now)
    event = Renewed(request=request.id, trigger="renew", due_at=due, terms=policy.terms())
    return desk.advance(request, event)


def recall(desk: Desk, key: str) -> Request:
    """The lender wants it back: the due date comes nearer, never later."""
    request = desk.request(key)
    loan = desk.check(request, "recall").the_loan
    rules = desk.owner_policy(loan.lender).rules
    due = recall_due(rules, desk.calendar(loan.home), loan, desk.now)
    return desk.advance(request, Recalled(request=request.id, trigger="recall", due_at=due))


def withdraw_recall(desk: Desk, key: str) -> Request:
    """The lender's reader waits no more: the due date of before comes back."""
    request = desk.request(key)
    desk.check(request, "withdraw-recall")
    return desk.advance(request, RecallWithdrawn(request=request.id, trigger="withdraw-recall"))


def give_back(desk: Desk, key: str) -> Request:
    """Take an item back at the home library, with the fine that is due."""
    request = desk.request(key)
    loan = desk.check(request, "return").the_loan
    request = desk.advance(request, Moved(request=request.id, trigger="return"))
    if loan.lost_at:
        forgive_replacement(desk, request)
    return request


def fall_due(desk: Desk, key: str) -> Request:
    """The due time has passed."""
    request = desk.request(key)
    desk.check(request, "fall-due")
    return desk.advance(request, Moved(request=request.id, trigger="fall-due"))


def claim_returned(desk: Desk, key: str) -> Request:
    """The patron says that it was returned: it is looked for, and costs nothing more meanwhile."""
    request = desk.request(key)
    desk.check(request, "claim-returned")
    return desk.advance(request, Moved(request=request.id, trigger="claim-returned"))


def lose(desk: Desk, key: str, trigger: str = "report-lost") -> Request:
    """Give an item up for lost: what its lateness costs so far, and its replacement."""
    request = desk.request(key)
    desk.check(request, trigger)
    return desk.advance(request, Moved(request=request.id, trigger=trigger))


def settle(desk: Desk, key: str) -> Request:
    """Close a request whose item is lost and paid for."""
    request = desk.request(key)
    desk.check(request, "settle")
    return desk.advance(request, Ended(request=request.id, trigger="settle", reason="lost"))
