"""The record store on SQLite: one file, one writer at a time, readers beside it (write-ahead log).

Its public methods are all that other rooms know of it; docs/decisions says what a database server
would have to bring in its place.
"""

from __future__ import annotations

from contextlib import contextmanager
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

from records.clustering import Clustering
from records.database import StoreError, open_database
from records.inherit import from_store, from_titles
from records.known import KnownDigests
from records.model import Kind, KnownTitle, Origin, PackedRecord, RecordId
from records.quarantine import Quarantine
from records.rules import MappingRules
from records.runs import RunHistory
from records.stage import Stage

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Mapping

    from base.settings import Settings

_WAIT = (
    "INSERT INTO pending SELECT sequence, CASE WHEN NOT deleted THEN title END, ?"
    " FROM record WHERE sequence = ?"
    " ON CONFLICT DO UPDATE SET regroup = max(regroup, excluded.regroup)"
)


class Outcome(Enum):
    """What became of a record that was put into the store."""

    NEW = "new"  # or back again after it was deleted
    CHANGED = "changed"


def store_path(settings: Settings) -> Path:
    """The store's file of these settings: one a prefix."""
    return settings.home_path / "stores" / f"{settings.prefix}.sqlite"


@contextmanager
def open_store(path: Path) -> Iterator[RecordStore]:
    """Open the store, creating it where there is none; failures as `open_database` says."""
    with open_database(path) as connection:
        yield RecordStore(connection)


class RecordStore(Clustering):
    """The records of every institution and the titles they make."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        super().__init__(connection)
        self.runs = RunHistory(connection)
        self.quarantine = Quarantine(connection)
        self.rules = MappingRules(connection)

    @property
    def path(self) -> Path:
        """The store's file, for a process that reads beside this one."""
        return Path(self._connection.execute("PRAGMA database_list").fetchone()[2])

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All changes inside become visible together at the end, or not at all.

        Inside another transaction it is a part of that one, and can fail alone.
        """
        nested = self._connection.in_transaction
        self._connection.execute("SAVEPOINT inner_part" if nested else "BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            if nested:
                self._connection.execute("ROLLBACK TO inner_part")
                self._connection.execute("RELEASE inner_part")
            else:
                self._connection.rollback()
            raise
        self._connection.execute("RELEASE inner_part" if nested else "COMMIT")

    @contextmanager
    def rehearsal(self) -> Iterator[None]:
        """A transaction that is never kept: what would be, to look at inside."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        finally:
            self._connection.rollback()

    def detach_log(self) -> None:
        """Write the log into the file, so that the file alone is the store and can be moved."""
        self._connection.execute("PRAGMA journal_mode = DELETE")

    # Intake: what a run read of an institution is staged, then taken in one transaction.

    def stage(self) -> Stage:
        """A place beside the store for what is read of one institution; the caller closes it."""
        return Stage(self.path.parent)

    def digests(self, institution: str) -> KnownDigests:
        """Which records it has of an institution, to be asked by any process; close it after."""
        return KnownDigests(self.path, institution)

    def take(self, institution: str, stage: Stage, day: str, run: int) -> None:
        """Put and delete what a stage says, in its order. Belongs into a transaction."""
        for arrival in stage.changes():
            if arrival.record is not None:
                self.put(arrival.record, day, run)
            else:
                self.delete(RecordId(institution, arrival.control_number), arrival.kind, run)

    def put(self, record: PackedRecord, day: str, run: int) -> Outcome:
        """Take a record in. A known number keeps its sequence and the day it was first seen.

        Where all that reaches a title is as it was, its title does not count as changed.
        """
        row = self._connection.execute(
            "SELECT sequence, deleted, parent FROM record"
            " WHERE institution = ? AND kind = ? AND control_number = ?",
            (record.id.institution, record.kind, record.id.control_number),
        ).fetchone()
        if row is None:
            sequence = self._insert(record, day, run)
            self._wait(sequence, regroup=True)
            return Outcome.NEW
        sequence, deleted, parent = row
        if deleted:
            self._revive(sequence, record, day, run)
            return Outcome.NEW
        self._change(sequence, parent, record, run)
        return Outcome.CHANGED

    def delete(self, record_id: RecordId, kind: Kind, run: int) -> bool:
        """Delete a record; False where it is not in the store. Its number keeps its place."""
        row = self._connection.execute(
            "SELECT sequence FROM record"
            " WHERE institution = ? AND kind = ? AND control_number = ? AND NOT deleted",
            (record_id.institution, kind, record_id.control_number),
        ).fetchone()
        if row is not None:
            self._bury(row[0], run)
        return row is not None

    def absent(self, institution: str, stage: Stage) -> Iterator[tuple[Kind, str]]:
        """Kind and number of an institution's records that the stage has not met."""
        rows = self._connection.execute(
            "SELECT kind, control_number FROM record WHERE institution = ? AND NOT deleted",
            (institution,),
        )
        for kind, number in rows:
            if not stage.met(kind, number):
                yield kind, number

    def remove_absent(self, institution: str, stage: Stage, run: int) -> int:
        """Delete what the stage has not met of an institution; returns how many records."""
        absent = list(self.absent(institution, stage))
        for kind, number in absent:
            self.delete(RecordId(institution, number), kind, run)
        return len(absent)

    def orphans(self, institution: str, stage: Stage) -> Iterator[tuple[RecordId, Origin, str]]:
        """Holdings records of the stage whose parent is not in the store, with that parent."""
        rows = self._connection.execute(
            "SELECT control_number, file, offset, length, parent FROM record h"
            " WHERE institution = ? AND kind = 'holdings' AND NOT deleted AND NOT EXISTS"
            " (SELECT 1 FROM record b WHERE b.institution = h.institution"
            "  AND b.kind = 'bibliographic' AND b.control_number = h.parent AND NOT b.deleted)"
            " ORDER BY sequence",
            (institution,),
        ).fetchall()
        for number, file, offset, length, parent in rows:
            if stage.has(RecordId(institution, number), "holdings"):
                yield RecordId(institution, number), Origin(file, offset, length), parent

    def _insert(self, record: PackedRecord, day: str, run: int) -> int:
        origin = record.origin
        sequence = self._connection.execute(
            "INSERT INTO record (institution, kind, control_number, syntax, file, offset, length,"
            " digest, parent, added, run, rules) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (record.id.institution, record.kind, record.id.control_number, record.syntax,
             origin.file, origin.offset, origin.length, record.digest, record.parent, day, run,
             self.rules.number(record.rules)),
        ).lastrowid  # fmt: skip
        assert sequence is not None  # noqa: S101 - an INSERT has a row
        self._put_content(sequence, record)
        self._put_keys(sequence, record.match_keys)
        return sequence

    def _revive(self, sequence: int, record: PackedRecord, day: str, run: int) -> None:
        self._wait(sequence, regroup=True)
        self._connection.execute(
            "UPDATE record SET deleted = 0, born = NULL, title = NULL,"
            " added = CASE added WHEN '' THEN ? ELSE added END WHERE sequence = ?",
            (day, sequence),
        )
        self._update(sequence, record, run)
        self._put_content(sequence, record)
        self._put_keys(sequence, record.match_keys)

    def _change(self, sequence: int, parent: str, record: PackedRecord, run: int) -> None:
        regroup = self._keys(sequence) != set(record.match_keys)
        content = self._connection.execute(
            "SELECT data, document, copies FROM content WHERE sequence = ?", (sequence,)
        ).fetchone()
        told = (*content[1:], parent) == (record.document, record.copies, record.parent)
        if regroup or not told:
            self._wait(sequence, regroup=regroup)
        if parent != record.parent:
            self._touch(RecordId(record.id.institution, parent))
        self._update(sequence, record, run)
        if content != (record.data, record.document, record.copies):
            self._put_content(sequence, record)
        if regroup:
            self._connection.execute("DELETE FROM match_key WHERE sequence = ?", (sequence,))
            self._put_keys(sequence, record.match_keys)

    def _bury(self, sequence: int, run: int) -> None:
        self._wait(sequence, regroup=True)
        self._connection.execute(
            "UPDATE record SET deleted = 1, digest = x'', run = ? WHERE sequence = ?",
            (run, sequence),
        )
        self._connection.execute("DELETE FROM content WHERE sequence = ?", (sequence,))
        self._connection.execute("DELETE FROM match_key WHERE sequence = ?", (sequence,))

    def _update(self, sequence: int, record: PackedRecord, run: int) -> None:
        origin = record.origin
        self._connection.execute(
            "UPDATE record SET syntax = ?, file = ?, offset = ?, length = ?, digest = ?,"
            " parent = ?, run = ?, rules = ? WHERE sequence = ?",
            (record.syntax, origin.file, origin.offset, origin.length, record.digest,
             record.parent, run, self.rules.number(record.rules), sequence),
        )  # fmt: skip

    def _put_content(self, sequence: int, record: PackedRecord) -> None:
        self._connection.execute(
            "INSERT OR REPLACE INTO content VALUES (?, ?, ?, ?)",
            (sequence, record.data, record.document, record.copies),
        )

    def _put_keys(self, sequence: int, keys: Iterable[str]) -> None:
        rows = [(key, sequence) for key in keys]
        self._connection.executemany("INSERT OR IGNORE INTO match_key VALUES (?, ?)", rows)

    def _keys(self, sequence: int) -> set[str]:
        sql = "SELECT key FROM match_key WHERE sequence = ?"
        return {row[0] for row in self._connection.execute(sql, (sequence,))}

    def _wait(self, sequence: int, *, regroup: bool) -> None:
        """Let a record wait to be clustered; call it before the record is altered."""
        self._connection.execute(_WAIT, (regroup, sequence))

    def _touch(self, record_id: RecordId) -> None:
        """The title of a bibliographic record changes, though the record itself does not."""
        row = self._connection.execute(
            "SELECT sequence FROM record"
            " WHERE institution = ? AND kind = 'bibliographic' AND control_number = ?",
            (record_id.institution, record_id.control_number),
        ).fetchone()
        if row:
            self._wait(row[0], regroup=False)

    def relocate(self, institution: str, file: str, origins: Mapping[int, Origin]) -> None:
        """Note where records of a file truly come from: they were read from a copy of their bytes.

        Args:
            institution: whose records.
            file: the copy's name, as they name it.
            origins: by their offsets in the copy.
        """
        rows = self._connection.execute(
            "SELECT sequence, offset FROM record WHERE institution = ? AND file = ?",
            (institution, file),
        ).fetchall()
        true = [(origins[offset], sequence) for sequence, offset in rows if offset in origins]
        with self.transaction():
            self._connection.executemany(
                "UPDATE record SET file = ?, offset = ?, length = ? WHERE sequence = ?",
                ((origin.file, origin.offset, origin.length, at) for origin, at in true),
            )

    # Availability and ids, which no source says

    def set_availability(self, record_id: RecordId, *, available: bool, requestable: bool) -> int:
        """Note what circulation says of a record; returns the change number.

        The record need not be in the store yet. What was so already gets no new number.
        """
        key = (record_id.institution, record_id.control_number)
        with self.transaction():
            row = self._connection.execute(
                "SELECT available, requestable, changed FROM availability"
                " WHERE institution = ? AND control_number = ?",
                key,
            ).fetchone()
            if row and row[:2] == (available, requestable):
                return int(row[2])
            change = self._next_change()
            self._connection.execute(
                "INSERT OR REPLACE INTO availability VALUES (?, ?, ?, ?, ?)",
                (*key, available, requestable, change),
            )
            self._connection.execute(
                "UPDATE title SET changed = ? WHERE sequence = (SELECT title FROM record"
                " WHERE institution = ? AND control_number = ? AND kind = 'bibliographic'"
                " AND NOT deleted)",
                (change, *key),
            )
        return change

    def restore_ids(self, titles: Iterable[KnownTitle]) -> int:
        """Give an empty store the founding order that an index knows; returns how many records.

        Each member gets its place and the title's first day, without content: the records that
        come in next keep the ids that they had, and ids whose records do not, lead on.
        """
        with self.transaction():
            return from_titles(self._connection, titles)

    def inherit(self, path: Path) -> int:
        """Give an empty store what another one knows beside content; returns how many records.

        That is as `restore_ids` and more: ids that led on, availability, runs, change numbers.

        Raises:
            StoreError: the other store is damaged, or not one.
        """
        with open_database(path) as other:
            problem = other.execute("PRAGMA quick_check(1)").fetchone()[0]
        if problem != "ok":
            raise StoreError(f"{path}: {problem}", hint="Restore it from a copy.")
        return from_store(self._connection, path)
