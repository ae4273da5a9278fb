"""Which notices are due: of what has happened since the last time, and of what the calendar says."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from itertools import islice
from typing import TYPE_CHECKING, NamedTuple

from circulation import events as e
from circulation import notices
from circulation.clock import day_of, instant
from circulation.store import candidates
from circulation.store.outbox import cursor, set_cursor
from circulation.store.reading import entries

if TYPE_CHECKING:
    from collections.abc import Iterator

    from circulation.events import Entry
    from circulation.model import Category, Notice
    from circulation.notices import NoticeKind, Transport
    from circulation.service import Service

_BATCH = 1000
_FOLLOWER = "notices"
_ANYBODY: Category = "undergraduate"  # the days of notices do not differ by category
_ALWAYS = date(1970, 1, 1)


class Occasion(NamedTuple):
    """Loans due on days after ``after``, up to ``until``, get a notice of this kind and key."""

    kind: NoticeKind
    key: str
    after: date
    until: date


def write_notices(service: Service, at: datetime) -> int:
    """Write every notice that is due; returns how many."""
    return _of_events(service, at) + _of_days(service, at)


def _occasion(event: e.Event) -> NoticeKind | None:
    match event:
        case e.Shelved(trigger="shelve"):
            return "ready"
        case e.Recalled():
            return "recalled"
        case e.Ended(trigger="cancel" | "expire" | "give-up" | "convert"):
            return "cancelled"
        case e.Moved(trigger="presume-lost"):
            return "lost"
        case _:
            return None


def _of_events(service: Service, at: datetime) -> int:
    """Notices of what has happened since the last time, in the order of the log."""
    written = 0
    while True:
        with service.store.unit() as unit:
            after = cursor(unit.connection, _FOLLOWER)
            batch = list(islice(entries(unit.connection, after), _BATCH))
            if not batch:
                return written
            keys = [e.event.request for e in batch if isinstance(e.event, _OF_REQUESTS)]
            people = {who.request.id: who for who in candidates.named(unit.connection, keys)}
            made = list(_written(batch, people, at))
            unit.notices(made)
            set_cursor(unit.connection, _FOLLOWER, batch[-1].number)
            written += len(made)


_OF_REQUESTS = (e.Shelved, e.Recalled, e.Ended, e.Moved)


def _written(
    batch: list[Entry], people: dict[str, candidates.Addressed], at: datetime
) -> Iterator[Notice]:
    for entry in batch:
        kind = _occasion(entry.event)
        if kind and isinstance(entry.event, _OF_REQUESTS):
            who = people.get(entry.event.request)
            if who:
                yield notices.write(kind, str(entry.number), at, who.request, who.loan, who.address)


def occasions(service: Service, home: str, today: date) -> list[Occasion]:
    """The occasions of a library's patrons on a day.

    A loan that has passed several of the days at once (no night was run) gets the last one only.
    """
    rules = service.policies.at(home, today, _ANYBODY).rules
    soon = today + timedelta(days=rules.reminder_days)
    found = [
        Occasion("due", "day", today - timedelta(days=1), today),
        Occasion("reminder", "day", today, soon),
    ]
    before = _ALWAYS
    for days in sorted(rules.overdue_notice_days, reverse=True):
        passed = today - timedelta(days=days)
        found.append(Occasion("overdue", str(days), before, passed))
        before = passed
    return found


def _of_days(service: Service, at: datetime) -> int:
    written = 0
    today = day_of(at)
    alike: dict[tuple[Occasion, ...], list[str]] = {}
    for home in service.policies.members:
        if service.policies.is_member(home, today):
            alike.setdefault(tuple(occasions(service, home, today)), []).append(home)
    for found, homes in alike.items():
        for occasion in found:
            written += _write_occasion(service, homes, occasion, at)
    return written


def _write_occasion(service: Service, homes: list[str], occasion: Occasion, at: datetime) -> int:
    span = (_end_of(occasion.after), _end_of(occasion.until))
    with service.store.reading() as connection:
        found = list(candidates.due_between(connection, homes, *span, occasion.kind, occasion.key))
    for start in range(0, len(found), _BATCH):
        some = found[start : start + _BATCH]
        with service.store.unit() as unit:
            unit.notices([_of_day(occasion, who, at) for who in some])
    return len(found)


def _of_day(occasion: Occasion, who: candidates.Addressed, at: datetime) -> Notice:
    return notices.write(occasion.kind, occasion.key, at, who.request, who.loan, who.address)


def _end_of(day: date) -> datetime:
    return instant(day, time(23, 59, 59))


def send_notices(service: Service, transport: Transport, sender: str, at: datetime) -> int:
    """Send what waits; returns how many. What has gone is noted as it goes: at most one goes twice."""
    from circulation.store.outbox import mark_sent, waiting

    sent = 0
    while True:
        with service.store.reading() as connection:
            batch = waiting(connection, _BATCH)
        if not batch:
            return sent
        gone: list[Notice] = []
        try:
            for place in transport.send([notices.message(notice, sender) for notice in batch]):
                gone.append(batch[place])  # noqa: PERF401 - what has gone is kept when the next fails
        finally:
            with service.store.unit() as unit:
                mark_sent(unit.connection, gone, at)
        sent += len(gone)
