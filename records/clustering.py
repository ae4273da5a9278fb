"""Putting changed records into titles: what a change touches, and the numbers it gets.

Changed records wait in ``pending`` until they are clustered, so that a run that dies between the
two leaves nothing half done: the next one clusters what waits.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from records.titles import Titles

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_AFFECTED = "sequence INTEGER PRIMARY KEY, round INTEGER"
_MOST = 0.5  # of the records changed: regrouping all of them is less work than looking around

_AROUND = """
INSERT OR IGNORE INTO temp.affected
SELECT near.sequence, :round FROM temp.affected a
    CROSS JOIN match_key mine ON mine.sequence = a.sequence
    CROSS JOIN match_key near ON near.key = mine.key
    WHERE a.round = :round - 1
UNION
SELECT mate.sequence, :round FROM temp.affected a
    CROSS JOIN record r ON r.sequence = a.sequence
    CROSS JOIN record mate ON mate.title = r.title AND mate.kind = 'bibliographic' AND NOT mate.deleted
    WHERE a.round = :round - 1
"""
_SEEDS = """
INSERT OR IGNORE INTO temp.affected
SELECT r.sequence, 0 FROM pending p JOIN record r ON r.sequence = p.sequence
    WHERE p.regroup AND r.kind = 'bibliographic' AND NOT r.deleted
UNION
SELECT mate.sequence, 0 FROM pending p
    JOIN record mate ON mate.title = p.title AND mate.kind = 'bibliographic' AND NOT mate.deleted
    WHERE p.regroup
"""
_MOVED = """
INSERT INTO temp.moved
SELECT r.sequence,
    CASE WHEN p.sequence IS NULL THEN r.title ELSE p.title END,
    CASE WHEN r.deleted THEN NULL ELSE coalesce(f.title, r.sequence) END
FROM (SELECT sequence FROM temp.affected UNION SELECT sequence FROM pending WHERE regroup) s
    JOIN record r ON r.sequence = s.sequence AND r.kind = 'bibliographic'
    LEFT JOIN pending p ON p.sequence = r.sequence
    LEFT JOIN temp.founder f ON f.sequence = r.sequence
"""
_TOUCHED = """
INSERT OR IGNORE INTO temp.touched
SELECT before FROM temp.moved WHERE before IS NOT after AND before IS NOT NULL
UNION
SELECT after FROM temp.moved WHERE before IS NOT after AND after IS NOT NULL
UNION
SELECT r.title FROM pending p JOIN record r ON r.sequence = p.sequence
    WHERE r.kind = 'bibliographic' AND NOT r.deleted
UNION
SELECT b.title FROM pending p
    JOIN record h ON h.sequence = p.sequence AND h.kind = 'holdings'
    JOIN record b ON b.institution = h.institution AND b.control_number = h.parent
        AND b.kind = 'bibliographic' AND NOT b.deleted
"""
_LEDGER = """
INSERT INTO title (sequence, live, heir, changed)
SELECT t.sequence,
    EXISTS (SELECT 1 FROM record m
        WHERE m.title = t.sequence AND m.kind = 'bibliographic' AND NOT m.deleted),
    (SELECT min(sequence) FROM temp.moved
        WHERE before = t.sequence AND after IS NOT NULL AND after <> before),
    :change
FROM temp.touched t WHERE true
ON CONFLICT DO UPDATE SET live = excluded.live, heir = excluded.heir, changed = excluded.changed
"""


class Clustering(Titles):
    """The part of the store that takes a partition of records into titles."""

    def pending_by_institution(self) -> dict[str, int]:
        """How many records wait to be clustered.

        In a store that has only taken over what another one, or an index, knows, these are the
        bibliographic records that were there.
        """
        rows = self._connection.execute(
            "SELECT institution, count(*) FROM pending JOIN record USING (sequence)"
            " GROUP BY institution ORDER BY institution"
        )
        return dict(rows.fetchall())

    def pending_count(self) -> int:
        """How many changed records are not yet clustered."""
        return int(self._connection.execute("SELECT count(*) FROM pending").fetchone()[0])

    def iter_match_keys(self) -> Iterator[tuple[str, int]]:
        """Match keys with the sequence of their record; equal keys stand together, oldest first."""
        yield from self._connection.execute(
            "SELECT key, sequence FROM match_key ORDER BY key, sequence"
        )

    def affected_keys(self) -> Iterator[tuple[str, int]]:
        """As `iter_match_keys`, of the records whose titles the pending changes may alter.

        These are the records that changed, those of the titles they were in, and whatever shares
        a match key or a title with any of them, and so on. Call it inside the transaction that ends
        with `regroup`.
        """
        self._fresh("affected", _AFFECTED)
        if self._most_changed():
            self._connection.execute(
                "INSERT INTO temp.affected SELECT sequence, 0 FROM record"
                " WHERE kind = 'bibliographic' AND NOT deleted"
            )
        else:
            self._spread()
        return self._connection.execute(
            "SELECT k.key, k.sequence FROM temp.affected a CROSS JOIN match_key k"
            " ON k.sequence = a.sequence ORDER BY k.key, k.sequence"
        )

    def _most_changed(self) -> bool:
        pending, stored = self._connection.execute(
            "SELECT (SELECT count(*) FROM pending WHERE regroup),"
            " (SELECT count(*) FROM record WHERE kind = 'bibliographic' AND NOT deleted)"
        ).fetchone()
        return bool(pending > _MOST * stored)

    def _spread(self) -> None:
        found, at = self._connection.execute(_SEEDS).rowcount, 0
        while found:
            at += 1
            found = self._connection.execute(_AROUND, {"round": at}).rowcount

    def regroup(self, founders: Iterable[tuple[int, int]]) -> int:
        """Take the titles of the affected records; number every change. Returns titles touched.

        Args:
            founders: (sequence of a record, sequence of its title's founder); an affected record
                that is not named is a title of its own.
        """
        execute = self._connection.execute
        self._fresh("founder", "sequence INTEGER PRIMARY KEY, title INTEGER")
        self._connection.executemany("INSERT INTO temp.founder VALUES (?, ?)", founders)
        if not self.pending_count():
            return 0
        execute(f"CREATE TEMP TABLE IF NOT EXISTS affected ({_AFFECTED})")
        self._fresh("moved", "sequence INTEGER PRIMARY KEY, before INTEGER, after INTEGER")
        execute(_MOVED)
        execute("CREATE INDEX temp.moved_from ON moved (before)")
        execute(
            "UPDATE record SET title = m.after FROM temp.moved m"
            " WHERE m.sequence = record.sequence AND m.after IS NOT NULL"
            " AND record.title IS NOT m.after"
        )
        change = self._next_change()
        self._fresh("touched", "sequence INTEGER PRIMARY KEY")
        execute(_TOUCHED)
        execute(
            "UPDATE record SET changed = :change, born = coalesce(born, :change)"
            " WHERE sequence IN (SELECT sequence FROM pending)",
            {"change": change},
        )
        touched = execute(_LEDGER, {"change": change}).rowcount
        execute("DELETE FROM pending")
        execute("DROP TABLE temp.affected")
        return touched

    def _fresh(self, name: str, columns: str) -> None:
        self._connection.execute(f"DROP TABLE IF EXISTS temp.{name}")
        self._connection.execute(f"CREATE TEMP TABLE {name} ({columns})")
