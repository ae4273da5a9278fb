"""Own script or romanised: decided by the letters of a text, never by the field it stands in."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from mappings.scripts import has_hangul, has_kana

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from indexer.transform.view import DataField, RecordView

_FIRST_OTHER_SCRIPT = "\u0370"
_LATIN_LATER = (
    ("\u1d00", "\u1eff"),
    ("\u2c60", "\u2c7f"),
    ("\ua720", "\ua7ff"),
    ("\uff21", "\uff5a"),
)


class Forms(NamedTuple):
    """One statement in its own script and romanised; either may be empty."""

    own: str
    romanised: str

    @property
    def main(self) -> str:
        """The form to show first."""
        return self.own or self.romanised


def is_romanised(text: str) -> bool:
    """Whether all letters are Latin ones."""
    return text.isascii() or not any(_of_other_script(c) for c in text)


def _of_other_script(character: str) -> bool:
    return (
        character >= _FIRST_OTHER_SCRIPT
        and character.isalpha()
        and not any(first <= character <= last for first, last in _LATIN_LATER)
    )


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
    best = next((value for value in own if not _is_reading(value)), own[0] if own else "")
    return Forms(best, romanised)


def _is_reading(text: str) -> bool:
    if not has_kana(text) or has_hangul(text):
        return False
    return not any("\u3400" <= c <= "\u9fff" or c >= "\U00020000" for c in text)


def forms_of(view: RecordView, field: DataField, text: Callable[[DataField], str]) -> Forms:
    """The forms of one field and its linked fields; ``text`` says what of a field is meant."""
    return forms([text(field), *(text(partner) for partner in view.partners(field))])
