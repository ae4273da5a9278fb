"""Circulation as the commands use it: the store, the rules and the calendars of these settings."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeVar

from circulation.calendar import Calendars
from circulation.desk import Desk, new_id
from circulation.policy import Policies
from circulation.store.database import file_url
from circulation.store.store import Store, open_store
from circulation.store.work import SqlUnit

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from datetime import datetime

    from base.settings import Settings
    from circulation.unit import Unit

R = TypeVar("R")


class Service:
    """Does acts, each in a unit of its own.

    Args:
        store: where everything is kept.
        policies: the rules.
        calendars: the libraries' weeks.
        ids: makes ids of requests.
    """

    def __init__(
        self,
        store: Store,
        policies: Policies,
        calendars: Calendars,
        ids: Callable[[], str] = new_id,
    ) -> None:
        self.store, self.policies, self.calendars, self.ids = store, policies, calendars, ids

    def act(self, at: datetime, work: Callable[[Desk], R], *, by: str = "") -> R:
        """Do an act at a time: all of it is kept, or nothing where it raises.

        Raises:
            Refused: the rules do not allow it.
            Unknown: it names something that is not there.
        """
        return self.store.act(lambda unit: work(self.desk(unit, at, by=by)))

    def look(self, at: datetime, question: Callable[[Desk], R]) -> R:
        """Ask something at a time; nobody who writes is kept waiting, and nothing is kept.

        Raises:
            Refused: the rules do not allow what is asked about.
            Unknown: it names something that is not there.
        """
        with self.store.reading() as connection:
            return question(self.desk(SqlUnit(connection, locks=False), at))

    def desk(self, unit: Unit, at: datetime, *, by: str = "") -> Desk:
        """A desk over a unit that the caller keeps."""
        return Desk(unit, at, self.policies, self.calendars, by=by, ids=self.ids)


def database_url(settings: Settings) -> str:
    """The address of the database of these settings: one a prefix where it is a file."""
    if settings.circulation.database:
        return settings.circulation.database
    return file_url(settings.home_path / "circulation" / f"{settings.prefix}.sqlite")


@contextmanager
def open_service(settings: Settings) -> Iterator[Service]:
    """Circulation with the database and the regime of these settings."""
    policies = Policies(regime=settings.circulation.regime)
    with open_store(database_url(settings)) as store:
        yield Service(store, policies, Calendars())
