"""Rejected records, with their bytes: to look at, and to take in again after a fix."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec
import zstandard

from records.model import Origin, RecordId

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Callable, Iterable, Iterator

    from records.model import Syntax

REASONS = (
    "bad-leader",
    "bad-directory",
    "bad-utf8",
    "truncated-record",
    "stray-bytes",
    "no-fields",
    "file-truncated",
    "file-unreadable",
    "xml-malformed",
    "xml-doctype",
    "no-control-number",
    "no-title",
    "orphan-holdings",
    "refused-by-elasticsearch",
    "other-kind",
)
"""Why a record may be here: the codes of docs/rejections.md, in its order."""

TABLE = """
CREATE TABLE IF NOT EXISTS quarantine (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    institution TEXT NOT NULL,
    file TEXT NOT NULL,
    offset INTEGER NOT NULL,
    length INTEGER NOT NULL,
    reason TEXT NOT NULL,
    detail TEXT NOT NULL,
    control_number TEXT NOT NULL,
    run INTEGER NOT NULL,
    syntax TEXT NOT NULL,
    data BLOB NOT NULL
)
"""
_COLUMNS = "id, institution, file, offset, length, reason, detail, control_number, run, syntax"


class Quarantined(msgspec.Struct, frozen=True):
    """A rejected record; ``data`` are its bytes where they were asked for and could be had."""

    institution: str
    origin: Origin
    reason: str
    detail: str
    control_number: str
    run: int
    syntax: Syntax
    data: bytes = b""
    id: int = 0


class Quarantine:
    """The rejected records of a store; a part of `records.store.RecordStore`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._made = False

    def add(self, rejected: Iterable[Quarantined]) -> int:
        """Keep rejected records; returns how many."""
        compress = zstandard.ZstdCompressor().compress
        rows = (
            (None, each.institution, each.origin.file, each.origin.offset, each.origin.length,
             each.reason, each.detail, each.control_number, each.run, each.syntax,
             compress(each.data))
            for each in rejected
        )  # fmt: skip
        sql = "INSERT INTO quarantine VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)"
        return self._table().executemany(sql, rows).rowcount

    def entries(self, institution: str = "", reason: str = "") -> Iterator[Quarantined]:
        """Those of an institution and a reason (empty: any), oldest first, without bytes."""
        rows = self._table().execute(
            f"SELECT {_COLUMNS} FROM quarantine"  # noqa: S608 - constants only
            " WHERE (institution = ?1 OR ?1 = '') AND (reason = ?2 OR ?2 = '') ORDER BY id",
            (institution, reason),
        )
        for row in rows:
            yield _entry(row, b"")

    def get(self, number: int) -> Quarantined | None:
        """One with its bytes; None where there is none of this number."""
        row = (
            self._table()
            .execute(
                f"SELECT {_COLUMNS}, data FROM quarantine WHERE id = ?",  # noqa: S608 - constants only
                (number,),
            )
            .fetchone()
        )
        if row is None:
            return None
        return _entry(row[:-1], zstandard.ZstdDecompressor().decompress(row[-1]))

    def remove(self, numbers: Iterable[int]) -> None:
        """Forget some."""
        rows = [(number,) for number in numbers]
        self._table().executemany("DELETE FROM quarantine WHERE id = ?", rows)

    def supersede(self, institution: str, run: int, taken: Callable[[RecordId], bool]) -> None:
        """Forget those of earlier runs whose record has come in since, as ``taken`` says."""
        gone = [
            each.id
            for each in self.entries(institution)
            if each.run < run
            and each.control_number
            and taken(RecordId(institution, each.control_number))
        ]
        self.remove(gone)

    def renew(self, institution: str, run: int) -> None:
        """Forget those of earlier runs: the institution has sent everything again."""
        sql = "DELETE FROM quarantine WHERE institution = ? AND run < ?"
        self._table().execute(sql, (institution, run))

    def _table(self) -> sqlite3.Connection:
        if not self._made:
            self._connection.execute(TABLE)
            self._made = True
        return self._connection


def _entry(
    row: tuple[int, str, str, int, int, str, str, str, int, Syntax], data: bytes
) -> Quarantined:
    number, institution, file, offset, length, reason, detail, control, run, syntax = row
    origin = Origin(file, offset, length)
    return Quarantined(institution, origin, reason, detail, control, run, syntax, data, number)
