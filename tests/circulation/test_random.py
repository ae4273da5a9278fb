"""Random acts, clocks and policies on both databases: whatever happens, the invariants hold."""

from __future__ import annotations

import os
from collections import Counter
from datetime import timedelta

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from circulation import asking, beside, lending, money, moving, nightly, stock
from circulation.desk import Refused
from circulation.machine import NoSuchStep, machine
from circulation.model import Fine, Item, Loan, Request
from circulation.store.database import MEMORY
from circulation.store.store import open_store

STEPS = int(os.environ.get("CIRCULATION_STEPS", "200"))
"""Acts of a test on one database; `make circulation` does 20,000."""

LENGTH = 40  # acts of one run
LIBRARIES = ("HKU", "CUHK", "LU", "HKBU", "EdUHK")
TITLES = ("t1", "t2", "t3", "t4", "t5")
HELD = [(library, title) for at, library in enumerate(LIBRARIES) for n, title in enumerate(TITLES)
        if (at + n) % 5 < 2]  # fmt: skip
"""Each title is in two libraries: whoever is of another one can request it."""
CATEGORIES = ("teacher", "undergraduate", "taught-postgraduate")
TRIGGERS = sorted({row.trigger for row in machine().transitions} - {"assign", "give-up"})
WITH_A_LOAN = ("renew", "recall", "withdraw-recall", "fall-due", "claim-returned", "presume-lost",
               "report-lost", "settle", "return", "return")  # fmt: skip
LOANS = machine().where(counts="loan")

taken = Counter()


def acts_of(trigger, key, patron):
    """The act behind a trigger."""
    named = {
        "deny": lambda desk: asking.deny(desk, key, "not-on-shelf"),
        "shelve": lambda desk: moving.shelve(desk, key),
        "check-out": lambda desk: lending.check_out(desk, key, patron),
        "renew": lambda desk: lending.renew(desk, key),
        "recall": lambda desk: lending.recall(desk, key),
        "withdraw-recall": lambda desk: lending.withdraw_recall(desk, key),
        "fall-due": lambda desk: lending.fall_due(desk, key),
        "claim-returned": lambda desk: lending.claim_returned(desk, key),
        "presume-lost": lambda desk: lending.lose(desk, key, "presume-lost"),
        "report-lost": lambda desk: lending.lose(desk, key),
        "settle": lambda desk: lending.settle(desk, key),
        "return": lambda desk: lending.give_back(desk, key),
        "order": lambda desk: beside.order(desk, key, "British Library"),
        "admit": lambda desk: beside.admit(desk, key),
    }
    for ending in ("convert", "cancel", "expire"):
        named[ending] = lambda desk, how=ending: asking.end(desk, key, how)
    return named.get(trigger, lambda desk: moving.move(desk, key, trigger))


class Acts(RuleBasedStateMachine):
    """Readers, desks and nights, in any order."""

    make_world = None  # set by the test: makes a world on an empty database

    def __init__(self):
        super().__init__()
        self.world, self.close = type(self).make_world()
        self.world.at("2016-11-01T10:00")
        self.requests: list[str] = []
        self.patrons = []
        for library, title in HELD:
            price = 5000 if title == "t1" else None
            self.world.item(f"{library}:{title}", record=f"{library}:{title}", price_cents=price)
        for library in LIBRARIES:
            for number, category in enumerate(CATEGORIES):
                self.patrons.append(
                    self.world.patron(f"{library}:{number}", category, email="r@example.org")
                )

    def teardown(self):
        self.check_everything()
        self.close()

    def attempt(self, name, work):
        """Do an act; a refusal is an answer, anything else is a defect."""
        try:
            done = self.world.do(work)
        except (Refused, NoSuchStep):
            taken[f"{name} refused"] += 1
            return None
        taken[name] += 1
        return done

    @rule(patron=st.integers(0, 14), title=st.sampled_from(TITLES))
    def request(self, patron, title):
        wish = asking.Wish(records=tuple(f"{library}:{title}" for library in LIBRARIES))
        made = self.attempt("request", lambda desk: asking.ask(desk, self.patrons[patron], wish))
        if made:
            self.requests.append(made.id)
            account = self.world.account(self.patrons[patron])
            assert account.taken <= account.quota

    @rule(
        held=st.sampled_from(HELD),
        status=st.sampled_from(["available", "on-loan", "missing"]),
    )
    def shelf(self, held, status):
        self.attempt("status", lambda desk: stock.set_status(desk, ":".join(held), status))

    @rule(patron=st.integers(0, 14), title=st.sampled_from(TITLES))
    def copy(self, patron, title):
        records = tuple(f"{library}:{title}" for library in LIBRARIES)
        wish = beside.CopyWish(records=records, citation="ch. 1", pages=9, declared=True)
        made = self.attempt("copy", lambda desk: beside.ask_copy(desk, self.patrons[patron], wish))
        if made:
            self.requests.append(made.id)

    @rule(patron=st.integers(0, 14), host=st.sampled_from(LIBRARIES))
    def visit_or_outside(self, patron, host):
        name = self.patrons[patron]
        if host == "HKU":
            made = self.attempt("ill", lambda desk: beside.ask_outside(desk, name, "a book"))
        else:
            made = self.attempt("visit", lambda desk: beside.ask_visit(desk, name, host))
        if made:
            self.requests.append(made.id)

    @rule(patron=st.integers(0, 14), title=st.sampled_from(TITLES))
    def borrow(self, patron, title):
        """The straight way to a loan, which random steps seldom find."""
        self.request(patron, title)
        if self.requests:
            key, name = self.requests[-1], self.patrons[patron]
            for trigger in ("receive", "shelve", "check-out"):
                self.attempt(trigger, acts_of(trigger, key, name))

    @precondition(lambda self: self.requests)
    @rule(
        at=st.integers(0, 10**6),
        trigger=st.sampled_from(WITH_A_LOAN),
        days=st.integers(0, 40),
    )
    def with_a_loan(self, at, trigger, days):
        """Days pass, and something happens to one of the open loans."""
        self.world.now += timedelta(days=days)
        open_loans = self.kept(Request, lambda r: r.state in LOANS)
        if open_loans:
            request = open_loans[at % len(open_loans)]
            owner = self.world.do(lambda desk: desk.unit.borrower(request.id))
            name = owner.label if owner else self.patrons[0]
            self.attempt(trigger, acts_of(trigger, request.id, name))

    @precondition(lambda self: self.requests)
    @rule(at=st.integers(0, 10**6), choice=st.integers(0, 10**6), likely=st.booleans())
    def step(self, at, choice, likely):
        """A trigger of the table; mostly one that is possible."""
        key = self.requests[-1 - at % min(len(self.requests), 12)]
        request = self.world.do(lambda desk: desk.request(key))
        possible = machine().triggers(request.kind, request.state) if likely else TRIGGERS
        possible = [
            trigger for trigger in possible if trigger in TRIGGERS and trigger != "transfer"
        ]
        if not possible:
            return
        trigger = possible[choice % len(possible)]
        owner = self.world.do(lambda desk: desk.unit.borrower(key))
        patron = owner.label if owner else self.patrons[0]
        done = self.attempt(trigger, acts_of(trigger, key, patron))
        if done and trigger == "check-out" and request.kind == "loan":
            account = self.world.account(patron)
            assert (
                sum(r.request.kind == "loan" and r.request.state in LOANS for r in account.requests)
                <= account.quota
            )

    @precondition(lambda self: self.requests)
    @rule(patron=st.integers(0, 14), share=st.integers(1, 3), waived=st.booleans())
    def pay(self, patron, share, waived):
        debts = self.world.account(self.patrons[patron]).debts
        if debts:
            cents = max(debts[0].open_cents // share, 1)
            self.attempt("pay", lambda desk: money.pay(desk, debts[0].id, cents, waived=waived))

    @rule(held=st.sampled_from(HELD), back=st.booleans())
    def local_hold(self, held, back):
        self.attempt("hold", lambda desk: stock.hold(desk, ":".join(held), withdrawn=back))

    @rule(days=st.integers(0, 20), minutes=st.integers(0, 600))
    def time_passes(self, days, minutes):
        self.world.now += timedelta(days=days, minutes=minutes)

    @rule(library=st.sampled_from(LIBRARIES), ahead=st.integers(0, 30), opens=st.booleans())
    def own_day(self, library, ahead, opens):
        day = self.world.now + timedelta(days=ahead)
        self.world.close(library, day.isoformat(), opens=opens)
        taken["closure"] += 1

    @precondition(lambda self: self.requests)
    @rule()
    def night(self):
        nightly.run(self.world.service, self.world.now)
        taken["night"] += 1

    @rule(regime=st.sampled_from(["2005", "2017", "by-date"]))
    def other_rules(self, regime):
        self.world.use(regime)

    @invariant()
    def an_item_is_in_one_place(self):
        held = self.kept(Request, lambda r: r.item and not machine().states[r.state].final)
        items = {item.id: item for item in self.kept(Item)}
        assert len({request.item for request in held}) == len(held)
        assert {r.item: r.id for r in held} == {
            i.id: i.request for i in items.values() if i.request
        }

    @invariant()
    def a_fine_is_never_negative_nor_above_its_cap(self):
        loans = {loan.request: loan for loan in self.kept(Loan)}
        for fine in self.kept(Fine):
            assert fine.cents > 0
            assert 0 <= fine.open_cents <= fine.cents
            loan = loans.get(fine.request)
            if loan and fine.reason.startswith("late"):
                assert fine.cents <= 10000  # the highest cap of any policy

    def kept(self, kind, which=lambda _: True):
        from circulation.store import schema
        from circulation.store.work import value_of

        with self.world.store.reading() as connection:
            rows = connection.execute(schema.TABLES[kind].select()).mappings().all()
        return [each for each in (value_of(kind, row) for row in rows) if which(each)]

    def check_everything(self):
        """The audit agrees."""
        assert self.world.audit().findings == ()


def run_acts(make_world):
    """As many acts as are asked for; with -s what was done, and how often it was refused."""
    taken.clear()
    machine_class = type("Run", (Acts,), {"make_world": staticmethod(make_world)})
    run_state_machine_as_test(
        machine_class,
        settings=settings(
            max_examples=max(STEPS // LENGTH, 1),
            stateful_step_count=LENGTH,
            deadline=None,
            database=None,
            suppress_health_check=list(HealthCheck),
        ),
    )
    print(sum(taken.values()), dict(taken.most_common()))  # noqa: T201 - for the reader of a long run


@pytest.mark.timeout(0 if STEPS > 200 else 300)
def test_invariants_hold_on_sqlite(world_of):
    """An item is in one place, fines stay in their bounds, the audit agrees: on SQLite."""

    def make():
        opened = open_store(MEMORY)
        return world_of(opened.__enter__()), lambda: opened.__exit__(None, None, None)

    run_acts(make)


@pytest.mark.timeout(0 if STEPS > 200 else 300)
def test_invariants_hold_on_postgresql(world_of, postgres):
    """The same on PostgreSQL."""

    def make():
        opened = open_store(postgres.fresh())
        return world_of(opened.__enter__()), lambda: opened.__exit__(None, None, None)

    run_acts(make)
