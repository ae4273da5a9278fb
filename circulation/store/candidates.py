"""What the night looks at: requests whose time has come, found by the database."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import and_, select

from circulation.clock import day_of
from circulation.machine import machine
from circulation.model import Loan, Request
from circulation.store import schema

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime

    from sqlalchemy import Connection, Select

_BATCH = 2000
_DUE = ("on-loan", "renewed", "recalled", "overdue")
"""States in which a due date matters: what is looked for or lost has its own notices."""


class Addressed(NamedTuple):
    """A request with its loan and where its patron is written to."""

    request: Request
    loan: Loan | None
    address: str


def due_before(connection: Connection, at: datetime, states: Iterable[str]) -> list[str]:
    """Requests in these states whose loan was due before a time."""
    request, loan = schema.request, schema.loan
    query = select(request.c.id).join(loan, loan.c.request == request.c.id)
    query = query.where(request.c.state.in_(sorted(states)), loan.c.due_at < at)
    return list(connection.execute(query.order_by(request.c.id)).scalars())


def shelf_ended(connection: Connection, at: datetime, state: str) -> list[str]:
    """Requests in a state whose time on the hold shelf, or for a visit, is over."""
    table = schema.request
    query = select(table.c.id).where(table.c.state == state, table.c.hold_until < at)
    return list(connection.execute(query.order_by(table.c.id)).scalars())


def expired(connection: Connection, at: datetime) -> list[str]:
    """Requests that may expire and whose day has passed."""
    table = schema.request
    may = sorted({s for row in machine().transitions if row.trigger == "expire" for s in row.sources})  # fmt: skip
    query = select(table.c.id).where(table.c.state.in_(may), table.c.expires_on < day_of(at))
    return list(connection.execute(query.order_by(table.c.id)).scalars())


def in_states(connection: Connection, states: Sequence[str]) -> list[str]:
    """Requests in these states."""
    table = schema.request
    query = select(table.c.id).where(table.c.state.in_(states)).order_by(table.c.id)
    return list(connection.execute(query).scalars())


def due_between(
    connection: Connection,
    homes: Sequence[str],
    after: datetime,
    until: datetime,
    kind: str,
    occasion: str,
) -> Iterator[Addressed]:
    """Loans with patrons of these libraries, due in a span, that have no such notice for their due date."""
    request, loan, notice = schema.request, schema.loan, schema.notice
    same = and_(
        notice.c.request == request.c.id,
        notice.c.kind == kind,
        notice.c.occasion == occasion,
        notice.c.due_at == loan.c.due_at,
    )
    query = _addressed().join(notice, same, isouter=True)
    query = query.where(
        loan.c.home.in_(homes),
        loan.c.due_at > after,
        loan.c.due_at <= until,
        request.c.state.in_(_DUE),
        notice.c.id.is_(None),
    )
    yield from _rows(connection, query)


def named(connection: Connection, keys: Sequence[str]) -> Iterator[Addressed]:
    """These requests."""
    yield from _rows(connection, _addressed().where(schema.request.c.id.in_(keys)))


def _addressed() -> Select[Any]:
    request, loan = schema.request, schema.loan
    borrower, patron = schema.borrower, schema.patron
    return (
        select(request, *(c.label(f"loan_{c.name}") for c in loan.c), patron.c.email)
        .select_from(request)
        .join(loan, loan.c.request == request.c.id, isouter=True)
        .join(borrower, borrower.c.request == request.c.id)
        .join(patron, patron.c.id == borrower.c.patron)
    )


def _rows(connection: Connection, query: Select[Any]) -> Iterator[Addressed]:
    asked, lent = schema.request.c.keys(), schema.loan.c.keys()
    end = len(asked) + len(lent)
    for row in connection.execute(query, execution_options={"yield_per": _BATCH}):
        values = tuple(row)
        loan = values[len(asked) : end]
        yield Addressed(
            Request(**dict(zip(asked, values, strict=False))),
            Loan(**dict(zip(lent, loan, strict=True))) if loan[0] else None,
            values[end],
        )
