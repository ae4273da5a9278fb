"""See and see-also headings: the forms of one name or place that no rule derives from each other."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Literal, NamedTuple, cast, get_args

from mappings.keys import whole_key
from mappings.scripts import has_cjk
from mappings.tables import TableError, read_table

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

FILE = "headings.tsv"
_COLUMNS = ("kind", "heading", "see", "also", "source")
_BETWEEN = " | "

_DIRECT = 5
"""Characters of a given name from which on people put it first; Xun Lu is nobody."""

Kind = Literal["person", "place"]


class Heading(NamedTuple):
    """One person or place.

    ``forms`` are its names, the heading itself first, written as headings are (surname, comma, given
    name, where a heading has a comma). ``also`` are headings of the file that stand for the same
    person under another name, such as a pen name with a heading of its own.
    """

    kind: Kind
    forms: tuple[str, ...]
    also: tuple[str, ...]
    source: str


class Headings:
    """The file, ready to look forms up by their whole key."""

    def __init__(self, headings: Iterable[Heading]) -> None:
        self._by_form: dict[str, Heading] = {}
        for heading in headings:
            for key in _keys(heading.forms):
                self._by_form[key] = heading
        self.longest = max(map(_most_words, self._by_form), default=0)
        """Words of the longest form, each character of CJK one: no longer run of words can be one."""

    def find(self, text: str) -> Heading | None:
        """The heading that a text is a form of; case, marks and variants of Han do not matter.

        A form with one comma and no short given name is found in direct order too
        (``Ping-kwan Leung``).
        """
        return self._by_form.get(whole_key(text))

    def others(self, text: str) -> tuple[str, ...]:
        """The other forms of the heading that a text is a form of; empty if it is none."""
        heading = self.find(text)
        key = whole_key(text)
        return tuple(f for f in heading.forms if key not in _keys((f,))) if heading else ()

    def see_also(self, text: str) -> tuple[str, ...]:
        """The headings that a reader of this one is pointed to as well."""
        heading = self.find(text)
        return heading.also if heading else ()

    def __iter__(self) -> Iterator[Heading]:
        return iter(dict.fromkeys(self._by_form.values()))


@lru_cache(maxsize=1)
def headings() -> Headings:
    """``headings.tsv``, read and checked once.

    Raises:
        TableError: a kind that does not exist, a row without a source or a second form, a form of
            two headings, or a see-also that is no heading.
    """
    rows = read_table(FILE, _COLUMNS)
    return Headings(checked(rows))


def checked(rows: Iterable[list[str]]) -> list[Heading]:
    """The headings of the rows; see ``headings``."""
    found = [_heading(row) for row in rows]
    owners: dict[str, Heading] = {}
    for heading in found:
        for key in _keys(heading.forms):
            owner = owners.setdefault(key, heading)
            if owner is not heading:
                text = f"{key!r} is a form of {owner.forms[0]} too"
                raise TableError(FILE, _line(heading.forms[0]), text)
    for heading in found:
        for also in heading.also:
            if whole_key(also) not in owners:
                raise TableError(FILE, _line(heading.forms[0]), f"{also!r} is no heading")
    return found


def _heading(row: list[str]) -> Heading:
    kind, heading, see, also, source = row
    forms = (heading, *filter(None, see.split(_BETWEEN)))
    if kind not in get_args(Kind):
        raise TableError(FILE, _line(heading), f"unknown kind {kind!r}")
    if not source or not (len(forms) > 1 or also):
        raise TableError(FILE, _line(heading), "needs a source, and another form or a see-also")
    others = tuple(filter(None, also.split(_BETWEEN)))
    return Heading(cast("Kind", kind), forms, others, source)


def _most_words(key: str) -> int:
    return len(key.replace(" ", "")) if has_cjk(key) else len(key.split())


def _line(heading: str) -> int:
    from importlib.resources import files

    lines = files("mappings").joinpath(FILE).read_text(encoding="utf-8").split("\n")
    cells = (line.split("\t")[1:2] for line in lines)
    return next((number for number, cell in enumerate(cells, 1) if cell == [heading]), 1)


def _keys(forms: Iterable[str]) -> Mapping[str, None]:
    """The whole keys of forms, and those of their direct order."""
    keys: dict[str, None] = {}
    for form in forms:
        keys[whole_key(form)] = None
        family, comma, given = form.partition(", ")
        if comma and "," not in given and len(given) >= _DIRECT:
            keys[whole_key(f"{given} {family}")] = None
    return keys
