"""From one language to another: read, settled by our own passes of names, and written."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from query.context import Context
from query.dialects.model import OWN, load_dialect
from query.dialects.reader import read_dialect
from query.notes import Note  # noqa: TC001 - msgspec reads the annotation
from query.passes.flatten import flatten
from query.passes.names import resolve_names
from query.passes.near import check_near
from query.passes.values import read_values
from query.printer import print_tree
from query.render import note_lines
from query.tokens import open_source
from query.vocabulary import vocabulary_of

if TYPE_CHECKING:
    from mappings.model import QueryDefinition
    from query.tree import Tree

LOST = "lost-"


class Translation(msgspec.Struct, frozen=True):
    """A query in another language: ``query`` is its text, ``reading`` how the source was understood.

    Places of notes count in code points of ``text``, the source composed (NFC).
    """

    source: str
    target: str
    text: str
    query: str
    reading: str
    losses: tuple[Note, ...]
    repairs: tuple[Note, ...]
    warnings: tuple[Note, ...]


def translate(text: str, source: str, target: str, definition: QueryDefinition) -> Translation:
    """Translate a query; both languages by the name of their data file, or ``hkall``.

    Raises:
        QueryError: the text cannot be read, or the target cannot say it at all.
        UnknownDialect: there is no such language.
    """
    for name in (source, target):
        if name != OWN:
            load_dialect(name)
    vocabulary, opened = vocabulary_of(definition), open_source(text)
    context = Context(opened.text, vocabulary, frozenset(), None)
    tree = _settled(_read(text, source, context), context, own=source == OWN)
    query = written(tree, target, context)
    losses = tuple(note for note in context.notes.warnings if note.code.startswith(LOST))
    return Translation(
        source=source,
        target=target,
        text=opened.text,
        query=query,
        reading=print_tree(tree),
        losses=losses,
        repairs=tuple(context.notes.repairs),
        warnings=tuple(note for note in context.notes.warnings if note not in losses),
    )


def said(found: Translation) -> list[str]:
    """What is to be told beside the query, a line each; losses with their place, from 1."""
    lost = [f"lost at {note.start + 1}: {note.message}" for note in found.losses]
    return [*lost, *note_lines(found.repairs, found.warnings)]


def _read(text: str, source: str, context: Context) -> Tree:
    if source != OWN:
        return read_dialect(open_source(text), source, context).tree
    from query.reading import parse_text

    return parse_text(open_source(text), context)[0]


def _settled(tree: Tree, context: Context, *, own: bool) -> Tree:
    """Fields by the first of their names, proximity within its field, chains as one node.

    Values of our own (``year:1990-``) become ranges; those of others are theirs.
    """
    for step in (resolve_names, check_near, *((read_values,) if own else ()), flatten):
        tree = step(tree, context)
        context.refuse()
    return tree


def written(tree: Tree, target: str, context: Context) -> str:
    """The tree in a language; in our own, what it does not search is listed as well."""
    if target != OWN:
        from query.dialects.writer import write_dialect

        return write_dialect(tree, target, context)
    from query.dialects.own import note_losses, note_short

    note_losses(tree, context)
    note_short(tree, context)
    return print_tree(tree)
