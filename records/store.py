"""The record store on SQLite: one file, one writer, readers beside it (write-ahead log)."""

from __future__ import annotations

from contextlib import contextmanager
from enum import Enum
from itertools import groupby
from typing import TYPE_CHECKING, Any

import msgspec

from records.codec import Codec, pack_copies, unpack_copies
from records.database import open_database
from records.model import Copy, Kind, Origin, RecordId, StoredRecord
from records.runs import RunHistory

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from base.settings import Settings

_RECORD = (
    "r.institution, r.control_number, r.kind, r.syntax, r.file, r.offset, r.length,"
    " r.parent, r.sequence, r.added, c.document, c.copies"
)
_JOINED = "record r JOIN content c ON c.sequence = r.sequence"


class Outcome(Enum):
    """What became of a record that was put into the store, seen from this run."""

    NEW = "new"
    CHANGED = "changed"
    UNCHANGED = "unchanged"
    SUPERSEDES = "supersedes"  # an earlier record of this run had the same number


class StoredTitle(msgspec.Struct, frozen=True):
    """A title: its id, its members in order of sequence, and the copies of joined holdings."""

    id: str
    members: tuple[StoredRecord, ...]
    copies: Mapping[RecordId, tuple[Copy, ...]]


class Counts(msgspec.Struct, frozen=True):
    """What the store holds of one institution."""

    bibliographic: int = 0
    holdings: int = 0
    titles: int = 0


def store_path(settings: Settings) -> Path:
    """The store's file of these settings: one a prefix."""
    return settings.home_path / "stores" / f"{settings.prefix}.sqlite"


@contextmanager
def open_store(path: Path) -> Iterator[RecordStore]:
    """Open the store, creating it where there is none; failures as `open_database` says."""
    with open_database(path) as connection:
        yield RecordStore(connection)


class RecordStore:
    """The records of every institution and the titles they make."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._codec = Codec()
        self.runs = RunHistory(connection)

    @property
    def name(self) -> str:
        """A name that no other store has: marks what was built from this one."""
        row = self._connection.execute("SELECT value FROM store WHERE name = 'name'").fetchone()
        return str(row[0])

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All changes inside become visible together at the end, or not at all."""
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
        except BaseException:
            self._connection.rollback()
            raise
        self._connection.commit()

    # Intake: a record is confirmed (same bytes) or put; what a full source lacks is removed.

    def confirm(
        self, institution: str, digest: bytes, origin: Origin, run: int
    ) -> Confirmed | None:
        """Mark a record that came again unchanged; None where no record has this digest."""
        row = self._connection.execute(
            "SELECT sequence, kind, run FROM record WHERE institution = ? AND digest = ?",
            (institution, digest),
        ).fetchone()
        if row is None:
            return None
        sequence, kind, seen = row
        self._connection.execute(
            "UPDATE record SET run = ?, file = ?, offset = ?, length = ? WHERE sequence = ?",
            (run, origin.file, origin.offset, origin.length, sequence),
        )
        return Confirmed(kind, Outcome.SUPERSEDES if seen == run else Outcome.UNCHANGED)

    def put(self, record: StoredRecord, digest: bytes, run: int) -> Outcome:
        """Take a record in. A known number keeps its sequence and the day it was first seen."""
        found = self._find(record.id, record.kind)
        if found is None:
            sequence = self._insert(record, digest, run)
            outcome = Outcome.NEW
        else:
            sequence, seen = found
            self._update(sequence, record, digest, run)
            outcome = Outcome.SUPERSEDES if seen == run else Outcome.CHANGED
        self._put_keys(sequence, record.match_keys)
        return outcome

    def mark(self, record_id: RecordId, run: int) -> None:
        """Mark a number whose record was rejected: what is stored of it is not absent.

        The run is noted as a negative number, because it did not take the record in.
        """
        self._connection.execute(
            "UPDATE record SET run = ? WHERE institution = ? AND control_number = ? AND run <> ?",
            (-run, record_id.institution, record_id.control_number, run),
        )

    def delete(self, record_id: RecordId, kind: Kind, run: int) -> Outcome | None:
        """Delete a record; None where it was not in the store."""
        found = self._find(record_id, kind)
        if found is None:
            return None
        self._connection.execute("DELETE FROM record WHERE sequence = ?", (found[0],))
        return Outcome.SUPERSEDES if found[1] == run else Outcome.CHANGED

    def absent(self, institution: str, run: int) -> int:
        """How many records of an institution this run has not seen."""
        sql = "SELECT count(*) FROM record WHERE institution = ? AND abs(run) <> ?"
        return int(self._connection.execute(sql, (institution, run)).fetchone()[0])

    def remove_absent(self, institution: str, run: int) -> int:
        """Delete what this run has not seen of an institution; returns how many records."""
        sql = "DELETE FROM record WHERE institution = ? AND abs(run) <> ?"
        return self._connection.execute(sql, (institution, run)).rowcount

    def orphans(self, institution: str, run: int) -> Iterator[tuple[RecordId, Origin, str]]:
        """Holdings records of this run whose parent is not in the store, with that parent."""
        rows = self._connection.execute(
            "SELECT control_number, file, offset, length, parent FROM record h"
            " WHERE institution = ? AND kind = 'holdings' AND run = ? AND NOT EXISTS"
            " (SELECT 1 FROM record b WHERE b.institution = h.institution"
            "  AND b.kind = 'bibliographic' AND b.control_number = h.parent)"
            " ORDER BY sequence",
            (institution, run),
        ).fetchall()
        for number, file, offset, length, parent in rows:
            yield RecordId(institution, number), Origin(file, offset, length), parent

    def _find(self, record_id: RecordId, kind: Kind) -> tuple[int, int] | None:
        row: tuple[int, int] | None = self._connection.execute(
            "SELECT sequence, run FROM record"
            " WHERE institution = ? AND kind = ? AND control_number = ?",
            (record_id.institution, kind, record_id.control_number),
        ).fetchone()
        return row

    def _insert(self, record: StoredRecord, digest: bytes, run: int) -> int:
        origin = record.origin
        sequence = self._connection.execute(
            "INSERT INTO record (institution, kind, control_number, syntax, file, offset, length,"
            " digest, parent, added, run) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            (record.id.institution, record.kind, record.id.control_number, record.syntax,
             origin.file, origin.offset, origin.length, digest, record.parent, record.added, run),
        ).lastrowid  # fmt: skip
        assert sequence is not None  # noqa: S101 - an INSERT has a row
        self._connection.execute(
            "INSERT INTO content VALUES (?, ?, ?, ?)", (sequence, *self._content(record))
        )
        return sequence

    def _update(self, sequence: int, record: StoredRecord, digest: bytes, run: int) -> None:
        origin = record.origin
        self._connection.execute(
            "UPDATE record SET syntax = ?, file = ?, offset = ?, length = ?, digest = ?,"
            " parent = ?, run = ? WHERE sequence = ?",
            (record.syntax, origin.file, origin.offset, origin.length, digest, record.parent,
             run, sequence),
        )  # fmt: skip
        self._connection.execute(
            "UPDATE content SET data = ?, document = ?, copies = ? WHERE sequence = ?",
            (*self._content(record), sequence),
        )
        self._connection.execute("DELETE FROM match_key WHERE sequence = ?", (sequence,))

    def _content(self, record: StoredRecord) -> tuple[bytes, bytes, bytes]:
        return (
            self._codec.pack_bytes(record.data),
            self._codec.pack_document(record.document),
            pack_copies(record.copies),
        )

    def _put_keys(self, sequence: int, keys: Iterable[str]) -> None:
        rows = [(key, sequence) for key in keys]
        self._connection.executemany("INSERT OR IGNORE INTO match_key VALUES (?, ?)", rows)

    # Titles

    def iter_match_keys(self) -> Iterator[tuple[str, int]]:
        """Match keys with the sequence of their record; equal keys stand together, oldest first."""
        yield from self._connection.execute(
            "SELECT key, sequence FROM match_key ORDER BY key, sequence"
        )

    def set_titles(self, founders: Iterable[tuple[int, int]]) -> None:
        """Say which records share a title.

        Args:
            founders: (sequence of a record, sequence of its title's founder); a record that is
                not named is a title of its own.
        """
        execute = self._connection.execute
        execute("CREATE TEMP TABLE IF NOT EXISTS founder (sequence INTEGER PRIMARY KEY, title INT)")
        execute("DELETE FROM temp.founder")
        self._connection.executemany("INSERT INTO temp.founder VALUES (?, ?)", founders)
        title = (
            "coalesce((SELECT f.title FROM temp.founder f"
            " WHERE f.sequence = record.sequence), record.sequence)"
        )
        execute(
            f"UPDATE record SET title = {title}"  # noqa: S608 - constants only
            f" WHERE kind = 'bibliographic' AND title IS NOT {title}"
        )

    def iter_titles(self) -> Iterator[StoredTitle]:
        """Every title in order of its founder, streaming; the members' ``data`` is left empty."""
        with_holdings = self._institutions_with_holdings()
        rows = self._connection.execute(
            f"SELECT r.title, {_RECORD} FROM {_JOINED}"  # noqa: S608 - constants only
            " WHERE r.kind = 'bibliographic' ORDER BY r.title, r.sequence"
        )
        for _, group in groupby(rows, key=_first):
            members = tuple(self._record(row[1:]) for row in group)
            joined = [member.id for member in members if member.id.institution in with_holdings]
            copies = {record_id: self.holdings_of(record_id) for record_id in joined}
            yield StoredTitle(str(members[0].id), members, {k: v for k, v in copies.items() if v})

    def holdings_of(self, record_id: RecordId) -> tuple[Copy, ...]:
        """The copies that holdings records say of a bibliographic record, oldest record first."""
        rows = self._connection.execute(
            f"SELECT c.copies FROM {_JOINED}"  # noqa: S608 - constants only
            " WHERE r.kind = 'holdings' AND r.institution = ? AND r.parent = ?"
            " ORDER BY r.sequence",
            (record_id.institution, record_id.control_number),
        )
        return tuple(copy for (packed,) in rows for copy in unpack_copies(packed))

    def _institutions_with_holdings(self) -> set[str]:
        rows = self._connection.execute(
            "SELECT DISTINCT institution FROM record WHERE kind = 'holdings'"
        )
        return {row[0] for row in rows}

    # Reading

    def get(self, record_id: RecordId, kind: Kind = "bibliographic") -> StoredRecord | None:
        """A record with its original bytes; None where there is none."""
        row = self._connection.execute(
            f"SELECT {_RECORD}, c.data FROM {_JOINED}"  # noqa: S608 - constants only
            " WHERE r.institution = ? AND r.control_number = ? AND r.kind = ?",
            (record_id.institution, record_id.control_number, kind),
        ).fetchone()
        return self._record(row) if row else None

    def members_of(self, title_id: str) -> tuple[RecordId, ...]:
        """The members of a title, the founder first; empty where there is no such title."""
        founder = RecordId.parse(title_id)
        rows = self._connection.execute(
            "SELECT m.institution, m.control_number FROM record f"
            " JOIN record m ON m.title = f.sequence AND m.kind = 'bibliographic'"
            " WHERE f.institution = ? AND f.control_number = ? AND f.kind = 'bibliographic'"
            " ORDER BY m.sequence",
            (founder.institution, founder.control_number),
        )
        return tuple(RecordId(*row) for row in rows)

    def seen_in(self, record_id: RecordId, run: int) -> bool:
        """Whether this run took in (or confirmed) a bibliographic record."""
        found = self._find(record_id, "bibliographic")
        return found is not None and found[1] == run

    def title_count(self) -> int:
        """How many titles there are."""
        sql = "SELECT count(*) FROM record WHERE kind = 'bibliographic' AND title = sequence"
        return int(self._connection.execute(sql).fetchone()[0])

    def counts(self) -> dict[str, Counts]:
        """What the store holds, by institution."""
        rows = self._connection.execute(
            "SELECT institution, sum(kind = 'bibliographic'), sum(kind = 'holdings'),"
            " count(DISTINCT title) FROM record GROUP BY institution ORDER BY institution"
        )
        return {row[0]: Counts(*row[1:]) for row in rows}

    def _record(self, row: tuple[Any, ...]) -> StoredRecord:
        (institution, number, kind, syntax, file, offset, length, parent, sequence, added,
         document, copies, *data) = row  # fmt: skip
        return StoredRecord(
            id=RecordId(institution, number),
            kind=kind,
            syntax=syntax,
            origin=Origin(file, offset, length),
            data=self._codec.unpack_bytes(data[0]) if data else b"",
            document=self._codec.unpack_document(document),
            copies=unpack_copies(copies),
            parent=parent,
            sequence=sequence,
            added=added,
        )


class Confirmed(msgspec.Struct, frozen=True):
    """A record that came again unchanged."""

    kind: Kind
    outcome: Outcome


def _first(row: tuple[Any, ...]) -> Any:  # noqa: ANN401 - a column
    return row[0]
