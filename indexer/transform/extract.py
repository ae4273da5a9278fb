"""Values of MARC specs, read from a view."""

from __future__ import annotations

from functools import cache, lru_cache
from typing import TYPE_CHECKING

from indexer.transform.tables import tables
from mappings.marcspec import parse_spec
from mappings.scripts import has_cjk
from mappings.steps import STEPS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from indexer.transform.view import DataField, RecordView
    from mappings.marcspec import MarcSpec


@lru_cache(maxsize=256)
def compiled(specs: tuple[str, ...]) -> tuple[MarcSpec, ...]:
    """The specs of a table, parsed once."""
    return tuple(spec for text in specs for spec in parse_spec(text))


@cache
def step(name: str) -> Callable[[str], str]:
    """A step that remembers: one record brings the same text to it several times."""
    return lru_cache(maxsize=1024)(STEPS[name])


def trimmed(text: str) -> str:
    """The text without ISBD punctuation."""
    return step("isbd")(text)


def fields_of(view: RecordView, specs: tuple[str, ...]) -> Iterator[tuple[DataField, MarcSpec]]:
    """The fields (not their linked forms) that the specs name, in the order of the specs."""
    originals = view.originals
    for spec in compiled(specs):
        for field in originals.get(spec.tag, ()):
            if spec.matches(field.first, field.second):
                yield field, spec


def texts(view: RecordView, specs: tuple[str, ...]) -> Iterator[str]:
    """The joined subfields of each field that the specs name; empty ones are left out."""
    for field, spec in fields_of(view, specs):
        text = joined(field, spec)
        if text:
            yield text


def joined(field: DataField, spec: MarcSpec) -> str:
    """The subfields of a field that a spec names, in one string."""
    if spec.codes:
        return field.join(spec.codes)
    return " ".join(value for code, value in field.subfields if value and not code.isdigit())


def fixed(view: RecordView, spec: MarcSpec) -> Iterator[str]:
    """The control fields (or the leader) that a spec names, or their slices."""
    values = [view.leader] if spec.tag == "LDR" else view.control.get(spec.tag, ())
    for value in values:
        yield value[slice(*spec.slice)] if spec.slice else value


def without_nonfiling(text: str, field: DataField) -> str:
    """The text from its filing word on, as its non-sorting marks or the field's indicator say.

    Indicators are often wrong: where the count does not end at the end of a word, or would take
    away CJK characters (a linked field that copied its partner's count), the text stays whole.
    """
    if field.unfiled and text.startswith(field.unfiled):
        return text[len(field.unfiled) :].lstrip() or text
    which = tables().nonfiling.get(field.tag)
    indicator = (field.first if which == 1 else field.second) if which else "0"
    if not "1" <= indicator <= "9":
        return text
    count = int(indicator)
    article, rest = text[:count], text[count:].lstrip()
    if not rest or article[-1:].isalnum() or has_cjk(article):
        return text
    return rest
