"""Hanja in hangul: the readings of characters, the words that differ, and the rule of initial sounds."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from mappings.keys import fold_han
from mappings.romanised.korean import syllables_of
from mappings.scripts import has_hangul
from mappings.tables import read_table

if TYPE_CHECKING:
    from collections.abc import Mapping

_han = re.compile("[\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003fffd]+")
_SURNAME_GOLD = ("금", "김")
_NAME_LENGTHS = range(2, 5)
_FULL_NAME = 3
_Y_VOWELS = frozenset("ㅑㅕㅖㅛㅠㅣ")
_AFTER_VOWEL = {"렬": "열", "률": "율"}
_BU_BEFORE = frozenset("ㄷㅈ")


@lru_cache(maxsize=1)
def _readings() -> Mapping[str, str]:
    """The first reading of each character; of a form without one, that of a form it folds with."""
    rows = read_table("hanja_readings.tsv", ("code_point", "character", "hangul"))
    first = {row[1]: row[2].split()[0] for row in rows}
    by_common: dict[str, str] = {}
    for character, reading in first.items():
        by_common.setdefault(fold_han(character), reading)
    return {**by_common, **first}


@lru_cache(maxsize=1)
def _words() -> Mapping[str, str]:
    rows = read_table("romanised/hanja_words.tsv", ("hanja", "hangul"))
    return {fold_han(row[0]): row[1] for row in rows}


@lru_cache(maxsize=1)
def _longest() -> int:
    return max(map(len, _words()))


@lru_cache(maxsize=8192)
def hangul_of(text: str) -> str:
    """The text with its Hanja in hangul, as South Korea spells them.

    ㄴ and ㄹ at the start of a word follow the rule of initial sounds (Korean orthography, articles
    10 to 12: 女性 여성, 歷史 역사, 勞動 노동; 列 and 率 after a vowel or ㄴ too, article 11). Characters
    without a reading stay.
    """
    return _han.sub(lambda match: _spelt(match[0], initial=_starts_word(text, match)), text)


def hangul_forms(text: str) -> tuple[str, ...]:
    """The same, and what the text is as a name, if it may be one.

    金 is 김 as a surname, and of three characters the second begins the given name, to which the rule
    of initial sounds applies too (韓龍雲 한용운).
    """
    form = name = hangul_of(text)
    if text[:1] == "金" and form[:1] == _SURNAME_GOLD[0] and len(text) in _NAME_LENGTHS:
        name = _SURNAME_GOLD[1] + form[1:]
    if len(text) == _FULL_NAME and _han.fullmatch(text):
        name = name[0] + initial_sound(name[1]) + name[2:]
    return tuple(dict.fromkeys((form, name)))


def _starts_word(text: str, match: re.Match[str]) -> bool:
    return match.start() == 0 or not has_hangul(text[match.start() - 1])


def _spelt(run: str, *, initial: bool) -> str:
    found: list[str] = []
    folded, at = fold_han(run), 0
    while at < len(run):
        word = next((w for w in _prefixes(folded, at) if w in _words()), "")
        if word:
            found.append(_words()[word])
            at += len(word)
            continue
        reading = _reading(run[at])
        following = _reading(run[at + 1]) if at + 1 < len(run) else ""
        before = "".join(found)[-1:]
        if at == 0 and initial:
            reading = initial_sound(reading)
        elif reading in _AFTER_VOWEL and _open_or_n(before):
            reading = _AFTER_VOWEL[reading]
        if run[at] == "不" and _initial(following) in _BU_BEFORE:
            reading = "부"
        found.append(reading)
        at += 1
    return "".join(found)


def _prefixes(run: str, at: int) -> list[str]:
    return [run[at : at + size] for size in range(min(_longest(), len(run) - at), 1, -1)]


def _reading(character: str) -> str:
    known = _readings()
    return known.get(character) or known.get(fold_han(character), character)


def _initial(syllable: str) -> str:
    letters = syllables_of(syllable)
    return letters[0].initial if letters else ""


def _open_or_n(syllable: str) -> bool:
    letters = syllables_of(syllable)
    return bool(letters) and letters[0].final in {"", "ㄴ"}


def initial_sound(syllable: str) -> str:
    """A syllable as it is spelt at the start of a word: 녀 여, 력 역, 로 노."""
    letters = syllables_of(syllable)
    if not letters or letters[0].initial not in {"ㄴ", "ㄹ"}:
        return syllable
    initial, vowel, _ = letters[0]
    if vowel in _Y_VOWELS:
        return _with_initial(syllable, "ㅇ")
    return _with_initial(syllable, "ㄴ") if initial == "ㄹ" else syllable


_FIRST, _PER_INITIAL = 0xAC00, 588
_INITIALS = "ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎ"


def _with_initial(syllable: str, initial: str) -> str:
    rest = (ord(syllable) - _FIRST) % _PER_INITIAL
    return chr(_FIRST + _INITIALS.index(initial) * _PER_INITIAL + rest)
