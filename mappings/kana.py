"""Kana and iteration marks in one form for finding, as the chains of the han tiers make it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING
from unicodedata import normalize

from mappings.tables import read_table

if TYPE_CHECKING:
    from collections.abc import Callable

_KANJI_MARK = "\u3005"
_REPEATS, _REPEATS_VOICED = "\u309d\u30fd", "\u309e\u30fe"
_KANA = [chr(code) for code in (*range(0x3041, 0x3097), *range(0x30A1, 0x30FB))]
_VOICED = "\u3099"  # the combining sound mark
_FULL_STOP = "\u3002"
_KEPT = "keeps"
_KATAKANA = "\u30a1-\u30fa\u30fc"


@lru_cache(maxsize=1)
def kana_forms() -> dict[str, str]:
    """``kana_forms.tsv``: kana as written to the form for finding, repeated kana among them."""
    forms = {written: folded for written, folded, kind in _rows() if kind != _KEPT}
    doubled = {
        pair: "".join(forms.get(kana, kana) for kana in two) for pair, two in repeats().items()
    }
    return forms | doubled


@lru_cache(maxsize=1)
def repeats() -> dict[str, str]:
    """Every kana with an iteration mark to what is read: すゝ to すす, すゞ to すず, がゝ to がか."""
    plain = {kana + mark: kana + _unvoiced(kana) for kana in _KANA for mark in _REPEATS}
    return plain | {kana + mark: kana + _voiced(kana) for kana in _KANA for mark in _REPEATS_VOICED}


def final_long_mark() -> str:
    """The pattern of a long mark that a long word of katakana ends with: コンピューター is コンピュータ."""
    short = "".join(f"(?<!{written[:-1]})" for written, _, kind in _rows() if kind == _KEPT)
    return f"(?<=[{_KATAKANA}]{{3}}){short}\u30fc(?![{_KATAKANA}])"


def _rows() -> list[list[str]]:
    return read_table("kana_forms.tsv", ("written", "folded", "kind"))


def fold_kana(text: str) -> str:
    """Iteration marks written out, final long marks dropped, kana in their common form (hiragana).

    ``text`` is in NFKC. As the char filters ``iteration_marks``, ``final_long_mark`` and
    ``han_forms`` of analysis.yaml do it; folding twice changes nothing.
    """
    text = _final_long_mark()("", _without_marks(text))
    return _pattern()(lambda match: kana_forms()[match[0]], text)


@lru_cache(maxsize=1)
def _final_long_mark() -> Callable[..., str]:
    return re.compile(final_long_mark()).sub


@lru_cache(maxsize=1)
def _pattern() -> Callable[..., str]:
    return re.compile("|".join(sorted(kana_forms(), key=len, reverse=True))).sub


def _without_marks(text: str) -> str:
    """Each run of 々 repeats the characters before it: 馬鹿々々しい is 馬鹿馬鹿しい.

    The rules are those of Lucene's JapaneseIterationMarkCharFilter: a run never reaches over the end
    of the run before it, a full stop, or a character beyond the Basic Multilingual Plane. Its rules
    for kana are not used (なゝ becomes など).
    """
    if _KANJI_MARK not in text:
        return text
    made: list[str] = []
    end = span = 0  # where the run before ends; the length of this one
    for at, character in enumerate(text):
        if character == _FULL_STOP or character > "\uffff":
            end = at + 1
        if character != _KANJI_MARK:
            made.append(character)
        elif at == end:
            end += 1
            made.append(character)
        else:
            if at > end:
                span = min(_run_length(text, at), at - end)
                end = at + span
            made.append(text[at - span])
    return "".join(made)


def _run_length(text: str, at: int) -> int:
    return len(text) - at - len(text[at:].lstrip(_KANJI_MARK))


def _voiced(kana: str) -> str:
    made = normalize("NFC", kana + _VOICED)
    return made if len(made) == 1 else kana


def _unvoiced(kana: str) -> str:
    base = normalize("NFD", kana)
    return base[0] if base.endswith(_VOICED) else kana
