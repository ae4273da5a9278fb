"""What a query asks the tiers of readings for: the keys of each of its words, and joined runs of words."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import chain, islice
from typing import TYPE_CHECKING, NamedTuple

from mappings.romanised.chinese import (
    pinyin_of,
    spelled_out,
    spellings_of,
    unmistakable,
    wade_giles_of,
)
from mappings.romanised.japanese import also_nihon, as_pronounced, as_sounded, hepburn, joined_forms
from mappings.romanised.korean import common_korean, mccune_reischauer, revised
from mappings.romanised.words import plain, words_of
from mappings.scripts import has_cjk

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

LONGEST_RUN = 8
"""Units that the index joins into one run."""

_MOST_KEYS = 96
_MOST_SPELLINGS = 64
_MOST_FORMS = 8


_vowels = re.compile("[aeiouyw]+")


class Asked(NamedTuple):
    """A word of a query, folded, and its spelling in each scheme that it may be in.

    ``text`` keeps apostrophes, and has one for each hyphen; None stands for "not this scheme".
    """

    text: str
    pinyin: str | None
    hepburn: str | None
    korean: str | None
    units: int

    @property
    def plain(self) -> str:
        """The letters alone."""
        return plain(self.text)

    @property
    def may_be_reading(self) -> bool:
        """Whether any scheme can write the word: what else stands in a query joins nothing."""
        schemes = (self.pinyin, self.hepburn, self.korean)
        return any(schemes) or self.text.isdigit() or spellings_of(self.text) is not None


def query_keys(words: Sequence[str], *, lengths: bool = True) -> tuple[tuple[str, ...], ...]:
    """For each of adjacent words the keys any of which satisfies it, the likeliest first.

    The words are in Latin letters, kana or hangul; any other has no key. A key is the word itself
    folded, in pinyin, in Hepburn with short vowels (of kana: as they sound, if ``lengths``), or as
    Korean romanisations have it in common; and
    the same of each run of neighbours that contains the word, joined (``tokyo daigaku`` asks
    ``tokyo`` or ``tokyodaigaku``). Runs are of at most ``LONGEST_RUN`` units; a longer word is
    parted by ``windows`` first.

    Wade-Giles is read as such where all the words parse and one of them is no pinyin, or where a
    stretch of neighbours that parse has an unmistakable word (``Lu Hsun`` in ``Lu Hsun stories``).
    Aspirates and dots that may have been left out are tried in joined runs only. A stretch that is
    wholly pinyin as well (``Shui hu chuan``) is asked as both, in Wade-Giles as one run alone.
    """
    asked = [_asked(word) for word in words]
    given = zip(words, asked, strict=True)
    keys = [dict.fromkeys(_own(word, found, lengths=lengths)) for word, found in given]
    wade_giles = list(_wade_giles(asked))
    for first, last in wade_giles:
        for at in range(first, last + 1):
            keys[at] |= _likeliest(asked[at])
    for first, last in _runs(asked):
        _add(keys, first, last, _joined(asked[first : last + 1]))
    for first, last in wade_giles:
        _add_spellings(keys, asked, first, last)
    for first, last in set(_stretches(asked)).difference(wade_giles):
        _add(keys, first, last, _either(asked[first : last + 1]))
    return tuple(tuple(islice(found, _MOST_KEYS)) for found in keys)


def may_join(words: Sequence[str]) -> bool:
    """Whether a run of neighbours may have keys at all: every word is one that a scheme writes."""
    return all(asked.text and asked.may_be_reading for asked in map(_asked, words))


def windows(word: str) -> tuple[str, ...]:
    """A word as pieces of at most ``LONGEST_RUN`` syllables of pinyin that together cover it.

    A word of fewer syllables, or that is no pinyin, is its only piece. A query asks for all pieces.
    """
    syllables = pinyin_of(_text(word)) if len(word) > LONGEST_RUN else None
    if not syllables or len(syllables) <= LONGEST_RUN:
        return (word,)
    last = len(syllables) - LONGEST_RUN
    starts = dict.fromkeys([*range(0, last, LONGEST_RUN), last])
    return tuple("".join(syllables[at : at + LONGEST_RUN]) for at in starts)


def _text(word: str) -> str:
    return "'".join(part.text for part in words_of(word))


@lru_cache(maxsize=1024)
def _asked(word: str) -> Asked:
    text = _text(word)
    if not text or has_cjk(text):
        return Asked("", None, None, None, 0)
    letters = plain(text)
    syllables = pinyin_of(text)
    romaji, korean = hepburn(text), common_korean(letters)
    units = len(syllables) if syllables and not (romaji or korean) else 1
    return Asked(text, "".join(syllables or ()) or None, romaji, korean, units)


def _own(word: str, asked: Asked, *, lengths: bool) -> Iterator[str]:
    """The keys of a word by itself."""
    if asked.text:
        yield asked.plain
        yield from _joined([asked])
        return
    yield from as_sounded(word) if lengths else as_pronounced(word)
    for romanised in (revised(word), mccune_reischauer(word)):
        if romanised:
            yield romanised
            yield common_korean(romanised) or romanised


def _joined(run: Sequence[Asked]) -> Iterator[str]:
    """The keys of neighbours written together."""
    joined = "".join(word.plain for word in run)
    yield joined
    if any(word.pinyin for word in run):
        yield "".join(word.pinyin or word.plain for word in run)
    if all(word.hepburn for word in run):
        whole = "".join(word.hepburn or "" for word in run)
        for each in also_nihon(whole):
            yield from islice(joined_forms(each), _MOST_FORMS)
    korean = all(word.korean for word in run) and not all(word.pinyin for word in run)
    if korean and len(_vowels.findall(joined)) > 1:
        yield common_korean(joined) or ""


def _runs(asked: Sequence[Asked]) -> list[tuple[int, int]]:
    """First and last of every run of two or more words that may be read as one, short runs first."""
    found = []
    for first in range(len(asked)):
        units = 0
        for last in range(first, min(first + LONGEST_RUN, len(asked))):
            units += asked[last].units
            if units > LONGEST_RUN or not (asked[last].text and asked[last].may_be_reading):
                break
            if last > first:
                found.append((first, last))
    return sorted(found, key=lambda run: run[1] - run[0])


def _add(keys: Sequence[dict[str, None]], first: int, last: int, found: Iterator[str]) -> None:
    for key in found:
        for at in range(first, last + 1):
            if key:
                keys[at].setdefault(key)


def _wade_giles(asked: Sequence[Asked]) -> Iterator[tuple[int, int]]:
    """First and last of each stretch to be read as Wade-Giles."""
    for first, last in _stretches(asked):
        if _believed(asked[first : last + 1], whole=last + 1 - first == len(asked)):
            yield first, last


def _stretches(asked: Sequence[Asked]) -> Iterator[tuple[int, int]]:
    """First and last of the longest runs of words that parse as Wade-Giles."""
    first = 0
    for last in range(len(asked)):
        if not asked[last].text or spellings_of(asked[last].text) is None:
            first = last + 1
            continue
        ends = last + 1 == len(asked) or spellings_of(asked[last + 1].text or "-") is None
        if ends:
            yield first, last


def _either(stretch: Sequence[Asked]) -> Iterator[str]:
    """Of a stretch that is pinyin too, what it is in Wade-Giles as it stands, as one run."""
    syllables = [wade_giles_of(word.text) or () for word in stretch]
    if all(syllables) and 1 < sum(map(len, syllables)) <= LONGEST_RUN:
        yield "".join(chain.from_iterable(syllables))


def _believed(stretch: Sequence[Asked], *, whole: bool) -> bool:
    if any(unmistakable(word.text) for word in stretch):
        return True
    syllables = sum(len(spellings_of(word.text) or ()) for word in stretch)
    return whole and syllables > 1 and not all(word.pinyin for word in stretch)


def _likeliest(word: Asked) -> dict[str, None]:
    spellings = spellings_of(word.text) or ()
    return {"".join(choice[0] for choice in spellings): None}


def _add_spellings(
    keys: Sequence[dict[str, None]], asked: Sequence[Asked], first: int, last: int
) -> None:
    """Every pinyin that runs of a stretch in Wade-Giles may mean, joined."""
    texts = [word.text for word in asked]
    for size in range(1, min(LONGEST_RUN, last + 1 - first) + 1):
        for at in range(first, last + 2 - size):
            run = texts[at : at + size]
            if size > 1 or len(spellings_of(run[0]) or ()) > 1:
                spelled = ("".join(found) for found in spelled_out(run, _MOST_SPELLINGS))
                _add(keys, at, at + size - 1, spelled)
