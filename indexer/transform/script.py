"""Own script or romanised: decided by the letters of a text, never by the field it stands in."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from mappings.scripts import has_hangul, has_kana

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from indexer.transform.view import DataField, RecordView

# A letter outside the Latin blocks and the signs between them (up to U+036F).
_other_script = re.compile(
    r"[^\W\d_\x00-\u036f\u1d00-\u1eff\u2c60-\u2c7f\ua720-\ua7ff\uff21-\uff5a]"
).search
_han = re.compile("[\u3400-\u9fff\U00020000-\U0003fffd]").search


class Forms(NamedTuple):
    """One statement in its own script and romanised; either may be empty.

    ``kana`` is the kana reading that was recorded beside kanji, else empty.
    """

    own: str
    romanised: str
    kana: str = ""

    @property
    def main(self) -> str:
        """The form to show first."""
        return self.own or self.romanised


def is_romanised(text: str) -> bool:
    """Whether all letters are Latin ones."""
    return text.isascii() or _other_script(text) is None


def forms(values: Iterable[str]) -> Forms:
    """Sort the main form and its linked forms (in this order) into own script and romanised.

    Of several own-script forms the first that is more than a kana reading wins: Japanese records
    carry kana readings beside the kanji.
    """
    own: list[str] = []
    romanised = ""
    for value in values:
        if not value:
            continue
        if not is_romanised(value):
            own.append(value)
        elif not romanised:
            romanised = value
    best = next((value for value in own if not is_reading(value)), own[0] if own else "")
    kana = next((value for value in own if is_reading(value) and value != best), "")
    return Forms(best, romanised, kana)


def is_reading(text: str) -> bool:
    """Whether a text is in kana without any Han: what a reading of kanji looks like."""
    return has_kana(text) and not has_hangul(text) and _han(text) is None


def forms_of(view: RecordView, field: DataField, text: Callable[[DataField], str]) -> Forms:
    """The forms of one field and its linked fields; ``text`` says what of a field is meant."""
    return forms([text(field), *(text(partner) for partner in view.partners(field))])
