"""What a record says of how its CJK values are read, and what is derived where it says nothing."""

from __future__ import annotations

from functools import cached_property, lru_cache
from typing import TYPE_CHECKING, Literal, NamedTuple

from indexer.transform.tables import tables
from mappings.romanised import derived_units, index_units, language_of, scheme_of
from mappings.scripts import has_cjk, has_han, has_hangul, has_kana, has_latin

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from indexer.transform.view import DataField, RecordView
    from mappings.romanised import Scheme
    from mappings.romanised.units import Language

_LANGUAGES: Mapping[str, Language] = {"chi": "zh", "jpn": "ja", "kor": "ko"}
_ALL: tuple[Language, ...] = ("zh", "ja", "ko")
_LINKING = frozenset("68")


class Pair(NamedTuple):
    """What a field is to the other forms of the same statement.

    ``side``: ``reading`` is a Latin or kana form of a native one, ``read`` a native one that has such
    a form beside it. ``language`` is told by the kana or hangul in the forms, else empty.
    """

    side: Literal["reading", "read"]
    language: Language | Literal[""] = ""


def pairs_of(view: RecordView) -> dict[int, Pair]:
    """Of fields that are one statement in several forms (880, parallel fields), what each is.

    By ``id`` of the field. Letters decide, not script codes: ``$6 …/$1`` stands before kana too.
    """
    found: dict[int, Pair] = {}
    for group in view.groups():
        texts = [(id(field), _text(field)) for field in group]
        native = any(has_cjk(text) and not _is_kana(text) for _, text in texts)
        kana = any(_is_kana(text) for _, text in texts)
        latin = any(_is_latin(text) for _, text in texts)
        language = _told(text for _, text in texts)
        for key, text in texts:
            if _is_latin(text):
                if native or kana:
                    found[key] = Pair("reading", language)
            elif _is_kana(text) and native:
                found[key] = Pair("reading", "ja")
            elif has_cjk(text) and (latin or kana):
                found[key] = Pair("read", language)
    return found


def _text(field: DataField) -> str:
    return " ".join(value for code, value in field.subfields if code not in _LINKING)


def _is_latin(text: str) -> bool:
    return not has_cjk(text) and has_latin(text)


def _is_kana(text: str) -> bool:
    return has_kana(text) and not has_han(text) and not has_hangul(text)


def _told(texts: Iterable[str]) -> Language | Literal[""]:
    found: Language | Literal[""] = ""
    for text in texts:
        if has_hangul(text):
            return "ko"
        if has_kana(text):
            found = "ja"
    return found


class Readings:
    """The readings of the values of one record."""

    def __init__(self, view: RecordView, languages: Sequence[str]) -> None:
        self._view = view
        self.languages = tuple(languages)
        self.candidates = _candidates(self.languages)
        self.pairs = pairs_of(view)
        self.silent = not self.pairs and not self.candidates
        """Whether no value in Latin letters can be a reading."""

    @cached_property
    def scheme(self) -> Scheme:
        """The romanisation of the Chinese of the record, as far as its readings tell.

        Where they do not, a record that was made after the change of the Library of Congress is
        taken to be in pinyin.
        """
        told = scheme_of(
            _text(field)
            for field in self._view.data
            if self._may_tell(field) and _is_latin(_text(field))
        )
        if told == "unknown" and self._made_in_pinyin():
            return "pinyin"
        return told

    def _may_tell(self, field: DataField) -> bool:
        pair = self.pairs.get(id(field))
        if self.pairs:
            return pair is not None and pair.side == "reading"
        return field.tag in tables().parallel

    def _made_in_pinyin(self) -> bool:
        """008/00-05, the day the record was made: two digits of the year, so 1969 to 2068."""
        made = self._view.fixed("008")[:6]
        return made.isdigit() and tables().pinyin_since <= made < tables().next_century

    def recorded(self, text: str, pair: Pair | None, *, in_headings: bool) -> tuple[str, ...]:
        """The units of a value that is a reading; nothing for any other.

        A value without a native form beside it is one where the words are of a language of the
        record. Not so in subject headings (``in_headings``): their language is that of the thesaurus.
        """
        if pair is not None:
            if pair.side == "read":
                return ()
            return index_units(text, pair.language or self._language(text) or "", self.scheme)
        if not self.candidates or in_headings or has_cjk(text):
            return ()
        language = language_of(text, self.candidates)
        return index_units(text, language, self.scheme) if language else ()

    def _language(self, text: str) -> Language | None:
        if len(self.candidates) == 1:
            return self.candidates[0]
        return language_of(text, self.candidates or _ALL)

    def derived(self, text: str, pair: Pair | None, *, is_name: bool) -> tuple[str, ...]:
        """The units of readings that nobody recorded of a value with CJK.

        Chinese only where no reading is recorded. Korean always: what is recorded is never the
        Revised Romanization. Kana are their own reading.
        """
        if _is_kana(text):
            return derived_units(text, "ja") if pair is None else ()
        found: list[str] = []
        if has_hangul(text) or ("ko" in self.candidates and not has_kana(text)):
            found += derived_units(text, "ko")
        unread = pair is None or pair.side != "read"
        if unread and has_han(text) and not has_kana(text) and not has_hangul(text):
            chinese = "zh" in self.candidates or (is_name and not self.candidates)
            found += derived_units(text, "zh") if chinese else ()
        return tuple(found)

    def hangul(self, text: str) -> tuple[str, ...]:
        """The Hangul of a value with Hanja, in a record in Korean."""
        if "ko" not in self.candidates or not has_han(text) or has_kana(text):
            return ()
        from mappings.romanised.hanja import hangul_forms

        return tuple(form for form in hangul_forms(text) if form != text)


@lru_cache(maxsize=1024)
def _candidates(languages: tuple[str, ...]) -> tuple[Language, ...]:
    return tuple(_LANGUAGES[code] for code in languages if code in _LANGUAGES)
