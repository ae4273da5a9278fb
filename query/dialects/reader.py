"""A query in another language to our tree: pieces, checks, the grammar, and what was lost."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from query import check
from query.dialects import grammar
from query.dialects.doubts import warn_doubts
from query.dialects.model import load_dialect
from query.dialects.nodes import Heading, depth
from query.dialects.scan import WIDE, scan
from query.dialects.slashes import limited, subheadings
from query.dialects.tags import apply_tag, unknown_tag
from query.dialects.unverified import warn_unverified
from query.dialects.years import as_ranges
from query.errors import Problem, QuerySyntaxError
from query.tables import tables
from query.tree import And, Everything, Field, Line, Or, Span

if TYPE_CHECKING:
    from query.context import Context
    from query.dialects.grammar import Levels
    from query.dialects.model import Dialect
    from query.dialects.pieces import Piece, Tag
    from query.dialects.unverified import RuleName
    from query.tokens import Source
    from query.tree import Tree

OWN_LEVELS: Levels = (("near",), ("not",), ("and",), ("or",))
"""The order of our own language: what a query is compared with."""

_MISSING = ("operator-without-left", "operator-without-right")


class Read(NamedTuple):
    """The tree of a query, and the tree that our own order of operators would give, if another."""

    tree: Tree
    other: Tree | None


def read_dialect(source: Source, name: str, context: Context) -> Read:
    """Read a query as the system called ``name`` reads it.

    What the tree cannot hold is a warning of ``context`` whose code begins with ``lost-``; a rule
    that no source states and that this query rests on is the warning ``unverified-rule``.

    Raises:
        QuerySyntaxError: with every problem of the text.
        QueryNotExpressible: it is sound, but nothing of ours could be meant by it.
        UnknownDialect: there is no dialect of this name.
    """
    dialect = load_dialect(name)
    _check_length(source)
    problems: list[Problem] = []
    linked: list[Piece] | None = None
    if dialect.rules.tagging.value.style == "clause":
        from query.dialects.cql import scan_clauses

        pieces, problems = scan_clauses(source, dialect, context)
    else:
        from query.dialects.links import scan_link

        linked = scan_link(source, dialect, context)
        pieces = scan(source, dialect, context.vocabulary.names) if linked is None else linked
    problems = problems or _problems(pieces, dialect)
    if problems:
        raise QuerySyntaxError(source.text, sorted(problems, key=lambda each: each.span.start))
    return _Reader(dialect, source, context, linked=linked is not None).read(pieces)


def _check_length(source: Source) -> None:
    most = tables().budget.max_length
    full = len(source.text) > most
    if source.shadow.strip() and not full:
        return
    code = "too-long" if full else "empty-query"
    message = f"the query is longer than {most} characters" if full else "the query is empty"
    raise QuerySyntaxError(
        source.text, [Problem(code, message, Span(0, 0), "Split it." if full else "Write a query.")]
    )


def _problems(pieces: list[Piece], dialect: Dialect) -> list[Problem]:
    """Problems of brackets, quotation marks, operators and tags."""
    tokens = [piece.token() for piece in pieces if piece.kind != "beside"]
    problems = [_in_dialect(problem, dialect) for problem in check.structure(tokens)]
    before = ""
    for piece in pieces:
        if piece.kind == "without" and not dialect.rules.unary_not.value:
            message = f"{piece.text} has nothing before it"
            advice = f"In {dialect.title}, NOT stands between two terms."
            problems.append(Problem("operator-without-left", message, piece.span, advice))
        elif piece.kind == "suffix" and before not in ("leaf", "close", "suffix"):
            message = f"{piece.text} has no term before it"
            advice = f"In {dialect.title}, a field stands behind its term or brackets."
            problems.append(Problem("tag-without-term", message, piece.span, advice))
        elif piece.kind == "prefix" and before == "near" and _wide_tags(dialect):
            message = f"{piece.text} governs all of a proximity, not one side of it"
            advice = f"Write {piece.text} before its first term."
            problems.append(Problem("near-field", message, piece.span, advice))
        if piece.kind in ("prefix", "suffix") and piece.tag is None:
            problems.append(unknown_tag(piece, dialect))
        before = piece.kind
    return problems


def _wide_tags(dialect: Dialect) -> bool:
    """Whether a tag governs all words up to the next operator: ``TI heart attack``."""
    return dialect.rules.tagging.value.style in WIDE


def _in_dialect(problem: Problem, dialect: Dialect) -> Problem:
    """Advice that fits the dialect, where small letters may be operators as well."""
    if problem.code not in _MISSING:
        return problem
    side = "before" if problem.code == _MISSING[0] else "after"
    advice = f"{dialect.title} reads it as an operator. Write a term {side} it, or put the word in quotation marks."
    return problem._replace(advice=advice)


class _Reader:
    def __init__(self, dialect: Dialect, source: Source, context: Context, *, linked: bool) -> None:
        self.linked = linked
        self.dialect = dialect
        self.source = source
        self.context = context

    def read(self, pieces: list[Piece]) -> Read:
        pieces = [self._settled(piece) for piece in pieces]
        rules = self.dialect.rules
        warn_doubts(pieces, self.dialect, self.context)
        self._unverified(pieces)
        tree = self._tree(pieces, rules.precedence.value)
        other = self._tree(pieces, OWN_LEVELS) if mixed(pieces) else None
        self.context.refuse()
        return Read(tree, other if other != tree else None)

    def _tree(self, pieces: list[Piece], levels: Levels) -> Tree:
        tree = grammar.build(pieces, levels, self._apply, wide_tags=_wide_tags(self.dialect))
        most = tables().budget.max_depth
        if depth(tree) > 3 * most:  # fields and NOT stand between levels of AND and OR
            message = f"AND, OR and NOT alternate more than {most} levels deep"
            problem = Problem("too-deep", message, tree.span, "Bracket what belongs together.")
            raise QuerySyntaxError(self.source.text, [problem])
        if self.dialect.rules.tagging.value.style == "clause":
            from query.dialects.cql import with_shared_index

            return with_shared_index(tree)
        years = self.dialect.rules.years
        return as_ranges(tree) if years and years.value.compared else tree

    def _apply(self, tag: Tag, tree: Tree, span: Span) -> Tree:
        return apply_tag(tag, tree, span, self.dialect, self.context)

    def _settled(self, piece: Piece) -> Piece:
        """A limit as a tree; what stands behind the slash of a heading is lost."""
        from dataclasses import replace

        if piece.kind == "leaf" and piece.tree is None:
            return replace(piece, tree=limited(piece.text, piece.span, self.context.notes))
        if isinstance(piece.tree, Field) and isinstance(piece.tree.child, Heading):
            below = subheadings(piece.text)
            if below and piece.text.rstrip().endswith(below):
                message = f"the subheadings {below} were left out"
                self.context.notes.warn("lost-subheading", message, piece.span)
        return piece

    def _unverified(self, pieces: list[Piece]) -> None:
        rules, kinds = self.dialect.rules, {piece.kind for piece in pieces}
        signs = set(rules.wildcards.value)
        leaves = [piece for piece in pieces if piece.kind == "leaf"]
        used: set[RuleName] = {"beside"} if "beside" in kinds else set()
        if mixed(pieces):
            used.add("precedence")
        if kinds & {"prefix", "suffix"}:
            used |= {"links" if self.linked else "tagging", "tags"}
        if "near" in kinds:
            used.add("proximity")
        if any(signs & set(piece.text) for piece in leaves):
            used |= {"wildcards", "truncation"}
        if any(map(self._is_year, pieces)):
            used.add("years")
        if any(map(self._is_limit, pieces)):
            used.add("limits")
        for piece in leaves:
            used |= _rules_of(piece.tree)
        warn_unverified(used, self.dialect, self.context)

    def _is_limit(self, piece: Piece) -> bool:
        """``english[Filter]``, or ``LIMIT-TO ( LANGUAGE , "English" )`` with its value."""
        limits = self.dialect.rules.limits
        refined = piece.kind == "leaf" and isinstance(piece.tree, Field)
        if limits is None or not (refined or piece.kind == "suffix"):
            return False
        return piece.text.strip("[]").partition("(")[0].strip().upper() in limits.value

    def _is_year(self, piece: Piece) -> bool:
        names = piece.tag.names if piece.tag else ()
        if isinstance(piece.tree, Field):
            names = (piece.tree.name,)
        vocabulary = self.context.vocabulary
        return any(name in vocabulary and vocabulary.kind(name) == "year" for name in names)


def _rules_of(tree: Tree | None) -> set[RuleName]:
    """The rules that a leaf of more than words rests on."""
    match tree:
        case Line() | Or((Line(), *_)) | And((Line(), *_)):
            return {"sets"}
        case Field(_, Heading()):
            return {"headings"}
        case Everything():
            return {"everything"}
        case _:
            return set()


def mixed(pieces: list[Piece]) -> bool:
    """Whether operators that could be taken in another order stand beside each other, unbracketed."""
    found: list[set[str]] = [set()]
    for piece in pieces:
        if piece.kind == "open":
            found.append(set())
        elif piece.kind == "close":
            found.pop()
        elif piece.kind in ("and", "or", "not", "near"):
            found[-1].add(piece.kind)
            here = found[-1]
            if {"or"} < here or {"near", "and"} <= here or {"near", "not"} <= here:
                return True
    return False
