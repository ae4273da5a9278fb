"""By which rules each stored record was mapped, and which records wait to be mapped anew."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from records.codec import Codec
from records.model import Kind, Origin, RecordId, Syntax

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Iterator

_STALE = (
    " NOT r.deleted AND (r.rules IS NULL"
    " OR r.rules IN (SELECT id FROM rules WHERE fingerprint <> :fingerprint))"
)
# The plus keeps SQLite from the index of rules where a range of sequences is read.
_STALE_IN_ORDER = _STALE.replace("r.rules", "+r.rules")


class Rules(msgspec.Struct, frozen=True):
    """What shapes the document of a record beside its bytes.

    ``key`` is a digest of the rest; ``control_number`` and ``holdings`` are those of the source.
    """

    key: bytes
    fingerprint: str
    control_number: tuple[str, ...]
    holdings: tuple[str, ...]


class StaleRecord(msgspec.Struct, frozen=True):
    """A record that other rules have mapped; ``rules`` is None where nobody knows which."""

    sequence: int
    id: RecordId
    kind: Kind
    syntax: Syntax
    origin: Origin
    data: bytes
    rules: Rules | None


class MappingRules:
    """The rules of a store's records; a part of `records.store.RecordStore`."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection
        self._codec = Codec()

    def note(self, rules: Rules) -> None:
        """Make rules known, so that records can name their key."""
        encode = msgspec.json.encode
        self._connection.execute(
            "INSERT OR IGNORE INTO rules (key, fingerprint, control_number, holdings)"
            " VALUES (?, ?, ?, ?)",
            (
                rules.key,
                rules.fingerprint,
                encode(rules.control_number).decode(),
                encode(rules.holdings).decode(),
            ),
        )

    def number(self, key: bytes) -> int | None:
        """The number by which a record names noted rules; None for an unknown key."""
        row = self._connection.execute("SELECT id FROM rules WHERE key = ?", (key,)).fetchone()
        return int(row[0]) if row else None

    def give(self, sequence: int, key: bytes) -> None:
        """Say that a record is as good as mapped by these rules."""
        sql = "UPDATE record SET rules = ? WHERE sequence = ?"
        self._connection.execute(sql, (self.number(key), sequence))

    def stale_count(self, fingerprint: str) -> int:
        """How many records were mapped by others than the rules of a fingerprint."""
        sql = f"SELECT count(*) FROM record r WHERE {_STALE}"  # noqa: S608 - constants only
        return int(self._connection.execute(sql, {"fingerprint": fingerprint}).fetchone()[0])

    def stale_ranges(self, fingerprint: str, size: int) -> Iterator[tuple[int, int]]:
        """Ranges of sequences (the second one is not in it) with so many stale records each."""
        sql = (
            f"SELECT max(sequence), count(*) FROM (SELECT sequence FROM record r WHERE {_STALE_IN_ORDER}"  # noqa: S608 - constants only
            " AND sequence >= :low ORDER BY sequence LIMIT :size)"
        )
        low = 0
        while True:
            values = {"fingerprint": fingerprint, "low": low, "size": size}
            last, count = self._connection.execute(sql, values).fetchone()
            if not count:
                return
            yield low, last + 1
            low = last + 1

    def stale(self, fingerprint: str, low: int, high: int) -> Iterator[StaleRecord]:
        """The stale records of a range of sequences, with their original bytes."""
        rows = self._connection.execute(
            "SELECT r.sequence, r.institution, r.control_number, r.kind, r.syntax, r.file,"  # noqa: S608 - constants only
            " r.offset, r.length, c.data, u.key, u.fingerprint, u.control_number, u.holdings"
            " FROM record r JOIN content c ON c.sequence = r.sequence"
            f" LEFT JOIN rules u ON u.id = r.rules WHERE {_STALE_IN_ORDER}"
            " AND r.sequence >= :low AND r.sequence < :high ORDER BY r.sequence",
            {"fingerprint": fingerprint, "low": low, "high": high},
        )
        for sequence, institution, number, kind, syntax, file, offset, length, data, *rules in rows:
            yield StaleRecord(
                sequence,
                RecordId(institution, number),
                kind,
                syntax,
                Origin(file, offset, length),
                self._codec.unpack_bytes(data),
                _rules(*rules),
            )


def _rules(key: bytes | None, fingerprint: str, control_number: str, holdings: str) -> Rules | None:
    if key is None:
        return None
    decode = msgspec.json.Decoder(tuple[str, ...]).decode
    return Rules(key, fingerprint, decode(control_number), decode(holdings))
