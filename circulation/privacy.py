"""Forgetting: who had a request is erased after a period; the event log stays as it was written."""

from __future__ import annotations

from datetime import timedelta
from itertools import islice
from typing import TYPE_CHECKING

from sqlalchemy import delete, select

from circulation.clock import day_of
from circulation.desk import Refused
from circulation.events import HistoryErased
from circulation.machine import machine
from circulation.reasons import by_fact, dollars
from circulation.store import schema

if TYPE_CHECKING:
    from datetime import datetime

    from sqlalchemy import ColumnElement, Connection

    from circulation.desk import Desk
    from circulation.model import Category
    from circulation.service import Service

_BATCH = 500
_ANYBODY: Category = "undergraduate"  # the period is the same for all categories


def erase_old(service: Service, at: datetime) -> int:
    """Erase who had requests that ended longer ago than the home library's rule; returns how many.

    Requests with unpaid fines are kept until they are paid.
    """
    today = day_of(at)
    alike: dict[int, list[str]] = {}
    for home in service.policies.members:
        if service.policies.is_member(home, today):
            days = service.policies.at(home, today, _ANYBODY).rules.erase_after_days
            alike.setdefault(days, []).append(home)
    found: list[str] = []
    with service.store.reading() as connection:
        for days, homes in alike.items():
            found += _ended(connection, homes, at - timedelta(days=days))
    keys = iter(found)
    while batch := list(islice(keys, _BATCH)):
        with service.store.unit() as unit:
            _erase(unit.connection, batch)
            service.desk(unit, at, by="erasure").write(HistoryErased(requests=tuple(batch)))
    return len(found)


def _ended(connection: Connection, homes: list[str], before: datetime) -> list[str]:
    request, borrower = schema.request, schema.borrower
    query = (
        select(request.c.id)
        .join(borrower, borrower.c.request == request.c.id)
        .where(request.c.home.in_(homes), request.c.changed_at < before, _is_over())
        .order_by(request.c.id)
    )
    return list(connection.execute(query).scalars())


def _is_over() -> ColumnElement[bool]:
    request, fine = schema.request, schema.fine
    owed = select(fine.c.id).where(
        fine.c.request == request.c.id, fine.c.cents > fine.c.paid_cents + fine.c.waived_cents
    )
    return request.c.state.in_(sorted(machine().where(final=True))) & ~owed.exists()


def _erase(connection: Connection, keys: list[str]) -> None:
    for table in (schema.borrower, schema.notice):
        connection.execute(delete(table).where(table.c.request.in_(keys)))


def erase_patron(desk: Desk, connection: Connection, name: str) -> int:
    """Erase a patron: account, cards, and who had all these requests; returns how many requests.

    Raises:
        Refused: something is open or owed.
    """
    patron = desk.patron(name)
    reasons = [
        by_fact("open", f"request {request.id} is open", found=request.id)
        for request in desk.unit.requests_of(patron.id)
    ]
    owed = sum(fine.open_cents for fine in desk.unit.debts_of(patron.id))
    if owed:
        reasons.append(by_fact("owed", f"{dollars(owed)} is owed", found=owed))
    if reasons:
        raise Refused("erasure", tuple(reasons))
    borrower = schema.borrower
    keys = list(
        connection.execute(select(borrower.c.request).where(borrower.c.patron == patron.id))
        .scalars()
        .all()
    )
    for start in range(0, len(keys), _BATCH):
        _erase(connection, keys[start : start + _BATCH])
    connection.execute(delete(schema.card).where(schema.card.c.patron == patron.id))
    connection.execute(delete(schema.patron).where(schema.patron.c.id == patron.id))
    if keys:
        desk.write(HistoryErased(requests=tuple(sorted(keys))))
    return len(keys)
