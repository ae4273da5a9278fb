"""The analysis settings of an index: analysis.yaml with its tables put in."""

from __future__ import annotations

from typing import Annotated, Any

import msgspec

from mappings.kana import final_long_mark, kana_forms, repeats
from mappings.keys import han_variants, signs, terms
from mappings.model import Folding  # noqa: TC001 - msgspec reads the annotations
from mappings.tables import read_table

File = Annotated[dict[str, dict[str, Any]], msgspec.Meta(min_length=1)]
_CLASSES = {
    "separator": "separators",
    "apostrophe": "apostrophes",
    "invisible": "invisible",
    "silent": "silent",
    "letter": "letters",
}
_KANA = {"kana": kana_forms, "repeats": repeats}
_FORMS = {"han": "common", "shinjitai": "shinjitai", "traditional": "traditional"}
TABLES = frozenset({"terms", "dotted", "elided", *_KANA, *_FORMS, *_CLASSES})
"""What a mapping char filter may take its rows from."""
_BASIC_PLANE = "\uffff"
_OURS = frozenset({"tables", "pattern_table", "rules_table"})
_BESIDE = [c for c in map(chr, (*range(0x30, 0x80), *range(0xC0, 0x180))) if c.isalnum()]
"""Letters and digits that make another word of a dotted name when they stand beside it."""


class Analyzer(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A chain, and the folding class of the tiers that use it."""

    folding: Folding
    tokenizer: str
    char_filter: tuple[str, ...] = ()
    filter: tuple[str, ...] = ()


class AnalysisFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What analysis.yaml holds."""

    char_filter: File
    tokenizer: File
    filter: File
    analyzer: dict[str, Analyzer]


def settings(file: AnalysisFile) -> dict[str, Any]:
    """The ``analysis`` object of index settings: nothing in it needs a file on a node.

    The rows of a table are one string, which Elasticsearch splits at its commas (``getAsList``). As
    a list they cost seconds: for each of the 120 keys of ``analysis``, and many times while an index
    is made or cloned, its validation interns every string of every list.
    """
    return {
        "char_filter": {name: _component(row) for name, row in file.char_filter.items()},
        "tokenizer": {name: _component(row) for name, row in file.tokenizer.items()},
        "filter": {name: _component(row) for name, row in file.filter.items()},
        "analyzer": {name: _chain(analyzer) for name, analyzer in file.analyzer.items()},
    }


def _chain(analyzer: Analyzer) -> dict[str, Any]:
    return {
        "type": "custom",
        "char_filter": list(analyzer.char_filter),
        "tokenizer": analyzer.tokenizer,
        "filter": list(analyzer.filter),
    }


def _component(row: dict[str, Any]) -> dict[str, Any]:
    made = {key: value for key, value in row.items() if key not in _OURS}
    if "pattern_table" in row:
        made["pattern"] = PATTERNS[row["pattern_table"]]()
    if "rules_table" in row:
        made["user_dictionary_rules"] = RULES[row["rules_table"]]()
    if "tables" in row:
        made["mappings"] = ",".join(
            f"{_escape(source)}=>{_escape(target)}"
            for table in row["tables"]
            for source, target in _rows(table)
        )
    return made


def _german_plain() -> str:
    """A pattern for the vowel before the e of a word of german_plain.tsv or by german_rules.tsv.

    The vowel is looked for first, then what follows, and the word's beginning last: few words come
    so far, and a list that is tried at each word's beginning costs four times as much.
    """
    beginnings: dict[str, list[str]] = {}
    for before, after, extent in read_table("german_plain.tsv", ("before", "after", "extent")):
        beginnings.setdefault(f"{after}$" if extent else after, []).append(before)
    words = (f"(?={after})(?<=^(?:{'|'.join(found)}))" for after, found in beginnings.items())
    rules = read_table("german_rules.tsv", ("before", "after", "reason"))
    places = (f"(?={after})(?<={before})" for before, after, _ in rules)
    return f"[aou](?=e)(?:{'|'.join((*places, *words))})"


def _dotted() -> list[tuple[str, str]]:
    """``dotted_terms.tsv``, and rows for what is none: a longer row wins, so no pattern is needed."""
    names = read_table("dotted_terms.tsv", ("name", "word"))
    return [
        *((f".{name}", f" {word}") for name, word in names),
        *((f"{beside}.{name}", f"{beside} {name}") for name, _ in names for beside in _BESIDE),
        *((f".{name}{beside}", f" {name}{beside}") for name, _ in names for beside in _BESIDE),
    ]


def _elided() -> list[tuple[str, str]]:
    """U+02B9 typed for the apostrophe of a French article: Lʹart. Elsewhere it is a soft sign (Gogolʹ)."""
    vowels = "aeiouyhàâæéèêëîïôœùûü"
    return [
        (f"{letter}\u02b9{vowel}", f"{letter}'{vowel.translate(signs().letters)}")
        for letter in "ldsnmjcuLDSNMJCU"
        for vowel in vowels + vowels.upper()
    ]


def _japanese_titles() -> list[str]:
    """Rows of japanese_titles.tsv as kuromoji takes them: surface, segments, readings, part of speech."""
    rows = read_table("japanese_titles.tsv", ("title", "parts", "reading"))
    return [f"{title},{parts},{reading},固有名詞" for title, parts, reading in rows]


RULES = {"japanese_titles": _japanese_titles}
"""What a tokenizer may take the rules of its user dictionary from."""
PATTERNS = {"german_plain": _german_plain, "final_long_mark": final_long_mark}
"""What a pattern filter may take its pattern from."""


def _rows(table: str) -> list[tuple[str, str]]:
    if table == "terms":
        return list(terms().items())
    if table == "dotted":
        return _dotted()
    if table == "elided":
        return _elided()
    if table in _KANA:
        return list(_KANA[table]().items())
    if table in _FORMS:
        return [(chr(code), form) for code, form in han_variants(_FORMS[table]).items()]
    found: dict[int, str] = getattr(signs(), _CLASSES[table])
    return [(chr(code), target) for code, target in found.items()]


def _escape(text: str) -> str:
    r"""The syntax of the mapping char filter: ``\uXXXX`` for what it would trim or misread."""
    return "".join(map(_escaped, text))


def _escaped(character: str) -> str:
    plain = character.isalnum() or character in "'#+" or character > _BASIC_PLANE
    return character if plain else f"\\u{ord(character):04x}"
