"""Readings of Chinese in Han characters, derived: phrases of pypinyin, surnames by our own table.

Phrases are in simplified characters, so the text is simplified for them. That is not the common form
in which Han matches: there 著 is 着 and 缺 is 欠, which are read otherwise.

Only the indexing side imports this: a query never turns Han into a reading.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from mappings.keys import fold_han
from mappings.romanised.pinyin import (
    ends_in_phrase,
    own_readings,
    readings,
    syllables_of,
)
from mappings.romanised.words import words_of
from mappings.tables import read_table

if TYPE_CHECKING:
    from collections.abc import Mapping

_stretches = re.compile(
    "(?P<han>[\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003fffd]+)|(?P<other>[^\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003fffd]+)"
)
_NAME_LENGTHS = range(2, 5)
_SURNAME_LENGTHS = (2, 1)


@lru_cache(maxsize=6)
def _rows(kind: str) -> Mapping[str, tuple[str, ...]]:
    rows = read_table("romanised/mandarin.tsv", ("kind", "text", "pinyin"))
    return {row[1]: tuple(row[2].split()) for row in rows if row[0] == kind}


@lru_cache(maxsize=1)
def _surnames() -> Mapping[str, tuple[str, ...]]:
    return {fold_han(name): reading for name, reading in _rows("surname").items()}


def mandarin_units(text: str) -> tuple[str, ...]:
    """The pinyin of a text as units; a name with a surname of two readings has both."""
    units: list[str] = []
    for match in _stretches.finditer(text):
        if match["han"]:
            units += _syllables(match["han"])
        else:
            units += [word.folded for word in words_of(match["other"])]
    found = {" ".join(units): None}
    as_name = _as_name(text, units)
    if as_name:
        found[as_name] = None
    found.pop("", None)
    return tuple(found)


def _syllables(run: str) -> list[str]:
    """Syllables of a stretch of Han; characters that nobody reads are left out."""
    forms = _as_phrases_are(run)
    found = list(map(_as_written, run, forms[0], syllables_of(*forms)))
    for match in _own_phrases().finditer(forms[-1]):
        if _own_phrases().match(forms[-1], match.end() - 1):
            continue  # 對著作 has 著作, and not 對著
        found[match.start() : match.end()] = _simplified_rows("phrase")[match[0]]
    last = _simplified_rows("last").get(forms[-1][-1])
    if last and len(run) > 1 and not any(map(ends_in_phrase, forms)):
        found[-1:] = last
    return [syllable for syllable in found if syllable]


def _as_phrases_are(run: str) -> tuple[str, ...]:
    """The run as the phrases may have it: simplified but for what our table keeps; simplified."""
    kept = run.translate(_simplified_unless_kept())
    common = kept.translate(_simplified())
    if kept == common:
        return (kept,)
    for word in _words().finditer(kept):
        common = common[: word.start()] + word[0] + common[word.end() :]
    return kept, common


def _as_written(character: str, simplified: str, syllable: str) -> str:
    """A syllable if it is one that the character has before it is simplified, else its usual one."""
    if character in _rows("character"):
        return _rows("character")[character][0]
    own = () if character == simplified else own_readings(character)
    return own[0] if own and syllable not in own else syllable


@lru_cache(maxsize=1)
def _simplified_unless_kept() -> Mapping[int, str]:
    return {code: to for code, to in _simplified().items() if chr(code) not in _rows("kept")}


@lru_cache(maxsize=1)
def _words() -> re.Pattern[str]:
    words = (word.translate(_simplified_unless_kept()) for word in _rows("word"))
    return re.compile("|".join(map(re.escape, words)))


@lru_cache(maxsize=2)
def _simplified_rows(kind: str) -> Mapping[str, tuple[str, ...]]:
    return {text.translate(_simplified()): reading for text, reading in _rows(kind).items()}


@lru_cache(maxsize=1)
def _own_phrases() -> re.Pattern[str]:
    return re.compile("|".join(map(re.escape, _simplified_rows("phrase"))))


@lru_cache(maxsize=1)
def _simplified() -> Mapping[int, str]:
    """What ICU makes of each traditional character; a table of it is quicker, and smaller."""
    from icu import Transliterator

    characters = list(map(chr, readings().characters))
    found = Transliterator.createInstance("Traditional-Simplified").transliterate(
        "\n".join(characters)
    )
    pairs = zip(characters, found.split("\n"), strict=True)
    return {ord(one): other for one, other in pairs if one != other}


def _as_name(text: str, units: list[str]) -> str:
    name = fold_han(text.split(",", maxsplit=1)[0].strip())
    if len(name) not in _NAME_LENGTHS or len(units) < len(name):
        return ""
    for size in _SURNAME_LENGTHS:
        reading = _surnames().get(name[:size])
        if reading:
            return " ".join([*reading, *units[size:]])
    return ""
