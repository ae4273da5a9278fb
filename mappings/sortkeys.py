"""Sort keys by the Unicode Collation Algorithm with the rules of a locale (ICU)."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

LONGEST = 256
"""Code points of a value that count in its sort key."""


def sort_key(text: str, locale: str = "root") -> str:
    """A string of hexadecimal digits whose code point order is the order of the locale.

    Numbers count by their value (volume 2 before volume 10). ``locale`` is a BCP 47 or ICU name
    such as ``root``, ``de``, ``ja``, ``zh-u-co-stroke``.
    """
    return _collation_key(locale)(text[:LONGEST]).hex()


@lru_cache(maxsize=16)
def _collation_key(locale: str) -> Callable[[str], bytes]:
    import icu

    collator = icu.Collator.createInstance(icu.Locale.forLanguageTag(locale))
    collator.setAttribute(icu.UCollAttribute.NUMERIC_COLLATION, icu.UCollAttributeValue.ON)
    key: Callable[[str], bytes] = collator.getSortKey
    return key


def icu_version() -> str:
    """The version of ICU: keys of two versions do not sort together."""
    import icu

    return str(icu.ICU_VERSION)
