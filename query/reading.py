"""Text to a checked tree, with its reading: the way of a query before Elasticsearch is known."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import msgspec

from query import advice, capitals, check
from query.context import Context
from query.errors import Problem, QueryError, QuerySyntaxError
from query.grammar import build_tree
from query.mending import ROUNDS, mend
from query.notes import Note  # noqa: TC001 - msgspec reads the annotation
from query.passes import checks, passes
from query.printer import print_tree
from query.tables import tables
from query.terms import value_leaf
from query.tokens import OperatorSet, Source, Token, open_source, scan
from query.tree import And, Field, Not, Or, Span
from query.vocabulary import Vocabulary, vocabulary_of
from query.width import Width  # noqa: TC001 - msgspec reads the annotation

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from mappings.model import QueryDefinition
    from query.tree import Tree


class Reading(msgspec.Struct, frozen=True):
    """How a query was understood. ``reading`` is the tree as text, fully bracketed.

    ``other`` is the tree that systems with OR before AND would make of it, where that differs.
    """

    text: str  # as it was read, composed (NFC): what positions count in
    tree: Tree
    reading: str
    width: Width
    repairs: tuple[Note, ...]
    warnings: tuple[Note, ...]
    other: Tree | None = None


class _Asked(NamedTuple):
    """What ``parse`` is told beside the text."""

    width: Width
    limits: Mapping[str, Sequence[str]]
    without: Mapping[str, Sequence[str]]
    operators: frozenset[OperatorSet]
    lines: Mapping[int, Tree] | None
    dialect: str


def parse(  # noqa: PLR0913 - an argument a choice of who asks
    text: str,
    definition: QueryDefinition,
    limits: Mapping[str, Sequence[str]] | None = None,
    *,
    without: Mapping[str, Sequence[str]] | None = None,
    width: Width = "wide",
    operators: Collection[OperatorSet] = (),
    lines: Mapping[int, Tree] | None = None,
    repair: bool = False,
    dialect: str = "",
) -> Reading:
    """Read a query against the fields of an index.

    Args:
        text: the query; any text at all.
        definition: what the index says of its fields.
        limits: catalogue field (``language``) to values, any of which will do; all fields must.
        without: catalogue field to values, none of which may be there.
        width: how widely terms match.
        operators: the words that are operators beside AND, OR and NOT.
        lines: what ``#1`` stands for, in a strategy: the trees of readings, by number.
        repair: mend what plainly is a slip, and say so among the repairs.
        dialect: the other system whose language it is in (``query.dialects``); empty for our own.

    Raises:
        QuerySyntaxError: the text is no query; every problem with its place.
        QueryNotExpressible: it is one, but the catalogue cannot search for it.
    """
    asked = _Asked(width, limits or {}, without or {}, frozenset(operators), lines, dialect)
    vocabulary, source = vocabulary_of(definition), open_source(text)
    mended: list[Note] = []
    for _ in range(ROUNDS if repair else 1):
        try:
            return _read(source, vocabulary, asked, mended)
        except QueryError as error:
            again = mend(error) if repair else None
            if again is None:
                raise
            source = open_source(again[0])
            mended += again[1]
    return _read(source, vocabulary, asked, mended)


def _read(source: Source, vocabulary: Vocabulary, asked: _Asked, mended: list[Note]) -> Reading:
    context = Context(source.text, vocabulary, asked.operators, asked.lines)
    tree, other = _parsed(source, context, asked.dialect)
    tree = _checked(tree, asked, context)
    if other is not None:
        other = _other(other, tree, asked, context)
    notes = context.notes
    return Reading(
        text=source.text,
        tree=tree,
        reading=print_tree(tree),
        width=asked.width,
        repairs=(*mended, *notes.repairs),
        warnings=tuple(notes.warnings),
        other=other,
    )


def _parsed(source: Source, context: Context, dialect: str) -> tuple[Tree, Tree | None]:
    """The tree of a text in our own language or another, and the tree of the other order."""
    if not dialect:
        return parse_text(source, context)
    from query.dialects.own import note_losses
    from query.dialects.reader import read_dialect

    read = read_dialect(source, dialect, context)
    note_losses(read.tree, context)
    return read


def _checked(tree: Tree, asked: _Asked, context: Context) -> Tree:
    tree = _limited(tree, asked, context)
    first = checks()
    for step in first:
        found = len(context.problems)
        tree = step(tree, context)
        _drop_echoes(context.problems, found)
    context.refuse()
    for step in passes()[len(first) :]:
        tree = step(tree, context)
        context.refuse()
    return tree


def _drop_echoes(problems: list[Problem], known: int) -> None:
    """Leave out new problems of what an earlier check has found wrong already."""
    new = [p for p in problems[known:] if not any(_within(p, q) for q in problems[:known])]
    problems[known:] = new


def _within(problem: Problem, other: Problem) -> bool:
    inner, outer = problem.span, other.span
    return outer.start <= inner.start and inner.end <= outer.end


def _other(other: Tree, tree: Tree, asked: _Asked, context: Context) -> Tree | None:
    """The other reading of a query with AND and OR unbracketed; None where it is the same."""
    apart = Context(context.text, context.vocabulary, asked.operators, asked.lines)
    try:
        other = _checked(other, asked, apart)
    except QueryError:
        return None
    if other == tree:
        return None
    message = _mixed(asked.dialect).format(print_tree(tree), print_tree(other))
    context.notes.warn("mixed", message, Span(0, len(context.text)))
    return other


def _mixed(dialect: str) -> str:
    if not dialect:
        return "AND binds tighter than OR: {}. With brackets round OR it would be {}"
    from query.dialects.model import load_dialect

    return f"in the order of {load_dialect(dialect).title}: {{}}. In HKALL's own it would be {{}}"


def parse_text(source: Source, context: Context) -> tuple[Tree, Tree | None]:
    """The tree as it is written, and as OR before AND would have it where no bracket says.

    Grammar only, no pass.

    Raises:
        QuerySyntaxError: with every problem of the text.
    """
    _check_length(source)
    tokens = scan(source, context.syntax)
    asks = advice.question_mark(tokens, source)
    if asks is not None:
        source, tokens = _without_question(source, asks, context)
    problems = check.structure(tokens)
    if context.lines is None and capitals.is_title(tokens, sound=not problems):
        return capitals.title(tokens, source, context.notes), None
    problems += check.unknown_fields(tokens, context.vocabulary)
    if problems:
        raise QuerySyntaxError(source.text, sorted(problems, key=lambda each: each.span.start))
    advice.note_signs(tokens, source, context.notes)
    context.words_only = all(token.kind in ("word", "phrase") for token in tokens)
    advice.warn_field_ends(tokens, context.notes)
    tree = build_tree(tokens, source)
    mixed = advice.is_mixed(tokens)
    return tree, build_tree(tokens, source, or_first=True) if mixed else None


def _without_question(source: Source, at: int, context: Context) -> tuple[Source, list[Token]]:
    span = Span(at, len(source.shadow.rstrip()))
    message = "the question mark at the end was left out; within a word it stands for one character"
    context.notes.repair("question-mark", message, span)
    blanks = " " * (span.end - span.start)
    source = source._replace(shadow=source.shadow[:at] + blanks + source.shadow[span.end :])
    return source, scan(source, context.syntax)


def _check_length(source: Source) -> None:
    most = tables().budget.max_length
    if not source.shadow.strip() or len(source.text) > most:
        full = len(source.text) > most
        code, message = (
            ("too-long", f"the query is longer than {most} characters")
            if full
            else ("empty-query", "the query is empty")
        )
        hint = "Split it." if full else "Write what to look for; * alone finds every title."
        raise QuerySyntaxError(source.text, [Problem(code, message, Span(0, 0), hint)])


def _limited(tree: Tree, asked: _Asked, context: Context) -> Tree:
    parts = [_limit(field, values, context) for field, values in asked.limits.items() if values]
    excluded = [_limit(field, values, context) for field, values in asked.without.items() if values]
    parts += [Not(each) for each in excluded]
    return And((tree, *parts), span=tree.span) if parts else tree


def _limit(field: str, values: Sequence[str], context: Context) -> Tree:
    name = context.vocabulary.name_of(field)
    if name is None:
        message = f"this index has no field {field} to limit by"
        hint = "Rebuild it with `hkall reindex`, or leave the limit out."
        raise QuerySyntaxError(context.text, [Problem("unknown-limit", message, Span(0, 0), hint)])
    plain = (value.strip().replace('"', " ") for value in values)
    children = tuple(value_leaf(value, context.syntax) for value in plain)
    return Field(name, Or(children) if len(children) > 1 else children[0])
