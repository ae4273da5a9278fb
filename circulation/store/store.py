"""The store: acts in transactions that are tried again where two got into each other's way."""

from __future__ import annotations

import time
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, TypeVar

from sqlalchemy.exc import DBAPIError

from circulation.store.database import READS, explained, open_database
from circulation.store.work import SqlUnit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy import Connection, Engine

R = TypeVar("R")
_TRIES = 12
_AGAIN = frozenset({"40001", "40P01", "23505"})
"""SQLSTATE: serialization failure, deadlock, and a row that somebody else was quicker to make."""


class Store:
    """The database of circulation, as the acts see it."""

    def __init__(self, engine: Engine) -> None:
        self.engine = engine

    @contextmanager
    def unit(self) -> Iterator[SqlUnit]:
        """One unit of work: kept if the block ends, forgotten if it raises."""
        with explained(self.engine.url), self.engine.begin() as connection:
            unit = SqlUnit(connection)
            yield unit
            unit.finish()

    @contextmanager
    def reading(self) -> Iterator[Connection]:
        """A connection for questions, all answered as of one moment; it keeps no writer waiting."""
        options: dict[str, Any] = dict(READS)
        if self.engine.dialect.name == "postgresql":  # as a transaction of SQLite is by itself
            options["isolation_level"] = "REPEATABLE READ"
        with (
            explained(self.engine.url),
            self.engine.connect().execution_options(**options) as connection,
            connection.begin(),
        ):
            yield connection

    def act(self, work: Callable[[SqlUnit], R]) -> R:
        """Do an act in a unit of its own; again where it and another one got into each other's way."""
        for attempt in range(_TRIES):
            try:
                with self.engine.begin() as connection:
                    unit = SqlUnit(connection)
                    result = work(unit)
                    unit.finish()
            except DBAPIError as error:
                if getattr(error.orig, "sqlstate", None) not in _AGAIN or attempt == _TRIES - 1:
                    with explained(self.engine.url):
                        raise
                time.sleep(0.01 * 2**attempt)
            else:
                return result
        raise AssertionError("unreachable")

    def close(self) -> None:
        """Let go of every connection."""
        self.engine.dispose()


@contextmanager
def open_store(url: str) -> Iterator[Store]:
    """Open the database of an address, made or upgraded where needed.

    Raises:
        UnknownDatabase: no such address.
        DatabaseFailure: it does not answer.
    """
    store = Store(open_database(url))
    try:
        yield store
    finally:
        store.close()
