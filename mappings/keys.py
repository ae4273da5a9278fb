"""Folded whole values, made the same way by the mapper and by a query."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple
from unicodedata import category, normalize

from mappings.kana import fold_kana
from mappings.scripts import CJK, has_cjk
from mappings.tables import read_table

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST = 512
"""Code points of a whole key; the rest of a longer value is cut off."""

# Marks above and below Latin, Greek and Cyrillic letters; the sound marks of kana are not here.
_marks = re.compile("[\u0300-\u036f\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]+")
_space_in_cjk = re.compile(f"(?<=[{CJK}]) (?=[{CJK}])")
_not_word = re.compile(r"[\W_]+")


class Signs(NamedTuple):
    """The table of signs, ready for ``str.translate``."""

    separators: dict[int, str]
    apostrophes: dict[int, str]
    invisible: dict[int, str]
    silent: dict[int, str]
    letters: dict[int, str]


@lru_cache(maxsize=1)
def signs() -> Signs:
    """``signs.tsv`` by class."""
    classes: dict[str, dict[int, str]] = {
        name: {} for name in ("separator", "apostrophe", "invisible", "silent", "letter")
    }
    for kind, characters, target, _ in read_table(
        "signs.tsv", ("class", "character", "target", "name")
    ):
        folded = " " if kind == "separator" else target
        classes[kind] |= dict.fromkeys(_code_points(characters), folded)
    return Signs(*classes.values())


def _code_points(characters: str) -> range:
    first, _, last = characters.replace("\\u", "").partition("..")
    return range(int(first, 16), int(last or first, 16) + 1)


@lru_cache(maxsize=1)
def terms() -> dict[str, str]:
    """``terms.tsv``: names with signs to the word that stands for them."""
    return {row[0]: row[1] for row in read_table("terms.tsv", ("term", "word"))}


_FORMS = ("common", "shinjitai", "traditional")


@lru_cache(maxsize=3)
def han_variants(form: str = "common") -> dict[int, str]:
    """``han_variants.tsv``: code point to the character of a form, where it is another one.

    The form is ``common``, ``shinjitai`` (as kuromoji knows it) or ``traditional`` (as nori does).
    """
    at = 2 + _FORMS.index(form)
    rows = read_table("han_variants.tsv", ("code_point", "character", *_FORMS, "source"))
    return {ord(row[1]): row[at] for row in rows if row[at]}


def fold_han(text: str) -> str:
    """Every Han character in its common form; characters map one to one."""
    return text if text.isascii() else text.translate(han_variants())


def whole_key(text: str) -> str:
    """The whole value, folded: what two spellings of one heading have in common.

    Compatibility forms, case, accents (of Latin, Greek and Cyrillic; the sound marks of kana
    are letters of their own) and Han variants are folded; apostrophes and signs of romanisation
    vanish, other signs become one space, and no space is left between CJK characters. At most
    ``LONGEST`` code points. Folding a key again changes nothing.
    """
    if text.isascii() and text.isalnum():  # most words of a query; nothing below changes them
        return text.lower()[:LONGEST]
    text = _name_terms(text)
    if not text.isascii():
        text = _fold(text)
    text = _not_word_or_mark(text.lower().replace("'", "").replace("`", ""))
    if has_cjk(text):
        text = _space_in_cjk.sub("", text)
    return text[:LONGEST].rstrip()


def _fold(text: str) -> str:
    table = _first_table()
    text = normalize("NFKC", text.translate(table)).casefold().translate(table)
    text = normalize("NFC", _marks.sub("", normalize("NFD", text))).translate(table)
    return fold_han(fold_kana(text) if has_cjk(text) else text).casefold()


@lru_cache(maxsize=1)
def _first_table() -> dict[int, str]:
    parts = signs()
    return parts.separators | parts.apostrophes | parts.invisible | parts.silent | parts.letters


def _name_terms(text: str) -> str:
    return _term_pattern()(lambda match: terms()[match[0]], text)


@lru_cache(maxsize=1)
def _term_pattern() -> Callable[..., str]:
    return re.compile("|".join(map(re.escape, sorted(terms(), key=len, reverse=True)))).sub


def _not_word_or_mark(text: str) -> str:
    if text.isascii():
        return " ".join(_not_word.sub(" ", text).split())
    # \w leaves out combining marks, which are parts of words in Indic scripts and Thai
    kept = (c if c.isalnum() or category(c)[0] == "M" else " " for c in text)
    return " ".join("".join(kept).split())


KEYS: dict[str, Callable[[str], str]] = {"whole": whole_key}
"""The key functions that a tier may name."""
