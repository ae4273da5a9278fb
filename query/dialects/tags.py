"""Tags of another system's fields, put over trees as our fields."""

from __future__ import annotations

from difflib import get_close_matches
from typing import TYPE_CHECKING

from query.dialects import terms
from query.dialects.nodes import Heading
from query.dialects.years import years_of
from query.errors import Problem
from query.tree import And, Boost, Field, Near, Not, Or, Phrase, Word, with_children
from query.values import coded_value

if TYPE_CHECKING:
    from query.context import Context
    from query.dialects.model import Dialect
    from query.dialects.pieces import Piece, Tag
    from query.tree import Span, Tree


def unknown_tag(piece: Piece, dialect: Dialect) -> Problem:
    """The problem of a tag that the dialect's data file does not have."""
    known = dialect.rules.tags.value
    written = piece.text.strip(".[]=: ")
    limits = dialect.rules.limits.value if dialect.rules.limits else {}
    if written.upper() in limits:
        facets = ", ".join(limits[written.upper()]) or "none"
        advice = f"Leave it out. Of the facets of {written}, those known here are: {facets}."
        return Problem(
            "unknown-field", f"{written} with this facet is no field here", piece.span, advice
        )
    near = get_close_matches(written.casefold(), [tag.casefold() for tag in known], 1, 0.6)
    meant = f"Did you mean {near[0]}? " if near else ""
    shown: dict[tuple[str, ...], str] = {}
    for tag, names in known.items():
        shown.setdefault(names, tag)  # one name of each field, not all
    advice = f"{meant}{dialect.title}'s fields known here are {', '.join(shown.values())}."
    return Problem("unknown-field", f"“{written}” is not a field", piece.span, advice)


def apply_tag(tag: Tag, tree: Tree, span: Span, dialect: Dialect, context: Context) -> Tree:
    """The tree governed by the fields that the tag stands for."""
    if tag.text.partition("/freq=")[1]:
        message = "how often a term must occur cannot be asked for and was left out"
        context.notes.warn("lost-modifier", message, span)
    if tag.near is not None:
        tree = _near(tree, tag, context)
    if tag.heading is not None:
        tree = _heading(tree, tag.heading, dialect, context)
    if dialect.rules.limits and tag.text.strip("[]").upper() in dialect.rules.limits.value:
        _check_limit(tree, tag, dialect, context)
    names = [name for name in tag.names if name in context.vocabulary]
    if len(names) < len(tag.names):
        missing = ", ".join(name for name in tag.names if name not in context.vocabulary)
        context.problem(
            "unknown-field", f"this index has no field {missing}", span, "Leave it out."
        )
        return tree
    if not names:
        return tree
    if len(names) == 1:
        return _field(names[0], tree, span, dialect, context)
    return _spread(tree, names, span, dialect, context)


def term_centric(tree: Tree) -> bool:
    """Whether AND or NOT joins terms, each of which may stand in another of several fields."""
    match tree:
        case And() | Not():
            return True
        case Or(children):
            return any(map(term_centric, children))
        case Boost(child):
            return term_centric(child)
        case _:
            return False


def _spread(tree: Tree, names: list[str], span: Span, dialect: Dialect, context: Context) -> Tree:
    """Several fields over a group: each term in any of them.

    ``TS=(a AND b)`` finds a title with a whose abstract has b.
    """
    if term_centric(tree):
        return with_children(
            tree, lambda child: _spread(child, names, child.span, dialect, context)
        )
    children = tuple(_field(name, tree, span, dialect, context) for name in names)
    return Or(children, span=span)


def _field(name: str, tree: Tree, span: Span, dialect: Dialect, context: Context) -> Tree:
    if context.vocabulary.kind(name) == "year" and dialect.rules.years:
        tree = years_of(tree, dialect, context)
    return Field(name, tree, span=span)


def _check_limit(tree: Tree, tag: Tag, dialect: Dialect, context: Context) -> None:
    """A filter of the system's (``english[Filter]``) is a language, or nothing that is known here."""
    text = tree.text if isinstance(tree, Word | Phrase) else ""
    if not text or coded_value(text, "language") is None:
        message = (
            f"“{text or tag.text}” is a filter of {dialect.title} that the catalogue does not have"
        )
        advice = f"Leave it out. Languages are known: english{tag.text}."
        context.problem("not-searchable", message, tree.span, advice)


def _near(tree: Tree, tag: Tag, context: Context) -> Tree:
    """The words of a phrase near each other, in any order."""
    words = tree.text.split() if isinstance(tree, Word | Phrase) else []
    if len(words) < 2:  # noqa: PLR2004 - proximity has two sides
        message = f"{tag.text} wants several words in quotation marks before it"
        context.problem("near-operand", message, tree.span, 'Write "one two"[ti:~3].')
        return tree
    names = context.vocabulary.names
    near: Tree = _side(words[0], tree.span, names)
    for word in words[1:]:
        near = Near(
            (near, _side(word, tree.span, names)), tag.near or 0, ordered=False, span=tree.span
        )
    return near


def _side(word: str, span: Span, names: tuple[str, ...]) -> Tree:
    """A word of a phrase as a term by itself; its signs of truncation are ours already."""
    signed = set(word) & set(terms.OURS.values())
    return terms.truncated(word, span, names) if signed else terms.plain(word, span, names)


def _heading(tree: Tree, kind: tuple[str, ...], dialect: Dialect, context: Context) -> Tree:
    if not isinstance(tree, Word | Phrase):
        return tree
    text, slash, below = tree.text.partition("/")
    text = text.strip() or tree.text
    if slash and text != tree.text:
        message = f"the subheading {below} was left out"
        context.notes.warn("lost-subheading", message, tree.span)
        tree = Phrase(text, span=tree.span)
    exploded = "exploded" in kind
    sign = dialect.rules.headings.value.sign if dialect.rules.headings else ""
    if sign and text.endswith(sign) and text.strip(sign + " "):
        text, exploded = text.removesuffix(sign).rstrip(), True
    if not exploded and "major" not in kind:
        return tree
    return Heading(text, exploded=exploded, major="major" in kind, span=tree.span)
