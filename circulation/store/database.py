"""The database: opened, its schema brought up to date, its failures explained."""

from __future__ import annotations

from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, create_engine, event, inspect, make_url, text
from sqlalchemy.exc import ArgumentError, DBAPIError, NoSuchModuleError
from sqlalchemy.pool import StaticPool

from base.errors import ConfigurationFailure, LockedFailure, ResourceFailure, UnreachableFailure
from base.sqlite import PATIENCE, prepare
from circulation.store.schema import HEAD

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sqlalchemy import URL, Connection

MEMORY = "sqlite://"
_LOCK = 4_754_255_555  # of PostgreSQL: any number that nobody else locks
READS = {"hkall_reads": True}  # an execution option: the transaction will not write


class DatabaseFailure(UnreachableFailure):
    """The database of circulation does not answer, or answers with an error."""

    code = "circulation-database"


class NewerDatabase(DatabaseFailure):
    """The schema is of a later version of the program than this one."""

    code = "newer-database"


class UnknownDatabase(ConfigurationFailure):
    """The address is not one of a database that circulation can use."""

    code = "unknown-database"


def file_url(path: Path) -> str:
    """The address of an SQLite file."""
    return f"sqlite:///{path.absolute()}"


def open_database(url: str) -> Engine:
    """Connect, and make or upgrade the schema where that is needed.

    Args:
        url: of SQLAlchemy: ``sqlite:////path/file``, ``postgresql+psycopg://host/name``.

    Raises:
        UnknownDatabase: no such address.
        DatabaseFailure: it does not answer.
    """
    engine = _engine(url)
    try:
        with explained(engine.url):
            _bring_up_to_date(engine)
    except BaseException:
        engine.dispose()
        raise
    return engine


def _engine(url: str) -> Engine:
    try:
        parsed = make_url(url)
        if parsed.drivername in {"postgresql", "postgres"}:
            parsed = parsed.set(drivername="postgresql+psycopg")
        name = parsed.get_backend_name()
        if name == "sqlite":
            return _sqlite(parsed)
        if name == "postgresql":
            return create_engine(parsed, isolation_level="READ COMMITTED")
    except (ArgumentError, NoSuchModuleError) as error:
        raise UnknownDatabase(str(error), hint="Set circulation.database.") from error
    except ModuleNotFoundError as error:
        raise UnknownDatabase(
            f"{error.name} is not installed",
            hint="Install hkall with its extra: hkall[postgresql].",
        ) from error
    raise UnknownDatabase(
        f"{name} is no database for circulation",
        hint="Use SQLite or PostgreSQL: circulation.database.",
    )


def _sqlite(url: URL) -> Engine:
    if not url.database:  # in memory: one connection that all share
        engine = create_engine(url, poolclass=StaticPool)
    else:
        Path(url.database).parent.mkdir(parents=True, exist_ok=True)
        engine = create_engine(url, connect_args={"timeout": PATIENCE})

    @event.listens_for(engine, "connect")
    def _prepare(connection: Any, _record: object) -> None:  # noqa: ANN401 - the driver's
        connection.isolation_level = None  # transactions are begun below
        prepare(connection)

    @event.listens_for(engine, "begin")
    def _begin(connection: Connection) -> None:
        reads = connection.get_execution_options().get("hkall_reads")
        connection.exec_driver_sql("BEGIN" if reads else "BEGIN IMMEDIATE")

    return engine


def _bring_up_to_date(engine: Engine) -> None:
    with engine.connect().execution_options(**READS) as connection:
        if _version(connection) == HEAD:
            return
    with engine.begin() as connection:
        lock_log(connection)
        if _version(connection) != HEAD:
            upgrade(connection)


def _version(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)


def upgrade(connection: Connection, to: str = "head") -> None:
    """Run the migrations that a database lacks, in the connection's transaction.

    Raises:
        NewerDatabase: it has one that this version does not know.
    """
    from alembic import command
    from alembic.util import CommandError

    try:
        command.upgrade(migrations(connection), to)
    except CommandError as error:
        where = connection.engine.url.render_as_string(hide_password=True)
        raise NewerDatabase(
            f"{where}: written by a newer version of hkall", hint="Update hkall."
        ) from error


def migrations(connection: Connection) -> Any:  # noqa: ANN401 - alembic's Config, imported lately
    """Alembic's configuration for this connection."""
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations"))
    config.attributes["connection"] = connection
    return config


def lock_log(connection: Connection) -> None:
    """Let nobody else write events until this transaction ends.

    Numbers of events are then in the order in which they can be seen: whoever follows the log by
    its numbers misses none. SQLite has one writer at a time anyway.
    """
    if connection.dialect.name == "postgresql":
        connection.execute(text("SELECT pg_advisory_xact_lock(:key)"), {"key": _LOCK})


@contextmanager
def explained(url: URL) -> Iterator[None]:
    """Failures of the database as this program's own, in one line.

    Raises:
        LockedFailure: another process kept writing for too long.
        ResourceFailure: the disk is full.
        DatabaseFailure: anything else.
    """
    try:
        yield
    except DBAPIError as error:
        told = str(error.orig).strip().splitlines()[0] if error.orig else str(error)
        where = url.render_as_string(hide_password=True)
        if "database is locked" in told:
            raise LockedFailure(
                f"{where}: another process is writing", hint="Try again."
            ) from error
        if "full" in told:
            raise ResourceFailure(f"{where}: {told}", hint="Free some space.") from error
        raise DatabaseFailure(f"{where}: {told}", hint="Check circulation.database.") from error
