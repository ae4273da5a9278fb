"""The unit of work over SQL: what an act reads and writes, kept at its end or not at all."""

from __future__ import annotations

from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
from sqlalchemy import Select, Table, and_, bindparam, insert, select, update

from circulation import model
from circulation.events import encode
from circulation.evolve import key_of
from circulation.machine import machine
from circulation.store import schema
from circulation.store.database import lock_log

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from sqlalchemy import ColumnElement, Connection

    from circulation.events import Entry
    from circulation.evolve import T
    from circulation.model import Balance, Card, Fine, Item, Loan, Notice, Patron, Request, Thing

V = TypeVar("V", bound=msgspec.Struct)
_MOST = 400  # values of one statement


class SqlUnit:
    """A `circulation.unit.Unit` in one transaction of a connection.

    Args:
        connection: with its transaction begun.
        locks: whether what is found is locked for the rest of it; questions need not.
    """

    def __init__(self, connection: Connection, *, locks: bool = True) -> None:
        self.connection = connection
        self._locks = locks
        self._now: dict[tuple[type, str], Any] = {}  # as it is now, locked; None: not there
        self._stored: dict[tuple[type, str], Any] = {}  # as the database has it
        self._changed: dict[tuple[type, str], Any] = {}
        self._entries: list[Entry] = []

    # the book

    def find(self, kind: type[T], key: str) -> T | None:
        """The thing of that key, locked for the rest of the act."""
        at = (kind, key)
        if at not in self._now:
            table = schema.TABLES[kind]
            rows = self._rows(self._locked(select(table).where(_is(table, kind, key))), kind)
            self._now[at] = self._stored[at] = rows[0] if rows else None
        found: T | None = self._now[at]
        return found

    def load(self, kind: type[T], keys: Iterable[str]) -> None:
        """Find many at once: what `find` will be asked for next."""
        wanted = [key for key in keys if (kind, key) not in self._now]
        table = schema.TABLES[kind]
        (column,) = table.primary_key.columns
        for at in range(0, len(wanted), _MOST):
            some = wanted[at : at + _MOST]
            query = self._locked(select(table).where(column.in_(some)).order_by(column))
            found = {key_of(thing): thing for thing in self._rows(query, kind)}
            for key in some:
                self._now[kind, key] = self._stored[kind, key] = found.get(key)

    def put(self, thing: Thing) -> None:
        """Keep a thing; it is written before the next question, or at the end."""
        at = (type(thing), key_of(thing))
        self.find(*at)
        self._now[at] = self._changed[at] = thing

    def drop(self, thing: Thing) -> None:
        """Keep it no more."""
        at = (type(thing), key_of(thing))
        table = schema.TABLES[type(thing)]
        self._changed.pop(at, None)
        self.connection.execute(table.delete().where(_is(table, *at)))
        self._now[at] = self._stored[at] = None

    def log(self, entry: Entry) -> None:
        """Add to the log; the number comes at the end."""
        self._entries.append(entry)

    def flush(self) -> None:
        """Write what has changed; the log comes last, because it lets others wait."""
        if not self._changed:
            return
        fresh: dict[Table, list[dict[str, Any]]] = {}
        other: dict[Table, list[dict[str, Any]]] = {}
        for at, thing in self._changed.items():
            table = schema.TABLES[at[0]]
            before = self._stored[at]
            if before is None:
                fresh.setdefault(table, []).append(row_of(thing))
            elif before != thing:
                other.setdefault(table, []).append(_named(table, row_of(thing)))
            self._stored[at] = thing
        self._changed.clear()
        for table, rows in fresh.items():
            self.connection.execute(insert(table), rows)
        for table, rows in other.items():
            self.connection.execute(_update(table), rows)

    def finish(self) -> None:
        """Write everything that is not yet written, the log included."""
        self.flush()
        if self._entries:
            lock_log(self.connection)
            rows = [event_row(entry) for entry in self._entries]
            self.connection.execute(insert(schema.event), rows)
            self._entries.clear()

    # questions

    def patron(self, key: int) -> Patron | None:
        """The patron of a key, locked."""
        table = schema.patron
        return self._one(self._locked(select(table).where(table.c.id == key)), model.Patron)

    def patron_named(self, name: str) -> Patron | None:
        """The patron of a card's barcode, else of ``INST:number``."""
        table = schema.patron
        of_card = select(schema.card.c.patron).where(schema.card.c.barcode == name)
        by_card = self._one(select(table).where(table.c.id.in_(of_card)), model.Patron)
        if by_card:
            return by_card
        institution, _, number = name.partition(":")
        named = and_(table.c.institution == institution, table.c.number == number)
        return self._one(select(table).where(named), model.Patron)

    def cards(self, patron: int) -> Sequence[Card]:
        """A patron's cards."""
        table = schema.card
        return self._rows(select(table).where(table.c.patron == patron), model.Card)

    def link(self, request: str, patron: int) -> None:
        """Note who asked."""
        row = {"request": request, "patron": patron}
        self.connection.execute(insert(schema.borrower), row)

    def borrower(self, request: str) -> Patron | None:
        """Who asked; None where that was erased."""
        table = schema.patron
        asked = select(schema.borrower.c.patron).where(schema.borrower.c.request == request)
        return self._one(select(table).where(table.c.id.in_(asked)), model.Patron)

    def requests_of(self, patron: int) -> Sequence[Request]:
        """A patron's requests that have not ended, the oldest first."""
        table = schema.request
        wanted = (
            select(table)
            .where(table.c.id.in_(_asked_by(patron)), table.c.state.in_(_open_states()))
            .order_by(table.c.requested_at, table.c.id)
        )
        return self._rows(wanted, model.Request)

    def loans_of(self, patron: int) -> Sequence[Loan]:
        """The loans of these requests."""
        loan, request = schema.loan, schema.request
        wanted = (
            select(loan)
            .join(request, request.c.id == loan.c.request)
            .where(loan.c.request.in_(_asked_by(patron)), request.c.state.in_(_open_states()))
            .order_by(loan.c.due_at)
        )
        return self._rows(wanted, model.Loan)

    def debts_of(self, patron: int) -> Sequence[Fine]:
        """A patron's fines that are not wholly paid."""
        table = schema.fine
        owed = table.c.cents > table.c.paid_cents + table.c.waived_cents
        return self._rows(
            select(table).where(table.c.request.in_(_asked_by(patron)), owed).order_by(table.c.id),
            model.Fine,
        )

    def fines_for(self, request: str) -> Sequence[Fine]:
        """All fines of a request."""
        table = schema.fine
        found = self._rows(select(table).where(table.c.request == request), model.Fine)
        return sorted(found, key=lambda fine: int(fine.id.rpartition(".")[2]))

    def items_of(self, records: Iterable[str]) -> Sequence[Item]:
        """The items of these records that are not withdrawn."""
        table = schema.item
        wanted = list(records)
        found: list[Item] = []
        for at in range(0, len(wanted), _MOST):
            of_some = table.c.record.in_(wanted[at : at + _MOST])
            query = select(table).where(of_some, ~table.c.withdrawn).order_by(table.c.id)
            found += self._rows(query, model.Item)
        return found

    def balances(self) -> dict[str, Balance]:
        """Sent and got, by institution."""
        found = self._rows(select(schema.balance), model.Balance)
        return {balance.institution: balance for balance in found}

    def closures(self) -> Sequence[model.Closure]:
        """Every library's own days."""
        return self._rows(select(schema.closure), model.Closure)

    def notices(self, notices: Sequence[Notice]) -> None:
        """Write notices; of a request, kind and key only one is ever kept."""
        if notices:
            insert_if_new(self.connection, schema.notice, [row_of(n) for n in notices])

    def _locked(self, query: Select[Any]) -> Select[Any]:
        return query.with_for_update() if self._locks else query

    def _one(self, query: Select[Any], kind: type[V]) -> V | None:
        rows = self._rows(query, kind)
        return rows[0] if rows else None

    def _rows(self, query: Select[Any], kind: type[V]) -> list[V]:
        self.flush()
        found = self.connection.execute(query)
        names = tuple(found.keys())
        return [kind(**dict(zip(names, row, strict=True))) for row in found]


def row_of(value: msgspec.Struct) -> dict[str, Any]:
    """A value as the row of its table."""
    return msgspec.structs.asdict(value)


def value_of(kind: type[V], row: Any) -> V:  # noqa: ANN401 - a mapping of SQLAlchemy's
    """The inverse of `row_of`."""
    return kind(**row)


def event_row(entry: Entry) -> dict[str, Any]:
    """An entry as a row of the log."""
    return {
        "at": entry.at,
        "by": entry.by,
        "record": entry.record,
        "request": getattr(entry.event, "request", ""),
        "data": encode(entry.event),
    }


def _is(table: Table, kind: type, key: str) -> ColumnElement[bool]:
    if kind is model.Closure:
        institution, _, day = key.partition(":")
        return and_(table.c.institution == institution, table.c.day == date.fromisoformat(day))
    (column,) = table.primary_key.columns
    return column == key


@lru_cache(maxsize=16)
def _update(table: Table) -> Any:  # noqa: ANN401 - SQLAlchemy's Update
    keys = list(table.primary_key.columns)
    rest = [column for column in table.columns if not column.primary_key]
    same = and_(*(column == bindparam(f"key_{column.name}") for column in keys))
    return update(table).where(same).values({c.name: bindparam(f"new_{c.name}") for c in rest})


def insert_if_new(connection: Connection, table: Table, rows: list[dict[str, Any]]) -> None:
    """Insert the rows whose key is not there yet; the others stay as they are."""
    statement: Any
    if connection.dialect.name == "sqlite":
        from sqlalchemy.dialects.sqlite import insert as sqlite_insert

        statement = sqlite_insert(table)
    else:
        from sqlalchemy.dialects.postgresql import insert as postgresql_insert

        statement = postgresql_insert(table)
    connection.execute(statement.on_conflict_do_nothing(), rows)


def _named(table: Table, row: dict[str, Any]) -> dict[str, Any]:
    return {
        f"{'key' if column.primary_key else 'new'}_{column.name}": row[column.name]
        for column in table.columns
    }


def _asked_by(patron: int) -> Select[Any]:
    return select(schema.borrower.c.request).where(schema.borrower.c.patron == patron)


def _open_states() -> list[str]:
    return sorted(machine().where(final=False))
