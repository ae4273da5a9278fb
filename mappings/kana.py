"""Kana and iteration marks in one form for finding, as the chains of the han tiers make it."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from mappings.tables import read_table

if TYPE_CHECKING:
    from collections.abc import Callable

_MARKS = "\u3005\u309d\u309e\u30fd\u30fe"
_VOICED = "\u309e\u30fe"
_KANJI_MARK = "\u3005"
_FULL_STOP = "\u3002"
_has_marks = re.compile(f"[{_MARKS}]").search
_KEPT = "keeps"
_KATAKANA = "\u30a1-\u30fa\u30fc"


@lru_cache(maxsize=1)
def kana_forms() -> dict[str, str]:
    """``kana_forms.tsv``: kana as written to the form for finding."""
    return {written: folded for written, folded, kind in _rows() if kind != _KEPT}


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
    """Each run of iteration marks repeats the characters before it: 馬鹿々々しい is 馬鹿馬鹿しい.

    The rules are those of Lucene's JapaneseIterationMarkCharFilter: a run never reaches over the end
    of the run before it, a full stop, or a character beyond the Basic Multilingual Plane.
    """
    if not _has_marks(text):
        return text
    made: list[str] = []
    end = span = 0  # of the run before, of this one
    for at, character in enumerate(text):
        if character == _FULL_STOP or character > "\uffff":
            end = at + 1
        if character not in _MARKS:
            made.append(character)
        elif at < end:
            made.append(_repeated(text[at - span], character))
        elif at == end:
            end += 1
            made.append(character)
        else:
            span = min(_run_length(text, at), at - end)
            end = at + span
            made.append(_repeated(text[at - span], character))
    return "".join(made)


def _run_length(text: str, at: int) -> int:
    end = at
    while end < len(text) and text[end] in _MARKS:
        end += 1
    return end - at


def _repeated(character: str, mark: str) -> str:
    if mark == _KANJI_MARK:
        return character
    return _voiced(character) if mark in _VOICED else _unvoiced(character)


def _voiced(character: str) -> str:
    from unicodedata import normalize

    made = normalize("NFC", character + "\u3099")
    return made if len(made) == 1 else character


def _unvoiced(character: str) -> str:
    from unicodedata import normalize

    base = normalize("NFD", character)
    return base[0] if base.endswith("\u3099") else character
