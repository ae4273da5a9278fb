"""The desk at which every act is done: a unit of work, the time, the policies, the calendars."""

from __future__ import annotations

import secrets
from typing import TYPE_CHECKING

import msgspec

from base.errors import ExitCode, HkallError
from circulation.clock import day_of
from circulation.events import Entry, Event, Fined, RequestEvent
from circulation.evolve import evolve
from circulation.fines import charges
from circulation.guards import GUARDS, Case
from circulation.institutions import with_code
from circulation.machine import NoSuchStep, machine
from circulation.model import Category, Item, Loan, Patron, Request
from circulation.reasons import by_fact

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date, datetime

    from circulation.calendar import Calendar, Calendars
    from circulation.policy import Policies, Policy
    from circulation.reasons import Reason
    from circulation.unit import Unit

_ALPHABET = "23456789ABCDEFGHJKMNPQRSTVWXYZ"  # no letter that is read as a digit
_LENGTH = 10
_OWNER_RULES_ARE_FOR: Category = "teacher"  # rules of an owner do not depend on the category


class Refused(HkallError):
    """An act that the rules do not allow; ``reasons`` are all of them."""

    exit_code = ExitCode.REFUSED
    code = "refused"

    def __init__(self, act: str, reasons: tuple[Reason, ...]) -> None:
        told = "; ".join(reason.text for reason in reasons)
        lifts = " ".join(dict.fromkeys(reason.lifts for reason in reasons if reason.lifts))
        super().__init__(f"{act} refused: {told}", hint=lifts or None)
        self.act, self.reasons = act, reasons


class Unknown(HkallError):
    """There is no such patron, item, request or fine."""

    exit_code = ExitCode.USAGE
    code = "unknown"


def new_id() -> str:
    """An id of a request: short enough to be read out, too many to be guessed or to meet again."""
    return "".join(secrets.choice(_ALPHABET) for _ in range(_LENGTH))


class Desk:
    """Does single steps.

    Args:
        unit: the unit of work.
        now: the time of the act.
        policies: the rules.
        calendars: the weeks; closures are those of the unit's book.
        by: at whose desk, for the log.
        ids: makes ids of requests.
    """

    def __init__(
        self,
        unit: Unit,
        now: datetime,
        policies: Policies,
        calendars: Calendars,
        *,
        by: str = "",
        ids: Callable[[], str] = new_id,
    ) -> None:
        self.unit, self.now, self.policies, self.by, self.ids = unit, now, policies, by, ids
        self._weeks = calendars
        self._calendars: Calendars | None = None

    @property
    def today(self) -> date:
        """The day of the act in Hong Kong."""
        return day_of(self.now)

    def calendar(self, institution: str) -> Calendar:
        """A library's calendar."""
        if self._calendars is None:
            self._calendars = self._weeks.with_closures(self.unit.closures())
        return self._calendars.of(institution)

    def policy(self, of: Request | Patron) -> Policy:
        """The rules of the home library for a patron, or for whoever made a request."""
        home = of.home if isinstance(of, Request) else of.institution
        return self.policies.at(home, self.today, of.category)

    def owner_policy(self, institution: str) -> Policy:
        """The rules of a library about what it owns."""
        return self.policies.at(institution, self.today, _OWNER_RULES_ARE_FOR)

    def request(self, key: str) -> Request:
        """A request by its id.

        Raises:
            Unknown: there is none.
        """
        found = self.unit.find(Request, key.upper())
        if found is None:
            raise Unknown(f"there is no request {key}", hint="`hkall circ list` shows them.")
        return found

    def item(self, key: str) -> Item:
        """An item by its id.

        Raises:
            Unknown: there is none.
        """
        found = self.unit.find(Item, key) or self.unit.find(Item, with_code(key))
        if found is None or found.withdrawn:
            raise Unknown(
                f"there is no item {key}",
                hint="`hkall circ stock` takes in what the catalogue holds.",
            )
        return found

    def loan(self, request: Request) -> Loan | None:
        """The loan of a request, if it has one."""
        return self.unit.find(Loan, request.id)

    def patron(self, name: str) -> Patron:
        """A patron by ``INST:number`` or a card's barcode, locked.

        Raises:
            Unknown: there is none.
        """
        found = self.unit.patron_named(name) or self.unit.patron_named(with_code(name))
        locked = self.unit.patron(found.id) if found else None
        if locked is None:
            raise Unknown(f"there is no patron {name}", hint="`hkall circ patrons FILE` takes them in.")  # fmt: skip
        return locked

    def write(self, event: Event, record: str = "") -> None:
        """Let something happen: the book changes, the log grows."""
        entry = Entry(at=self.now, event=event, by=self.by, record=record)
        evolve(self.unit, entry)
        self.unit.log(entry)

    def check(self, request: Request, trigger: str, **facts: object) -> Case:
        """Whether a step is possible now.

        Raises:
            NoSuchStep: not in this state.
            Refused: a guard says no; with the reasons of all guards.
        """
        case = Case(self, request, self.loan(request), **facts)  # type: ignore[arg-type]
        reasons = self.reasons(case, trigger)
        if reasons:
            raise Refused(trigger, reasons)
        return case

    def reasons(self, case: Case, trigger: str) -> tuple[Reason, ...]:
        """What the guards of a step have against it.

        Raises:
            NoSuchStep: it is not possible in this state.
        """
        row = machine().step(case.request.kind, case.request.state, trigger)
        return tuple(reason for name in row.guards for reason in GUARDS[name](case))

    def advance(self, request: Request, event: RequestEvent) -> Request:
        """Write the event of a step that was checked, and the fines that come due with it."""
        row = machine().step(request.kind, request.state, event.trigger)
        name = type(event).__name__
        assert name == row.events[0], f"{event.trigger} writes {row.events[0]}, not {name}"  # noqa: S101
        loan, key = self.loan(request), getattr(event, "item", "") or request.item
        item = self.unit.find(Item, key) if key else None
        self.write(event, record=item.record if item else "")
        if "Fined" in row.events:
            self._charge(request, event.trigger, loan, item)
        return self.request(request.id)

    def _charge(self, request: Request, trigger: str, loan: Loan | None, item: Item | None) -> None:
        calendar = self.calendar(request.home)
        number = len(self.unit.fines_for(request.id))
        for reason, cents in charges(trigger, request, loan, item, calendar, self.now):
            number += 1
            self.write(
                Fined(
                    fine=f"{request.id}.{number}",
                    request=request.id,
                    institution=request.home,
                    reason=reason,
                    cents=cents,
                )
            )


def as_report(error: Refused | NoSuchStep) -> dict[str, object]:
    """A refusal, by the rules or by the state machine, as JSON wants it."""
    if isinstance(error, NoSuchStep):
        reason = by_fact("state", error.message, found=error.state, lifts=error.hint or "")
        return {"refused": error.trigger, "reasons": [msgspec.to_builtins(reason)]}
    return {"refused": error.act, "reasons": msgspec.to_builtins(error.reasons)}
