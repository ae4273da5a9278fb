"""A clause of CQL as our tree: its index is a field, its relation says how the words of its term stand."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from query.dialects import terms
from query.tree import (
    And,
    Everything,
    Exact,
    Field,
    Not,
    Or,
    Phrase,
    Range,
    Span,
    Starts,
    Whole,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from query.context import Context
    from query.dialects.model import Dialect
    from query.tree import Leaf, Tree

_WORDS = ("=", "adj", "scr")
_WHOLE = ("==", "exact")
_ORDERS = ("<", "<=", ">", ">=", "within")
_SILENT = {"relevant", "word", "masked", "ignorecase", "ignoreaccents", "isodate", "number", "uri", "string", "unmasked"}  # fmt: skip
_EXACT = {"respectaccents", "respectcase"}
_MASKED = re.compile(r"\\(.)|([*?^])", re.DOTALL)
_LITERAL = "\ue001"  # stands for an escaped sign, which no index holds
_CODED = ("term", "prefix")


class Modifier(NamedTuple):
    """``/distance<=3``: its name in small letters without the prefix cql."""

    name: str
    relation: str
    value: str
    span: Span


class Clause(NamedTuple):
    """``index relation/modifiers term``; ``name`` is the index, empty where there is only a term."""

    name: str
    relation: str
    modifiers: tuple[Modifier, ...]
    term: str
    span: Span


def clause_tree(
    clause: Clause, prefixes: Mapping[str, str], dialect: Dialect, context: Context
) -> Tree:
    """The tree of a clause; what the catalogue cannot search is a problem of the context."""
    return _Reader(clause, dialect, context).read(prefixes)


class _Reader:
    def __init__(self, clause: Clause, dialect: Dialect, context: Context) -> None:
        self.clause = clause
        self.dialect = dialect
        self.context = context
        self.span = clause.span
        self.modifiers = {modifier.name for modifier in clause.modifiers}

    def read(self, prefixes: Mapping[str, str]) -> Tree:
        index = self._index(prefixes)
        if index == "cql.allrecords":
            return Everything(span=self.span)
        names = self._names(index)
        self._note_modifiers()
        if not self.clause.term.strip():
            self._not_searchable("an empty term finds nothing", "Write a word.")
            return Everything(span=self.span)
        if not names:
            return self._said(None)
        found = tuple(Field(name, self._said(name), span=self.span) for name in names)
        fields = tuple(
            Not(Field(f.name, f.child.child, span=f.span), span=f.span)
            if isinstance(f.child, Not)
            else f
            for f in found
        )
        return fields[0] if len(fields) == 1 else Or(fields, span=self.span)

    def _index(self, prefixes: Mapping[str, str]) -> str:
        """The index with the prefix of its context set, in small letters."""
        prefix, dot, name = self.clause.name.casefold().partition(".")
        if dot:
            return f"{prefixes.get(prefix, prefix)}.{name}"
        context = prefixes.get("", "")
        return f"{context}.{prefix}" if context and prefix else prefix

    def _names(self, index: str) -> tuple[str, ...]:
        """The catalogue's fields of an index: one of the data file, or a name of our own."""
        vocabulary, tags = self.context.vocabulary, self.dialect.rules.tags.value
        if not index:
            return ()
        if index in tags:
            return tuple(vocabulary.canonical(name) for name in tags[index] if name in vocabulary)
        if "." not in index:
            if index in vocabulary:
                return (vocabulary.canonical(index),)
            for prefix in ("dc", "cql", "bib", "bath", "rec"):
                if f"{prefix}.{index}" in tags:
                    return self._names(f"{prefix}.{index}")
        if index == "cql.resultsetid":
            self._not_searchable(
                "sets of other searches are not known here", "Write the query itself."
            )
            return ()
        known = ", ".join(tags)
        message = f"“{self.clause.name}” is not an index"
        advice = f"Indexes known here are {known}, and HKALL's own names without a prefix."
        start = self.span.start
        self.context.problem(
            "unknown-field", message, Span(start, start + len(self.clause.name)), advice
        )
        return ()

    def _note_modifiers(self) -> None:
        for modifier in self.clause.modifiers:
            if modifier.name not in _SILENT | _EXACT:
                message = f"the modifier /{modifier.name} was left out"
                self.context.notes.warn("lost-modifier", message, modifier.span)
            elif modifier.name == "respectcase":
                self.context.notes.warn(
                    "lost-modifier", "capitals are not told from small letters", modifier.span
                )

    def _not_searchable(self, message: str, advice: str) -> None:
        self.context.problem("not-searchable", message, self.span, advice)

    def _said(self, name: str | None) -> Tree:
        """What the relation says of the term, in a field of this name or in all."""
        relation = self.clause.relation
        kind = self.context.vocabulary.kind(name) if name else "text"
        if relation == "<>":
            return Not(self._whole(kind), span=self.span)
        if relation in _ORDERS:
            return self._ordered(kind)
        if relation in _WHOLE or (relation in _WORDS and "string" in self.modifiers):
            return self._whole(kind)
        if relation in _WORDS:
            return self._words(self._unmasked(self.clause.term))
        if relation in ("all", "any"):
            join = And if relation == "all" else Or
            return self._each(join)
        self._not_searchable(
            f"the relation {relation} is not known",
            "Write =, ==, adj, all, any, within, <, <=, > or >=.",
        )
        return Everything(span=self.span)

    def _each(self, join: Callable[..., Tree]) -> Tree:
        words = self._unmasked(self.clause.term).split()
        children = tuple(self._words(word) for word in words)
        return children[0] if len(children) == 1 else join(children, span=self.span)

    def _whole(self, kind: str) -> Tree:
        """``==``: the whole value; coded values are whole by themselves."""
        text = _plain(self._unmasked(self.clause.term).replace("^", " "))
        if kind != "text":
            return terms.plain(text, self.span, self.context.vocabulary.names)
        if set(text) & {"*", "?"}:
            self.context.notes.warn(
                "lost-anchor", "a whole value with truncated words is sought as words", self.span
            )
            return self._words(text)
        return Whole(text, span=self.span)

    def _words(self, text: str) -> Tree:
        """Words side by side: one, a phrase, or the beginning of a value (``^``)."""
        starts, ends = text.startswith("^"), len(text) > 1 and text.endswith("^")
        text = _plain(text.replace("^", " "))
        if starts and ends and not set(text) & {"*", "?"}:
            return Whole(text, span=self.span)
        if ends:
            self.context.notes.warn(
                "lost-anchor", f"that a value ends in “{text}” was left out", self.span
            )
        if starts:
            return Starts(text, span=self.span)
        return self._leaf(text)

    def _leaf(self, text: str) -> Leaf:
        names = self.context.vocabulary.names
        found: Leaf
        if " " in text or not text:
            found = Phrase(text, span=self.span)
        elif set(text) & {"*", "?"}:
            return terms.truncated(text, self.span, names)
        else:
            found = terms.plain(text, self.span, names)
        return Exact(found, span=self.span) if self.modifiers & _EXACT else found

    def _ordered(self, kind: str) -> Tree:
        """``>= 1990``, ``within "1990 2000"``: in fields that have an order."""
        text, relation = _plain(self._unmasked(self.clause.term)), self.clause.relation
        if kind == "text":
            self._not_searchable(
                f"{relation} needs a field with an order, such as dc.date", "Write =."
            )
            return Everything(span=self.span)
        if relation == "within":
            low, _, high = text.partition(" ")
            return Range(low, high.strip() or low, span=self.span)
        if relation in ("<", ">"):
            if kind != "year" or not text.isdecimal():
                self._not_searchable(f"{relation} needs a year", f"Write {relation}=.")
                return Everything(span=self.span)
            text = f"{int(text) + (1 if relation == '>' else -1):04}"
        return (
            Range(text, "", span=self.span)
            if relation.startswith(">")
            else Range("", text, span=self.span)
        )

    def _unmasked(self, text: str) -> str:
        """The term with its masks as ours; escaped signs, which no index holds, become spaces."""
        literal = "unmasked" in self.modifiers

        def change(match: re.Match[str]) -> str:
            if match[1]:
                return match[1] if match[1].isalnum() else _LITERAL
            return _LITERAL if literal else match[2]

        return _MASKED.sub(change, text.replace("#", " "))


def _plain(text: str) -> str:
    """Words with one space between them; what no index holds is gone."""
    return " ".join(text.replace(_LITERAL, " ").replace('"', " ").split())
