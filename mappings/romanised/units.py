"""What the index side makes of a value: units of recorded romanisation, and readings derived."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from mappings.romanised.chinese import chinese_units, pinyin_of, wade_giles_of
from mappings.romanised.japanese import hepburn, lengthened, romaji_of, shortened, sounded
from mappings.romanised.korean import common_korean, mccune_reischauer, revised
from mappings.romanised.words import Word, plain, words_of
from mappings.scripts import has_kana

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from mappings.romanised.chinese import Scheme

Language = Literal["zh", "ja", "ko"]

_kana = re.compile("[\u3041-\u3096\u309d\u309e\u30a1-\u30fa\u30fc-\u30fe]+")
_hangul = re.compile("[\uac00-\ud7a3]+")
_MOST_FOREIGN = 0.25
_SHORTEST_PART = 2  # syllables of a word of Korean that a library divides
# What tells romanised Korean from words that only happen to be made of its syllables: breves, aspirates,
# and the vowels of Revised Romanization.
_korean_sign = re.compile("[ŏŭŎŬ\u0306]|[ptkh][ʻʼ'‘’]|[ei]o(?!n)|eu", re.IGNORECASE)


@lru_cache(maxsize=16384)
def index_units(
    text: str, language: str, scheme: Scheme = "unknown", *, lengths: bool = True
) -> tuple[str, ...]:
    """A recorded romanised value as strings of units, parted by spaces, one string a reading.

    Args:
        text: in Latin letters, or of Japanese in kana.
        language: ``zh`` (units are syllables of pinyin), ``ja`` (words in Hepburn, vowels
            short), ``ko`` (words as written, and as the two romanisations have them in common).
        scheme: of Chinese, what the other values of the record are in; a value that tells by
            itself is believed. Where nothing tells, both readings are given.
        lengths: of Japanese, whether to add the words as they sound.

    Words that are nothing of the language stand folded. Case, marks, apostrophes, hyphens and
    word division make no other units joined than without them.
    """
    if language == "zh":
        return chinese_units(text, scheme)
    if language == "ja":
        return _strings(_japanese(text, lengths=lengths))
    words = words_of(text)
    if language == "ko":
        common = [common_korean(word.folded) or word.folded for word in words]
        return _strings([[word.folded for word in words], common])
    return _strings([[word.folded for word in words]])


def _japanese(text: str, *, lengths: bool) -> list[list[str]]:
    """The words with short vowels, and as they sound."""
    words = [_romaji(word) for word in words_of(lengthened(text))]
    short = [shortened(romaji) if romaji else word.folded for word, romaji in words]
    if not lengths:
        return [short]
    return [short, [sounded(romaji or word.folded) for word, romaji in words]]


def _romaji(word: Word) -> tuple[Word, str | None]:
    if has_kana(word.text):
        return word, _kana.sub(lambda match: romaji_of(match[0]) or match[0], word.text)
    return word, hepburn(word.text)


def _strings(readings: Iterable[Sequence[str]]) -> tuple[str, ...]:
    found = dict.fromkeys(" ".join(units) for units in readings)
    found.pop("", None)
    return tuple(found)


@lru_cache(maxsize=8192)
def derived_units(text: str, language: str, *, lengths: bool = True) -> tuple[str, ...]:
    """The readings that a native value may have, as strings of units; nothing is recorded of them.

    ``zh``: pinyin. ``ko``: Revised Romanization, McCune-Reischauer and what they have in common,
    Hanja through hangul. ``ja``: romaji of a value that is all kana (``lengths`` as for
    ``index_units``). Else nothing.
    """
    if language == "zh":
        from mappings.romanised.mandarin import mandarin_units

        return mandarin_units(text)
    if language == "ko":
        from mappings.romanised.hanja import hangul_forms

        return tuple(dict.fromkeys(u for form in hangul_forms(text) for u in _korean(form)))
    if language == "ja":
        short, *others = _japanese(text, lengths=lengths)
        return _strings([short, *others]) if all(map(str.isascii, short)) else ()
    return ()


def _korean(text: str) -> tuple[str, ...]:
    words = [word.text for word in words_of(text)]
    found = []
    for romanise in (revised, mccune_reischauer):
        spelt = [_romanised(word, romanise) for word in words]
        found += [spelt, [common_korean(word) or word for word in spelt]]
    if len(words) == 1:
        found += _divided(words[0])
    return _strings(found)


def _divided(word: str) -> Iterator[list[str]]:
    """What a word of hangul is when written as two, where the sounds at the seam differ.

    한국문학사 is hangungmunhaksa in one word, and Hanguk munhaksa to a library.
    """
    if not _hangul.fullmatch(word):
        return
    whole = common_korean(revised(word))
    for at in range(_SHORTEST_PART, len(word) - _SHORTEST_PART + 1):
        parts = [common_korean(revised(part)) or part for part in (word[:at], word[at:])]
        if "".join(parts) != whole:
            yield parts


def _romanised(word: str, romanise: Callable[[str], str]) -> str:
    """A word with its hangul romanised; other letters as they are."""
    return romanise(word) or _hangul.sub(lambda match: romanise(match[0]), word)


@lru_cache(maxsize=8192)
def language_of(text: str, candidates: tuple[Language, ...]) -> Language | None:
    """Which of these languages a text in Latin letters or kana is a romanisation of, if any.

    The first candidate of which all words may be words, one in four excepted. Korean needs a sign
    that is only its own: many words of English are made of syllables that Korean has too.
    """
    words = [word.text for word in words_of(text) if not word.text.isdigit()]
    for language in candidates:
        foreign = sum(not _is_word(word, language) for word in words)
        told = language != "ko" or _korean_sign.search(text)
        if told and words and foreign <= len(words) * _MOST_FOREIGN:
            return language
    return None


def _is_word(word: str, language: Language) -> bool:
    match language:
        case "zh":
            return bool(pinyin_of(word) or wade_giles_of(word))
        case "ja":
            return bool(hepburn(word) or romaji_of(word))
        case _:
            return common_korean(plain(word)) is not None
