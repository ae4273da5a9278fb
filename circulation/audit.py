"""The audit: everything is derived again from the event log alone, and compared with what is kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from circulation import events as e
from circulation.evolve import UnknownThing, evolve, key_of
from circulation.fines import charges
from circulation.machine import NoSuchStep, machine
from circulation.model import Closure, Item, Loan, Request, Thing

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from circulation.calendar import Calendars
    from circulation.events import Entry
    from circulation.evolve import T


class Finding(msgspec.Struct, frozen=True):
    """One difference: what is kept, and what follows from the log."""

    what: str
    key: str
    kept: Any
    derived: Any

    def __str__(self) -> str:
        """On one line."""
        return f"{self.what} {self.key}: kept {self.kept}, derived {self.derived}"


class Report(msgspec.Struct, frozen=True):
    """What an audit read, and every difference that it found."""

    events: int
    things: int
    findings: tuple[Finding, ...]


class Derivation:
    """A book that is filled from the log, and the fines that follow from it."""

    def __init__(self, calendars: Calendars) -> None:
        self.things: dict[tuple[type, str], Thing] = {}
        self.findings: list[Finding] = []
        self.events = 0
        self._weeks = calendars
        self._calendars = calendars
        self._expected: dict[str, list[tuple[str, int]]] = {}

    def find(self, kind: type[T], key: str) -> T | None:
        """The thing of that key."""
        return self.things.get((kind, key))  # type: ignore[return-value]

    def put(self, thing: Thing) -> None:
        """Keep a thing."""
        self.things[type(thing), key_of(thing)] = thing

    def drop(self, thing: Thing) -> None:
        """Keep it no more."""
        del self.things[type(thing), key_of(thing)]

    def replay(self, entries: Iterable[Entry]) -> None:
        """Let everything happen again."""
        for entry in entries:
            self.events += 1
            try:
                self._expect(entry)
                evolve(self, entry)
            except (UnknownThing, NoSuchStep) as error:
                name = type(entry.event).__name__
                self.findings.append(Finding("event", str(entry.number), name, str(error)))
            if isinstance(entry.event, e.ClosureDeclared | e.ClosureWithdrawn):
                own = [thing for thing in self.things.values() if isinstance(thing, Closure)]
                self._calendars = self._weeks.with_closures(own)
        self.findings += [
            Finding("fine", key, None, told)
            for key, left in self._expected.items()
            for told in left
        ]

    def _expect(self, entry: Entry) -> None:
        event = entry.event
        if isinstance(event, e.Fined):
            told, left = (event.reason, event.cents), self._expected.get(event.request, [])
            if left[:1] == [told]:
                del left[0]
            else:
                self.findings.append(Finding("fine", event.fine, told, left[:1]))
        elif isinstance(event, e.Moved | e.Renewed | e.Shelved):
            request = self.find(Request, event.request)
            if request is None:
                raise UnknownThing(f"Request {event.request}")
            row = machine().step(request.kind, request.state, event.trigger)
            if "Fined" in row.events:
                self._expect_charges(entry, request, event.trigger)

    def _expect_charges(self, entry: Entry, request: Request, trigger: str) -> None:
        loan = self.find(Loan, request.id)
        item = self.find(Item, request.item) if request.item else None
        calendar = self._calendars.of(request.home)
        found = charges(trigger, request, loan, item, calendar, entry.at)
        self._expected.setdefault(request.id, []).extend(found)

    def compare(self, kept: Iterable[Thing]) -> None:
        """Note every difference between what is kept and what was derived."""
        rest = dict(self.things)
        for thing in kept:
            at = (type(thing), key_of(thing))
            derived = rest.pop(at, None)
            if derived != thing:
                self.findings += _differences(at, thing, derived)
        for (kind, key), derived in rest.items():
            self.findings.append(Finding(kind.__name__.lower(), key, None, derived))

    def check_places(self) -> None:
        """Each item is in one place: an open request holds it, or none does."""
        final = machine().where(final=True)
        held = {
            thing.item: thing.id
            for thing in self.things.values()
            if isinstance(thing, Request) and thing.item and thing.state not in final
        }
        for thing in self.things.values():
            if isinstance(thing, Item) and thing.request != held.get(thing.id, ""):
                self.findings.append(
                    Finding("item", thing.id, thing.request, held.get(thing.id, ""))
                )

    def report(self) -> Report:
        """What was found."""
        return Report(self.events, len(self.things), tuple(self.findings))


def _differences(at: tuple[type, str], kept: Thing, derived: Thing | None) -> Iterator[Finding]:
    kind, key = at
    if derived is None:
        yield Finding(kind.__name__.lower(), key, kept, None)
        return
    for field in kept.__struct_fields__:
        one, other = getattr(kept, field), getattr(derived, field)
        if one != other:
            yield Finding(f"{kind.__name__.lower()}.{field}", key, one, other)


def audit(entries: Iterable[Entry], kept: Iterable[Thing], calendars: Calendars) -> Report:
    """Derive everything from the log and compare it with what is kept."""
    derivation = Derivation(calendars)
    derivation.replay(entries)
    derivation.compare(kept)
    derivation.check_places()
    return derivation.report()
