"""Readings done the plain way, for `bench.plain`: every field is asked which other forms it has."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING

from indexer.transform.tables import tables
from mappings.romanised import derived_units, index_units, language_of, scheme_of
from mappings.romanised.hanja import hangul_forms
from mappings.scripts import has_cjk, has_han, has_hangul, has_kana, has_latin

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indexer.transform.context import Context
    from indexer.transform.view import DataField, RecordView
    from mappings.model import Field
    from mappings.romanised import Scheme

LANGUAGES = {"chi": "zh", "jpn": "ja", "kor": "ko"}


def text_of(field: DataField) -> str:
    """All words of a field."""
    return " ".join(value for code, value in field.subfields if code not in ("6", "8"))


def forms_of(view: RecordView) -> dict[int, list[DataField]]:
    """The statements of a record that have several forms: for each field, by its ``id``, all forms."""
    found: dict[int, list[DataField]] = {}
    for tag in dict.fromkeys(field.tag for field in view.data):
        alike = view.fields(tag)
        linked = [field for field in view.data if field.tag == tag and field.linked]
        for number in dict.fromkeys(one.occurrence for one in alike if view.partners(one)):
            forms = [one for one in (*alike, *linked) if one.occurrence == number]
            found.update((id(one), forms) for one in forms)
        if tag in tables().parallel:
            repeated = [one for one in alike if id(one) not in found]
            found.update((id(one), repeated) for one in repeated)
    return found


def kind_of(text: str) -> str:
    """``latin``, ``kana`` (and nothing else of CJK) or ``native``; empty for none of them."""
    if has_cjk(text):
        alone = has_kana(text) and not (has_han(text) or has_hangul(text))
        return "kana" if alone else "native"
    return "latin" if has_latin(text) else ""


def side_of(field: DataField, forms: list[DataField]) -> str:
    """``read``, or ``reading`` with the language that the forms tell; empty for a field by itself."""
    own, others = text_of(field), [text_of(one) for one in forms if one is not field]
    kinds = {kind_of(other) for other in others}
    texts = [own, *others]
    told = "ja" if any(map(has_kana, texts)) else ""
    told = "ko" if any(map(has_hangul, texts)) else told
    match kind_of(own):
        case "latin" if kinds & {"native", "kana"}:
            return f"reading {told}"
        case "kana" if "native" in kinds:
            return "reading ja"
        case "kana" | "native" if kinds & {"latin", "kana"} - {kind_of(own)}:
            return "read"
    return "read" if kind_of(own) == "native" and "kana" in kinds else ""


class PlainReadings:
    """What a record says of readings; ``sides`` is what each field is to others, by its ``id``."""

    def __init__(self, context: Context) -> None:
        self.view = context.view
        forms = forms_of(self.view)
        self.sides = {id(f): side_of(f, forms.get(id(f), [])) for f in self.view.data}
        self.languages = context.languages
        self.candidates = tuple(LANGUAGES[code] for code in self.languages if code in LANGUAGES)

    @cached_property
    def scheme(self) -> Scheme:
        """The romanisation of the Chinese of the record."""
        if any(self.sides.values()):
            told = [f for f in self.view.data if self.sides[id(f)].startswith("reading")]
        else:
            told = [f for f in self.view.data if f.tag in tables().parallel]
        scheme = scheme_of(text_of(field) for field in told if kind_of(text_of(field)) == "latin")
        made = self.view.fixed("008")[:6]
        recent = made.isdigit() and tables().pinyin_since <= made < tables().next_century
        return "pinyin" if scheme == "unknown" and recent else scheme

    def of(self, fill: str, text: str, side: str, field: Field, *, is_name: bool) -> Iterator[str]:
        """The units or the Hangul of one value in one tier."""
        headings = any(spec[0] == "6" for spec in field.marc)
        if fill == "romanised" and side != "read":
            yield from self._recorded(text, side, headings=headings)
        elif fill == "hangul" and "ko" in self.candidates and has_han(text) and not has_kana(text):
            yield from (form for form in hangul_forms(text) if form != text)
        elif fill == "derived" and has_cjk(text):
            yield from self._derived(text, side, is_name=is_name)

    def _recorded(self, text: str, side: str, *, headings: bool) -> Iterator[str]:
        language = None
        if side:
            among = self.candidates or ("zh", "ja", "ko")
            only = among[0] if len(among) == 1 else None
            language = side.split(" ")[1] or only or language_of(text, among) or ""
        elif kind_of(text) == "latin" and not headings:
            language = language_of(text, self.candidates)
        if language is not None:
            yield from index_units(text, language, self.scheme)

    def _derived(self, text: str, side: str, *, is_name: bool) -> Iterator[str]:
        if kind_of(text) == "kana":
            if not side:
                yield from derived_units(text, "ja")
            return
        if has_hangul(text) or ("ko" in self.candidates and not has_kana(text)):
            yield from derived_units(text, "ko")
        wanted = "zh" in self.candidates or (is_name and not self.candidates)
        alone = has_han(text) and not has_kana(text) and not has_hangul(text)
        if side != "read" and wanted and alone:
            yield from derived_units(text, "zh")
