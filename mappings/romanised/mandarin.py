"""Readings of Chinese in Han characters, derived: phrases by pypinyin, surnames by our own table.

Only the indexing side imports this: a query never turns Han into a reading.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from mappings.keys import fold_han
from mappings.romanised.words import plain, words_of
from mappings.tables import read_table

if TYPE_CHECKING:
    from collections.abc import Mapping

_stretches = re.compile(
    "(?P<han>[\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003fffd]+)|(?P<other>[^\u3007\u3400-\u9fff\uf900-\ufaff\U00020000-\U0003fffd]+)"
)
_NAME_LENGTHS = range(2, 5)
_SURNAME_LENGTHS = (2, 1)


@lru_cache(maxsize=2)
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
    from pypinyin import lazy_pinyin

    found = lazy_pinyin(_as_phrases_are(run), v_to_u=True, errors="ignore")
    return [plain(syllable) for syllable in found]


def _as_phrases_are(run: str) -> str:
    """The run in simplified characters, which the phrases are in, but for the words of our table."""
    common = fold_han(run)
    if common == run:
        return run
    for word in _rows("word"):
        at = run.find(word)
        if at >= 0:
            common = common[:at] + word + common[at + len(word) :]
    return common


def _as_name(text: str, units: list[str]) -> str:
    name = fold_han(text.split(",", maxsplit=1)[0].strip())
    if len(name) not in _NAME_LENGTHS or len(units) < len(name):
        return ""
    for size in _SURNAME_LENGTHS:
        reading = _surnames().get(name[:size])
        if reading:
            return " ".join([*reading, *units[size:]])
    return ""
