"""One draft in the scripts that a library writes it in: the main field and its 880s."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal

from pymarc import Field, Indicators, Subfield

from demo.works import is_cjk

if TYPE_CHECKING:
    from demo.drafts import Draft
    from demo.works import Text

Style = Literal["paired", "vernacular", "readings", "romanised", "wade-giles"]
SCRIPT_CJK, SCRIPT_LATIN = "$1", "(B"  # codes after the slash of $6


def fields_of(draft: Draft, style: Style, occurrence: int) -> list[Field]:
    """The main field first, then its 880s.

    Args:
        draft: the field in every form.
        style: how the library writes CJK; a draft without CJK, or one that lacks romanisation,
            gives one field.
        occurrence: the number that links this pair (``$6 880-01``).
    """
    if not draft.is_cjk or not draft.has("rom"):
        return [_field(draft, draft.tag, "text")]
    if style in ("romanised", "wade-giles"):
        return [_field(draft, draft.tag, "rom" if style == "romanised" else "wg")]
    if style == "paired":
        return _linked(draft, "rom", [("text", SCRIPT_CJK)], occurrence)
    fields = _linked(draft, "text", [("rom", SCRIPT_LATIN)], occurrence)
    reading = draft.reading() if style == "readings" else None
    if reading:
        link = f"{draft.tag}-{occurrence:02d}/{SCRIPT_CJK}"
        fields.insert(1, _field(reading, "880", "kana", link))
    return fields


def _linked(draft: Draft, main: str, others: list[tuple[str, str]], occurrence: int) -> list[Field]:
    fields = [_field(draft, draft.tag, main, f"880-{occurrence:02d}")]
    for form, script in others:
        link = f"{draft.tag}-{occurrence:02d}/{script}"
        fields.append(_field(draft, "880", form, link))
    return fields


def _field(draft: Draft, tag: str, form: str, link: str = "") -> Field:
    subfields = [Subfield("6", link)] if link else []
    subfields += [Subfield(code, _form(words, form)) for code, words in draft.subfields]
    first, second = tuple(draft.indicators)
    if draft.skip and (form in ("rom", "wg") or not draft.is_cjk):
        second = str(draft.skip)
    return Field(tag, Indicators(first, second), subfields)


def _form(words: Text, form: str) -> str:
    if not is_cjk(words.text):
        return words.text
    return getattr(words, form) or (words.rom if form == "wg" else words.text)
