"""How fast acts are beside bare inserts of the same rows, and how long a night takes.

``python -m bench.circulation`` measures on an SQLite file; ``--database URL`` on an empty database of
one's own. Acts and inserts go in turns in each round, one commit an act on both sides, and the median of the
rounds' ratios is printed. The night is told in seconds, on the machine that it ran on.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from sqlalchemy import Column, Engine, MetaData, Table, event, insert

from circulation import asking, lending, moving, nightly, stock
from circulation.calendar import Calendars
from circulation.clock import parse_instant
from circulation.model import Item, Loan, Request
from circulation.policy import Policies
from circulation.service import Service
from circulation.store import schema
from circulation.store.database import file_url
from circulation.store.store import Store, open_store
from circulation.store.work import row_of

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from circulation.desk import Desk

AT = parse_instant("2005-11-01T10:00")
HOME = "HKU"
BATCH = 5000
Written = list[tuple[str, list[dict[str, Any]]]]


class Rows:
    """Notes the rows that statements write, by table."""

    def __init__(self, engine: Engine) -> None:
        self.written: Written = []
        event.listen(engine, "before_execute", self._note)

    def _note(self, *told: Any) -> None:  # noqa: ANN401 - connection, statement, rows, row, options
        _, clause, many, one, _ = told
        if getattr(clause, "is_insert", False) or getattr(clause, "is_update", False):
            rows = [dict(row) for row in (many or [one])]
            self.written.append((clause.table.name, [_plain(row) for row in rows]))

    def take(self) -> Written:
        """What was written since the last time."""
        found, self.written = self.written, []
        return found


def _plain(row: dict[str, Any]) -> dict[str, Any]:
    """A row by its columns, whether it was inserted or updated."""
    return {name.removeprefix("new_").removeprefix("key_"): value for name, value in row.items()}


def bare_tables(engine: Engine) -> dict[str, Table]:
    """The same columns without keys, indices and rules."""
    bare = MetaData()
    tables = {
        name: Table(f"bare_{name}", bare, *(Column(c.name, c.type) for c in table.columns))
        for name, table in schema.metadata.tables.items()
    }
    bare.create_all(engine)
    return tables


def acts(service: Service, number: int) -> Iterator[Callable[[], Any]]:
    """A request's whole life, an act at a time."""
    key = f"{number:010}"
    record = f"CUHK:{number}"

    def do(work: Callable[[Desk], Any], at: datetime = AT) -> Callable[[], Any]:
        return lambda: service.act(at, work)

    item = Item(id=record, institution="CUHK", record=record)
    yield do(lambda desk: stock.list_item(desk, item))
    wish = asking.Wish(records=(record,))
    yield do(lambda desk: asking.ask(desk, f"{HOME}:{number % 50}", wish))
    for trigger in ("ship", "receive"):
        yield do(lambda desk, t=trigger: moving.move(desk, key, t))  # type: ignore[misc]
    yield do(lambda desk: moving.shelve(desk, key))
    yield do(lambda desk: lending.check_out(desk, key, f"{HOME}:{number % 50}"))
    yield do(lambda desk: lending.renew(desk, key), AT + timedelta(days=10))
    yield do(lambda desk: lending.give_back(desk, key), AT + timedelta(days=40))
    for trigger in ("send-back", "check-in"):
        yield do(lambda desk, t=trigger: moving.move(desk, key, t))  # type: ignore[misc]


def measure_acts(store: Store, rounds: int, lives: int) -> None:
    """Print acts a second and their ratio to bare inserts."""
    numbers = count(1)
    keys = count(1)
    service = Service(store, Policies(regime="2005"), Calendars(), lambda: f"{next(keys):010}")
    add_patrons(store, 50, limit_free=True)
    tables, rows, engine = bare_tables(store.engine), Rows(store.engine), store.engine
    ratios, rates = [], []
    for _ in range(rounds):
        written: list[Written] = []
        spent = 0.0
        for _ in range(lives):
            for act in acts(service, next(numbers)):
                rows.take()
                began = time.perf_counter()
                act()
                spent += time.perf_counter() - began
                written.append(rows.take())
        began = time.perf_counter()
        for of_act in written:
            with engine.begin() as connection:
                for table, some in of_act:
                    connection.execute(insert(tables[table]), some)
        bare = time.perf_counter() - began
        ratios.append(spent / bare)
        rates.append(len(written) / spent)
    click.echo(f"acts: {statistics.median(ratios):.1f} times the bare inserts of their rows "
               f"({min(ratios):.1f}-{max(ratios):.1f}), {statistics.median(rates):.0f} acts a second, "
               f"{rounds} rounds of {len(written)} acts")  # fmt: skip


def add_patrons(store: Store, number: int, *, limit_free: bool = False) -> None:
    """So many readers with cards; teachers where the quota should not matter."""
    category = "teacher" if limit_free else "undergraduate"
    patrons = [{"institution": HOME, "number": str(n), "category": category, "name": "",
                "email": f"{n}@example.org", "valid_until": None, "blocked": ""} for n in range(number)]  # fmt: skip
    cards = [{"barcode": f"J{n}", "patron": n + 1, "kind": "julac", "valid_until": None}
             for n in range(number)]  # fmt: skip
    with store.engine.begin() as connection:
        connection.execute(insert(schema.patron), patrons)
        connection.execute(insert(schema.card), cards)


def add_loans(store: Store, number: int, patrons: int, share_due: float) -> None:
    """So many open loans; of these a share fell due yesterday, the others fall due later."""
    terms = Policies(regime="2005").at(HOME, AT.date(), "undergraduate").terms()
    for start in range(0, number, BATCH):
        keys = range(start, min(start + BATCH, number))
        requests, loans, items, links = [], [], [], []
        for n in keys:
            key, record = f"L{n:09}", f"CUHK:x{n}"
            late = n % 1000 < share_due * 1000
            due = AT - timedelta(days=1) if late else AT + timedelta(days=1 + n % 14)
            item = Item(id=record, institution="CUHK", record=record, request=key)
            request = Request(id=key, kind="loan", state="on-loan", home=HOME, lender="CUHK",
                              category="undergraduate", pickup=HOME, requested_at=AT, item=record,
                              wanted=(record,), changed_at=AT)  # fmt: skip
            loan = Loan(request=key, item=record, home=HOME, lender="CUHK",
                        lent_at=due - timedelta(days=15), due_at=due, terms=terms)  # fmt: skip
            items.append(row_of(item))
            requests.append(row_of(request))
            loans.append(row_of(loan))
            links.append({"request": key, "patron": n % patrons + 1})
        with store.engine.begin() as connection:
            for table, rows in ((schema.item, items), (schema.request, requests),
                                (schema.loan, loans), (schema.borrower, links)):  # fmt: skip
                connection.execute(insert(table), rows)


def waited() -> float | None:
    """Seconds that this thread has waited for a processor to be free; None where Linux does not say."""
    try:
        told = Path("/proc/thread-self/schedstat").read_text(encoding="ascii")
    except OSError:
        return None
    return int(told.split()[1]) / 1e9


class Spent:
    """Where a time goes: on the processor, waiting for one that others use, in commits."""

    def __init__(self, engine: Engine) -> None:
        self.commits, self._began = 0.0, 0.0
        dialect = engine.dialect
        commit = dialect.do_commit

        def timed(connection: Any) -> None:  # noqa: ANN401 - the driver's
            began = time.perf_counter()
            commit(connection)
            self.commits += time.perf_counter() - began

        dialect.do_commit = timed  # type: ignore[method-assign]

    def start(self) -> None:
        """Count from now on."""
        self.commits, self._waited = 0.0, waited()
        self._began, self._worked = time.perf_counter(), time.process_time()

    def told(self) -> str:
        """What was spent since."""
        spent, worked = time.perf_counter() - self._began, time.process_time() - self._worked
        now = waited()
        queued = "" if now is None or self._waited is None else f", {now - self._waited:.1f} s waiting for a free one"  # fmt: skip
        return f"{spent:.1f} s: {worked:.1f} s on the processor{queued}, {self.commits:.1f} s in commits"


def measure_night(store: Store, loans: int, share_due: float) -> None:
    """Print how long a night takes, and the one after it, when nothing is to be done."""
    service = Service(store, Policies(regime="2005"), Calendars())
    add_patrons(store, loans // 10)
    add_loans(store, loans, loans // 10, share_due)
    spent = Spent(store.engine)
    for name in ("night", "the same again"):
        spent.start()
        done = nightly.run(service, AT)
        click.echo(f"{name} over {loans:,} open loans: {spent.told()}; "
                   f"{done.overdue:,} fell due, {done.notices:,} notices")  # fmt: skip


@click.command()
@click.option("--database", default="", help="Address of an empty database (default: SQLite).")
@click.option("--rounds", default=5, show_default=True)
@click.option("--lives", default=20, show_default=True, help="Requests a round, 10 acts each.")
@click.option(
    "--loans", default=200_000, show_default=True, help="Open loans of the night; 0: none."
)
@click.option(
    "--due", default=0.1, show_default=True, help="Share of them that falls due that night."
)
def main(database: str, rounds: int, lives: int, loans: int, due: float) -> None:
    """Measure acts and a night."""
    with tempfile.TemporaryDirectory() as folder:
        if rounds:
            with open_store(database or file_url(Path(folder) / "acts.sqlite")) as store:
                measure_acts(store, rounds, lives)
        if loans:
            if database and rounds:
                click.echo("The night needs a database of its own: run again with --rounds 0.")
                return
            with open_store(database or file_url(Path(folder) / "night.sqlite")) as store:
                measure_night(store, loans, due)


if __name__ == "__main__":
    sys.exit(main())
