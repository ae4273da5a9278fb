"""A romanised text as plain words: case, marks and kinds of apostrophe folded, ü kept."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple
from unicodedata import normalize

from mappings.keys import signs

if TYPE_CHECKING:
    from collections.abc import Iterable

# The signs of aspiration and separation that romanisations use: ayn, alif and what is typed for them.
_APOSTROPHES = dict.fromkeys(map(ord, "ʻʼʽʾʿˈ՚ʹ"), "'")
_MARKS = "\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f"
_dieresis = re.compile(f"u[{_MARKS}]*\u0308[{_MARKS}]*")
_mark = re.compile(f"[{_MARKS}]+")
_word = re.compile(r"[^\W_]+(?:'[^\W_]+)*")


class Word(NamedTuple):
    """A word with its inner apostrophes, and what parts it from the word before.

    ``joint`` is ``-`` after a hyphen alone, a space after spaces alone, anything else after other
    signs; empty for the first word.
    """

    text: str
    joint: str = ""

    @property
    def folded(self) -> str:
        """The word with nothing that people leave out: no apostrophes, u for ü."""
        return plain(self.text)


def plain(text: str) -> str:
    """Letters alone of a word that ``letters`` made: no apostrophes, u for ü."""
    return text.replace("'", "").replace("ü", "u")


def letters(text: str) -> str:
    """Lower case without marks but for ü; one kind of apostrophe; compatibility forms folded."""
    if text.isascii():
        return text.lower().replace("`", "'")
    text = normalize("NFKC", text.translate(_first_table())).casefold().translate(_first_table())
    text = _dieresis.sub("ü", normalize("NFD", text))
    # the sound marks of kana are not among the marks: NFC puts them back
    return normalize("NFC", _mark.sub("", text)).translate(signs().letters)


@lru_cache(maxsize=1)
def _first_table() -> dict[int, str]:
    known = signs()
    return known.silent | known.apostrophes | known.invisible | _APOSTROPHES


@lru_cache(maxsize=4096)
def words_of(text: str) -> tuple[Word, ...]:
    """The words of a text, in order."""
    folded = letters(text)
    found: list[Word] = []
    end = 0
    for match in _word.finditer(folded):
        joint = folded[end : match.start()] if found else ""
        found.append(Word(match[0], " " if joint.isspace() else joint))
        end = match.end()
    return tuple(found)


Rule = tuple[re.Pattern[str], str]


def rules(*pairs: tuple[str, str]) -> tuple[Rule, ...]:
    """Patterns and what stands for them, compiled."""
    return tuple((re.compile(pattern), target) for pattern, target in pairs)


def rewritten(word: str, by: Iterable[Rule]) -> str:
    """The word after each rule in turn."""
    for pattern, target in by:
        word = pattern.sub(target, word)
    return word
