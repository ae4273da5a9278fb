"""Languages of the content: 008/35-37, then 041 $a and $d."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.transform.extract import fields_of
from indexer.transform.tables import tables
from mappings import NORMALISERS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indexer.transform.view import RecordView

_CODE = 3


def languages(view: RecordView) -> tuple[str, ...]:
    """MARC codes, the one of 008 first, without those that name no language."""
    normalise = NORMALISERS["language"]
    none = tables().no_language
    codes = (normalise(raw) for raw in _raw(view) if raw not in none)
    return tuple(dict.fromkeys(code for code in codes if code and code not in none))


def _raw(view: RecordView) -> Iterator[str]:
    code = view.fixed("008")[35:38].strip().lower()
    if len(code) == _CODE:
        yield code
    for field, spec in fields_of(view, tables().language_fields):
        for value in field.all(spec.codes):
            yield from split_codes(value)


def split_codes(text: str) -> list[str]:
    """The codes of one subfield; older records run them together (``engfre``)."""
    text = text.replace(" ", "").lower()
    if len(text) % _CODE:
        return [text]
    return [text[at : at + _CODE] for at in range(0, len(text), _CODE)]
