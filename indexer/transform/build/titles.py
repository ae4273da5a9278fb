"""The title proper in its scripts."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from indexer.transform.extract import joined, without_nonfiling
from indexer.transform.script import Forms, forms
from indexer.transform.tables import tables
from mappings import STEPS
from mappings.marcspec import MarcSpec, parse_spec

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indexer.transform.view import DataField, RecordView

_RESPONSIBILITY = "c"
_WORK = "anp"  # title proper with part: what tells editions of one work and its volumes apart


class Title(NamedTuple):
    """One form of the title and the field that it comes from."""

    text: str
    field: DataField


@lru_cache(maxsize=1)
def _specs() -> tuple[MarcSpec, ...]:
    return tuple(spec for text in tables().title_fields for spec in parse_spec(text))


def titles(view: RecordView) -> list[Title]:
    """Every form of the title: main field, its linked fields, parallel repeated ones (245).

    From the first of the title fields that has text; empty for a record without any title.
    """
    for spec in _specs():
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
    text = STEPS["isbd"](joined(field, spec))
    return Title(text, field) if text else None


def title_forms(view: RecordView) -> Forms:
    """The title in its own script and romanised."""
    return forms(title.text for title in titles(view))


def responsibility_forms(view: RecordView) -> Forms:
    """The statement of responsibility in its own script and romanised."""
    isbd = STEPS["isbd"]
    return forms(isbd(f.join(_RESPONSIBILITY)) for f in _with_partners(view, "245"))


def filing_title(view: RecordView) -> str:
    """The title that is shown, from its filing word on."""
    found = titles(view)
    shown = forms(title.text for title in found).main
    for title in found:
        if title.text == shown:
            return without_nonfiling(title.text, title.field)
    return shown


def match_titles(view: RecordView) -> list[str]:
    """Each form of title proper, number and name of the part, for the keys that bring members together."""
    found = titles(view)
    isbd = STEPS["isbd"]
    own = [isbd(title.field.join(_WORK)) or title.text for title in found]
    return list(dict.fromkeys(own))
