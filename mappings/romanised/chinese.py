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
_unmistakable = re.compile(
    r"(?:p|t|k|ch|ts|tz)'[aeiouü]|hs[iuü]|\bts[aeou]|\btz[ue]|\bssu|\bszu|(?:ch|y)'?ü"
)


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
    return Syllables(
        frozenset(pinyin), exact, {name: tuple(found) for name, found in loose.items()}
    )


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
    """Of a run of words: how many are pinyin alone, Wade-Giles alone, either, and neither.

    ``hyphens``: how many of either are joined to a word by a hyphen, a habit of Wade-Giles.
    """

    pinyin: int
    wade_giles: int
    either: int
    neither: int
    hyphens: int

    @property
    def allows_wade_giles(self) -> bool:
        """Whether nothing speaks against it: no word of pinyin alone, foreign ones at most one in five."""
        return not self.pinyin and self.neither * 4 <= self.wade_giles + self.either

    @property
    def scheme(self) -> Scheme:
        """What the spellings of the run say it is in."""
        if self.wade_giles and self.allows_wade_giles:
            return "wade-giles"
        return "pinyin" if self.pinyin and not self.wade_giles else "unknown"

    @property
    def habit(self) -> Scheme:
        """What its hyphens say where nothing else tells."""
        return "wade-giles" if self.hyphens and self.allows_wade_giles else "unknown"


def evidence(words: Iterable[Word]) -> Evidence:
    """What the words of a run say."""
    pinyin = wade_giles = either = neither = hyphens = 0
    for word in words:
        if word.text.isdigit():
            continue
        match pinyin_of(word.text) is not None, wade_giles_of(word.text) is not None:
            case True, True:
                either += 1
                hyphens += word.joint == "-"
            case True, False:
                pinyin += 1
            case False, True:
                wade_giles += 1
            case _:
                neither += 1
    return Evidence(pinyin, wade_giles, either, neither, hyphens)


def scheme_of(texts: Iterable[str]) -> Scheme:
    """The one scheme of romanised Chinese texts that belong together, such as those of a record.

    Spellings tell; where none does, hyphens do.
    """
    found = [evidence(run) for text in texts for run in runs_of(text)]
    return _one(each.scheme for each in found) or _one(each.habit for each in found) or "unknown"


def _one(schemes: Iterable[Scheme]) -> Scheme | None:
    """The scheme that is told; ``unknown`` where there are two, None where there is none."""
    told = set(schemes) - {"unknown"}
    if not told:
        return None
    return told.pop() if len(told) == 1 else "unknown"


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
    runs = [(run, evidence(run)) for run in runs_of(text)]
    rest = _one(found.scheme for _, found in runs) or scheme
    if rest == "unknown":
        rest = _one(found.habit for _, found in runs) or "unknown"
    readings: list[Scheme] = ["pinyin", "wade-giles"] if rest == "unknown" else [rest]
    made: dict[str, None] = {}
    for reading in readings:
        units = [unit for run, found in runs for unit in _units(run, found, reading)]
        made[" ".join(units)] = None
    made.pop("", None)
    return tuple(made)


def _units(run: Sequence[Word], found: Evidence, reading: Scheme) -> list[str]:
    """The units of a run: its own scheme before that of the whole; words that do not parse stand."""
    scheme = reading if found.scheme == "unknown" else found.scheme
    believed = scheme == "wade-giles" and found.allows_wade_giles
    parse = wade_giles_of if believed else pinyin_of
    return [unit for word in run for unit in parse(word.text) or (word.folded,)]


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
