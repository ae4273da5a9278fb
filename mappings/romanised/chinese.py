"""Chinese: words of pinyin and of Wade-Giles into syllables, and which of the two a text is in."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import product
from typing import TYPE_CHECKING, Literal, NamedTuple

from mappings.romanised.words import plain, words_of
from mappings.tables import read_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from mappings.romanised.words import Word

Scheme = Literal["pinyin", "wade-giles", "unknown"]

_LONGEST_WORD = 60
_VOWELS = "aeo"
_tones = re.compile(r"(?:[a-zü']*[a-zü][1-5])+")
_tone = re.compile(r"(?<=[a-zü])[1-5]")
_v = re.compile(r"(?<=[ln])v")
# What only Wade-Giles writes, whatever stands beside it: aspirates, hs-, ts-, tz-, ss-, sz-, ü after ch and y.
_unmistakable = re.compile(r"(?:p|t|k|ch|ts|tz)'[aeiouü]|hs[iuü]|\bts[aeou]|\btz[ue]|\bssu|\bszu|(?:ch|y)'?ü")


class Syllables(NamedTuple):
    """The table of syllables; all spellings have ü, those of Wade-Giles their apostrophes."""

    pinyin: frozenset[str]
    wade_giles: Mapping[str, str]  # spelling -> pinyin
    loose: Mapping[str, tuple[str, ...]]  # without apostrophes and dots -> pinyin, likeliest first


@lru_cache(maxsize=1)
def syllables() -> Syllables:
    """``syllables.tsv``, with what the dieresis may be left out of."""
    rows = read_table("romanised/syllables.tsv", ("pinyin", "wade_giles", "also"))
    exact = {name: row[0] for row in rows for name in (row[1], *row[2].split()) if name}
    loose: dict[str, list[str]] = {}
    for name in sorted(exact, key=lambda name: ("'" in name, "ü" in name)):
        found = loose.setdefault(plain(name), [])
        if exact[name] not in found:
            found.append(exact[name])
    for name, syllable in list(exact.items()):
        exact.setdefault(name.replace("ü", "u"), syllable)  # hsueh is hsüeh; chu stays zhu
    pinyin = {row[0] for row in rows} | {"lue", "nue"}
    return Syllables(frozenset(pinyin), exact, {name: tuple(found) for name, found in loose.items()})


@lru_cache(maxsize=16384)
def pinyin_of(word: str) -> tuple[str, ...] | None:
    """The syllables of a word of pinyin without marks; None if it is not wholly pinyin.

    An apostrophe always parts two syllables. Within a run without apostrophes a syllable that
    begins with a, e or o is avoided, as the orthography (GB/T 16159) has an apostrophe before it:
    ``xian`` is one syllable, ``xi'an`` two, ``fangan`` is fan gan. Tone digits are allowed; v after
    l and n is ü. Answers have u for ü.
    """
    if _tones.fullmatch(word):
        word = _tone.sub("'", word)
    found: list[str] = []
    for part in word.split("'"):
        if part:
            parsed = _parse_pinyin(_v.sub("ü", part))
            if parsed is None:
                return None
            found += parsed
    return tuple(map(plain, found)) or None


def _parse_pinyin(run: str) -> tuple[str, ...] | None:
    """The parse with the fewest bare vowels at the start of a syllable, then the fewest syllables."""
    if len(run) > _LONGEST_WORD:
        return None
    known = syllables().pinyin
    best: list[tuple[int, int, tuple[str, ...]] | None] = [None] * (len(run) + 1)
    best[0] = (0, 0, ())
    for end in range(1, len(run) + 1):
        for start in range(max(0, end - 6), end):
            before, piece = best[start], run[start:end]
            if before is None or piece not in known:
                continue
            bare = before[0] + (start > 0 and piece[0] in _VOWELS)
            cost = (bare, before[1] + 1, (*before[2], piece))
            current = best[end]
            if current is None or cost[:2] < current[:2]:
                best[end] = cost
    last = best[-1]
    return last[2] if last else None


@lru_cache(maxsize=16384)
def wade_giles_of(word: str) -> tuple[str, ...] | None:
    """The pinyin of a word of Wade-Giles as catalogues write it; None if it is not wholly that.

    Apostrophes are read as they stand: ``ch'ing`` is qing, ``ching`` is jing. The dieresis may be
    missing where that leaves no doubt (``hsueh``, ``yuan``).
    """
    cut = _cut(word, syllables().wade_giles)
    return tuple(plain(syllables().wade_giles[piece]) for piece in cut) if cut else None


@lru_cache(maxsize=4096)
def spellings_of(word: str) -> tuple[tuple[str, ...], ...] | None:
    """Of a word in Wade-Giles, what each of its syllables may be in pinyin, likeliest first.

    Apostrophes that are there are believed; those that are not may have been left out (``ching``
    is jing or qing), and so may dots (``chu``). None if the word does not parse.
    """
    known = syllables()
    if "'" in word:
        cut = _cut(word, known.wade_giles)
        if cut:
            return tuple(
                (plain(known.wade_giles[piece]),) if "'" in piece else _loose(piece)
                for piece in cut
            )
    cut = _cut(plain(word), known.loose)
    return tuple(map(_loose, cut)) if cut else None


def _loose(piece: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(map(plain, syllables().loose[plain(piece)])))


def _cut(word: str, known: Mapping[str, object]) -> tuple[str, ...] | None:
    """The fewest syllables that make up a word; an apostrophe may also part two syllables."""
    if len(word) > _LONGEST_WORD:
        return None
    best: list[tuple[str, ...] | None] = [None] * (len(word) + 1)
    best[0] = ()
    for end in range(1, len(word) + 1):
        if word[end - 1] == "'" and best[end - 1]:
            best[end] = best[end - 1]
        for start in range(max(0, end - 7), end):
            before, piece = best[start], word[start:end]
            if before is not None and piece in known:
                current = best[end]
                if current is None or len(before) + 1 < len(current):
                    best[end] = (*before, piece)
    return best[-1] or None


def unmistakable(word: str) -> bool:
    """Whether the spelling of a word is one that only Wade-Giles has, and the word parses."""
    return _unmistakable.search(word) is not None and spellings_of(word) is not None


class Evidence(NamedTuple):
    """Of a run of words: how many are pinyin alone, Wade-Giles alone, either, and neither."""

    pinyin: int
    wade_giles: int
    either: int
    neither: int

    @property
    def allows_wade_giles(self) -> bool:
        """Whether nothing speaks against it: no word of pinyin alone, few foreign ones."""
        return not self.pinyin and self.neither <= self.wade_giles + self.either

    @property
    def scheme(self) -> Scheme:
        """What the run is in, as far as it tells by itself."""
        if self.wade_giles and self.allows_wade_giles:
            return "wade-giles"
        return "pinyin" if self.pinyin and not self.wade_giles else "unknown"


def evidence(words: Iterable[Word]) -> Evidence:
    """What the words say; syllables joined by hyphens are a habit of Wade-Giles."""
    pinyin = wade_giles = either = neither = 0
    for word in words:
        if word.text.isdigit():
            continue
        by_pinyin, by_wade_giles = pinyin_of(word.text), wade_giles_of(word.text)
        if by_pinyin and by_wade_giles:
            either += word.joint != "-"
            wade_giles += word.joint == "-"
        elif by_pinyin:
            pinyin += 1
        elif by_wade_giles:
            wade_giles += 1
        else:
            neither += 1
    return Evidence(pinyin, wade_giles, either, neither)


def scheme_of(texts: Iterable[str]) -> Scheme:
    """The one scheme of romanised Chinese texts that belong together, such as those of a record."""
    found = {evidence(run).scheme for text in texts for run in runs_of(text)} - {"unknown"}
    return found.pop() if len(found) == 1 else "unknown"


def runs_of(text: str) -> list[list[Word]]:
    """The words of a text, cut at every sign but spaces, hyphens and apostrophes."""
    found: list[list[Word]] = []
    for word in words_of(text):
        if not found or word.joint.strip(" -"):
            found.append([])
        found[-1].append(word)
    return found


def chinese_units(text: str, scheme: Scheme) -> tuple[str, ...]:
    """See ``index_units``: one string of units a reading."""
    runs = [(run, evidence(run).scheme) for run in runs_of(text)]
    told = {scheme for _, scheme in runs} - {"unknown"}
    rest = told.pop() if len(told) == 1 else scheme
    readings: list[Scheme] = ["pinyin", "wade-giles"] if rest == "unknown" else [rest]
    found = {}
    for reading in readings:
        units = [u for run, own in runs for u in _units(run, reading if own == "unknown" else own)]
        found[" ".join(units)] = None
    found.pop("", None)
    return tuple(found)


def _units(run: Sequence[Word], scheme: Scheme) -> list[str]:
    believed = scheme == "wade-giles" and evidence(run).allows_wade_giles
    first = wade_giles_of if believed else pinyin_of
    return [unit for word in run for unit in first(word.text) or (word.folded,)]


def spelled_out(words: Sequence[str], most: int) -> tuple[tuple[str, ...], ...]:
    """Every pinyin that a run of words in Wade-Giles may mean, as syllables, likeliest first.

    At most so many; empty if a word does not parse.
    """
    choices = [spellings_of(word) for word in words]
    if any(choice is None for choice in choices):
        return ()
    flat = [syllable for choice in choices if choice for syllable in choice]
    found = []
    for combination in product(*flat):
        found.append(combination)
        if len(found) == most:
            break
    return tuple(found)
