"""Names of persons, bodies and meetings in their scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from indexer.transform.build.roles import role_of
from indexer.transform.extract import trimmed
from indexer.transform.script import Forms, forms, forms_of
from indexer.transform.tables import tables

if TYPE_CHECKING:
    from indexer.transform.view import DataField, RecordView

_TITLE = "t"


class Name(NamedTuple):
    """A heading with its relator code (empty where none is known) and its kind."""

    forms: Forms
    role: str
    kind: str


def heading(field: DataField) -> str:
    """The name with dates and the like, without relators and final punctuation."""
    return trimmed(field.join(tables().name_codes[field.tag]))


def main_names(view: RecordView) -> list[Forms]:
    """The main entries; one that is repeated in a second script without linkage is one author."""
    tags = tables().main_entries
    return [found for tag in tags if (found := _repeated(view, tag)).main]


def added_names(view: RecordView) -> list[Name]:
    """The added entries for names, without those that stand for a contained work (``$t``)."""
    known = tables()
    names = (
        Name(forms_of(view, field, heading), role_of(field), known.name_kinds[field.tag[1:]])
        for field in view.fields(*known.added_entries)
        if not field.get(_TITLE)
    )
    return [name for name in names if name.forms.main]


def _repeated(view: RecordView, tag: str) -> Forms:
    fields = view.originals.get(tag, ())
    return forms(heading(each) for f in fields for each in (f, *view.partners(f)))
