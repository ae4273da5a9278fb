"""Pass: an ISBN or ISSN without its field is sought as the identifier or as the words."""

from __future__ import annotations

import re
from itertools import takewhile
from operator import is_
from typing import TYPE_CHECKING

from mappings.normalise import NORMALISERS
from query.tree import And, Field, Near, Or, Span, Word, with_children

if TYPE_CHECKING:
    from query.context import Context
    from query.tree import Tree

_DASH = "[-‐‑‒–−]"
_ISBN = re.compile(rf"(?:\d{_DASH}?){{9}}(?:(?:\d{_DASH}?){{3}}\d|[\dXx])\Z")
_ISSN = re.compile(rf"(\d{{4}}){_DASH}(\d{{3}}[\dXx])\Z")
_PART = re.compile(r"\d{1,7}\Z|[Xx]\Z")
_MOST_PARTS = 5  # of an ISBN: prefix, group, publisher, title, check digit
_YEARS = range(1000, 2101)


def recognise_identifiers(tree: Tree, context: Context) -> Tree:
    """``978-0-306-40615-7`` becomes ``isbn:9780306406157 OR 978-0-306-40615-7``."""
    match tree:
        case Field() | Near():
            return tree
        case Word(text):
            return _recognise(text, tree, context)
        case And(children, span=span):
            found = _beside(children, context)
            same = len(found) == len(children) and all(map(is_, found, children))
            return tree if same else And(found, span=span)
        case Or(children) if any(isinstance(child, Field) for child in children):
            known = {child.child for child in children if isinstance(child, Field)}
            return with_children(tree, lambda child: _unless_known(child, known, context))
        case _:
            return with_children(tree, lambda child: recognise_identifiers(child, context))


def _beside(children: tuple[Tree, ...], context: Context) -> tuple[Tree, ...]:
    """``978 7 02 000220 7``: neighbouring words that together are an ISBN."""
    found: list[Tree] = []
    at = 0
    while at < len(children):
        size = _isbn_parts(children[at : at + _MOST_PARTS])
        if size:
            found.append(_as_isbn(children[at : at + size], context))
        else:
            found.append(recognise_identifiers(children[at], context))
        at += size or 1
    return tuple(found)


def _isbn_parts(children: tuple[Tree, ...]) -> int:
    """How many words, from the first on, are the parts of an ISBN; 0 for none."""
    parts = list(takewhile(bool, map(_part, children)))
    sizes = range(len(parts), 1, -1)
    return next((size for size in sizes if _identifier("".join(parts[:size]))), 0)


def _part(tree: Tree) -> str:
    """A word that may be part of an ISBN; else nothing."""
    return tree.text if isinstance(tree, Word) and _PART.match(tree.text) else ""


def _as_isbn(words: tuple[Tree, ...], context: Context) -> Tree:
    span = Span(words[0].span.start, words[-1].span.end)
    written = context.text[span.start : span.end]
    joined = "".join(word.text for word in words if isinstance(word, Word))
    found = _recognise(joined, Word(joined, span=span), context, written)
    plain = And(words, span=span)
    return Or((found.children[0], plain), span=span) if isinstance(found, Or) else plain


def _unless_known(tree: Tree, known: set[Tree], context: Context) -> Tree:
    """A word stays as it is where its identifier already stands beside it."""
    words = tree.children if isinstance(tree, And) else (tree,)
    found = _identifier("".join(word.text for word in words if isinstance(word, Word)))
    if found and Word(found[1]) in known:
        return tree
    return recognise_identifiers(tree, context)


def _recognise(text: str, word: Word, context: Context, written: str = "") -> Tree:
    found = _identifier(text)
    name = context.vocabulary.normalised_by(found[0]) if found else None
    if found is None or name is None:
        return word
    kind, value = found
    message = f"“{written or text}” is an {kind.upper()}: {name}:{value} or the words"
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
