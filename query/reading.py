"""Text to a checked tree, with its reading: the way of a query before Elasticsearch is known."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import msgspec

from query import capitals, check
from query.context import Context
from query.errors import Problem, QuerySyntaxError
from query.passes import passes
from query.printer import print_tree
from query.tables import tables
from query.tokens import OPERATORS, QUOTES, Source, Token, leaf, open_source, scan
from query.tree import And, Field, Or, Phrase, Span, Word
from query.vocabulary import Vocabulary
from query.width import Width  # noqa: TC001 - msgspec reads the annotation

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mappings.model import QueryDefinition
    from query.notes import Note, Notes
    from query.tree import Tree

_PLAIN_QUOTE = '"'
_NEEDS_QUOTES = re.compile(rf"[\s():：（）*＊{QUOTES}]")


class Reading(msgspec.Struct, frozen=True):
    """How a query was understood. ``reading`` is the tree as text, fully bracketed."""

    text: str  # as given, composed (NFC): what positions count in
    tree: Tree
    reading: str
    width: Width
    repairs: tuple[Note, ...]
    warnings: tuple[Note, ...]


def parse(
    text: str,
    definition: QueryDefinition,
    limits: Mapping[str, Sequence[str]] | None = None,
    *,
    width: Width = "wide",
) -> Reading:
    """Read a query against the fields of an index.

    Args:
        text: the query; any text at all.
        definition: what the index says of its fields.
        limits: catalogue field (``language``) to values, any of which will do; all fields must.
        width: how widely terms match.

    Raises:
        QuerySyntaxError: the text is no query; every problem with its place.
        QueryNotExpressible: it is one, but the catalogue cannot search for it.
    """
    source = open_source(text)
    context = Context(source.text, Vocabulary(definition))
    tree = _limited(parse_text(source, context), limits or {}, context)
    for step in passes():
        tree = step(tree, context)
        context.refuse()
    notes = context.notes
    return Reading(
        text=source.text,
        tree=tree,
        reading=print_tree(tree),
        width=width,
        repairs=tuple(notes.repairs),
        warnings=tuple(notes.warnings),
    )


def parse_text(source: Source, context: Context) -> Tree:
    """The tree as it is written: grammar only, no pass.

    Raises:
        QuerySyntaxError: with every problem of the text.
    """
    _check_length(source)
    tokens = scan(source, context.vocabulary.names)
    problems = check.structure(tokens)
    if capitals.is_title(tokens, sound=not problems):
        return capitals.title(tokens, source, context.notes)
    problems += check.unknown_fields(tokens, context.vocabulary)
    if problems:
        raise QuerySyntaxError(source.text, sorted(problems, key=lambda each: each.span.start))
    _note_signs(tokens, source, context.notes)
    if all(token.kind in ("word", "phrase") for token in tokens):
        return _beside(tokens, source)
    from query.grammar import build_tree  # a fifth of a search's time; words need none of it

    return build_tree(source, context.vocabulary.names)


def _beside(tokens: list[Token], source: Source) -> Tree:
    """Words and phrases side by side, as the grammar reads them."""
    children = tuple(leaf(source, token.span) for token in tokens)
    span = Span(tokens[0].span.start, tokens[-1].span.end)
    return And(children, span=span) if len(children) > 1 else children[0]


def _check_length(source: Source) -> None:
    most = tables().budget.max_length
    if not source.shadow.strip() or len(source.text) > most:
        full = len(source.text) > most
        code, message = (
            ("too-long", f"the query is longer than {most} characters")
            if full
            else ("empty-query", "the query is empty")
        )
        advice = "Split it." if full else "Write what to look for; * alone finds every title."
        raise QuerySyntaxError(source.text, [Problem(code, message, Span(0, 0), advice)])


def _note_signs(tokens: list[Token], source: Source, notes: Notes) -> None:
    for token in tokens:
        written = source.text[token.span.start : token.span.end]
        marks = written.lstrip("=＝")
        if token.kind == "phrase" and marks[0] != _PLAIN_QUOTE:
            message = f"{marks[0]}{marks[-1]} were read as quotation marks"
            notes.repair("quotation-marks", message, token.span)
        elif token.kind in ("open", "close") and written not in "()":
            notes.repair("wide-sign", f"{written} was read as a bracket", token.span)
        elif token.kind == "field" and written.endswith(("：", " ", "　")):
            message = f"{written.strip()} was read as the field {token.value}:"
            notes.repair("field-sign", message, token.span)


def _limited(tree: Tree, limits: Mapping[str, Sequence[str]], context: Context) -> Tree:
    parts = [_limit(field, values, context) for field, values in limits.items() if values]
    return And((tree, *parts), span=tree.span) if parts else tree


def _limit(field: str, values: Sequence[str], context: Context) -> Tree:
    name = context.vocabulary.name_of(field)
    if name is None:
        message = f"this index has no field {field} to limit by"
        advice = "Rebuild it with `hkall reindex`, or leave the limit out."
        raise QuerySyntaxError(
            context.text, [Problem("unknown-limit", message, Span(0, 0), advice)]
        )
    children = tuple(_limit_value(value) for value in values)
    return Field(name, Or(children) if len(children) > 1 else children[0])


def _limit_value(value: str) -> Tree:
    plain = value.strip().replace(_PLAIN_QUOTE, " ")
    quoted = not plain or plain in OPERATORS or _NEEDS_QUOTES.search(plain)
    return Phrase(plain) if quoted else Word(plain)
