"""What a store that is made anew takes over: order of records, ids of titles, availability, quarantine.

No content: every record is there as if it had just been deleted, and waits to be clustered. Those
that come in again take their old places; the ids of titles that do not, lead on.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from records.quarantine import TABLE

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterable
    from pathlib import Path

    from records.model import KnownTitle, RecordId

_TOMBSTONE = (
    "INSERT OR IGNORE INTO record (institution, kind, control_number, syntax, file, offset, length,"
    " digest, parent, added, title, run, deleted)"
    " VALUES (?, 'bibliographic', ?, '', '', 0, 0, x'', '', ?, ?, 0, 1)"
)
_FROM_STORE = """
INSERT INTO record (sequence, institution, kind, control_number, syntax, file, offset, length,
        digest, parent, added, title, run, deleted)
    SELECT sequence, institution, kind, control_number, '', '', 0, 0,
        x'', '', added, title, 0, 1 FROM old.record;
INSERT INTO title SELECT * FROM old.title;
INSERT INTO pending SELECT sequence, title, 1 FROM old.record
    WHERE kind = 'bibliographic' AND NOT deleted;
INSERT INTO availability SELECT * FROM old.availability;
INSERT INTO run SELECT * FROM old.run;
UPDATE store SET value = (SELECT value FROM old.store WHERE name = 'change') WHERE name = 'change';
"""

_HAS_QUARANTINE = "SELECT 1 FROM old.sqlite_master WHERE name = 'quarantine'"
_QUARANTINED = "INSERT INTO quarantine SELECT * FROM old.quarantine;"


def from_store(connection: sqlite3.Connection, path: Path) -> int:
    """Take over everything but content from another store; returns how many records.

    Raises:
        sqlite3.DatabaseError: the other store is damaged.
    """
    connection.execute("ATTACH ? AS old", (str(path),))
    try:
        rejected = connection.execute(_HAS_QUARANTINE).fetchone()
        script = _FROM_STORE + (f"{TABLE}; {_QUARANTINED}" if rejected else "")
        connection.executescript(f"BEGIN IMMEDIATE; {script} COMMIT")
    finally:
        if connection.in_transaction:
            connection.rollback()
        connection.execute("DETACH old")
    return int(connection.execute("SELECT count(*) FROM record").fetchone()[0])


def from_titles(connection: sqlite3.Connection, titles: Iterable[KnownTitle]) -> int:
    """Take over the titles that an index knows, oldest first; returns how many records."""
    count = 0
    for title in titles:
        founder: int | None = None
        for member in title.members:
            sequence = _bury(connection, member, title.added, founder)
            if sequence is not None:
                founder = founder or sequence
                count += 1
        if founder is not None:
            connection.execute("INSERT INTO title VALUES (?, 1, NULL, 0)", (founder,))
    return count


def _bury(
    connection: sqlite3.Connection, member: RecordId, added: str, founder: int | None
) -> int | None:
    """A record without content in a title; None where the record is there already."""
    cursor = connection.execute(
        _TOMBSTONE, (member.institution, member.control_number, added, founder)
    )
    if not cursor.rowcount:
        return None
    sequence = int(cursor.lastrowid or 0)
    connection.execute("INSERT INTO pending VALUES (?, ?, 1)", (sequence, founder or sequence))
    connection.execute(
        "UPDATE record SET title = coalesce(title, sequence) WHERE sequence = ?", (sequence,)
    )
    return sequence
