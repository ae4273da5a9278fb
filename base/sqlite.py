"""SQLite files that several processes use: made safe against loss and against each other."""

from __future__ import annotations

import sqlite3
import time

PATIENCE = 60.0
"""Seconds that a writer waits for another one."""

_PAUSE = 0.01  # seconds before asking again


def prepare(connection: sqlite3.Connection, patience: float = PATIENCE) -> None:
    """Set a connection up: write-ahead log, every commit on the disk, foreign keys.

    Of several connections that switch a new file to the log at once, SQLite tells all but one
    "database is locked" without the wait of its busy handler (`sqlite3_busy_handler`: where waiting
    could be a deadlock it is not called), so they ask again here.

    Raises:
        sqlite3.OperationalError: still locked after ``patience`` seconds, or not to be written.
    """
    until = time.monotonic() + patience
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            break
        except sqlite3.OperationalError as error:
            busy = error.sqlite_errorcode & 0xFF == sqlite3.SQLITE_BUSY
            if not busy or time.monotonic() > until:
                raise
            time.sleep(_PAUSE)
    connection.execute("PRAGMA synchronous = FULL")
    connection.execute("PRAGMA foreign_keys = ON")
