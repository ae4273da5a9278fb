"""Japanese: romaji of every school in one spelling, vowels short or as long as written; kana as romaji."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import product
from typing import TYPE_CHECKING
from unicodedata import normalize

from mappings.romanised.words import plain, rewritten, rules
from mappings.tables import read_table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping

_KATAKANA_FIRST, _KATAKANA_LAST, _TO_HIRAGANA = 0x30A1, 0x30F6, -0x60
_VOWELS = "aiueo"
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
_hepburn = rules(
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
_long = re.compile(r"o[ou]+|uu+|aa+|ii+|ee+")
_macron = re.compile("([aiueo])[\u0304\u0302]", re.IGNORECASE)
_LENGTH = "\u2053"
# What is read with its lengths is in wide letters: beside the short forms it is other words. The chain
# japanese_readings writes the same (mappings/analysis.yaml).
_WIDE = {code: code + 0xFEE0 for code in range(0x21, 0x7F)}


@lru_cache(maxsize=16384)
def hepburn(word: str) -> str | None:
    """A romaji word in Hepburn, its vowels as long as written; None if it is not romaji.

    ``si`` is shi, ``tu`` tsu, ``zya`` ja, ``shimbun`` shinbun, ``n'`` n, the particle ``wo`` o.
    """
    if not _romaji.fullmatch(word):
        return None
    return rewritten(plain(word), _hepburn)


def shortened(word: str) -> str:
    """The word with every long vowel short: oo, ou and o (ō without its macron) are one."""
    return _long.sub(lambda match: match[0][0], word)


def sounded(word: str) -> str:
    """The word as it sounds, in wide letters: every long vowel is one vowel with ``_LENGTH``.

    おばあさん and おばさん, ビール and ビル are other words; ō, ou and oo are one sound.
    """
    return _long.sub(lambda match: match[0][0] + _LENGTH, word).translate(_WIDE)


def lengthened(text: str) -> str:
    """Romaji with each vowel that has a macron or a circumflex written twice."""
    return text if text.isascii() else _macron.sub(r"\1\1", normalize("NFD", text))


def japanese_unit(word: str) -> str | None:
    """The unit of a recorded word of romaji; None if it is not romaji."""
    spelt = hepburn(word)
    return shortened(spelt) if spelt else None


@lru_cache(maxsize=4096)
def joined_forms(word: str, form: Callable[[str], str] = shortened) -> tuple[str, ...]:
    """What a Hepburn word may be among joined units of a form, the likeliest first.

    Where two words meet in what looks like a long vowel (kokoro + oboe), the record kept both
    vowels: each of the first sites is also cut in two.
    """
    sites = list(_long.finditer(word))
    choices = [_cuts(site[0], form) for site in sites[:_MOST_SITES]]
    choices += [(form(site[0]),) for site in sites[_MOST_SITES:]]
    forms: dict[str, None] = {}
    for choice in product(*choices):
        at, parts = 0, []
        for site, vowels in zip(sites, choice, strict=True):
            parts += [form(word[at : site.start()]), vowels]
            at = site.end()
        forms["".join([*parts, form(word[at:])])] = None
    return tuple(forms)


def also_nihon(word: str) -> tuple[str, ...]:
    """A Hepburn word, and what it is if 日本 in it is read as libraries mostly do: Nihon for Nippon."""
    return (word, word.replace("nippon", "nihon")) if "nippon" in word else (word,)


def _cuts(vowels: str, form: Callable[[str], str]) -> tuple[str, ...]:
    cut = (form(vowels[:at]) + form(vowels[at:]) for at in range(1, len(vowels)))
    return tuple(dict.fromkeys((form(vowels), *cut)))


@lru_cache(maxsize=1)
def _table() -> Mapping[str, str]:
    return dict(read_table("romanised/kana.tsv", ("kana", "romaji")))


@lru_cache(maxsize=16384)
def romaji_of(kana: str) -> str | None:
    """A word in kana as Hepburn, vowels as long as written; None if there is anything but kana."""
    spelt = _spelt(kana)
    return hepburn(spelt) if spelt else None


def _spelt(kana: str) -> str | None:
    """The sounds of ``kana.tsv``, which knows ティ; Hepburn as romaji is read knows chi for it."""
    text = _hiragana(kana)
    found: list[str] = []
    table, double, at = _table(), False, 0
    while at < len(text):
        size = 2 if text[at : at + 2] in table else 1
        piece = text[at : at + size]
        at += size
        if piece == _SMALL_TSU:
            double = True
        elif piece == _LONG:
            found += [found[-1][-1]] if found and found[-1][-1] in _VOWELS else []
            double = False
        elif piece in table:
            found.append(_doubled(table[piece]) if double else table[piece])
            double = False
        else:
            return None
    return "".join(found) or None


def _doubled(sound: str) -> str:
    if sound[0] in (*_VOWELS, "n"):
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
    """The short forms of a query in kana, in which particles (は, へ) may stand undivided."""
    forms = filter(None, map(romaji_of, _as_divided(kana)))
    every = (word for romaji in forms for word in also_nihon(romaji))
    return tuple(dict.fromkeys(form for word in every for form in joined_forms(word)))


def as_sounded(kana: str) -> tuple[str, ...]:
    """The same with the lengths of vowels, loan sounds (ティ) also as romaji has them."""
    spelt = list(filter(None, map(_spelt, _as_divided(kana))))
    forms = dict.fromkeys([*spelt, *(hepburn(each) or each for each in spelt)])
    every = (word for romaji in forms for word in also_nihon(romaji))
    return tuple(dict.fromkeys(form for word in every for form in joined_forms(word, sounded)))


def _as_divided(kana: str) -> Iterable[str]:
    text = _hiragana(kana)
    sites = [at for at, c in enumerate(text) if at and c in _PARTICLES][:_MOST_SITES]
    for choice in product(*(_PARTICLES[text[at]] for at in sites)):
        spelt = list(text)
        for at, sound in zip(sites, choice, strict=True):
            spelt[at] = sound
        yield "".join(spelt)
