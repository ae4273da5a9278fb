"""Names of persons, bodies and meetings in their scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from indexer.transform.build.roles import role_of
from indexer.transform.script import Forms, forms, forms_of
from indexer.transform.tables import tables
from mappings import STEPS

if TYPE_CHECKING:
    from indexer.transform.view import DataField, RecordView

_MAIN = ("100", "110", "111")
_ADDED = ("700", "710", "711")
_KINDS = {"00": "person", "10": "corporate", "11": "meeting"}  # by the end of the tag
_TITLE = "t"


class Name(NamedTuple):
    """A heading with its relator code (empty where none is known) and its kind."""

    forms: Forms
    role: str
    kind: str


def heading(field: DataField) -> str:
    """The name with dates and the like, without relators and final punctuation."""
    return STEPS["isbd"](field.join(tables().name_codes[field.tag]))


def main_names(view: RecordView) -> list[Forms]:
    """The authors: main entries, or where there is none the added entries with an author's role.

    A main entry that is repeated in a second script without linkage is one author.
    """
    found = [name.forms for tag in _MAIN for name in _repeated(view, tag)]
    if found:
        return found
    roles = tables().author_roles
    return [name.forms for name in added_names(view) if name.role in roles]


def added_names(view: RecordView) -> list[Name]:
    """The added entries for names, without those that stand for a contained work (``$t``)."""
    names = (
        Name(forms_of(view, field, heading), role_of(field), _KINDS[field.tag[1:]])
        for field in view.fields(*_ADDED)
        if not field.get(_TITLE)
    )
    return [name for name in names if name.forms.main]


def _repeated(view: RecordView, tag: str) -> list[Name]:
    fields = view.fields(tag)
    if not fields:
        return []
    values = [text for f in fields for text in (heading(f), *map(heading, view.partners(f)))]
    found = Name(forms(values), role_of(fields[0]), _KINDS[tag[1:]])
    return [found] if found.forms.main else []


def contributors(view: RecordView) -> list[Name]:
    """The added entries that are no authors."""
    authors = set(main_names(view))
    return [name for name in added_names(view) if name.forms not in authors]
