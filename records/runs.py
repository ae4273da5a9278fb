"""The history of runs and the last read of each institution: what `hkall status` shows."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable


class Run(msgspec.Struct, frozen=True):
    """A run: times are ISO 8601 in UTC; ``finished`` is empty while it runs or if it was killed."""

    id: int
    started: str
    finished: str
    exit_code: int | None
    problem: str
    report: dict[str, Any]


class SourceRead(msgspec.Struct, frozen=True):
    """The last time an institution's files were read into the store.

    ``file`` is the newest of its files, ``modified`` the time it was last written.
    """

    institution: str
    run: int
    read_at: str
    extent: str
    complete: bool
    file: str
    modified: str


class RunHistory:
    """Runs and sources in the store's database; a part of `records.store.RecordStore`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def start(self, started: str) -> int:
        """Note that a run began; returns its number."""
        sql = "INSERT INTO run (started) VALUES (?)"
        number = self._connection.execute(sql, (started,)).lastrowid
        assert number is not None  # noqa: S101 - an INSERT has a row
        return number

    def finish(self, run: Run) -> None:
        """Note how a run ended. Call it outside the run's transaction, or it is rolled back."""
        self._connection.execute(
            "UPDATE run SET finished = ?, exit_code = ?, problem = ?, report = ? WHERE id = ?",
            (run.finished, run.exit_code, run.problem, msgspec.json.encode(run.report), run.id),
        )

    def last(self) -> Run | None:
        """The latest run, or None where there was none."""
        sql = (
            "SELECT id, started, finished, exit_code, problem, report"
            " FROM run ORDER BY id DESC LIMIT 1"
        )
        row = self._connection.execute(sql).fetchone()
        if row is None:
            return None
        number, started, finished, exit_code, problem, report = row
        decoded = msgspec.json.decode(report) if report else {}
        return Run(number, started, finished or "", exit_code, problem, decoded)

    def put_sources(self, sources: Iterable[SourceRead]) -> None:
        """Note what was read; belongs into the run's transaction."""
        sql = "INSERT OR REPLACE INTO source VALUES (?, ?, ?, ?, ?, ?, ?)"
        self._connection.executemany(sql, (msgspec.structs.astuple(source) for source in sources))

    def sources(self) -> dict[str, SourceRead]:
        """The last read of each institution."""
        sql = (
            "SELECT institution, run, read_at, extent, complete, file, modified"
            " FROM source ORDER BY institution"
        )
        rows = self._connection.execute(sql)
        reads = (SourceRead(*row) for row in rows)
        return {
            read.institution: msgspec.structs.replace(read, complete=bool(read.complete))
            for read in reads
        }
