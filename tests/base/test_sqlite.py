"""SQLite files that several connections open at once."""

from __future__ import annotations

import sqlite3
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing

import pytest

from base.sqlite import prepare

TOGETHER = 8


def test_many_switch_a_new_file_to_the_log_at_once(tmp_path):
    """None of them is told that the file is locked; all write through the log."""
    for attempt in range(20):
        path, gate = tmp_path / f"{attempt}.sqlite", threading.Barrier(TOGETHER)

        def opened(_number, path=path, gate=gate):
            with closing(sqlite3.connect(path)) as connection:
                gate.wait(60)
                prepare(connection)
                return connection.execute("PRAGMA journal_mode").fetchone()[0]

        with ThreadPoolExecutor(TOGETHER) as pool:
            assert list(pool.map(opened, range(TOGETHER))) == ["wal"] * TOGETHER


def test_a_file_that_stays_locked_is_said(tmp_path):
    """Patience ends."""
    path = tmp_path / "locked.sqlite"
    with closing(sqlite3.connect(path)) as owner, closing(sqlite3.connect(path, timeout=0)) as late:
        owner.execute("BEGIN EXCLUSIVE")
        with pytest.raises(sqlite3.OperationalError, match="locked"):
            prepare(late, patience=0.05)
