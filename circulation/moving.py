"""The way of an item: shipped, in transit, received, on the hold shelf, not collected, back."""

from __future__ import annotations

from typing import TYPE_CHECKING

from circulation.dues import shelf_until
from circulation.events import Moved, Shelved

if TYPE_CHECKING:
    from circulation.desk import Desk
    from circulation.model import Request


def move(desk: Desk, key: str, trigger: str, reason: str = "") -> Request:
    """One step of the way; which ones there are, the state machine says."""
    request = desk.request(key)
    desk.check(request, trigger)
    return desk.advance(request, Moved(request=request.id, trigger=trigger, reason=reason))


def shelve(desk: Desk, key: str) -> Request:
    """Put what has come on the hold shelf, until the end that the home library's rule gives."""
    request = desk.request(key)
    desk.check(request, "shelve")
    until = shelf_until(desk.policy(request).rules, desk.calendar(request.pickup), desk.now)
    return desk.advance(request, Shelved(request=request.id, trigger="shelve", hold_until=until))
