"""Fines paid and forgiven. What comes due is written with the step that makes it due."""

from __future__ import annotations

from typing import TYPE_CHECKING

from circulation.desk import Refused, Unknown
from circulation.events import Paid
from circulation.model import Fine
from circulation.reasons import by_fact, dollars

if TYPE_CHECKING:
    from circulation.desk import Desk
    from circulation.model import Request


def pay(
    desk: Desk, fine_key: str, cents: int | None = None, *, waived: bool = False, note: str = ""
) -> Fine:
    """Take money for a fine (default: all that is owed), or forgive a part of it.

    Raises:
        Unknown: no such fine.
        Refused: nothing or more than what is owed.
    """
    fine = desk.unit.find(Fine, fine_key.upper())
    if fine is None:
        raise Unknown(f"there is no fine {fine_key}", hint="`hkall circ patron NAME` lists them.")
    cents = fine.open_cents if cents is None else cents
    if not 0 < cents <= fine.open_cents:
        reason = by_fact("open_cents", f"{dollars(fine.open_cents)} is owed", found=cents)
        raise Refused("payment", (reason,))
    number = fine.paid_cents + fine.waived_cents  # grows with each payment
    desk.write(
        Paid(payment=f"{fine.id}.{number}", fine=fine.id, cents=cents, waived=waived, note=note)
    )
    found = desk.unit.find(Fine, fine.id)
    assert found is not None  # noqa: S101 - just written
    return found


def forgive_replacement(desk: Desk, request: Request) -> None:
    """What was given up for lost has come back: the replacement is no longer owed."""
    for fine in desk.unit.fines_for(request.id):
        if fine.reason == "lost" and fine.open_cents:
            pay(desk, fine.id, fine.open_cents, waived=True, note="the item has come back")
