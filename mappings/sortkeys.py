"""Sort keys by the Unicode Collation Algorithm with the rules of a locale (ICU)."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING
from unicodedata import category

from mappings.keys import signs

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST = 256
"""Code points of a value that count in its sort key."""

_COUNTED_SIGNS = "#&@%"  # punctuation by its category, and parts of names by its use: C#, AT&T


def sort_key(text: str, locale: str = "root") -> str:
    """A string of hexadecimal digits whose code point order is the order of the locale.

    Punctuation does not count, but parts words; numbers count by their value (volume 2 before
    volume 10). ``locale`` is a BCP 47 tag such as ``root``, ``de-u-co-phonebk``, ``ja``,
    ``zh-u-co-stroke``.
    """
    return _collation_key(locale)(filing_form(text)).hex()


@lru_cache(maxsize=8192)
def filing_form(text: str) -> str:
    """The first ``LONGEST`` code points of a text as they are filed: without punctuation.

    Apostrophes vanish, other punctuation is a space: so filing is word by word, whatever marks
    stand between and before the words. A text that is punctuation alone stays as it is.
    """
    text = text[:LONGEST]
    return " ".join(text.translate(_filed()).split()) or text


class _Filed(dict[int, int | str | None]):
    """What becomes of each code point, found out when it is first met."""

    def __missing__(self, code: int) -> int | str | None:
        character = chr(code)
        counts = category(character)[0] != "P" or character in _COUNTED_SIGNS
        self[code] = kept = code if counts else " "
        return kept


@lru_cache(maxsize=1)
def _filed() -> _Filed:
    known = signs()
    silent = dict.fromkeys((*known.apostrophes, *known.silent, *known.invisible, ord("'")))
    return _Filed(known.separators | silent)


@lru_cache(maxsize=16)
def _collation_key(locale: str) -> Callable[[str], bytes]:
    import icu

    collator = icu.Collator.createInstance(icu.Locale.forLanguageTag(locale))
    collator.setAttribute(icu.UCollAttribute.NUMERIC_COLLATION, icu.UCollAttributeValue.ON)
    key: Callable[[str], bytes] = collator.getSortKey
    return key


def is_collation(locale: str) -> bool:
    """Whether ICU has rules of its own for exactly this BCP 47 tag (``root`` has the common ones)."""
    import icu

    if locale == "root":
        return True
    asked = icu.Locale.forLanguageTag(locale)
    if "-co-" in locale:
        offered = icu.Collator.getKeywordValuesForLocale("collation", asked)
        return asked.getKeywordValue("collation") in set(offered)
    return asked.getName() in icu.Collator.getAvailableLocales()


def kana_of(romanised: str) -> str:
    """The kana of romanised Japanese (ALA-LC, modified Hepburn), as national libraries write readings.

    A long o is written with う, as most Sino-Japanese words have it; ICU does the rest.
    """
    text = romanised.translate(_LONG_VOWELS).translate(dict.fromkeys(signs().apostrophes, "'"))
    kana: str = _to_hiragana()(text)
    return kana


_LONG_VOWELS = str.maketrans({"ō": "ou", "Ō": "Ou", "ū": "uu", "Ū": "Uu", "-": " "})


@lru_cache(maxsize=1)
def _to_hiragana() -> Callable[[str], str]:
    import icu

    transliterate: Callable[[str], str] = icu.Transliterator.createInstance(
        "Latin-Hiragana"
    ).transliterate
    return transliterate


def icu_version() -> str:
    """The version of ICU: keys of two versions do not sort together."""
    import icu

    return str(icu.ICU_VERSION)
