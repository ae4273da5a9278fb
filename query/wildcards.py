"""Truncated terms: their pieces, how much of a word they hold, and what finds them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mappings.keys import whole_key
from mappings.scripts import CJK

if TYPE_CHECKING:
    from collections.abc import Sequence

SIGNS = "*?#"
_runs = re.compile(r"[^\W_]+").findall
_pieces = re.compile(rf"(?:[^\W_]|[{re.escape(SIGNS)}'’ʼ\u0300-\u036f])+").findall
_parts = re.compile(rf"[{CJK}]|[{re.escape(SIGNS)}]|[^\W_{CJK}]+").findall


ANY = 200
"""Characters that * stands for within CJK, at most."""


def opening(text: str) -> int:
    """Letters and digits before the first sign."""
    start = re.split(rf"[{re.escape(SIGNS)}]", text, maxsplit=1)[0]
    return sum(character.isalnum() for character in start)


def longest(text: str) -> int:
    """The most letters and digits that stand side by side."""
    return max(map(len, _runs(text)), default=0)


def is_left(text: str) -> bool:
    """Whether a term is truncated at its beginning alone."""
    stem = text.lstrip("*")
    return stem != text and not set(stem) & set(SIGNS)


def pieces(text: str) -> list[str]:
    """The words that a Latin term is made of, folded, with their signs: ``Well-kn*wn`` is two."""
    found = (_folded(piece) for piece in _pieces(text))
    return [piece for piece in found if piece.strip(SIGNS)]


def _folded(piece: str) -> str:
    parts = re.split(rf"([{re.escape(SIGNS)}])", piece)
    return "".join(part if part in SIGNS else whole_key(part) for part in parts if part)


def characters(text: str) -> list[str]:
    """The characters, words and signs of a term with CJK; signs at its ends stand for nothing.

    What folds to nothing is left out; of a term that has nothing else, as it stands: it finds nothing.
    """
    parts = _parts(text)
    folded = [part if part in SIGNS else whole_key(part) for part in parts]
    return _between(folded) or _between(parts)


def _between(parts: Sequence[str]) -> list[str]:
    """Without what is empty, and without signs at the ends."""
    kept = [part for part in parts if part]
    words = [at for at, part in enumerate(kept) if part not in SIGNS]
    return kept[words[0] : words[-1] + 1] if words else []


def as_wildcard(piece: str) -> tuple[str, str]:
    """The kind of Elasticsearch's query that a folded piece needs, and its text."""
    if "#" in piece:
        signs = {"*": ".*", "?": ".", "#": ".?"}
        return "regexp", "".join(signs.get(character, character) for character in piece)
    if piece.endswith("*") and not set(piece[:-1]) & set(SIGNS):
        return "prefix", piece[:-1]
    return "wildcard", piece
