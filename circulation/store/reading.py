"""Reading the store as a whole: the log in its order, everything that is kept, lists."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sqlalchemy import select

from circulation.events import Entry, decode
from circulation.model import Loan, Request, Thing
from circulation.store import schema
from circulation.store.work import value_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from sqlalchemy import Connection

_BATCH = 1000


def entries(connection: Connection, after: int = 0, *, request: str = "") -> Iterator[Entry]:
    """The log in its order, after a number; of one request where that is named."""
    table = schema.event
    query = select(table).where(table.c.number > after).order_by(table.c.number)
    if request:
        query = query.where(table.c.request == request)
    for row in _streamed(connection, query):
        yield Entry(number=row["number"], at=row["at"], by=row["by"], record=row["record"],
                    event=decode(row["data"]))  # fmt: skip


def things(connection: Connection) -> Iterator[Thing]:
    """Everything that is kept and follows from the log."""
    for kind, table in schema.TABLES.items():
        for row in _streamed(connection, select(table)):
            yield value_of(kind, row)


def _streamed(connection: Connection, query: Any) -> Iterator[Any]:  # noqa: ANN401 - a Select
    # of this statement alone: options of a connection would stay for all that follow
    yield from connection.execute(query, execution_options={"yield_per": _BATCH}).mappings()


def requests(
    connection: Connection, *, states: Sequence[str] = (), home: str = "", lender: str = ""
) -> Iterator[tuple[Request, Loan | None]]:
    """Requests with their loans, the oldest first."""
    request, loan = schema.request, schema.loan
    query = select(request, *(c.label(f"loan_{c.name}") for c in loan.c))
    query = query.join(loan, loan.c.request == request.c.id, isouter=True)
    for column, wanted in ((request.c.home, home), (request.c.lender, lender)):
        if wanted:
            query = query.where(column == wanted)
    if states:
        query = query.where(request.c.state.in_(states))
    for row in _streamed(connection, query.order_by(request.c.requested_at, request.c.id)):
        made = value_of(Request, {c.name: row[c.name] for c in request.c})
        told = {c.name: row[f"loan_{c.name}"] for c in loan.c}
        yield made, value_of(Loan, told) if told["request"] else None
