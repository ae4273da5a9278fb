"""Which script a text is written in: CJK (Han, kana, hangul, bopomofo) or everything else."""

from __future__ import annotations

import re
from typing import Literal, NamedTuple

Script = Literal["latin", "cjk"]

# Ranges of code points by the blocks of the Unicode Standard; iteration marks and 〇 count as Han.
_HAN = "\u2e80-\u2fd5\u3005\u3007\u3021-\u3029\u3038-\u303b\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003fffd"
_KANA = "\u3041-\u3096\u3099\u309a\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u31f0-\u31ff\uff66-\uff9f\U0001aff0-\U0001b16f"
_HANGUL = "\u1100-\u11ff\u3131-\u318c\u318e\ua960-\ua97c\uac00-\ud7fb\uffa0-\uffdc"
_BOPOMOFO = "\u3105-\u312f\u31a0-\u31bf"
CJK = _HAN + _KANA + _HANGUL + _BOPOMOFO
"""The CJK code points, as the inside of a character class of a regular expression."""

_cjk = re.compile(f"[{CJK}]").search
_han = re.compile(f"[{_HAN}]").search
_kana = re.compile(f"[{_KANA}]").search
_hangul = re.compile(f"[{_HANGUL}]").search
# U+318D is a letter by its category, and a middle dot by its use
_latin = re.compile(rf"[^\W_\u318d{CJK}]").search
_chunks = re.compile(rf"(?P<cjk>[{CJK}]+)|[^\s{CJK}]+").finditer


class Run(NamedTuple):
    """A stretch of one script; ``start`` counts code points from the start of the whole text."""

    script: Script
    text: str
    start: int


def has_cjk(text: str) -> bool:
    """Whether there is a CJK character."""
    return not text.isascii() and _cjk(text) is not None


def has_han(text: str) -> bool:
    """Whether there is a Han character."""
    return not text.isascii() and _han(text) is not None


def has_kana(text: str) -> bool:
    """Whether there is hiragana or katakana, half-width katakana included."""
    return not text.isascii() and _kana(text) is not None


def has_hangul(text: str) -> bool:
    """Whether there is a hangul syllable or letter."""
    return not text.isascii() and _hangul(text) is not None


def has_latin(text: str) -> bool:
    """Whether there is a letter or digit that is not CJK (Greek, Cyrillic, Arabic… included)."""
    return _latin(text) is not None


def runs(text: str) -> list[Run]:
    """Split into maximal runs of one script, in order.

    Spaces and signs between two stretches of the same script belong to their run; signs that touch
    other letters stay with them (C++, .NET); a stretch of signs alone is no run.
    """
    if text.isascii() and text.isalnum():
        return [Run("latin", text, 0)]
    found: list[Run] = []
    for chunk in _chunks(text):
        script: Script = "cjk" if chunk["cjk"] else "latin"
        if script == "latin" and not has_latin(chunk[0]):
            continue
        continues = bool(found) and found[-1].script == script
        start = found.pop().start if continues else chunk.start()
        found.append(Run(script, text[start : chunk.end()], start))
    return found
