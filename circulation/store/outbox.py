"""Outboxes of the store: notices that wait to be sent, and cursors that follow the event log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sqlalchemy import select, update

from circulation.model import Notice
from circulation.store import schema
from circulation.store.work import insert_if_new, value_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from sqlalchemy import Connection


def waiting(connection: Connection, most: int) -> Sequence[Notice]:
    """Notices with an address that were not sent yet, the oldest first."""
    table = schema.notice
    query = (
        select(table)
        .where(table.c.sent_at.is_(None), table.c.address != "")
        .order_by(table.c.at, table.c.id)
        .limit(most)
    )
    return [value_of(Notice, row) for row in connection.execute(query).mappings()]


def mark_sent(connection: Connection, notices: Iterable[Notice], at: datetime) -> None:
    """Note that these have gone."""
    keys = [notice.id for notice in notices]
    if keys:
        table = schema.notice
        connection.execute(update(table).where(table.c.id.in_(keys)).values(sent_at=at))


def cursor(connection: Connection, name: str) -> int:
    """Up to which event a follower of the log has come; 0 before the first."""
    table = schema.cursor
    found = connection.execute(select(table.c.number).where(table.c.name == name)).scalar()
    return 0 if found is None else int(found)


def set_cursor(connection: Connection, name: str, number: int) -> None:
    """Note how far a follower has come; it never goes back, whoever else follows."""
    table = schema.cursor
    insert_if_new(connection, table, [{"name": name, "number": 0}])
    mine = (table.c.name == name) & (table.c.number < number)
    connection.execute(update(table).where(mine).values(number=number))
