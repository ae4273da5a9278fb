"""Random acts, clocks and policies on both databases: whatever happens, the invariants hold."""

from __future__ import annotations

import os
import time
from collections import Counter
from datetime import datetime, timedelta
from datetime import time as hour
from functools import lru_cache
from importlib.resources import files

import pytest
import yaml
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    rule,
    run_state_machine_as_test,
)
from sqlalchemy import func, select

from circulation import asking, beside, lending, money, moving, nightly, stock
from circulation import events as e
from circulation.clock import HONG_KONG
from circulation.desk import Refused
from circulation.machine import NoSuchStep, machine
from circulation.model import Closure, Fine, Item, Loan, Request
from circulation.policy import NoRegime, Policies
from circulation.store import schema
from circulation.store.database import MEMORY
from circulation.store.reading import entries
from circulation.store.store import open_store
from circulation.store.work import value_of

STEPS = int(os.environ.get("CIRCULATION_STEPS", "200"))
"""Acts of a test on one database; `make circulation` does 20,000."""
WHOLE = STEPS >= 10_000  # enough for every trigger of the table to be pulled

LENGTH = 60  # rules of one run
LIBRARIES = ("HKU", "CityU", "LU", "CUHK", "HKBU", "EdUHK")
TITLES = tuple(f"t{n}" for n in range(len(LIBRARIES)))
HELD = [(library, title) for at, library in enumerate(LIBRARIES) for n, title in enumerate(TITLES)
        if (at + n) % len(TITLES) < 3]  # fmt: skip
"""Each title is in three libraries, two copies in each: whoever is of another one can request it."""
CATEGORIES = ("teacher", "undergraduate", "taught-postgraduate")
PATRONS = len(LIBRARIES) * len(CATEGORIES)
STARTS = ("2004-03-01T10:00", "2005-11-01T10:00", "2017-05-15T10:00", "2024-11-04T10:00")
REGIMES = ("trial-2004", "2005", "2017", "by-date")
ONWARD = {
    "document": (),
    "document supplied": ("supply",),
    "ill": (),
    "ill on the hold shelf": ("order", "receive", "shelve"),
    "ill lent": ("order", "receive", "check-out"),
    "visit": ("admit",),
}
"""What is asked for beside loans, and how far it goes at once."""
LOANS = machine().where(counts="loan")
OPEN = machine().where(final=False)
BY_ITSELF = {"assign"}  # what a request brings, and a denial
WHEN_DUE = ("fall-due", "uncollected", "expire", "presume-lost", "end-visit")
AT_ANY_TIME = sorted({row.trigger for row in machine().transitions} - BY_ITSELF - {*WHEN_DUE})
TRIGGERS = {row.trigger for row in machine().transitions}

done: Counter[str] = Counter()
refused: Counter[str] = Counter()
quotas: Counter[str] = Counter()
happened: Counter[tuple[str, str, str]] = Counter()  # kind, state, trigger: as the log has them


@lru_cache
def rules_of(regime, tight):
    """The shipped policies, or the same where nobody may have more than two items."""
    return Policies(folder=tight, regime=regime)


@pytest.fixture(scope="session")
def tight(tmp_path_factory):
    """The shipped policies with a quota of two, which random acts reach."""
    folder = tmp_path_factory.mktemp("policies")
    for at in files("circulation").joinpath("policies").iterdir():
        told = yaml.safe_load(at.read_text(encoding="utf-8"))
        if "quota" in told.get("rules", {}):
            told["rules"]["quota"] = {"value": 2, "source": "ours"}
        (folder / at.name).write_text(yaml.safe_dump(told, allow_unicode=True), encoding="utf-8")
    return folder


def act_of(trigger, key, patron, item=""):
    """The act behind a trigger."""
    named = {
        "deny": lambda desk: asking.deny(desk, key, "not-on-shelf"),
        "transfer": lambda desk: asking.transfer(desk, key, item),
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
    for ending in ("convert", "cancel", "expire", "give-up"):
        named[ending] = lambda desk, how=ending: asking.end(desk, key, how)
    return named.get(trigger, lambda desk: moving.move(desk, key, trigger))


class Acts(RuleBasedStateMachine):
    """Readers, desks and nights, in any order."""

    make_world = None  # set by the test: makes a world on an empty database
    tight = None

    def __init__(self):
        super().__init__()
        self.world, self.close = type(self).make_world()
        self.seen = 0  # the last event that the invariants know
        self.cached = {}
        self.states, self.terms, self.before, self.caps = {}, {}, {}, {}  # by request, by fine
        self.patrons = [
            self.world.patron(f"{library}:{number}", category, email="r@example.org")
            for library in LIBRARIES
            for number, category in enumerate(CATEGORIES)
        ]

    @initialize(start=st.sampled_from(STARTS), tight=st.booleans())
    def begin(self, start, tight):
        self.world.at(start)
        self.folder = type(self).tight if tight else None
        self.other_rules("by-date")
        copies = [
            Item(id=f"{library}:{title}.{n}", institution=library, record=f"{library}:{title}",
                 price_cents=5000 if title == "t1" else None)
            for library, title in HELD for n in (1, 2)
        ]  # fmt: skip
        self.world.do(lambda desk: [stock.list_item(desk, item) for item in copies])

    def teardown(self):
        self.the_log()
        assert self.world.audit().findings == ()
        self.close()

    def attempt(self, name, work):
        """Do an act; a refusal is an answer, anything else is a defect."""
        try:
            made = self.world.do(work)
        except (Refused, NoSuchStep, NoRegime):
            refused[name] += 1
            made = None
        else:
            done[name] += 1
        self.check()
        return made

    # readers

    def wish(self, title):
        return tuple(f"{library}:{title}" for library in LIBRARIES)

    @rule(patron=st.integers(0, PATRONS - 1), title=st.sampled_from(TITLES))
    def request(self, patron, title):
        self.ask(self.patrons[patron], title)

    def ask(self, name, title):
        made = self.attempt(
            "request", lambda desk: asking.ask(desk, name, asking.Wish(records=self.wish(title)))
        )
        if made:
            self.quota_holds(name, only_loans=False)
        return made

    @rule(
        patron=st.integers(0, 5),
        title=st.sampled_from(TITLES),
        days=st.integers(0, 5),
        far=st.sampled_from([3, 3, 3, 2, 1]),
    )
    def borrow(self, patron, title, days, far):
        """The straight way to a loan, which random steps seldom find; by some readers, often."""
        request = self.ask(self.patrons[patron * 3], title)
        if request:
            for trigger in ("receive", "shelve", "check-out")[:far]:
                self.act(trigger, request)
            self.world.now += timedelta(days=days)

    @rule(
        asked=st.sampled_from(sorted(ONWARD)),
        patron=st.integers(0, PATRONS - 1),
        title=st.sampled_from(TITLES),
        host=st.sampled_from(LIBRARIES),
    )
    def beside_the_loan(self, asked, patron, title, host):
        kind, onward = asked.split()[0], ONWARD[asked]
        name, records = self.patrons[patron], self.wish(title)
        wish = beside.CopyWish(records=records, citation="ch. 1", pages=9, declared=True)
        named = {
            "document": lambda desk: beside.ask_copy(desk, name, wish),
            "ill": lambda desk: beside.ask_outside(desk, name, "a book"),
            "visit": lambda desk: beside.ask_visit(desk, name, host),
        }
        made = self.attempt(f"request {kind}", named[kind])
        for trigger in onward if made else ():
            self.act(trigger, made)

    @rule(at=st.integers(0, 10**6), share=st.integers(1, 3), waived=st.booleans())
    def pay(self, at, share, waived):
        owed = self.kept(Fine, lambda fine: fine.open_cents)
        if owed:
            fine = owed[at % len(owed)]
            cents = max(fine.open_cents // share, 1)
            self.attempt("pay", lambda desk: money.pay(desk, fine.id, cents, waived=waived))

    @rule(at=st.integers(0, 10**6))
    def make_good(self, at):
        """Everything owed for a lost item is paid, and the request settled."""
        lost = self.kept(Request, lambda r: r.state == "presumed-lost")
        if lost:
            request = lost[at % len(lost)]
            for fine in self.kept(Fine, lambda f: f.request == request.id and f.open_cents):
                self.attempt("pay", lambda desk, key=fine.id: money.pay(desk, key))
            self.act("settle", request)

    # desks

    @rule(
        steps=st.lists(
            st.tuples(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 9)),
            min_size=2,
            max_size=8,
        )
    )
    def steps(self, steps):
        """Acts of the table on open requests: mostly what is possible, now and then anything."""
        for at, choice, unlikely in steps:
            requests = self.kept(Request, lambda r: r.state in OPEN)
            requests = [r for r in requests if r.state != "admitted"] or requests
            if requests:
                request = requests[at % len(requests)]
                possible = machine().triggers(request.kind, request.state)
                among = possible if unlikely else AT_ANY_TIME
                self.act(among[choice % len(among)], request)

    @rule(
        trigger=st.sampled_from(["renew", "renew", "recall", "withdraw-recall", "return"]),
        at=st.integers(0, 10**6),
        days=st.integers(0, 20),
    )
    def with_a_loan(self, trigger, at, days):
        """Days pass, and something happens to one of the open loans."""
        self.world.now += timedelta(days=days)
        loans = self.kept(Request, lambda r: r.state in LOANS)
        fitting = [r for r in loans if trigger in machine().triggers(r.kind, r.state)] or loans
        if fitting:
            self.act(trigger, fitting[at % len(fitting)])

    @rule(
        trigger=st.integers(0, 10**6), at=st.integers(0, 10**6), late=st.sampled_from([1, 2, 1, 0])
    )
    def in_time(self, trigger, at, late):
        """The day of something comes: a due date, the end of the hold shelf, of a request, of a wait."""
        requests = self.kept(Request, lambda r: r.state in OPEN)
        waiting = {
            name: fitting
            for name in WHEN_DUE
            if (fitting := [r for r in requests if name in machine().triggers(r.kind, r.state)])
        }
        if waiting:
            name = sorted(waiting)[trigger % len(waiting)]
            request = waiting[name][at % len(waiting[name])]
            self.world.now = max(self.world.now, self.day_of(name, request))
            self.world.now += timedelta(days=late, minutes=late)
            self.act(name, request)

    def day_of(self, trigger, request):
        if trigger == "expire" and request.expires_on:
            return datetime.combine(request.expires_on, hour(12), HONG_KONG)
        if trigger in ("uncollected", "end-visit"):
            return request.hold_until or self.world.now
        loan = self.loan_of(request)
        since = (loan.claimed_at or loan.due_at) if loan else self.world.now
        return since + timedelta(days=59 if trigger == "presume-lost" else 0)

    def act(self, trigger, request):
        owner = self.world.do(lambda desk: desk.unit.borrower(request.id))
        name = owner.label if owner else self.patrons[0]
        item = self.other_copy(request) if trigger == "transfer" else ""
        made = self.attempt(trigger, act_of(trigger, request.id, name, item))
        if made and trigger == "check-out":
            self.quota_holds(name, only_loans=True)

    @staticmethod
    def other_copy(request):
        copy, _, number = request.item.rpartition(".")
        return f"{copy}.{3 - int(number)}" if copy else f"{HELD[0][0]}:{HELD[0][1]}.1"

    # libraries and the calendar

    @rule(
        held=st.sampled_from(HELD),
        what=st.sampled_from(["available", "missing", "hold", "withdraw", "closed", "open"]),
        ahead=st.integers(0, 30),
    )
    def library(self, held, what, ahead):
        """What a library says of a copy, or of a day."""
        first, second = (f"{':'.join(held)}.{n}" for n in (1, 2))
        day = (self.world.now + timedelta(days=ahead)).date()
        own = Closure(institution=held[0], day=day, opens=what == "open")
        said = {
            "hold": lambda desk: stock.hold(desk, second),
            "withdraw": lambda desk: stock.hold(desk, second, withdrawn=True),
            "closed": lambda desk: stock.declare(desk, own),
            "open": lambda desk: stock.declare(desk, own),
        }
        self.attempt(
            f"library {what}", said.get(what, lambda desk: stock.set_status(desk, first, what))
        )

    @rule(days=st.integers(0, 12), minutes=st.integers(0, 600))
    def night(self, days, minutes):
        self.world.now += timedelta(days=days, minutes=minutes)
        try:
            nightly.run(self.world.service, self.world.now)
        except NoRegime:
            refused["night"] += 1
        else:
            done["night"] += 1
        self.check()

    @rule(regime=st.sampled_from(REGIMES))
    def other_rules(self, regime):
        self.world.use(regime)
        self.world.service.policies = rules_of(regime, self.folder)

    # what holds

    def quota_holds(self, name, *, only_loans):
        """Whoever was just given something has no more than the rules of the day allow."""
        with self.world.store.reading() as connection:
            asked = dict(map(tuple, connection.execute(select(schema.borrower))))
        patron = self.world.do(lambda desk: desk.patron(name))
        rules = self.world.do(lambda desk: desk.policy(patron).rules)
        counts = {"loan", "returning" if rules.quota_freed == "checked-in" else "loan"}
        if rules.quota_counts == "loans-and-requests" and not only_loans:
            counts.add("request")
        taken = self.kept(
            Request,
            lambda r: (
                asked.get(r.id) == patron.id
                and r.kind == "loan"
                and machine().states[r.state].counts in counts
            ),
        )
        assert len(taken) <= rules.quota + (not only_loans and rules.quota_counts == "loans")
        quotas["reached"] += len(taken) >= rules.quota

    def check(self):
        """After every act."""
        self.an_item_is_in_one_place()
        self.a_fine_is_never_negative_nor_above_its_cap()

    def an_item_is_in_one_place(self):
        held = self.kept(Request, lambda r: r.item and r.state in OPEN)
        assert len({request.item for request in held}) == len(held)
        items = {item.id: item.request for item in self.kept(Item) if item.request}
        assert {request.item: request.id for request in held} == items

    def a_fine_is_never_negative_nor_above_its_cap(self):
        self.the_log()
        for fine in self.kept(Fine):
            assert fine.cents > 0
            assert 0 <= fine.open_cents <= fine.cents
            cap = self.caps.get(fine.id)
            assert cap is None or fine.cents <= cap

    def the_log(self):
        """Read what has happened since: which rows were taken, under which terms each fine was made."""
        with self.world.store.reading() as connection:
            fresh = list(entries(connection, self.seen))
        for entry in fresh:
            self.seen, event = entry.number, entry.event
            match event:
                case e.Requested():
                    self.states[event.request] = (event.kind, machine().initial)
                case e.Fined() if event.reason.startswith("late"):
                    renewed = event.reason == "late-renewal"
                    terms = (self.before if renewed else self.terms)[event.request]
                    self.caps[event.fine] = terms.fine_cap_cents
                case e.Lent() | e.Renewed():
                    self.before[event.request] = self.terms.get(event.request)
                    self.terms[event.request] = event.terms
            if getattr(event, "trigger", ""):
                kind, state = self.states[event.request]
                happened[kind, state, event.trigger] += 1
                to = machine().step(kind, state, event.trigger).to
                self.states[event.request] = (kind, to)

    # what is kept

    def kept(self, kind, which=lambda _: True):
        """All of a kind; read again where the log has grown since."""
        with self.world.store.reading() as connection:
            last = connection.execute(select(func.max(schema.event.c.number))).scalar()
            if self.cached.get(kind, (None, ()))[0] != last:
                rows = connection.execute(schema.TABLES[kind].select()).mappings()
                self.cached[kind] = (last, [value_of(kind, row) for row in rows])
        return [each for each in self.cached[kind][1] if which(each)]

    def loan_of(self, request):
        return next(iter(self.kept(Loan, lambda loan: loan.request == request.id)), None)


def acts():
    """How many there were."""
    return done.total() + refused.total()


def run_acts(make_world, tight):
    """As many acts as are asked for; with -s which there were, and how often each was refused."""
    for counter in (done, refused, happened, quotas):
        counter.clear()
    members = {"make_world": staticmethod(make_world), "tight": tight}
    began = time.perf_counter()
    while acts() < STEPS:
        run_state_machine_as_test(
            type("Run", (Acts,), members),
            settings=settings(
                max_examples=(STEPS - acts()) // 100 + 2,
                stateful_step_count=LENGTH,
                deadline=None,
                database=None,
                suppress_health_check=list(HealthCheck),
            ),
        )
    show(time.perf_counter() - began)
    if WHOLE:
        assert TRIGGERS - {trigger for *_, trigger in happened} == set()
        assert {*AT_ANY_TIME, *WHEN_DUE} - {*done} == set()
        assert quotas["reached"] > 0


def show(seconds):
    """A table for the reader of a long run."""
    cells = {(k, s, row.trigger) for row in machine().transitions for k in row.kinds for s in row.sources}  # fmt: skip
    lines = [
        f"{acts():,} acts in {seconds:,.0f} s: {done.total():,} done, {refused.total():,} refused"
    ]
    for name in sorted({*done, *refused, *BY_ITSELF}):
        in_log = sum(number for (_, _, trigger), number in happened.items() if trigger == name)
        lines.append(
            f"{name:16} {done[name]:6,} {refused[name]:6,} refused  {in_log or '':>6} in the log"
        )
    lines.append(f"of the table's {len(cells)} steps {len(cells & {*happened})} were taken; not:"
                 f" {sorted(cells - {*happened})}; a quota was reached {quotas['reached']:,} times")  # fmt: skip
    print("\n" + "\n".join(lines))  # noqa: T201


@pytest.mark.timeout(0 if WHOLE else 300)
def test_invariants_hold_on_sqlite(world_of, tight):
    """An item is in one place, quotas and fines stay in their bounds, the audit agrees: on SQLite."""

    def make():
        opened = open_store(MEMORY)
        return world_of(opened.__enter__()), lambda: opened.__exit__(None, None, None)

    run_acts(make, tight)


@pytest.mark.timeout(0 if WHOLE else 300)
def test_invariants_hold_on_postgresql(world_of, postgres, tight):
    """The same on PostgreSQL."""

    def make():
        opened = open_store(postgres.fresh())
        return world_of(opened.__enter__()), lambda: opened.__exit__(None, None, None)

    run_acts(make, tight)
