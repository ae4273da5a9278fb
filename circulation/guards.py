"""The guards of the state machine: each yields every reason against a step, none means yes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple, TypeAlias

from circulation import eligibility
from circulation.clock import day_of
from circulation.dues import renewal_due
from circulation.fines import at_cap
from circulation.reasons import Reason, by_fact, by_rule, dollars

if TYPE_CHECKING:
    from circulation.desk import Desk
    from circulation.model import Item, Loan, Patron, Request


class Case(NamedTuple):
    """What a guard looks at: the desk, the request, its loan, and what the act brings."""

    desk: Desk
    request: Request
    loan: Loan | None
    item: Item | None = None
    patron: Patron | None = None  # who stands at the desk

    @property
    def the_loan(self) -> Loan:
        """The loan, in states that have one."""
        assert self.loan is not None, f"{self.request.id} has no loan"  # noqa: S101 - by the table
        return self.loan


Guard: TypeAlias = Callable[[Case], Iterator[Reason]]


def _copy_free(case: Case) -> Iterator[Reason]:
    item = case.item
    if item is None or not item.on_shelf:
        yield by_fact("available", "the copy is not on its shelf", found=item and item.status)


def _lender_not_denied(case: Case) -> Iterator[Reason]:
    if case.item and case.item.institution in case.request.denied_by:
        yield by_fact("lender-not-denied", f"{case.item.institution} has denied this request")


def _same_lender(case: Case) -> Iterator[Reason]:
    if case.item and case.item.institution != case.request.lender:
        yield by_fact("same-lender", f"the copy must be of {case.request.lender}",
                      found=case.item.institution)  # fmt: skip


def _past_expiry(case: Case) -> Iterator[Reason]:
    ends = case.request.expires_on
    if ends is None or case.desk.today <= ends:
        yield by_fact("request_days", f"the request is good until {ends}", found=ends)


def _past_pickup(case: Case) -> Iterator[Reason]:
    ends = case.request.hold_until
    if ends is None or case.desk.now <= ends:
        yield by_fact("pickup_days", f"it may be collected until {ends}", found=ends)


def _own_card(case: Case) -> Iterator[Reason]:
    owner = case.desk.unit.borrower(case.request.id)
    if case.patron is None or owner is None or owner.id != case.patron.id:
        yield by_fact("own-card", "the item waits for another patron")


def _may_borrow(case: Case) -> Iterator[Reason]:
    if case.patron:
        yield from eligibility.standing(case.desk, case.patron)
        yield from eligibility.recalled_overdue(case.desk, case.patron, "recall_stops_loans")


def _loan_quota(case: Case) -> Iterator[Reason]:
    patron = case.patron
    if patron is None or case.request.kind != "loan":
        return
    policy = case.desk.policy(patron)
    found = eligibility.counted(case.desk, patron, policy, only_loans=True)
    if found >= policy.rules.quota:
        yield by_rule(policy, "quota", f"{found} of {policy.rules.quota} items are on loan",
                      found=found, lifts="Return one.")  # fmt: skip


def _renewable(case: Case) -> Iterator[Reason]:
    loan, desk = case.the_loan, case.desk
    policy = desk.policy(case.request)
    rules = policy.rules
    if loan.recalled_at:
        yield by_fact("recalled", "the item is recalled", found=loan.recalled_at)
    if case.item and case.item.holds and not rules.renew_if_asked:
        yield by_rule(policy, "renew_if_asked", "somebody else has asked for it",
                      found=case.item.holds, lifts="Return it by its due date.")  # fmt: skip
    if rules.max_renewals is not None and loan.renewals >= rules.max_renewals:
        yield by_rule(policy, "max_renewals", f"it was renewed {loan.renewals} of"
                      f" {rules.max_renewals} times", found=loan.renewals,
                      lifts="Return it by its due date.")  # fmt: skip
    if loan.due_at < desk.now and not rules.renew_overdue:
        yield by_rule(policy, "renew_overdue", "it is overdue", found=loan.due_at,
                      lifts="Return it.")  # fmt: skip
    yield from _span(case)
    yield from _window(case)
    yield from _renewal_blocks(case)


def _span(case: Case) -> Iterator[Reason]:
    loan, desk = case.the_loan, case.desk
    policy = desk.policy(case.request)
    new = renewal_due(policy.rules, desk.calendar(case.request.home), loan, desk.now)
    if new <= loan.due_at or new < desk.now:
        rule = "loan_days" if policy.rules.max_span_days is None else "max_span_days"
        yield by_rule(policy, rule, f"a renewal would not move the due date: {day_of(new)}",
                      found=new, lifts="Return it by its due date.")  # fmt: skip


def _window(case: Case) -> Iterator[Reason]:
    policy = case.desk.policy(case.request)
    window = policy.rules.renew_window_days
    if window is None:
        return
    opens = day_of(case.the_loan.due_at) - timedelta(days=window)
    if case.desk.today < opens:
        yield by_rule(policy, "renew_window_days", f"it may be renewed from {opens} on",
                      found=case.desk.today, lifts=f"Renew from {opens} on.")  # fmt: skip


def _renewal_blocks(case: Case) -> Iterator[Reason]:
    desk = case.desk
    policy = desk.policy(case.request)
    patron = desk.unit.borrower(case.request.id)
    if patron is None:
        return
    limit = policy.rules.renewal_block_cents
    owed = sum(fine.open_cents for fine in desk.unit.debts_of(patron.id))
    if limit is not None and owed and owed >= limit:
        yield by_rule(policy, "renewal_block_cents", f"{dollars(owed)} is owed", found=owed,
                      lifts="Pay it.")  # fmt: skip
    yield from eligibility.recalled_overdue(desk, patron, "recall_stops_renewals")


def _recallable(case: Case) -> Iterator[Reason]:
    loan = case.the_loan
    if loan.recalled_at:
        yield by_fact("recalled-already", "it is recalled already", found=loan.recalled_at)


def _is_recalled(case: Case) -> Iterator[Reason]:
    if not case.the_loan.recalled_at:
        yield by_fact("not-recalled", "it is not recalled")


def _past_due(case: Case) -> Iterator[Reason]:
    if case.desk.now <= case.the_loan.due_at:
        yield by_fact("due", f"it is due at {case.the_loan.due_at}", found=case.the_loan.due_at)


def _long_overdue(case: Case) -> Iterator[Reason]:
    loan, desk = case.the_loan, case.desk
    policy = desk.policy(case.request)
    late = (desk.today - day_of(loan.due_at)).days
    if late >= policy.rules.lost_after_days:
        return
    if policy.rules.lost_at_cap and at_cap(loan, desk.calendar(loan.home), desk.now):
        return
    yield by_rule(policy, "lost_after_days", f"it is overdue for {late} days only", found=late)


def _claim_waited(case: Case) -> Iterator[Reason]:
    policy = case.desk.policy(case.request)
    claimed = case.the_loan.claimed_at
    ends = day_of(claimed) + timedelta(days=policy.rules.claim_wait_days) if claimed else None
    if ends is None or case.desk.today < ends:
        yield by_rule(policy, "claim_wait_days", f"it is looked for until {ends}", found=ends)


def _nothing_owed(case: Case) -> Iterator[Reason]:
    owed = sum(fine.open_cents for fine in case.desk.unit.fines_for(case.request.id))
    if owed:
        yield by_fact("nothing-owed", f"{dollars(owed)} is owed for it", found=owed)


GUARDS: dict[str, Guard] = {
    "copy-free": _copy_free,
    "lender-not-denied": _lender_not_denied,
    "same-lender": _same_lender,
    "past-expiry": _past_expiry,
    "past-pickup": _past_pickup,
    "own-card": _own_card,
    "may-borrow": _may_borrow,
    "loan-quota": _loan_quota,
    "renewable": _renewable,
    "recallable": _recallable,
    "is-recalled": _is_recalled,
    "past-due": _past_due,
    "long-overdue": _long_overdue,
    "claim-waited": _claim_waited,
    "nothing-owed": _nothing_owed,
}
"""Every guard that the table may name (`circulation.guardnames`)."""
