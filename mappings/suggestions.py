"""Headings as people begin to type them: the same keys on the index side and the query side.

What the index holds of a heading is a line ``key TAB own form TAB romanised form``, once for each of
its keys. A search for what begins with a key brings the heading with it, in both scripts, and the
same heading of many records is one line.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, Literal, NamedTuple
from unicodedata import normalize

from mappings.keys import whole_key
from mappings.scripts import has_cjk, has_hangul, has_kana

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from mappings.romanised.units import Language

LONGEST_KEY = 64
"""Code points of a key: who has typed so many has typed enough."""
LONGEST_FORM = 160
"""Code points of a form of a heading that are shown."""

_BETWEEN = "\t"
_MOST_KEYS = 6
_LANGUAGES: dict[str, Language] = {"chi": "zh", "jpn": "ja", "kor": "ko"}
_hangul = re.compile("[\uac00-\ud7a3]+")
_dates = re.compile(r",?\s*\(?(?:[a-z]+\.? )?\d{3,4}\??(?:\s*-.*)?$")
_han = re.compile("[\u3400-\u9fff\U00020000-\U0003fffd]").search

Script = Literal["han", "kana", "hangul", "latin"]


class Heading(NamedTuple):
    """A title or name: in its own script and romanised (either may be empty), and kana read beside it."""

    own: str
    romanised: str
    kana: str = ""


class Entry(NamedTuple):
    """A line of the index: the key that was met, and the forms to show."""

    key: str
    own: str
    romanised: str

    @property
    def main(self) -> str:
        """The form to search for."""
        return self.own or self.romanised


@lru_cache(maxsize=8192)
def typed_key(text: str) -> str:
    """A text as it is compared while somebody types: folded, without spaces, hangul by letters.

    So a syllable of hangul that is not finished begins like the finished one, and word division
    does not matter.
    """
    key = whole_key(text).replace(" ", "")
    return _hangul.sub(lambda match: normalize("NFD", match[0]), key)[:LONGEST_KEY]


def entries(heading: Heading, languages: Sequence[str], also: Sequence[str] = ()) -> list[str]:
    """The lines of the index for a heading.

    Args:
        heading: with at least one form.
        languages: MARC codes of the record, the main one first; they tell whose readings are right.
        also: other beginnings that lead to it, such as a title without its article.
    """
    forms = (heading.own[:LONGEST_FORM], heading.romanised[:LONGEST_FORM])
    keys = dict.fromkeys(key[:LONGEST_KEY] for key in _keys(heading, languages) if key)
    keys |= dict.fromkeys(filter(None, map(typed_key, also)))
    return [_BETWEEN.join((key, *forms)) for key in keys]


def read_entry(line: str) -> Entry:
    """What a line of the index says."""
    key, own, romanised = line.split(_BETWEEN)
    return Entry(key, own, romanised)


def whole(key: str) -> str:
    """What lines begin with whose key is exactly this one."""
    return key + _BETWEEN


def _keys(heading: Heading, languages: Sequence[str]) -> Iterator[str]:
    own, romanised, kana = heading
    for form in (own, romanised):
        yield typed_key(form)
        yield typed_key(undated(form))
        yield typed_key(_in_direct_order(form))
    language = _language(heading, languages)
    if language is None:
        return
    from mappings.romanised import derived_units, hangul_of, index_units

    read = [*(index_units(romanised, language, lengths=False) if romanised else ())]
    read += index_units(kana, "ja", lengths=False) if kana else ()
    if own and (not read or language == "ko"):
        read += derived_units(own, language, lengths=False)
    if own and language == "ko":
        yield typed_key(hangul_of(own))
    yield from (units.replace(" ", "") for units in read)


def undated(name: str) -> str:
    """A name without the years that a heading ends with."""
    return _dates.sub("", name)


def _in_direct_order(name: str) -> str:
    """``Cao, Xueqin, 1715-`` as ``Xueqin Cao``; empty for what is not inverted."""
    if has_cjk(name):
        return ""
    family, comma, rest = name.partition(", ")
    given = rest.partition(",")[0]
    return f"{given} {family}" if comma and given else ""


def _language(heading: Heading, languages: Sequence[str]) -> Language | None:
    """By the script of the own form, else by the record; Han alone are Chinese where nothing tells."""
    own = heading.own
    if has_hangul(own):
        return "ko"
    if heading.kana or has_kana(own):
        return "ja"
    of_record = [_LANGUAGES[code] for code in languages if code in _LANGUAGES]
    if own:
        return (of_record or ["zh"])[0] if _han(own) else None
    if not of_record:
        return None
    from mappings.romanised import language_of

    return language_of(heading.romanised, tuple(dict.fromkeys(of_record)))


def keys_typed(text: str) -> tuple[str, ...]:
    """What a text that somebody has begun to type may be the beginning of, the likeliest first.

    As it is written; and in Latin letters or kana as a reading, all of it or all but the last word,
    which may not be a whole syllable yet.
    """
    plain = typed_key(text)
    words = text.split()
    if not plain or _han(text) or has_hangul(text):
        return (plain,) if plain else ()
    *done, last = words
    found = [plain, *_readings(words)]
    if done:
        found += [reading + typed_key(last) for reading in _readings(done)]
    return tuple(dict.fromkeys(filter(None, found)))[:_MOST_KEYS]


def _readings(words: Sequence[str]) -> list[str]:
    """The keys that all the words share: they stand for the words written together."""
    from mappings.romanised import query_keys

    parts = [part for word in words for part in re.split(r"[-\s]+", word) if part]
    first, *others = query_keys(parts, lengths=False)
    return [key for key in first if all(key in other for other in others)]
