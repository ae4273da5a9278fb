"""Reading the record store: single records, counts, what is known of a record."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from records.codec import Codec, unpack_copies
from records.model import Availability, Copy, Kind, Origin, RecordId, StoredRecord

if TYPE_CHECKING:
    import sqlite3

RECORD = (
    "r.institution, r.control_number, r.kind, r.syntax, r.file, r.offset, r.length,"
    " r.parent, r.sequence, r.added, c.document, c.copies"
)
JOINED = "record r JOIN content c ON c.sequence = r.sequence"
WIDTH = RECORD.count(",") + 1


class Counts(msgspec.Struct, frozen=True):
    """What the store holds of one institution."""

    bibliographic: int = 0
    holdings: int = 0
    titles: int = 0


class Known(msgspec.Struct, frozen=True):
    """A record that the store holds, found by its digest."""

    kind: Kind
    control_number: str


class Reading:
    """The part of the store that answers about single records and counts them."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._codec = Codec()

    @property
    def name(self) -> str:
        """A name that no other store has: marks what was built from this one."""
        return self._setting("name")

    def last_change(self) -> int:
        """The change number of the latest change of a title or of availability; 0 before any."""
        return int(self._setting("change"))

    def _setting(self, name: str) -> str:
        sql = "SELECT value FROM store WHERE name = ?"
        return str(self._connection.execute(sql, (name,)).fetchone()[0])

    def _next_change(self) -> int:
        row = self._connection.execute(
            "UPDATE store SET value = CAST(value AS INTEGER) + 1 WHERE name = 'change'"
            " RETURNING value"
        ).fetchone()
        return int(row[0])

    def get(self, record_id: RecordId, kind: Kind = "bibliographic") -> StoredRecord | None:
        """A record with its original bytes; None where there is none, or no more."""
        row = self._connection.execute(
            f"SELECT {RECORD}, c.data FROM {JOINED}"  # noqa: S608 - constants only
            " WHERE r.institution = ? AND r.control_number = ? AND r.kind = ? AND NOT r.deleted",
            (record_id.institution, record_id.control_number, kind),
        ).fetchone()
        return self._record(row) if row else None

    def holds(self, record_id: RecordId, kind: Kind = "bibliographic") -> bool:
        """Whether the store has a record."""
        row = self._connection.execute(
            "SELECT 1 FROM record"
            " WHERE institution = ? AND control_number = ? AND kind = ? AND NOT deleted",
            (record_id.institution, record_id.control_number, kind),
        ).fetchone()
        return row is not None

    def availability_of(self, record_id: RecordId) -> Availability | None:
        """What circulation last said of a record; None where it said nothing."""
        row = self._connection.execute(
            "SELECT available, requestable FROM availability"
            " WHERE institution = ? AND control_number = ?",
            (record_id.institution, record_id.control_number),
        ).fetchone()
        return Availability(bool(row[0]), bool(row[1])) if row else None

    def known(self, institution: str, digest: bytes) -> Known | None:
        """The record of an institution that has this digest."""
        row = self._connection.execute(
            "SELECT kind, control_number FROM record"
            " WHERE institution = ? AND digest = ? AND NOT deleted",
            (institution, digest),
        ).fetchone()
        return Known(*row) if row else None

    def holdings_of(self, record_id: RecordId) -> tuple[Copy, ...]:
        """The copies that holdings records say of a bibliographic record, oldest record first."""
        rows = self._connection.execute(
            f"SELECT c.copies FROM {JOINED}"  # noqa: S608 - constants only
            " WHERE r.kind = 'holdings' AND r.institution = ? AND r.parent = ? AND NOT r.deleted"
            " ORDER BY r.sequence",
            (record_id.institution, record_id.control_number),
        )
        return tuple(copy for (packed,) in rows for copy in unpack_copies(packed))

    @property
    def is_new(self) -> bool:
        """Whether no record was ever taken in."""
        sql = "SELECT NOT EXISTS (SELECT 1 FROM record)"
        return bool(self._connection.execute(sql).fetchone()[0])

    def count_of(self, institution: str) -> int:
        """How many records of both kinds the store holds of an institution."""
        sql = "SELECT count(*) FROM record WHERE institution = ? AND NOT deleted"
        return int(self._connection.execute(sql, (institution,)).fetchone()[0])

    def counts(self) -> dict[str, Counts]:
        """What the store holds, by institution."""
        rows = self._connection.execute(
            "SELECT institution, sum(kind = 'bibliographic'), sum(kind = 'holdings'),"
            " count(DISTINCT CASE kind WHEN 'bibliographic' THEN title END)"
            " FROM record WHERE NOT deleted GROUP BY institution ORDER BY institution"
        )
        return {row[0]: Counts(*row[1:]) for row in rows}

    def _institutions_with_holdings(self) -> set[str]:
        rows = self._connection.execute(
            "SELECT DISTINCT institution FROM record WHERE kind = 'holdings' AND NOT deleted"
        )
        return {row[0] for row in rows}

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
