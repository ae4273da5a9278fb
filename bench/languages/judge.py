"""What holds of each pair, and why not where it does not."""

from __future__ import annotations

import re
import shlex
import unicodedata
from typing import TYPE_CHECKING, Literal

import icu
import msgspec

from bench.languages.pairs import Distinct, ReadingPair, Variant
from bench.languages.records import forms_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from bench.languages.library import Library
    from bench.languages.pairs import Half, Listed, Width

Check = Literal["standard", "wide", "exact", "native", "apart"]
FIRST = 10  # a title that is asked for by its reading is among the first so many
SHOWN = 3  # titles named in a reason
REQUIRED: Mapping[str, tuple[Check, ...]] = {
    "equal": ("standard",),
    "reading": ("standard", "wide", "native"),
    "distinct": ("apart",),
}


class Finding(msgspec.Struct, frozen=True):
    """One check of one pair; an empty ``reason`` where it holds."""

    check: Check
    reason: str = ""

    @property
    def holds(self) -> bool:
        """Whether it does."""
        return not self.reason


class Verdict(msgspec.Struct, frozen=True):
    """A pair judged. ``findings`` has the checks that apply to it."""

    list: str
    half: Half
    line: int
    kind: str
    language: str
    first: str
    second: str
    findings: tuple[Finding, ...]

    @property
    def compare(self) -> str:
        """The command that shows what the tiers make of both."""
        return shlex.join(["hkall", "analyze", "--compare", self.first, self.second])


def judge(listed: Listed, library: Library, classes: Classes) -> Verdict:
    """Ask a pair's two texts and compare what is found.

    Raises:
        QueryError: a text cannot be searched for.
    """
    pair = listed.pair
    match pair:
        case Variant():
            findings = _variant(pair, library, ranked=pair.kind not in listed.about.unranked)
            first, second = pair.form, pair.other
        case ReadingPair():
            recorded = pair.basis == "recorded" and pair.kind not in listed.about.wide
            findings = _reading(pair, library, classes, recorded=recorded)
            first, second = pair.native, pair.asked
        case Distinct():
            findings = _distinct(pair, library)
            first, second = pair.held, pair.asked
    where = (listed.list, listed.half, listed.line)
    return Verdict(*where, pair.kind, pair.language, first, second, tuple(findings))


def _variant(pair: Variant, library: Library, *, ranked: bool) -> Iterator[Finding]:
    titles = [library.title_of(form) for form in forms_of(pair)]
    yield Finding("standard", _unequal(pair, titles, library, "standard"))
    yield Finding("wide", _unequal(pair, titles, library, "wide"))
    if ranked and _written(pair.form) != _written(pair.other):
        yield Finding("exact", _exact_later(pair, titles, library))


def _unequal(pair: Variant, titles: list[str], library: Library, width: Width) -> str:
    first, second = (library.find(text, width).all for text in (pair.form, pair.other))
    for text, found in ((pair.form, first), (pair.other, second)):
        for form, title in zip((pair.form, pair.other), titles, strict=True):
            if title not in found:
                return f"{text} does not find {form}"
    if first != second:
        return "; ".join(
            f"{len(more)} found by {text} alone: {_named(more, library)}"
            for text, more in ((pair.form, first - second), (pair.other, second - first))
            if more
        )
    return ""


def _exact_later(pair: Variant, titles: list[str], library: Library) -> str:
    """Both titles have one length and differ in the form alone: the one that is asked goes first."""
    for text, own, other in (
        (pair.form, titles[0], titles[1]),
        (pair.other, titles[1], titles[0]),
    ):
        found = library.find(text, "wide")
        if found.place(own) >= found.place(other):
            return (
                f"{text}: its own title is number {found.place(own)},"
                f" the other form's {found.place(other)}"
            )
    return ""


def _reading(
    pair: ReadingPair, library: Library, classes: Classes, *, recorded: bool
) -> Iterator[Finding]:
    if recorded:
        yield Finding("standard", _late(pair, "standard", library, classes))
    yield Finding("wide", _missed(pair, library) or _late(pair, "wide", library, classes))
    if _has_han(pair.native):
        yield Finding("native", _by_sound(pair.native, library, classes))


def _late(pair: ReadingPair, width: Width, library: Library, classes: Classes) -> str:
    """The title is among the first, editions of the same title not counted."""
    title = library.title_of(forms_of(pair)[0])
    found = library.find(pair.asked, width)
    if title not in found.all:
        return f"{pair.asked} does not find {pair.native}"
    wanted = classes.plain(pair.native)
    before = found.ids[: found.place(title) - 1]
    others = [other for other in before if wanted not in classes.plain(library.titles[other])]
    if len(others) < FIRST:
        return ""
    return (
        f"{pair.asked} finds {len(others)} others before {pair.native}: {_named(others, library)}"
    )


def _missed(pair: ReadingPair, library: Library) -> str:
    """In one language: 東京 reads otherwise in Chinese than in Japanese."""
    native = library.find(pair.native, "wide", pair.language).all
    asked = library.find(pair.asked, "wide", pair.language).all
    if library.title_of(forms_of(pair)[0]) not in native:
        return f"{pair.native} does not find itself"
    missed = native - asked
    return (
        f"{len(missed)} found by {pair.native} alone: {_named(missed, library)}" if missed else ""
    )


def _by_sound(native: str, library: Library, classes: Classes) -> str:
    """Of the pairs' own records, whose words are known, a native form finds those that hold it."""
    wanted = classes.plain(native)
    found = library.find(native, "wide").all
    heard = [
        title
        for title, form in library.forms.items()
        if title in found and wanted not in classes.plain(form.text)
    ]
    return f"{native} also finds {_named(heard, library)}" if heard else ""


def _distinct(pair: Distinct, library: Library) -> Iterator[Finding]:
    title = library.title_of(forms_of(pair)[0])
    widths: tuple[Width, ...] = ("standard",) if pair.width == "standard" else ("standard", "wide")
    met = [width for width in widths if title in library.find(pair.asked, width).all]
    found_in = " and ".join(met)
    yield Finding("apart", f"{pair.asked} finds {pair.held} (width {found_in})" if met else "")


def _named(titles: Iterable[str], library: Library) -> str:
    known = sorted(titles)
    shown = ", ".join(f"{library.titles.get(title, '?')} ({title})" for title in known[:SHOWN])
    return shown + (" …" if len(known) > SHOWN else "")


def _written(text: str) -> str:
    """What of a text can differ as it is written: not case, width, spaces or punctuation."""
    return re.sub("[\\W\u02bc]", "", unicodedata.normalize("NFKC", text).lower())


def _has_han(text: str) -> bool:
    return any(unicodedata.name(character, "").startswith("CJK ") for character in text)


class Classes:
    """Characters that are held to be forms of one another: by the lists, and by ICU's own table.

    Not by the tables that are judged here.
    """

    def __init__(self, pairs: Iterable[Listed]) -> None:
        self._simplified = icu.Transliterator.createInstance("Traditional-Simplified")
        self._parent: dict[str, str] = {}
        for listed in pairs:
            if isinstance(listed.pair, Variant):
                self._join_all(listed.pair.form, listed.pair.other)

    def plain(self, text: str) -> str:
        """A text in one form of each character, without spaces and punctuation."""
        roots = "".join(self._root(character) for character in _written(text))
        return str(self._simplified.transliterate(roots))

    def others(self, character: str) -> tuple[str, ...]:
        """The known forms of a character, itself among them."""
        root = self._root(character)
        return tuple(sorted({c for c in self._parent if self._root(c) == root} | {character}))

    def _join_all(self, first: str, second: str) -> None:
        first, second = _written(first), _written(second)
        if len(first) == len(second):
            for one, other in zip(first, second, strict=True):
                if one != other and _has_han(one) and _has_han(other):
                    self._parent[self._root(one)] = self._root(other)
                    self._parent.setdefault(other, other)

    def _root(self, character: str) -> str:
        while (parent := self._parent.get(character, character)) != character:
            character = parent
        return character
