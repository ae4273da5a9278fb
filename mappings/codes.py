"""Tables of codes with names in several languages: languages, relators, formats, institutions."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal
from unicodedata import normalize

from mappings.model import Code, Institution, Label
from mappings.tables import read_table

Kind = Literal["languages", "relators", "formats", "institutions"]

KINDS: dict[str, Kind] = {
    "language": "languages",
    "relator": "relators",
    "format": "formats",
    "institution": "institutions",
}
"""The normaliser of a coded value to the table of its codes."""

_COLUMNS = ("code", "en", "zh", "aliases")
_INSTITUTION_COLUMNS = ("code", "en", "zh", "library_en", "library_zh", "url", "aliases")
_EDGES = " \t.,;:[]()（）/\u3000"


@lru_cache(maxsize=4)
def codes(kind: Kind) -> dict[str, Code]:
    """The table of a kind: code to its names, in the order of the file."""
    if kind == "institutions":
        return {
            place.code: Code(place.code, place.name, (place.library.en, *place.aliases))
            for place in institutions().values()
        }
    return {
        code: Code(code, Label(en, zh or en), _split(aliases))
        for code, en, zh, aliases in read_table(f"{kind}.tsv", _COLUMNS)
    }


@lru_cache(maxsize=1)
def institutions() -> dict[str, Institution]:
    """The member libraries of the network by code, in the order in which lists show them."""
    return {
        code: Institution(code, Label(en, zh), Label(library_en, library_zh), url, _split(aliases))
        for code, en, zh, library_en, library_zh, url, aliases in read_table(
            "institutions.tsv", _INSTITUTION_COLUMNS
        )
    }


def code_of(kind: Kind, text: str) -> str | None:
    """The code that a text stands for: a code, a name in any of its languages, an alias.

    Case, punctuation around it and Han variants do not matter.
    """
    return lookup(kind).get(_fold(text))


def label_of(kind: Kind, code: str) -> Label:
    """The names of a code; the code itself where the table lacks it."""
    entry = codes(kind).get(code)
    return entry.label if entry else Label(code, code)


@lru_cache(maxsize=4)
def lookup(kind: Kind) -> dict[str, str]:
    """Every folded name of a table to its code; codes win over names, earlier rows over later."""
    table = codes(kind).values()
    names = {_fold(entry.code): entry.code for entry in table}
    for entry in table:
        for name in (entry.label.en, entry.label.zh, *entry.aliases):
            names.setdefault(_fold(name), entry.code)
    return names


def _split(cell: str) -> tuple[str, ...]:
    return tuple(filter(None, cell.split("|")))


def _fold(text: str) -> str:
    if text.isascii():
        return text.strip(_EDGES).lower()
    return _fold_han(normalize("NFKC", text).strip(_EDGES).casefold())


def _fold_han(text: str) -> str:
    from mappings.keys import fold_han

    return fold_han(text)
