"""Steps that shape a value between the MARC record and the index: text in, text out."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from mappings.tables import read_table

if TYPE_CHECKING:
    from collections.abc import Callable

_ENDS = " ,;:/=\t\r\n\u3000\u00a0"
_LAST = frozenset(_ENDS + ".[]()+")
_PAIRS = (("[", "]"), ("(", ")"))


def isbd(text: str) -> str:
    """Without the punctuation that ISBD prescribes before the next element, or at the end.

    A full stop stays with an abbreviation, an initial or an ellipsis (``Ph.D.``, ``J. R. R.``,
    ``...``); a bracket at either end without its partner goes.
    """
    text = text.strip(" \t\r\n\u3000\u00a0")
    while text and (text[-1] in _LAST or text[0] in "[("):
        trimmed = _without_end(text)
        for opening, closing in _PAIRS:
            trimmed = _without_lone_bracket(trimmed, opening, closing)
        if trimmed == text:
            break
        text = trimmed
    return text


def _without_end(text: str) -> str:
    while text:
        shorter = text.rstrip(_ENDS)
        if shorter.endswith(" +"):  # before accompanying material
            shorter = shorter[:-2]
        elif shorter.endswith(".") and not _keeps_stop(shorter):
            shorter = shorter[:-1]
        if shorter == text:
            return text
        text = shorter
    return text


def _keeps_stop(text: str) -> bool:
    if text.endswith(".."):
        return True
    word = text[:-1].rpartition(" ")[2].lstrip("([")
    return (
        (len(word) == 1 and word.isalpha() and word.isupper())
        or "." in word
        or word.lower() in abbreviations()
    )


def _without_lone_bracket(text: str, opening: str, closing: str) -> str:
    if text.startswith(opening) and closing not in text:
        return text[1:].lstrip()
    if text.endswith(closing) and opening not in text:
        return _without_end(text[:-1])
    if text.endswith(opening):
        return _without_end(text[:-1])
    return text


@lru_cache(maxsize=1)
def abbreviations() -> frozenset[str]:
    """``abbreviations.tsv``: words, in small letters, that keep their full stop."""
    return frozenset(row[0] for row in read_table("abbreviations.tsv", ("abbreviation",)))


STEPS: dict[str, Callable[[str], str]] = {"isbd": isbd}
"""The steps that the catalogue may name; the mapper applies them in the order given."""

FIELD_STEPS = frozenset({"nonfiling"})
"""Steps that need the field itself (its indicators): the mapper has them."""
