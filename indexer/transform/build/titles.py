"""The title proper in its scripts."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from indexer.transform.extract import compiled, joined, trimmed, without_nonfiling
from indexer.transform.script import Forms, forms
from indexer.transform.tables import tables

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from indexer.transform.view import DataField, RecordView
    from mappings.marcspec import MarcSpec

_RESPONSIBILITY = "c"
_WORK = "anp"  # title proper with part: what tells editions of one work and its volumes apart


class Title(NamedTuple):
    """One form of the title and the field that it comes from."""

    text: str
    field: DataField


def titles(view: RecordView) -> list[Title]:
    """Every form of the title: main field, its linked fields, parallel repeated ones (245).

    From the first of the title fields that has text; empty for a record without any title.
    """
    for spec in compiled(tables().title_fields):
        if spec.tag not in view.originals:
            continue
        found = [
            title for field in _with_partners(view, spec.tag) if (title := _title(field, spec))
        ]
        if found:
            return found
    return []


def _with_partners(view: RecordView, tag: str) -> Iterator[DataField]:
    for field in view.fields(tag):
        yield field
        yield from view.partners(field)


def _title(field: DataField, spec: MarcSpec) -> Title | None:
    text = trimmed(joined(field, spec))
    return Title(text, field) if text else None


def responsibility_forms(view: RecordView) -> Forms:
    """The statement of responsibility in its own script and romanised."""
    return forms(trimmed(f.join(_RESPONSIBILITY)) for f in _with_partners(view, "245"))


def filing_title(found: Sequence[Title], shown: Forms) -> str:
    """The title that is shown, from its filing word on."""
    title = next((title for title in found if title.text == shown.main), None)
    return without_nonfiling(title.text, title.field) if title else shown.main


def match_titles(found: Sequence[Title]) -> list[str]:
    """Each form of title proper, number and name of the part: the keys of members use them."""
    return list(dict.fromkeys(map(title_proper, found)))


def title_proper(title: Title) -> str:
    """The title proper with number and name of the part."""
    return trimmed(title.field.join(_WORK)) or title.text
