"""A loan day by day: the real acts and the real night on a database in memory, under any regime."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

import msgspec
from sqlalchemy import insert, select

from base.errors import HkallError
from circulation import asking, lending, moving, nightly, stock
from circulation.calendar import Calendars
from circulation.clock import instant
from circulation.desk import Refused
from circulation.fines import charges
from circulation.machine import machine
from circulation.model import Category, Item, Request
from circulation.policy import Policies
from circulation.reasons import dollars
from circulation.service import Service
from circulation.store import schema
from circulation.store.database import MEMORY
from circulation.store.store import open_store

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from circulation.desk import Desk

_MORNING, _NIGHT = time(10, 0), time(23, 30)
_MOST = 400  # days
_READER, _ITEM = "READER", "1"
ACTS = ("renew", "recall", "return", "claim-returned", "report-lost")
"""What can be told to happen on a day."""


class Plan(msgspec.Struct, frozen=True, kw_only=True):
    """A loan to play: who, from where, from when on, and what happens how many days after the loan."""

    home: str
    lender: str
    category: Category
    starts: date
    regime: str
    acts: tuple[tuple[int, str], ...] = ()


class Day(msgspec.Struct, frozen=True, omit_defaults=True):
    """A day on which something happened."""

    day: date
    number: int  # days since the loan; negative before it
    state: str
    happened: tuple[str, ...]
    due: datetime | None = None
    fine_cents: int = 0  # what a return would cost, or has cost


def simulate(plan: Plan) -> Iterator[Day]:
    """Play a loan until it has ended, or nothing more can happen.

    Raises:
        Refused: it could not even be requested.
    """
    with open_store(MEMORY) as store:
        service = Service(store, Policies(regime=plan.regime), Calendars())
        yield from _Play(service, plan).days()


class _Play:
    def __init__(self, service: Service, plan: Plan) -> None:
        self._service, self._plan = service, plan
        self._today = plan.starts
        self._lent: date | None = None
        self._told: set[str] = set()
        self._request = self._prepare()

    def _do(self, work: Callable[[Desk], Request], at: time = _MORNING) -> Request:
        return self._service.act(instant(self._today, at), work)

    def _prepare(self) -> Request:
        plan = self._plan
        with self._service.store.unit() as unit:
            row = {"institution": plan.home, "number": _READER, "category": plan.category,
                   "name": "", "email": "reader@example.org", "valid_until": None, "blocked": ""}  # fmt: skip
            unit.connection.execute(insert(schema.patron), row)
            for kind in ("julac", "home"):
                card = {"barcode": kind, "patron": 1, "kind": kind, "valid_until": None}
                unit.connection.execute(insert(schema.card), card)
        record = f"{plan.lender}:{_ITEM}"
        item = Item(id=record, institution=plan.lender, record=record, price_cents=None)
        self._service.act(instant(self._today, _MORNING), lambda desk: stock.list_item(desk, item))
        wish = asking.Wish(records=(record,))
        return self._do(lambda desk: asking.ask(desk, self._name, wish))

    @property
    def _name(self) -> str:
        return f"{self._plan.home}:{_READER}"

    def days(self) -> Iterator[Day]:
        """Each day on which something happened."""
        yield self._day(["requested"])
        for number in range(_MOST):
            happened = self._morning(number)
            before = self._request.state
            nightly.run(self._service, instant(self._today, _NIGHT))
            self._request = self._do(lambda desk: desk.request(self._request.id), _NIGHT)
            if self._request.state != before:
                happened.append(self._request.state)
            happened += self._new_notices()
            if happened:
                yield self._day(happened)
            if machine().states[self._request.state].final or self._idle():
                return
            self._today += timedelta(days=1)

    def _morning(self, number: int) -> list[str]:
        """The way to the reader in three days, then what the plan says, then the way back."""
        key = self._request.id
        way: dict[int, list[tuple[str, Callable[[Desk], Request]]]] = {
            1: [("shipped", lambda desk: moving.move(desk, key, "ship"))],
            2: [
                ("received", lambda desk: moving.move(desk, key, "receive")),
                ("on the hold shelf", lambda desk: moving.shelve(desk, key)),
            ],
            3: [("lent", lambda desk: lending.check_out(desk, key, self._name))],
        }
        if self._request.state in {"returned", "not-collected"}:
            way[number] = [("sent back", lambda desk: moving.move(desk, key, "send-back"))]
        elif self._request.state == "in-transit-back":
            way[number] = [("checked in", lambda desk: moving.move(desk, key, "check-in"))]
        happened = []
        for told, work in way.get(number, []):
            self._request = self._do(work)
            happened.append(told)
        if "lent" in happened:
            self._lent = self._today
        return happened + self._planned()

    def _planned(self) -> list[str]:
        if self._lent is None:
            return []
        happened = []
        for day, act in self._plan.acts:
            if day == (self._today - self._lent).days:
                happened.append(self._act(act))
        return happened

    def _act(self, act: str) -> str:
        key = self._request.id
        works: dict[str, Callable[[Desk], Request]] = {
            "renew": lambda desk: lending.renew(desk, key),
            "recall": lambda desk: lending.recall(desk, key),
            "return": lambda desk: lending.give_back(desk, key),
            "claim-returned": lambda desk: lending.claim_returned(desk, key),
            "report-lost": lambda desk: lending.lose(desk, key),
        }
        try:
            self._request = self._do(works[act])
        except Refused as refusal:
            return f"{act} refused: {'; '.join(reason.text for reason in refusal.reasons)}"
        except HkallError as error:
            return error.message
        return f"{act}: {self._request.state}"

    def _new_notices(self) -> list[str]:
        table = schema.notice
        with self._service.store.reading() as connection:
            found = connection.execute(select(table.c.id, table.c.kind).order_by(table.c.at))
            fresh = [(key, kind) for key, kind in found if key not in self._told]
        self._told.update(key for key, _ in fresh)
        return [f"notice: {kind}" for _, kind in fresh]

    def _idle(self) -> bool:
        """Whether all that can happen is for people to do, and the plan has no more of it."""
        lent = self._lent
        over = lent is not None and all(
            day <= (self._today - lent).days for day, _ in self._plan.acts
        )
        return over and self._request.state == "presumed-lost"

    def _day(self, happened: list[str]) -> Day:
        at = instant(self._today, _NIGHT)

        def look(desk: Desk) -> Day:
            loan = desk.loan(self._request)
            fines = sum(fine.cents for fine in desk.unit.fines_for(self._request.id))
            if loan and not loan.returned_at and not loan.lost_at:
                calendar = desk.calendar(loan.home)
                end = calendar.end_of(self._today)
                fines += sum(c for _, c in charges("return", self._request, loan, None, calendar, end))  # fmt: skip
            since = self._lent or self._today
            return Day(
                day=self._today,
                number=(self._today - since).days if self._lent else -1,
                state=self._request.state,
                happened=tuple(happened),
                due=loan.due_at if loan else None,
                fine_cents=fines,
            )

        return self._service.act(at, look)


def line(day: Day) -> str:
    """A day on one line."""
    told = [f"{day.day:%a %Y-%m-%d}", f"day {day.number}" if day.number >= 0 else "", day.state]
    due = f"due {day.due:%Y-%m-%d}" if day.due else ""
    fine = dollars(day.fine_cents) if day.fine_cents else ""
    return f"{told[0]}  {told[1]:8}{told[2]:16}{due:16}{fine:10}{'; '.join(day.happened)}".rstrip()
