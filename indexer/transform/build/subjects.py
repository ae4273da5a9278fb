"""Subject headings as people read them, for counting and limiting."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.transform.extract import trimmed
from indexer.transform.tables import tables

if TYPE_CHECKING:
    from indexer.transform.view import DataField, RecordView


def subject_headings(view: RecordView) -> list[str]:
    """``China -- History -- Ming dynasty, 1368-1644``: one string a heading, in all its scripts."""
    found = []
    for field in view.fields(*tables().subject_tags):
        found += [heading(field), *map(heading, view.partners(field))]
    return list(dict.fromkeys(filter(None, found)))


def heading(field: DataField) -> str:
    """One heading, its subdivisions after ``--``, without the final punctuation."""
    known = tables()
    parts = [field.join(known.subject_main), *field.all(known.subject_subdivisions)]
    return " -- ".join(trimmed(part) for part in parts if part)
