"""Pass: an ISBN or ISSN without its field is sought as the identifier or as the words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from mappings.normalise import NORMALISERS
from query.tree import Field, Or, Word, with_children

if TYPE_CHECKING:
    from query.context import Context
    from query.tree import Tree

_DASH = "[-‐‑‒–−]"
_ISBN = re.compile(rf"(?:\d{_DASH}?){{9}}(?:(?:\d{_DASH}?){{3}}\d|[\dXx])\Z")
_ISSN = re.compile(rf"(\d{{4}}){_DASH}(\d{{3}}[\dXx])\Z")
_YEARS = range(1000, 2101)


def recognise_identifiers(tree: Tree, context: Context) -> Tree:
    """``978-0-306-40615-7`` becomes ``isbn:9780306406157 OR 978-0-306-40615-7``."""
    match tree:
        case Field():
            return tree
        case Word(text):
            return _recognise(text, tree, context)
        case Or(children) if any(isinstance(child, Field) for child in children):
            known = {child.child for child in children if isinstance(child, Field)}
            return with_children(tree, lambda child: _unless_known(child, known, context))
        case _:
            return with_children(tree, lambda child: recognise_identifiers(child, context))


def _unless_known(tree: Tree, known: set[Tree], context: Context) -> Tree:
    """A word stays as it is where its identifier already stands beside it."""
    if isinstance(tree, Word):
        found = _identifier(tree.text)
        if found and Word(found[1]) in known:
            return tree
    return recognise_identifiers(tree, context)


def _recognise(text: str, word: Word, context: Context) -> Tree:
    found = _identifier(text)
    name = context.vocabulary.normalised_by(found[0]) if found else None
    if found is None or name is None:
        return word
    kind, value = found
    message = f"“{text}” is an {kind.upper()}: {name}:{value} or the words"
    context.notes.repair("identifier", message, word.span)
    return Or((Field(name, Word(value, span=word.span), span=word.span), word), span=word.span)


def _identifier(text: str) -> tuple[str, str] | None:
    """Kind and normalised value; two plausible years are no ISSN, though 1 pair in 11 could be."""
    for kind, pattern in (("isbn", _ISBN), ("issn", _ISSN)):
        match = pattern.match(text)
        value = NORMALISERS[kind](_plain(text)) if match else None
        if match and value and not (kind == "issn" and _are_years(match)):
            return kind, value
    return None


def _plain(text: str) -> str:
    return re.sub(_DASH, "-", text)


def _are_years(match: re.Match[str]) -> bool:
    first, second = match[1], match[2]
    return second.isdigit() and int(first) in _YEARS and int(second) in _YEARS
