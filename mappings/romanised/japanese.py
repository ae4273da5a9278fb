"""Japanese: romaji of every school in one spelling without long vowels, and kana as romaji."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import product
from typing import TYPE_CHECKING
from unicodedata import normalize

from mappings.romanised.words import plain
from mappings.tables import read_table

if TYPE_CHECKING:
    from collections.abc import Mapping

_KATAKANA_FIRST, _KATAKANA_LAST, _TO_HIRAGANA = 0x30A1, 0x30F6, -0x60
_SMALL_TSU, _LONG, _REPEATS = "っ", "ー", {"ゝ": "", "ゞ": "\u3099"}
_MOST_SITES = 3
_PARTICLES = {"は": ("は", "わ"), "へ": ("へ", "え")}

# A mora as any school of romaji writes it; a doubled consonant and n before a consonant are among them.
_mora = (
    r"(?:(?:[kgbpmrnh]y|[fv]y?|sh|sy|ch|ty|ts|zy|jy|dy|dz|[kg]w|[kgsztdnhbpmyrwj])?[aiueo]"
    r"|n(?![aiueoy])'?|n'|m(?=[bpm])|([kgsztdfhbpvrj])(?=\1)|t(?=ch)|c(?=ch))"
)
_romaji = re.compile(f"{_mora}+")
# Kunrei-shiki and Nihon-shiki (ISO 3602) to Hepburn; the order matters.
_hepburn = tuple(
    (re.compile(pattern), target)
    for pattern, target in (
        (r"sy", "sh"),
        (r"cch", "tch"),
        (r"t(?=ty|ti)", "t"),
        (r"ty", "ch"),
        (r"(?:zy|jy|dy)", "j"),
        (r"si", "shi"),
        (r"ti", "chi"),
        (r"tu", "tsu"),
        (r"(?<![sc])hu", "fu"),
        (r"zi|di", "ji"),
        (r"du|dzu", "zu"),
        (r"[zd](?=j)", "j"),
        (r"wo", "o"),
        (r"m(?=[bpm])", "n"),
    )
)
_long = re.compile(r"o[ou]+|uu+|aa+|ii+|ee+")


@lru_cache(maxsize=16384)
def hepburn(word: str) -> str | None:
    """A romaji word in Hepburn, its vowels as long as written; None if it is not romaji.

    ``si`` is shi, ``tu`` tsu, ``zya`` ja, ``shimbun`` shinbun, ``n'`` n, the particle ``wo`` o.
    """
    if not _romaji.fullmatch(word):
        return None
    word = plain(word)
    for pattern, target in _hepburn:
        word = pattern.sub(target, word)
    return word


def shortened(word: str) -> str:
    """The word with every long vowel short: oo, ou and o (ō without its macron) are one."""
    return _long.sub(lambda match: match[0][0], word)


def japanese_unit(word: str) -> str | None:
    """The unit of a recorded word of romaji; None if it is not romaji."""
    spelt = hepburn(word)
    return shortened(spelt) if spelt else None


@lru_cache(maxsize=4096)
def joined_forms(word: str) -> tuple[str, ...]:
    """What a Hepburn word may be among joined units, the likeliest first.

    Where two words meet in what looks like a long vowel (kokoro + oboe), the record kept both
    vowels: each of the first sites is also cut in two.
    """
    sites = list(_long.finditer(word))
    choices = [_cuts(site[0]) for site in sites[:_MOST_SITES]]
    choices += [(site[0][0],) for site in sites[_MOST_SITES:]]
    forms: dict[str, None] = {}
    for choice in product(*choices):
        at, parts = 0, []
        for site, vowels in zip(sites, choice, strict=True):
            parts += [word[at : site.start()], vowels]
            at = site.end()
        forms["".join([*parts, word[at:]])] = None
    return tuple(forms)


def _cuts(vowels: str) -> tuple[str, ...]:
    cut = (shortened(vowels[:at]) + shortened(vowels[at:]) for at in range(1, len(vowels)))
    return tuple(dict.fromkeys((shortened(vowels), *cut)))


@lru_cache(maxsize=1)
def _table() -> Mapping[str, str]:
    return dict(read_table("romanised/kana.tsv", ("kana", "romaji")))


@lru_cache(maxsize=16384)
def romaji_of(kana: str) -> str | None:
    """A word in kana as Hepburn, vowels as long as written; None if there is anything but kana."""
    text = _hiragana(kana)
    table, found, double, at = _table(), [], False, 0
    while at < len(text):
        size = 2 if text[at : at + 2] in table else 1
        piece = text[at : at + size]
        at += size
        if piece == _SMALL_TSU:
            double = True
        elif piece == _LONG:
            double = False
        elif piece in table:
            found.append(_doubled(table[piece]) if double else table[piece])
            double = False
        else:
            return None
    return hepburn("".join(found)) if found else None


def _doubled(sound: str) -> str:
    if sound[0] in "aiueon":
        return sound
    return ("t" if sound.startswith("ch") else sound[0]) + sound


def _hiragana(text: str) -> str:
    """Full-width hiragana, repeated kana written out."""
    found: list[str] = []
    for character in normalize("NFKC", text):
        code = ord(character)
        if _KATAKANA_FIRST <= code <= _KATAKANA_LAST:
            character = chr(code + _TO_HIRAGANA)  # noqa: PLW2901 - the same sound in the other kana
        elif character in "ヽヾ":
            character = {"ヽ": "ゝ", "ヾ": "ゞ"}[character]  # noqa: PLW2901 - as above
        if character in _REPEATS and found:
            character = normalize("NFC", found[-1] + _REPEATS[character])  # noqa: PLW2901 - as above
        found.append(character)
    return "".join(found)


def as_pronounced(kana: str) -> tuple[str, ...]:
    """The romaji forms of a query in kana, in which particles (は, へ) may stand undivided."""
    text = _hiragana(kana)
    sites = [at for at, c in enumerate(text) if at and c in _PARTICLES][:_MOST_SITES]
    forms: dict[str, None] = {}
    for choice in product(*(_PARTICLES[text[at]] for at in sites)):
        spelt = list(text)
        for at, sound in zip(sites, choice, strict=True):
            spelt[at] = sound
        romaji = romaji_of("".join(spelt))
        if romaji:
            forms |= dict.fromkeys(joined_forms(romaji))
    return tuple(forms)
