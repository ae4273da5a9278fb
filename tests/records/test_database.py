"""What the store's database refuses, in the house's words."""

from __future__ import annotations

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from base.errors import ResourceFailure
from records import database, explained
from records.database import StoreError

TOGETHER = 6


def test_a_file_that_cannot_grow_on_a_full_disk_is_a_full_disk(tmp_path, monkeypatch):
    """SQLite says *I/O error* of its shared memory there: what helps is room, not another file."""
    with pytest.raises(StoreError), explained(tmp_path / "store.sqlite"):
        raise sqlite3.OperationalError("disk I/O error")
    monkeypatch.setattr(database, "ROOM", float("inf"))
    with pytest.raises(ResourceFailure), explained(tmp_path / "store.sqlite"):
        raise sqlite3.OperationalError("disk I/O error")


def test_many_open_a_new_store_at_once(tmp_path):
    """One makes the schema, the others find it made."""
    for attempt in range(5):
        path, gate = tmp_path / str(attempt) / "records.sqlite", threading.Barrier(TOGETHER)

        def name(_number, path=path, gate=gate):
            gate.wait(60)
            with database.open_database(path) as connection:
                return connection.execute("SELECT value FROM store").fetchone()[0]

        with ThreadPoolExecutor(TOGETHER) as pool:
            assert len(set(pool.map(name, range(TOGETHER)))) == 1
