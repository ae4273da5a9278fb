"""What a run has read of one institution, kept beside the store until all of it is there.

A file of its own, which the system forgets when the run ends, however it ends: reading changes
nothing in the store and keeps no other writer waiting.
"""

from __future__ import annotations

import sqlite3
import tempfile
from contextlib import suppress
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec

from records.model import PackedRecord

if TYPE_CHECKING:
    from collections.abc import Iterator

    from records.model import Kind, RecordId

_SCHEMA = """
CREATE TABLE arrival (
    position INTEGER PRIMARY KEY,
    kind TEXT NOT NULL,
    control_number TEXT NOT NULL,
    word TEXT NOT NULL,
    packed BLOB,
    UNIQUE (kind, control_number)
);
CREATE TABLE damaged (control_number TEXT PRIMARY KEY) WITHOUT ROWID;
"""
_DECODER = msgspec.msgpack.Decoder(PackedRecord)


class Word(Enum):
    """The last word of a run on a record."""

    SAME = "same"  # it came with the bytes that the store has
    CHANGED = "changed"  # it came with other bytes
    NEW = "new"  # the store does not have it
    DELETED = "deleted"


TAKEN = frozenset({Word.SAME, Word.CHANGED, Word.NEW})
"""The words on a record that came, and was not deleted afterwards."""


class Arrival(msgspec.Struct, frozen=True):
    """The last word on one record; ``record`` is there if it is new or changed."""

    kind: Kind
    control_number: str
    word: Word
    record: PackedRecord | None = None


class Stage:
    """The last word on every record of one institution, in the order in which they first came."""

    def __init__(self, folder: Path) -> None:
        """Make the file in a folder with room for all that is new."""
        file = tempfile.NamedTemporaryFile(dir=folder, prefix="stage-", delete=False)  # noqa: SIM115
        file.close()
        self._connection = sqlite3.connect(file.name, isolation_level=None)
        for pragma in ("journal_mode = OFF", "synchronous = OFF", "locking_mode = EXCLUSIVE"):
            self._connection.execute(f"PRAGMA {pragma}")
        self._connection.executescript(_SCHEMA)
        self._connection.execute("BEGIN")
        with suppress(OSError):  # where an open file cannot be unlinked, `close` does it
            Path(file.name).unlink()
        self._path = Path(file.name)

    def close(self) -> None:
        """Forget everything."""
        self._connection.close()
        self._path.unlink(missing_ok=True)

    def say(self, arrival: Arrival) -> Word | None:
        """Note the word on a record; returns the run's earlier word on it, which it replaces."""
        earlier = self.word(arrival.kind, arrival.control_number)
        packed = msgspec.msgpack.encode(arrival.record) if arrival.record else None
        self._connection.execute(
            "INSERT INTO arrival (kind, control_number, word, packed) VALUES (?, ?, ?, ?)"
            " ON CONFLICT DO UPDATE SET word = excluded.word, packed = excluded.packed",
            (arrival.kind, arrival.control_number, arrival.word.value, packed),
        )
        return earlier

    def put(self, record: PackedRecord, *, held: bool) -> Word | None:
        """Note a record that is new, or changed where the store holds it."""
        word = Word.CHANGED if held else Word.NEW
        return self.say(Arrival(record.kind, record.id.control_number, word, record))

    def word(self, kind: Kind, control_number: str) -> Word | None:
        """The word on a record, None where the run has not met it."""
        row = self._connection.execute(
            "SELECT word FROM arrival WHERE kind = ? AND control_number = ?", (kind, control_number)
        ).fetchone()
        return Word(row[0]) if row else None

    def has(self, record_id: RecordId, kind: Kind) -> bool:
        """Whether the run took this record in, or found it unchanged."""
        return self.word(kind, record_id.control_number) in TAKEN

    def mark(self, control_number: str) -> None:
        """Mark a number whose record was damaged: what is stored of it is not absent."""
        self._connection.execute("INSERT OR IGNORE INTO damaged VALUES (?)", (control_number,))

    def met(self, kind: Kind, control_number: str) -> bool:
        """Whether the run met a record at all, damaged ones too."""
        return self.word(kind, control_number) is not None or bool(
            self._connection.execute(
                "SELECT 1 FROM damaged WHERE control_number = ?", (control_number,)
            ).fetchone()
        )

    def changes(self) -> Iterator[Arrival]:
        """What is to be put and deleted, in the order in which the records first came."""
        rows = self._connection.execute(
            "SELECT kind, control_number, word, packed FROM arrival WHERE word <> ?"
            " ORDER BY position",
            (Word.SAME.value,),
        )
        for kind, number, word, packed in rows:
            record = _DECODER.decode(packed) if packed else None
            yield Arrival(kind, number, Word(word), record)
