"""The night of circulation: what falls due, ends or is lost; notices; what is to be forgotten.

Run at any hour and any number of times: each step asks what is to be done and does it in batches, so a
night that was killed is taken up where it was, and nothing happens twice. The desks work meanwhile: what
is no longer so when its turn comes is left alone.
"""

from __future__ import annotations

from itertools import islice
from typing import TYPE_CHECKING

import msgspec

from circulation import asking, lending, moving
from circulation.desk import Refused
from circulation.machine import NoSuchStep
from circulation.model import Item, Loan, Request
from circulation.privacy import erase_old
from circulation.reminders import write_notices
from circulation.store import candidates

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from datetime import datetime

    from circulation.desk import Desk
    from circulation.service import Service

_BATCH = 1000
_BY = "night"


class Night(msgspec.Struct, frozen=True):
    """What a night did."""

    overdue: int = 0
    expired: int = 0
    uncollected: int = 0
    visits_over: int = 0
    lost: int = 0
    notices: int = 0
    forgotten: int = 0


def run(service: Service, at: datetime) -> Night:
    """Do everything whose time has come."""
    with service.store.reading() as connection:
        due = candidates.due_before(connection, at, ("on-loan", "renewed", "recalled"))
        expired = candidates.expired(connection, at)
        shelf = candidates.shelf_ended(connection, at, "on-hold-shelf")
        visits = candidates.shelf_ended(connection, at, "admitted")
    overdue = _each(service, at, due, lending.fall_due)
    ended = _each(service, at, expired, _expire)
    uncollected = _each(service, at, shelf, lambda desk, key: moving.move(desk, key, "uncollected"))
    over = _each(service, at, visits, lambda desk, key: moving.move(desk, key, "end-visit"))
    with service.store.reading() as connection:
        doubtful = candidates.in_states(connection, ("overdue", "claims-returned"))
    lost = _each(service, at, doubtful, _presume_lost)
    written = write_notices(service, at)
    return Night(overdue, ended, uncollected, over, lost, written, erase_old(service, at))


def _each(
    service: Service, at: datetime, keys: Iterable[str], act: Callable[[Desk, str], Request]
) -> int:
    """Do an act to many requests, a batch a unit; returns to how many it was done."""
    left, done = iter(keys), 0
    while batch := list(islice(left, _BATCH)):
        done += service.act(at, lambda desk, some=batch: _batch(desk, some, act), by=_BY)  # type: ignore[misc]
    return done


def _batch(desk: Desk, keys: list[str], act: Callable[[Desk, str], Request]) -> int:
    desk.unit.load(Request, keys)
    desk.unit.load(Loan, keys)
    desk.unit.load(Item, [item for key in keys if (item := desk.request(key).item)])
    return sum(_still(desk, key, act) for key in keys)


def _still(desk: Desk, key: str, act: Callable[[Desk, str], Request]) -> bool:
    """Do it, unless a desk was quicker since the database was asked: it has checked, not written."""
    try:
        act(desk, key)
    except (NoSuchStep, Refused):
        return False
    return True


def _expire(desk: Desk, key: str) -> Request:
    return asking.end(desk, key, "expire", "it could not be sent in time")


def _presume_lost(desk: Desk, key: str) -> Request:
    return lending.lose(desk, key, "presume-lost")
