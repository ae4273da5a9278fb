"""Write mappings/han_variants.tsv: ``python -m tools.make_han_variants [folder of Unihan]``.

Characters that write the same word, or that a script reform made one, are a class: every pair of
the Unihan database and of tools/han_rows.tsv joins two classes. From the classes come three forms
of a character: the common one (for finding), that of Japan (for kuromoji), that of Korea (for nori).
"""

from __future__ import annotations

import re
import sys
from collections import defaultdict
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from tools import unihan

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

ROOT = Path(__file__).parent.parent
ROWS = ROOT / "tools" / "han_rows.tsv"
TARGET = ROOT / "mappings" / "han_variants.tsv"
HEAD = """\
# Forms of Han characters that are written in more than one way. Empty: the character itself.
#   common       one form for all of them (the simplified one); shinjitai: as kuromoji knows it;
#                traditional: as nori knows it. A form is never itself changed, so folding twice changes nothing.
#   source       properties of Unihan, groups of tools/han_rows.tsv: what joins the character to others
# Made by tools/make_han_variants.py from the Unihan database of Unicode {version} (Unicode License v3,
# see docs/data.md) and from rows of our own. Version 4.
"""
COLUMNS = "code_point\tcharacter\tcommon\tshinjitai\ttraditional\tsource"
_form_of = re.compile(
    r"\((?:same as|(?:an? |the )?(?:\w+, )?(?:non-classical|ancient|archaic|corrupted|simplified|abbreviated|variant|"
    r"standard|old)(?: form| variant)? of|(?:a )?variant of) +(?:U\+[0-9A-F]{4,5} ?)?"
    r"([\u3400-\u9fff\U00020000-\U0003ffff])[ )]"
).match
REFORM = frozenset({"kSimplifiedVariant", "kTraditionalVariant"})
OLD_FORMS = frozenset({"japanese", "kJinmeiyoKanji", "kJoyoKanji"})


class Pair(NamedTuple):
    """Two characters of a class: ``newer`` is what a reform, or usage, puts for ``older``."""

    older: str
    newer: str
    source: str


class Rows(NamedTuple):
    """The rows of our own, and the pairs that must not join."""

    pairs: list[Pair]
    apart: set[frozenset[str]]


class Database(NamedTuple):
    """What is asked of Unihan, as maps from characters."""

    variants: unihan.Unihan
    mappings: unihan.Unihan
    readings: unihan.Unihan

    def standard(self, character: str, *sets: str) -> bool:
        """Whether a character has one of these properties of sets of characters."""
        return any(character in self.mappings.values(name) for name in sets)

    def meaning(self, character: str) -> str:
        """What it means, in English."""
        return self.readings.values("kDefinition").get(character, "")

    def sound(self, character: str, language: str = "kMandarin") -> str:
        """The first reading in a language."""
        return self.readings.values(language).get(character, "").partition(" ")[0]

    def sound_alike(self, one: str, other: str) -> bool:
        """Whether two characters are read the same: in Mandarin, or where one has no such reading in Cantonese."""
        for language in ("kMandarin", "kCantonese"):
            first, second = self.sound(one, language), self.sound(other, language)
            if first and second:
                return first == second
        return False


def main(arguments: list[str]) -> None:
    """Read both sources, join the classes, write the table."""
    folder = Path(arguments[0]) if arguments else unihan.FOLDER
    database = Database(
        *(unihan.read(n, folder) for n in ("Variants", "OtherMappings", "Readings"))
    )
    own = own_rows(ROWS.read_text(encoding="utf-8"))
    classes = Classes(list(all_pairs(database, own)), database)
    lines = list(table_lines(classes))
    head = HEAD.format(version=database.variants.version)
    TARGET.write_text("\n".join([head + COLUMNS, *lines]) + "\n", encoding="utf-8")
    print(f"{TARGET.relative_to(ROOT)}: {len(lines)} rows", file=sys.stderr)


def table_lines(classes: Classes) -> Iterator[str]:
    """A row for each character that one of the forms changes."""
    for character in sorted(classes.partners):
        makers = (classes.common, classes.japanese, classes.korean)
        forms = [settled(character, form) for form in makers]
        cells = ["" if form == character else form for form in forms]
        if any(cells):
            sources = " ".join(sorted({source for _, source in classes.partners[character]}))
            yield "\t".join([f"U+{ord(character):04X}", character, *cells, sources])


def settled(character: str, form: Callable[[str], str]) -> str:
    """The form of the form, and so on, until it stays; in a circle, the first that comes again."""
    path = [character]
    while (following := form(path[-1])) not in path:
        path.append(following)
    return following if following == path[-1] else min(path[path.index(following) :])


def own_rows(text: str) -> Rows:
    """The rows ``group<TAB>pairs of two characters``; the group ``apart`` lists what never joins."""
    pairs, apart = [], set()
    for line in text.splitlines():
        if line and not line.startswith("#"):
            group, _, words = line.partition("\t")
            for word in words.split():
                first, second = tuple(word)
                if group == "apart":
                    apart.add(frozenset((first, second)))
                elif group == "japanese":
                    pairs.append(Pair(second, first, group))
                else:
                    pairs.append(Pair(first, second, group))
    return Rows(pairs, apart)


def all_pairs(database: Database, own: Rows) -> Iterator[Pair]:
    """The pairs of every source, without those that must not join."""
    found = [*own.pairs, *database_pairs(database)]
    linked = {character for pair in found for character in pair[:2]}
    for pair in (*found, *defined_pairs(database, linked)):
        if pair.older != pair.newer and frozenset(pair[:2]) not in own.apart:
            yield pair


def database_pairs(database: Database) -> Iterator[Pair]:
    """The pairs of Unihan: reforms, forms of one abstract character, old forms of the lists of Japan."""
    variants = database.variants
    for old, new, _ in variants.characters("kSimplifiedVariant"):
        yield Pair(old, new, "kSimplifiedVariant")
    for new, old, _ in variants.characters("kTraditionalVariant"):
        yield Pair(old, new, "kTraditionalVariant")
    for one, other, _ in variants.characters("kZVariant"):
        yield Pair(*sorted((one, other), key=rarity, reverse=True), "kZVariant")
    for one, other, _ in variants.characters("kSemanticVariant"):
        if same_word(one, other, database):
            yield Pair(*sorted((one, other), key=rarity, reverse=True), "kSemanticVariant")
    for new, old, _ in database.mappings.characters("kJoyoKanji"):
        yield Pair(old, new, "kJoyoKanji")
    for old, value in database.mappings.values("kJinmeiyoKanji").items():
        if ":" in value:
            new = unihan.code_to_character(value.partition(":")[2])
            yield Pair(old, new, "kJinmeiyoKanji")


def defined_pairs(database: Database, linked: Collection[str]) -> Iterator[Pair]:
    """Rare characters that their definition says to be a form of one that is read the same.

    Those that a pair links already are left out, so that none brings two classes together (䰻 is 魚 and 漁).
    """
    for one, meaning in database.readings.values("kDefinition").items():
        told = _form_of(meaning)
        if told and one not in linked and not common(one) and database.sound_alike(one, told[1]):
            yield Pair(one, told[1], "kDefinition")


def same_word(one: str, other: str, database: Database) -> bool:
    """Whether a semantic variant is one word in two forms, as far as a rule can tell.

    They sound the same or are defined by the same words, and one of them is nothing that is commonly
    written; of two that are, a person decides (group ``word`` of the rows).
    """
    if common(one) and common(other):
        return False
    meaning = database.meaning(one)
    return database.sound_alike(one, other) or (
        bool(meaning) and meaning == database.meaning(other)
    )


@cache
def common(character: str) -> bool:
    """In daily use somewhere: GB 2312, the first level of Big5, JIS X 0208 level 1."""
    big5, jis = _encoded(character, "big5"), _encoded(character, "euc_jp")
    return bool(_encoded(character, "gb2312")) or b"" < big5 < b"\xc9\x40" or _first_level(jis)


def _first_level(jis: bytes) -> bool:
    return len(jis) == 2 and b"\xb0\xa1" <= jis <= b"\xcf\xd3"  # noqa: PLR2004 - two bytes


def rarity(character: str) -> tuple[bool | int, ...]:
    """Sorts the commonest of a class first: GB 2312 by its levels, then Big5, then the lower code."""
    gb = _encoded(character, "gb2312")
    return (not gb, gb >= b"\xd8\xa1", not _encoded(character, "big5"), ord(character))


@cache
def _encoded(character: str, encoding: str) -> bytes:
    try:
        return character.encode(encoding)
    except UnicodeEncodeError:
        return b""


class Classes:
    """Characters joined by pairs, and the forms of each."""

    def __init__(self, pairs: list[Pair], database: Database) -> None:
        self.database = database
        self.partners: dict[str, list[tuple[str, str]]] = defaultdict(list)
        self.defined = {pair.older for pair in pairs if pair.source == "kDefinition"}
        self.simplified = {pair.older for pair in pairs if pair.source in REFORM}
        self.new_forms: dict[str, str] = {}
        for older, newer, source in pairs:
            self.partners[older].append((newer, source))
            self.partners[newer].append((older, source))
            if source in OLD_FORMS and self._new_form(newer) != older:
                self.new_forms.setdefault(older, newer)

    def members(self, character: str) -> list[str]:
        """The class of a character, nearest first."""
        found = {character: None}
        for member in _growing(found):
            found.update(dict.fromkeys(other for other, _ in self.partners.get(member, ())))
        return list(found)

    def common(self, character: str) -> str:
        """The form that all of a class share."""
        return min(
            self.members(character),
            key=lambda c: (c in self.simplified, c in self.defined, *rarity(c)),
        )

    def japanese(self, character: str) -> str:
        """The form that is standard in Japan, if there is one near; characters of JIS X 0208 only."""
        listed = ("kJoyoKanji", "kJinmeiyoKanji")
        if character in self.new_forms:
            return self._new_form(character)
        if self.database.standard(character, *listed):
            return character
        known = self.database.standard(character, "kJis0")
        near = self._same(character) if known else self.members(character)
        return self._new_form(
            self._first(near, *listed, *(() if known else ("kJis0",))) or character
        )

    def _new_form(self, character: str) -> str:
        while character in self.new_forms:
            character = self.new_forms[character]
        return character

    def korean(self, character: str) -> str:
        """The form that is standard in Korea: taught at school, else of KS X 1001, else traditional."""
        taught = "kKoreanEducationHanja"
        if self.database.standard(character, taught):
            return character
        near = [other for other, _ in self.partners[character]]
        if self.database.standard(character, "kKSC0"):
            return self._first(near, taught) or character
        wide = self.members(character)
        found = self._first(near, taught, "kKSC0") or self._first(wide, taught, "kKSC0")
        return found or self._traditional(character)

    def _traditional(self, character: str) -> str:
        older = (
            other for other, source in self.partners[character] if source == "kTraditionalVariant"
        )
        return next((other for other in older if other in self.simplified), character)

    def _same(self, character: str) -> list[str]:
        return [other for other, source in self.partners[character] if source not in REFORM]

    def _first(self, characters: list[str], *sets: str) -> str:
        """The first of these characters in the first set that has any; empty if none has."""
        found = (c for name in sets for c in characters if self.database.standard(c, name))
        return next(found, "")


def _growing(items: dict[str, None]) -> Iterator[str]:
    """Each key of a dictionary that grows meanwhile, in the order of arrival."""
    seen: set[str] = set()
    while new := [item for item in items if item not in seen]:
        seen.update(new)
        yield from new


if __name__ == "__main__":
    main(sys.argv[1:])
