"""Availability into the catalogue: whatever the event log touched, told to whoever takes it.

The log is the outbox: a cursor says up to which event the catalogue has been told. It moves only after
the taker has everything, so that either side may be down; telling twice does no harm.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import func, select

from circulation import eligibility
from circulation.desk import Refused
from circulation.store import schema
from circulation.store.outbox import cursor, set_cursor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import Connection

    from circulation.desk import Desk
    from circulation.model import Item
    from circulation.service import Service

_FOLLOWER = "availability"
_BATCH = 500


class Change(msgspec.Struct, frozen=True):
    """A record's institution has a copy on its shelf; and one that it would send to others."""

    record: str
    available: bool
    requestable: bool


class Published(msgspec.Struct, frozen=True):
    """How many records were told, and up to which event."""

    records: int
    number: int


def publish(
    service: Service,
    take: Callable[[Sequence[Change]], object],
    at: datetime,
    *,
    everything: bool = False,
) -> Published:
    """Tell the availability of every record that events have touched since the last time.

    Args:
        service: circulation.
        take: gets changes, a batch at a time; what it raises stops the telling where it was.
        at: the day whose rules say what lends.
        everything: all records, as after the catalogue was lost.
    """
    with service.store.reading() as connection:
        after = 0 if everything else cursor(connection, _FOLLOWER)
        last = _last(connection)
        records = _touched(connection, after, last)
    for start in range(0, len(records), _BATCH):
        some = records[start : start + _BATCH]
        take(service.look(at, lambda desk, keys=some: changes(desk, keys)))  # type: ignore[misc]
    if last > after:
        with service.store.unit() as unit:
            set_cursor(unit.connection, _FOLLOWER, last)
    return Published(len(records), last)


def _last(connection: Connection) -> int:
    return int(connection.execute(select(func.max(schema.event.c.number))).scalar() or 0)


def _touched(connection: Connection, after: int, last: int) -> list[str]:
    table = schema.event
    query = (
        select(table.c.record)
        .where(table.c.number > after, table.c.number <= last, table.c.record != "")
        .distinct()
        .order_by(table.c.record)
    )
    return list(connection.execute(query).scalars())


def changes(desk: Desk, records: Iterable[str]) -> list[Change]:
    """The availability of records as it is now."""
    found = {record: Change(record, available=False, requestable=False) for record in records}
    for item in desk.unit.items_of(found):
        if item.on_shelf:
            lends = found[item.record].requestable or _lends(desk, item)
            found[item.record] = Change(item.record, available=True, requestable=lends)
    return list(found.values())


def _lends(desk: Desk, item: Item) -> bool:
    return not list(eligibility.against_lending(desk, item))


class Reach(msgspec.Struct, frozen=True):
    """What a patron may request now, as the catalogue can be asked for it.

    A title: requestable at one of ``lenders``, available at none of ``not_at``, and none of its
    records among ``asked``. Of a set the catalogue knows only whether any volume is there.
    """

    lenders: tuple[str, ...]
    not_at: tuple[str, ...]  # the own library, where the copy on its shelf comes first
    asked: tuple[str, ...]  # records of what the patron has, or waits for, already


def requestable_by(desk: Desk, name: str) -> Reach:
    """What a patron may request now; the rules are those of `circulation.asking.reasons_against`.

    Raises:
        Unknown: no such patron.
        Refused: this one may request nothing; with all reasons.
    """
    patron = desk.patron(name)
    against = [*eligibility.standing(desk, patron), *eligibility.blocks(desk, patron),
               *eligibility.quota(desk, patron)]  # fmt: skip
    if against:
        raise Refused("request", tuple(against))
    home = patron.institution
    lenders = (code for code in desk.policies.members
               if code != home and desk.policies.is_member(code, desk.today))  # fmt: skip
    shelf_first = desk.policy(patron).rules.home_shelf_refuses
    asked = (
        record
        for request in eligibility.in_hand(desk, patron)
        if not request.volume
        for record in request.wanted
    )
    return Reach(tuple(lenders), (home,) if shelf_first else (), tuple(dict.fromkeys(asked)))
