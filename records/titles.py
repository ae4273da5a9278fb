"""The titles of the record store, what becomes of their ids, and what changed when.

A title's id is the text of its founder's `RecordId`; the founder is the member that came in first.
An id leads to the title that its record is in now, or was in last: on a merge the older id wins and
the other leads to it; on a split each part is called after its own oldest member.
"""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING, Any

import msgspec

from records.model import Availability, GoneTitle, RecordId, StoredTitle
from records.reading import JOINED, RECORD, WIDTH, Reading

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_WITH_AVAILABILITY = (
    f"SELECT {RECORD}, a.available, a.requestable, r.title FROM {JOINED}"  # noqa: S608 - constants only
    " LEFT JOIN availability a"
    " ON a.institution = r.institution AND a.control_number = r.control_number"
    " WHERE r.kind = 'bibliographic' AND NOT r.deleted"
)


class ChangeCounts(msgspec.Struct, frozen=True):
    """Records of one institution, of both kinds, that are other than at a change number."""

    added: int = 0
    changed: int = 0
    deleted: int = 0


class Titles(Reading):
    """The part of the store that answers about titles."""

    def title_count(self) -> int:
        """How many titles there are."""
        sql = "SELECT count(*) FROM title WHERE live"
        return int(self._connection.execute(sql).fetchone()[0])

    def iter_titles(self, low: int = 0, high: int | None = None) -> Iterator[StoredTitle]:
        """Titles in order of their founders, streaming; the members' ``data`` is left empty.

        Args:
            low: only titles of this key or above it (`title_ranges` gives such keys).
            high: only titles below this key; None: to the end.
        """
        rows = self._connection.execute(
            f"{_WITH_AVAILABILITY} AND r.title >= ? AND r.title < ? ORDER BY r.title, r.sequence",
            (low, _END if high is None else high),
        )
        with_holdings = self._institutions_with_holdings()
        for group in _by_title(rows):
            yield self._title(group, with_holdings)

    def title_ranges(self, size: int, after: int | None = None) -> Iterator[tuple[int, int | None]]:
        """Cut the titles into ranges of so many, for `iter_titles`; the last one is open.

        Args:
            size: titles in a range; the last one may have fewer.
            after: only those, and former ones, that changed above this number: `changes_after`.
        """
        which = "live" if after is None else "changed > :after"
        sql = (
            f"SELECT sequence FROM title WHERE {which} AND sequence >= :low"  # noqa: S608 - constants only
            " ORDER BY sequence LIMIT 1 OFFSET :size"
        )
        low = 0
        while True:
            values = {"low": low, "size": size, "after": after}
            row = self._connection.execute(sql, values).fetchone()
            yield low, row[0] if row else None
            if row is None:
                return
            low = row[0]

    def title(self, title_id: str) -> StoredTitle | None:
        """A title by its id; None where there is none of this id now."""
        founder = RecordId.parse(title_id)
        rows = self._connection.execute(
            f"{_WITH_AVAILABILITY} AND r.title = (SELECT sequence FROM record WHERE institution = ?"  # noqa: S608 - constants only
            " AND control_number = ? AND kind = 'bibliographic' AND NOT deleted)"
            " ORDER BY r.sequence",
            (founder.institution, founder.control_number),
        ).fetchall()
        return self._title(rows, self._institutions_with_holdings()) if rows else None

    def title_of(self, record_id: RecordId) -> str | None:
        """The id of the title that a bibliographic record belongs to."""
        row = self._connection.execute(
            "SELECT title FROM record WHERE institution = ? AND control_number = ?"
            " AND kind = 'bibliographic' AND NOT deleted AND title IS NOT NULL",
            (record_id.institution, record_id.control_number),
        ).fetchone()
        return self._id_of(row[0]) if row else None

    def members_of(self, title_id: str) -> tuple[RecordId, ...]:
        """The members of a title, the founder first; empty where there is no such title."""
        founder = RecordId.parse(title_id)
        rows = self._connection.execute(
            "SELECT m.institution, m.control_number FROM record f"
            " JOIN record m ON m.title = f.sequence AND m.kind = 'bibliographic' AND NOT m.deleted"
            " WHERE f.institution = ? AND f.control_number = ? AND f.kind = 'bibliographic'"
            " ORDER BY m.sequence",
            (founder.institution, founder.control_number),
        )
        return tuple(RecordId(*row) for row in rows)

    def resolve(self, title_id: str) -> str | None:
        """The id of the title that an id leads to: itself, its heir, None where nothing is left.

        Any id that once was a title's leads on for ever.
        """
        record_id = RecordId.parse(title_id)
        row = self._connection.execute(
            "SELECT sequence FROM record"
            " WHERE institution = ? AND control_number = ? AND kind = 'bibliographic'",
            (record_id.institution, record_id.control_number),
        ).fetchone()
        founder = self._founder_now(row[0]) if row else None
        return None if founder is None else self._id_of(founder)

    def _founder_now(self, sequence: int) -> int | None:
        """Follow a record to its title; what died before another lived on ends the way."""
        sql = (
            "SELECT r.deleted, r.title, t.live, t.heir FROM record r"
            " LEFT JOIN title t ON t.sequence = r.title WHERE r.sequence = ?"
        )
        at: int | None = sequence
        while at is not None:
            deleted, title, live, heir = self._connection.execute(sql, (at,)).fetchone()
            if title is None or not deleted or live:
                return None if title is None else int(title)
            at = heir if title == at else int(title)
        return None

    def changes_after(
        self, after: int, upto: int | None = None, low: int = 0, high: int | None = None
    ) -> Iterator[StoredTitle | GoneTitle]:
        """Each title and each former title that changed, once, in order of their founders.

        What is told is the present state: applied to an index that holds at ``after``, it makes
        the index hold at ``upto``. What changes again meanwhile has a higher number and comes with
        the next call.

        Args:
            after: changes above this number.
            upto: and not above this one (default: all); `last_change`, asked before.
            low: only titles of this key or above it (`title_ranges` gives such keys).
            high: only titles below this key; None: to the end.
        """
        with_holdings = self._institutions_with_holdings()
        rows = self._connection.execute(
            "SELECT sequence, live FROM title WHERE changed > ? AND changed <= ?"
            " AND sequence >= ? AND sequence < ? ORDER BY sequence",
            (after, _END if upto is None else upto, low, _END if high is None else high),
        )
        sql = f"{_WITH_AVAILABILITY} AND r.title = ? ORDER BY r.sequence"
        for sequence, live in rows:
            if live:
                members = self._connection.execute(sql, (sequence,)).fetchall()
                yield self._title(members, with_holdings)
            else:
                yield self._gone(sequence)

    def change_count(self, after: int, upto: int | None = None) -> int:
        """How many titles and former titles `changes_after` would tell."""
        sql = "SELECT count(*) FROM title WHERE changed > ? AND changed <= ?"
        bounds = (after, _END if upto is None else upto)
        return int(self._connection.execute(sql, bounds).fetchone()[0])

    def change_counts(self, after: int) -> dict[str, ChangeCounts]:
        """By institution, how many records are other than at a change number.

        A record that came, went and came back since then counts as added.
        """
        rows = self._connection.execute(
            "SELECT institution, sum(NOT deleted AND born > :after),"
            " sum(NOT deleted AND born <= :after), sum(deleted AND born <= :after)"
            " FROM record WHERE changed > :after GROUP BY institution ORDER BY institution",
            {"after": after},
        )
        return {row[0]: ChangeCounts(*row[1:]) for row in rows}

    def _title(self, rows: list[tuple[Any, ...]], with_holdings: set[str]) -> StoredTitle:
        members = tuple(self._record(row[:WIDTH]) for row in rows)
        copies = {
            member.id: found
            for member in members
            if member.id.institution in with_holdings and (found := self.holdings_of(member.id))
        }
        availability = {
            RecordId(row[0], row[1]): Availability(bool(row[WIDTH]), bool(row[WIDTH + 1]))
            for row in rows
            if row[WIDTH] is not None
        }
        return StoredTitle(str(members[0].id), members, copies, availability)

    def _gone(self, sequence: int) -> GoneTitle:
        founder = self._founder_now(sequence)
        return GoneTitle(self._id_of(sequence), None if founder is None else self._id_of(founder))

    def _id_of(self, sequence: int) -> str:
        sql = "SELECT institution, control_number FROM record WHERE sequence = ?"
        return str(RecordId(*self._connection.execute(sql, (sequence,)).fetchone()))


_END = (1 << 63) - 1  # SQLite's largest integer


def _by_title(rows: Iterable[tuple[Any, ...]]) -> Iterator[list[tuple[Any, ...]]]:
    """Rows of one title each; the founder's is the first, and the order is by founder."""
    for _, group in groupby(rows, key=itemgetter(-1)):
        yield list(group)
