"""Korean: hangul in Revised Romanization and in McCune-Reischauer, and what the two have in common."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple

from mappings.romanised.words import rewritten, rules
from mappings.tables import read_table

if TYPE_CHECKING:
    from collections.abc import Iterator

_FIRST, _LAST = 0xAC00, 0xD7A3
_VOWELS, _FINALS = 21, 28
# Clusters of a final: what stays, and what moves to a vowel that follows.
_CLUSTERS = {
    "ㄳ": ("ㄱ", "ㅅ"),
    "ㄵ": ("ㄴ", "ㅈ"),
    "ㄶ": ("ㄴ", "ㅎ"),
    "ㄺ": ("ㄹ", "ㄱ"),
    "ㄻ": ("ㄹ", "ㅁ"),
    "ㄼ": ("ㄹ", "ㅂ"),
    "ㄽ": ("ㄹ", "ㅅ"),
    "ㄾ": ("ㄹ", "ㅌ"),
    "ㄿ": ("ㄹ", "ㅍ"),
    "ㅀ": ("ㄹ", "ㅎ"),
    "ㅄ": ("ㅂ", "ㅅ"),
}
_ASPIRATED = {"ㄱ": "ㅋ", "ㄷ": "ㅌ", "ㅈ": "ㅊ"}
_PALATAL = {"ㄷ": "ㅈ", "ㅌ": "ㅊ"}
_NASAL = {"ㄱ": "ㅇ", "ㄷ": "ㄴ", "ㅂ": "ㅁ"}
_NASALS = {"ㄴ", "ㅁ"}
_LIQUID = {("ㄴ", "ㄹ"), ("ㄹ", "ㄴ"), ("ㄹ", "ㄹ")}
_SILENT, _RIEUL, _HIEUH, _SIOS = "ㅇ", "ㄹ", "ㅎ", "ㅅ"
_SONANT = {"", "ㄴ", "ㅁ", "ㅇ"}
_VOICED_AFTER_RIEUL = {"ㄱ", "ㅂ"}

_syllable = (
    r"(?:kk|tt|pp|ss|jj|tch|ch|sh|[kgndtrlmbpsjh])?"
    r"(?:yae|yeo|wae|ae|ya|eo|ye|wa|oe|yo|wo|we|wi|yu|yi|eu|ui|[aeiou])(?:ng|[kntlmpr])?"
)
_words = re.compile(f"(?:{_syllable})+")
_common = rules(
    (r"yi", "i"),
    (r"eo", "o"),
    (r"eu", "u"),
    (r"jj|tch", "cc"),
    (r"ch|j", "c"),
    (r"sh", "s"),
    (r"(?<!n)g|(?<=n)g(?=[aeiouyw])", "k"),
    (r"d", "t"),
    (r"b", "p"),
    (r"l(?!l)(?<!ll)", "r"),
    (r"rh", "rh"),
)


class Syllable(NamedTuple):
    """Initial, vowel and final of a syllable as letters; the final may be empty."""

    initial: str
    vowel: str
    final: str


class Letters(NamedTuple):
    """``hangul.tsv``: the letters in the order of Unicode, and their spellings."""

    initials: tuple[str, ...]
    vowels: tuple[str, ...]
    finals: tuple[str, ...]
    sounds: dict[str, str]
    spelling: dict[tuple[str, str], tuple[str, str, str]]


@lru_cache(maxsize=1)
def _letters() -> Letters:
    columns = ("part", "letter", "sound", "revised", "mccune", "voiced")
    rows = read_table("romanised/hangul.tsv", columns)
    of = {part: tuple(r[1] for r in rows if r[0] == part) for part in ("initial", "vowel", "final")}
    sounds = {row[1]: row[2] for row in rows if row[0] == "final"}
    spelling = {(row[0], row[1]): (row[3], row[4], row[5]) for row in rows}
    return Letters(of["initial"], of["vowel"], ("", *of["final"]), sounds, spelling)


def syllables_of(word: str) -> tuple[Syllable, ...]:
    """The syllables of a word that is all hangul; empty if it is not."""
    known, found = _letters(), []
    for character in word:
        code = ord(character) - _FIRST
        if not 0 <= code <= _LAST - _FIRST:
            return ()
        rest, final = divmod(code, _FINALS)
        initial, vowel = divmod(rest, _VOWELS)
        found.append(Syllable(known.initials[initial], known.vowels[vowel], known.finals[final]))
    return tuple(found)


def pronounced(word: tuple[Syllable, ...]) -> Iterator[Syllable]:
    """The syllables with the sound changes that both romanisations write."""
    initial = word[0].initial if word else ""
    for at, syllable in enumerate(word):
        after = word[at + 1] if at + 1 < len(word) else None
        if after is None:
            yield Syllable(initial, syllable.vowel, _letters().sounds.get(syllable.final, ""))
        else:
            final, following = _meeting(syllable.final, after)
            yield Syllable(initial, syllable.vowel, final)
            initial = following


def _meeting(final: str, after: Syllable) -> tuple[str, str]:
    """What becomes of a final and of the initial after it (Standard Pronunciation, 12 to 20)."""
    initial = after.initial
    if initial == _SILENT:
        return _liaison(final, after.vowel)
    stays, moves = _CLUSTERS.get(final, ("", final))
    if moves == _HIEUH and (initial in _ASPIRATED or initial == _SIOS):
        return stays, _ASPIRATED.get(initial, initial)
    sound = _letters().sounds.get(final, "")
    if (sound, initial) in _LIQUID:
        return _RIEUL, _RIEUL
    if initial == _RIEUL and sound:
        return _NASAL.get(sound, sound), "ㄴ"
    return (_NASAL.get(sound, sound) if initial in _NASALS else sound), initial


def _liaison(final: str, vowel: str) -> tuple[str, str]:
    if final in {"", _SILENT}:
        return final, _SILENT
    stays, moves = _CLUSTERS.get(final, ("", final))
    if moves == _HIEUH:
        return ("", stays) if stays else ("", _SILENT)
    if vowel == "ㅣ":
        moves = _PALATAL.get(moves, moves)
    return stays, moves


@lru_cache(maxsize=8192)
def revised(word: str) -> str:
    """A word of hangul in Revised Romanization; empty if it is not all hangul."""
    spelling, found, before = _letters().spelling, [], None
    for syllable in pronounced(syllables_of(word)):
        doubled = before == _RIEUL and syllable.initial == _RIEUL
        initial = "l" if doubled else spelling["initial", syllable.initial][0]
        final = spelling["final", syllable.final][0] if syllable.final else ""
        found += [initial, spelling["vowel", syllable.vowel][0], final]
        before = syllable.final
    return "".join(found)


@lru_cache(maxsize=8192)
def mccune_reischauer(word: str) -> str:
    """A word of hangul in McCune-Reischauer without its marks; empty if it is not all hangul."""
    spelling, found, before = _letters().spelling, [], None
    for syllable in pronounced(syllables_of(word)):
        if before == _RIEUL and syllable.initial == _HIEUH:
            found[-1] = "r"  # Parhae
        found.append(_mccune_initial(before, syllable))
        final = spelling["final", syllable.final][1] if syllable.final else ""
        found += [spelling["vowel", syllable.vowel][1], final]
        before = syllable.final
    return "".join(found)


def _mccune_initial(before: str | None, syllable: Syllable) -> str:
    initial = syllable.initial
    if initial == _RIEUL and before == _RIEUL:
        return "l"
    if initial == _SIOS and syllable.vowel == "ㅟ":
        return "sh"
    voiced = before in _SONANT or (before == _RIEUL and initial in _VOICED_AFTER_RIEUL)
    _, plain, between = _letters().spelling["initial", initial]
    return between if voiced else plain


@lru_cache(maxsize=8192)
def common_korean(word: str) -> str | None:
    """What the two romanisations of a word have in common; None if it is no Korean syllables.

    Voicing, which depends on where words are divided, and the vowels that are written with one
    letter and a breve or with two, are folded: ``joseon`` and ``choson`` are one.
    """
    if not _words.fullmatch(word):
        return None
    return rewritten(word, _common)
