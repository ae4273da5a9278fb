"""The store's database file: opened, created where there is none, its failures explained."""

from __future__ import annotations

import shutil
import sqlite3
import uuid
from contextlib import contextmanager
from importlib.resources import files
from typing import TYPE_CHECKING

from base.errors import LockedFailure, ResourceFailure, UnreachableFailure
from base.sqlite import PATIENCE, prepare

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_VERSION = 3
ROOM = 1_000_000  # bytes without which a failed write is a full disk's


class StoreError(UnreachableFailure):
    """The store's file cannot be used."""

    code = "record-store"


@contextmanager
def open_database(path: Path) -> Iterator[sqlite3.Connection]:
    """Connect to the store's file; statements commit by themselves outside a transaction.

    Raises:
        StoreError: not a record store, or of a newer version.
        LockedFailure: another process is writing to it.
        ResourceFailure: the disk is full.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with explained(path):
        connection = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)
        try:
            _prepare(connection, path)
            yield connection
        finally:
            connection.close()


@contextmanager
def explained(path: Path) -> Iterator[None]:
    """Turn what the database refuses inside a ``with`` block into the house's errors.

    Raises:
        StoreError, LockedFailure, ResourceFailure: see `open_database`.
    """
    try:
        yield
    except sqlite3.OperationalError as error:
        if "locked" in str(error):
            raise LockedFailure(
                f"{path}: another process is writing to the record store",
                hint="Wait until the other run has ended.",
            ) from error
        if _is_full(path, error):
            raise ResourceFailure(
                f"{path}: the disk is full", hint="Free some space and run the command again."
            ) from error
        raise StoreError(f"{path}: {error}", hint="Check the file and its folder.") from error
    except sqlite3.DatabaseError as error:
        raise StoreError(
            f"{path}: {error}",
            hint="`hkall records rebuild` makes it anew from the sources.",
        ) from error


def _is_full(path: Path, error: sqlite3.OperationalError) -> bool:
    """Whether the disk is: SQLite calls a file that it cannot make longer an I/O error."""
    if "full" in str(error):
        return True
    return "I/O" in str(error) and shutil.disk_usage(path.parent).free < ROOM


def _prepare(connection: sqlite3.Connection, path: Path) -> None:
    # A run commits a few times only, and its index must not outlive a commit that power cut off.
    prepare(connection)
    version = _version(connection)
    if version > _VERSION:
        raise StoreError(
            f"{path}: written by a newer version of hkall", hint="Update hkall, or move it away."
        )
    if version == 0:
        _create(connection)
    elif version < _VERSION:
        _upgrade(connection, version)


def _version(connection: sqlite3.Connection) -> int:
    return int(connection.execute("PRAGMA user_version").fetchone()[0])


def _create(connection: sqlite3.Connection) -> None:
    name = uuid.uuid4().hex
    named = f"INSERT INTO store VALUES ('name', '{name}');"  # noqa: S608 - hexadecimal digits
    _apply(connection, _script("schema.sql"), named, _script("ledger.sql"), _script("rules.sql"))


def _upgrade(connection: sqlite3.Connection, version: int) -> None:
    """Records stay. From the first version each title counts as changed once."""
    scripts = ["ledger.sql", "upgrade-1.sql"] if version == 1 else []
    _apply(connection, *map(_script, [*scripts, "rules.sql"]))


def _script(name: str) -> str:
    return files("records").joinpath(name).read_text(encoding="utf-8")


def _apply(connection: sqlite3.Connection, *scripts: str) -> None:
    version = f"PRAGMA user_version = {_VERSION};"
    try:
        connection.executescript(f"BEGIN IMMEDIATE; {' '.join(scripts)} {version} COMMIT")
    except BaseException:
        connection.rollback()
        if _version(connection) != _VERSION:  # else another process has done it meanwhile
            raise


def set_aside(path: Path) -> None:
    """Move a store's file, if there is one, out of the way: ``….old``, in place of an older one.

    Raises:
        LockedFailure: somebody reads or writes it; its log would be left behind.
    """
    if not path.exists():
        return
    connection = sqlite3.connect(path, timeout=PATIENCE, isolation_level=None)
    try:
        with explained(path):
            connection.execute("PRAGMA journal_mode = DELETE")
    except StoreError:
        pass  # damaged: moved as it is, with its log
    finally:
        connection.close()
    for suffix in ("", "-wal", "-shm"):
        file = path.with_name(path.name + suffix)
        if file.exists():
            file.replace(file.with_name(f"{path.name}.old{suffix}"))
