"""What is told of a request, a patron, a refusal: values for JSON, and lines for people."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from circulation import eligibility
from circulation.fines import charges
from circulation.machine import machine
from circulation.model import (  # noqa: TC001 - msgspec reads the annotations
    Fine,
    Loan,
    Patron,
    Request,
)
from circulation.reasons import dollars

if TYPE_CHECKING:
    from datetime import datetime

    from circulation.desk import Desk


class RequestView(msgspec.Struct, frozen=True, omit_defaults=True):
    """A request with its loan and fines, and what can happen next."""

    request: Request
    next: tuple[str, ...]
    loan: Loan | None = None
    fines: tuple[Fine, ...] = ()
    late_cents: int = 0  # what a return now would cost


class PatronView(msgspec.Struct, frozen=True):
    """A patron's account: open requests, what is owed, how much of the quota is taken."""

    patron: Patron
    quota: int
    taken: int
    owed_cents: int
    requests: tuple[RequestView, ...]
    debts: tuple[Fine, ...]


def view(desk: Desk, request: Request) -> RequestView:
    """All about a request."""
    return RequestView(
        request,
        tuple(machine().triggers(request.kind, request.state)),
        loan := desk.loan(request),
        tuple(desk.unit.fines_for(request.id)),
        _late_cents(desk, request, loan) if loan else 0,
    )


def _late_cents(desk: Desk, request: Request, loan: Loan) -> int:
    if machine().states[request.state].counts != "loan":
        return 0
    return sum(
        cents
        for _, cents in charges("return", request, loan, None, desk.calendar(loan.home), desk.now)
    )


def account(desk: Desk, name: str) -> PatronView:
    """All about a patron."""
    patron = desk.patron(name)
    policy = desk.policy(patron)
    debts = tuple(desk.unit.debts_of(patron.id))
    return PatronView(
        patron,
        policy.rules.quota,
        eligibility.counted(desk, patron, policy),
        sum(fine.open_cents for fine in debts),
        tuple(view(desk, request) for request in desk.unit.requests_of(patron.id)),
        debts,
    )


def minute(at: datetime) -> str:
    """A time as people read it."""
    return f"{at:%Y-%m-%d %H:%M}"


_KINDS = {"loan": "", "document": "copy, ", "ill": "interlibrary loan, ", "visit": "visit, "}


def line(found: RequestView) -> str:
    """A request on one line."""
    request, loan = found.request, found.loan
    state = machine().states[request.state]
    told = [f"{request.id}  {_KINDS[request.kind]}{state.en} {state.zh}"]
    way = (
        f"{request.lender or '?'} to {request.pickup}"
        if request.kind != "visit"
        else request.pickup
    )
    told.append(f"{way}{': ' + request.item if request.item else ''}")
    if request.citation:
        told.append(request.citation)
    if request.state == "on-hold-shelf" and request.hold_until:
        told.append(f"until {minute(request.hold_until)}")
    if loan and state.counts == "loan":
        told.append(f"due {minute(loan.due_at)}")
    if state.final and request.reason:
        told.append(request.reason)
    owed = sum(fine.open_cents for fine in found.fines)
    if owed:
        told.append(f"{dollars(owed)} owed")
    if found.late_cents:
        told.append(f"{dollars(found.late_cents)} if it comes back now")
    return "; ".join(told)


def lines(found: PatronView) -> list[str]:
    """A patron's account, a line each."""
    patron = found.patron
    told = [f"{patron.label}  {patron.category}; {found.taken} of {found.quota} taken"]
    told += [f"  {line(each)}" for each in found.requests]
    told += [f"  fine {fine.id}: {dollars(fine.open_cents)}, {fine.reason}" for fine in found.debts]
    return told
