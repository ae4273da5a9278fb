"""Readings of Chinese from the data of pypinyin, in about a quarter of the memory that the library takes.

The library is not imported: its dictionaries of lists take 56 MiB of every process that does, against 13. Its two
files are read instead, and phrases are found as it finds them: the longest one first, from the left.
"""

from __future__ import annotations

import sys
from functools import lru_cache
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, TypeVar

import msgspec

from mappings.romanised.words import letters, plain

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_Content = TypeVar("_Content")


class Readings(NamedTuple):
    """Syllables without tones, parted by spaces, u for ü."""

    characters: Mapping[int, str]  # code point -> its readings, the usual one first
    phrases: Mapping[str, str]  # first character -> what follows it in its phrases, between spaces
    unusual: Mapping[str, str]  # phrase -> its syllables, where they are not the usual ones
    longest: int  # characters of a phrase


@lru_cache(maxsize=1)
def readings() -> Readings:
    """The readings that pypinyin knows."""
    characters = {
        code: sys.intern(" ".join(dict.fromkeys(map(_plain, found.split(",")))))
        for code, found in _content("pinyin_dict.json", dict[int, str]).items()
    }
    unusual: dict[str, str] = {}
    phrases: dict[str, str] = {}
    longest = 0
    decode = msgspec.json.Decoder(list[list[str]]).decode
    content = _content("phrases_dict.json", dict[str, msgspec.Raw])
    while content:  # what was seen is let go of at once
        phrase, raw = content.popitem()
        syllables = [_plain(each[0]) for each in decode(raw)]
        if syllables != [_usual(characters, character) for character in phrase]:
            unusual[phrase] = " ".join(syllables)
        phrases[phrase[0]] = f"{phrases.get(phrase[0], ' ')}{phrase[1:]} "
        longest = max(longest, len(phrase))
    return Readings(characters, phrases, unusual, longest)


def _content(name: str, kind: type[_Content]) -> _Content:
    """A file of the library; to find where it is does not import it."""
    found = find_spec("pypinyin")
    assert found is not None  # noqa: S101 - it is required
    assert found.origin is not None  # noqa: S101
    return msgspec.json.decode(Path(found.origin).with_name(name).read_bytes(), type=kind)


@lru_cache(maxsize=2048)
def _plain(syllable: str) -> str:
    return plain(letters(syllable))


def _usual(characters: Mapping[int, str], character: str) -> str:
    return characters.get(ord(character), "").partition(" ")[0]


def own_readings(character: str) -> Sequence[str]:
    """The readings of a character by itself, the usual one first; none where it has none."""
    return readings().characters.get(ord(character), "").split()


def syllables_of(*runs: str) -> list[str]:
    """A syllable for each character of a stretch of Han; empty for one that nobody reads.

    Args:
        runs: one stretch in several forms of the same length. A phrase may be in any of them, at
            the same length the first one counts; what is in no phrase is read as in the first.
    """
    found: list[str] = []
    while len(found) < len(runs[0]):
        found += _next(runs, len(found))
    return found


def ends_in_phrase(run: str) -> bool:
    """Whether the last characters of a stretch are a phrase of the library: 流传, but not 河传."""
    phrases = readings().phrases
    starts = range(max(0, len(run) - readings().longest), len(run) - 1)
    return any(f" {run[at + 1 :]} " in phrases.get(run[at], "") for at in starts)


def _next(runs: Sequence[str], at: int) -> list[str]:
    """The syllables of the longest phrase at a place, or of the character there."""
    known = readings()
    following = [known.phrases.get(run[at], "") for run in runs]
    if any(following):
        for length in range(min(known.longest, len(runs[0]) - at), 1, -1):
            for run, phrases in zip(runs, following, strict=True):
                if f" {run[at + 1 : at + length]} " in phrases:
                    return _phrase(run[at : at + length])
    return [_usual(known.characters, runs[0][at])]


def _phrase(text: str) -> list[str]:
    characters, unusual = readings().characters, readings().unusual
    if text in unusual:
        return unusual[text].split()
    return [_usual(characters, character) for character in text]
