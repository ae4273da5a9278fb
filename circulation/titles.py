"""From a title to its records: circulation keeps records, because a title's id can change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from base.errors import UsageFailure
from circulation.institutions import with_code
from records.model import RecordId

if TYPE_CHECKING:
    from collections.abc import Sequence

    from records import StoredRecord


class NoSuchTitle(UsageFailure):
    """No title, and no record of one, has this id."""

    code = "no-such-title"


class Titles(Protocol):
    """What is asked of the record store."""

    def title_of(self, record_id: RecordId) -> str | None:
        """The title that a record belongs to."""

    def resolve(self, title_id: str) -> str | None:
        """The title that an id leads to."""

    def members_of(self, title_id: str) -> Sequence[RecordId]:
        """Its records."""

    def get(self, record_id: RecordId) -> StoredRecord | None:
        """A record."""


def about(titles: Titles, records: Sequence[str]) -> str:
    """What a title is called, by the first of its records that says so."""
    for name in records:
        record = titles.get(RecordId.parse(name))
        shown = record.document.get("display", {}).get("title", "") if record else ""
        if shown:
            return str(shown)
    return ""


def records_of(titles: Titles, name: str) -> tuple[str, ...]:
    """The records of a title, named by its id of now or of before, or by any of its records.

    Raises:
        NoSuchTitle: nothing is called so.
    """
    try:
        record = RecordId.parse(with_code(name))
    except ValueError:
        record = None
    title = record and (titles.title_of(record) or titles.resolve(with_code(name)))
    if not title:
        raise NoSuchTitle(f"there is no title {name}", hint="`hkall search` shows ids: HKU:b1234567.")  # fmt: skip
    return tuple(str(member) for member in titles.members_of(title))
