"""A clause of CQL as our tree: its index is a field, its relation says how the words of its term stand."""

from __future__ import annotations

import re
from datetime import date, timedelta
from difflib import get_close_matches
from typing import TYPE_CHECKING, NamedTuple

from query.dialects import terms
from query.tree import (
    And,
    Everything,
    Exact,
    Field,
    Line,
    Not,
    Or,
    Phrase,
    Range,
    Span,
    Starts,
    Whole,
)
from query.values import coded_value, day_range

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from query.context import Context
    from query.dialects.model import Dialect
    from query.tree import Leaf, Tree

_WORDS = ("=", "adj", "scr")
_WHOLE = ("==", "exact")
_ORDERS = ("<", "<=", ">", ">=", "within")
_SILENT = {"relevant", "word", "masked", "ignorecase", "ignoreaccents", "isodate", "number", "uri", "string", "unmasked"}  # fmt: skip
_EXACT = {"respectaccents", "respectcase"}
_OTHER_TERMS = {"regexp", "substring"}  # modifiers by which the term is none of words
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
        self.relation = clause.relation

    def read(self, prefixes: Mapping[str, str]) -> Tree:
        prefix, dot, relation = self.clause.relation.partition(".")
        if dot and prefixes.get(prefix, prefix) == "cql":
            self.relation = relation
        index = self._index(prefixes)
        if index == "cql.allrecords":
            return Everything(span=self.span)
        if index == "cql.resultsetid":
            return self._set()
        names = self._names(index)
        self._note_modifiers()
        if not self.clause.term.strip():
            self._not_searchable("an empty term finds nothing", "Write a word.")
            return Everything(span=self.span)
        if not names:
            return self._said(None)
        if len(names) > 1:
            words = self.clause.term.split()
            if self.relation in ("any", "all") and len(words) > 1:
                return self._each_read(words, prefixes)
            names = self._fitting(names)
        found = tuple(Field(name, self._said(name), span=self.span) for name in names)
        fields = tuple(
            Not(Field(f.name, f.child.child, span=f.span), span=f.span)
            if isinstance(f.child, Not)
            else f
            for f in found
        )
        return fields[0] if len(fields) == 1 else Or(fields, span=self.span)

    def _set(self) -> Tree:
        """``cql.resultSetId = 3``: a line of the strategy; outside of one, a set that is not known."""
        text = self.clause.term.strip()
        if self.context.lines is not None and re.fullmatch("#?[0-9]{1,4}", text):
            return Line(int(text.lstrip("#")), span=self.span)
        self._not_searchable("sets of other searches are not known here", "Write the query itself.")
        return Everything(span=self.span)

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
        known = ", ".join(tags)
        message = f"the catalogue has no index “{self.clause.name}”"
        near = get_close_matches(index, [*tags, *vocabulary.names], 1, 0.7)
        meant = f"Did you mean {near[0]}? " if near else ""
        advice = f"{meant}Indexes known here are {known}, and HKALL's own names without a prefix."
        start = self.span.start
        self.context.problem(
            "unknown-field", message, Span(start, start + len(self.clause.name)), advice
        )
        return ()

    def _each_read(self, words: Sequence[str], prefixes: Mapping[str, str]) -> Tree:
        """Each word in the fields that it fits: an ISBN and an ISSN of one term."""
        clauses = (self.clause._replace(term=word, relation="=") for word in words)
        found = tuple(_Reader(each, self.dialect, self.context).read(prefixes) for each in clauses)
        return (And if self.relation == "all" else Or)(found, span=self.span)

    def _fitting(self, names: tuple[str, ...]) -> tuple[str, ...]:
        """The identifiers of an index that the term can be one of; all where it is none."""
        found = tuple(
            name
            for name in names
            for field in self.context.vocabulary.fields(name)
            if coded_value(self.clause.term, field.normaliser) is not None
        )
        return found or names

    def _note_modifiers(self) -> None:
        for modifier in self.clause.modifiers:
            if modifier.name in _OTHER_TERMS:
                self._not_searchable(
                    f"a term with /{modifier.name} cannot be sought", "Write words; * and ? mask."
                )
            elif modifier.name not in _SILENT | _EXACT:
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
        relation = self.relation
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
        text, relation = _plain(self._unmasked(self.clause.term)), self.relation
        if kind == "text":
            self._not_searchable(
                f"{relation} needs a field with an order, such as dc.date", "Write =."
            )
            return Everything(span=self.span)
        if relation == "within":
            low, _, high = text.partition(" ")
            return Range(low, high.strip() or low, span=self.span)
        if relation in ("<", ">"):
            beside = _beside(text, kind, 1 if relation == ">" else -1)
            if beside is None:
                self._not_searchable(f"{relation} needs a year or a day", f"Write {relation}=.")
                return Everything(span=self.span)
            text = beside
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


def _beside(text: str, kind: str, step: int) -> str | None:
    """The year, or the day, after a text (``step`` 1) or before it (-1); None where it is neither."""
    if kind == "year" and re.fullmatch(r"[0-9]{1,4}", text):
        return f"{min(max(int(text) + step, 0), 9999):04}"
    days = day_range(text) if kind == "date" else None
    if days is None:
        return None
    try:
        day = date.fromisoformat(days[1] if step > 0 else days[0])
        return (day + timedelta(days=step)).isoformat()
    except (ValueError, OverflowError):  # an open range, or beyond the calendar
        return None


def _plain(text: str) -> str:
    """Words with one space between them; what no index holds is gone."""
    return " ".join(text.replace(_LITERAL, " ").replace('"', " ").split())
