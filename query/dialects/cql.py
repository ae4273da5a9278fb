"""CQL 1.2 cut into pieces: every clause with its index, relation and modifiers is one.

The grammar is the BNF of the specification (Library of Congress, 2008), all of it; what the catalogue
cannot search is refused as not expressible, not as wrong. Linear in the length of the text.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from query.dialects.cql_terms import Clause, Modifier, clause_tree
from query.dialects.pieces import Distance, Piece
from query.errors import Problem
from query.tokens import QUOTES
from query.tree import Field, Near, Or, Pattern, Phrase, Span, Stem, Word, with_children

if TYPE_CHECKING:
    from query.context import Context
    from query.dialects.model import Dialect
    from query.dialects.pieces import Kind
    from query.tokens import Source
    from query.tree import Tree

_token = re.compile(
    r"(?P<open>\()|(?P<close>\))|(?P<symbol>==|<=|>=|<>|[=<>])|(?P<slash>/)"
    r'|(?P<quoted>"(?:[^"\\]|\\.)*+")|(?P<quote>")|(?P<bare>[^ ()=<>/"]+)',
    re.DOTALL,
)
_BOOLEANS: dict[str, Kind] = {"and": "and", "or": "or", "not": "not", "prox": "near"}
_SORT = "sortby"
_AT_MOST = ("<=", "<", "=")


def with_shared_index(tree: Tree) -> Tree:
    """A term without an index stands near others in theirs: ``tea prox dc.title = health``.

    The server chooses where to search such a term (``cql.serverChoice``), and words near each other
    stand in one field.
    """
    if not isinstance(tree, Near):
        return with_children(tree, with_shared_index)
    names = _named(tree) - {""}
    return _in_field(tree, names.pop()) if len(names) == 1 else tree


def _named(tree: Tree) -> set[str]:
    """The fields of the terms of a proximity; empty for a term that has none."""
    match tree:
        case Near(children) | Or(children):
            return set().union(*map(_named, children))
        case Field(name):
            return {name}
        case _:
            return {""}


def _in_field(tree: Tree, name: str) -> Tree:
    match tree:
        case Near() | Or():
            return with_children(tree, lambda child: _in_field(child, name))
        case Word() | Phrase() | Stem() | Pattern():
            return Field(name, tree, span=tree.span)
        case _:
            return tree


class _Token(NamedTuple):
    kind: str  # open, close, symbol, slash, term
    text: str
    span: Span
    quoted: bool = False


def scan_clauses(
    source: Source, dialect: Dialect, context: Context
) -> tuple[list[Piece], list[Problem]]:
    """All pieces of a CQL query, and what is wrong with its clauses."""
    tokens, problems = _tokens(source)
    reader = _Clauses(tokens, dialect, context)
    reader.problems += problems
    reader.read()
    return reader.pieces, reader.problems


def _tokens(source: Source) -> tuple[list[_Token], list[Problem]]:
    found: list[_Token] = []
    for match in _token.finditer(source.shadow):
        kind, span = str(match.lastgroup), Span(*match.span())
        if kind == "quote":
            message = 'the quotation mark " has no partner'
            problem = Problem("unclosed-quote", message, span, "Close it, or leave it out.")
            return found, [problem]
        text = (source.shadow if kind == "symbol" else source.text)[span.start : span.end]
        if kind == "quoted":
            found.append(_Token("term", text[1:-1], span, quoted=True))
        else:
            found.append(_Token("term" if kind == "bare" else kind, text, span))
    return found, []


class _Clauses:
    """Goes through the tokens once: an operand and an operator in turn."""

    def __init__(self, tokens: list[_Token], dialect: Dialect, context: Context) -> None:
        self.tokens = tokens
        self.dialect = dialect
        self.context = context
        self.at = 0
        self.pieces: list[Piece] = []
        self.problems: list[Problem] = []
        self.prefixes: list[dict[str, str]] = [{}]

    def read(self) -> None:
        """Read everything; a problem ends it, since what follows would be guesses."""
        operand = True
        while self.at < len(self.tokens) and not self.problems:
            operand = self._operand() if operand else self._operator()
        if not self.pieces and not self.problems:
            self._wrong(self.tokens[-1], "no clause follows the prefix")

    # one step each; the answer is whether an operand comes next

    def _operand(self) -> bool:
        token = self.tokens[self.at]
        match token.kind:
            case "open":
                self._push("open", token)
                self.prefixes.append(dict(self.prefixes[-1]))
                return True
            case "close":
                return self._closed(token)
            case "symbol" if token.text == ">":
                self._prefix()
                return True
            case "term":
                self._clause()
                return False
            case _:
                self._wrong(token, "a term, a bracket or a prefix must stand here")
                return True

    def _operator(self) -> bool:
        token = self.tokens[self.at]
        word = "" if token.quoted else token.text.casefold()
        if token.kind == "close":
            return self._closed(token)
        if token.kind == "term" and word == _SORT:
            self._sort()
            return False
        if token.kind == "term" and word in _BOOLEANS:
            self.at += 1
            self._boolean(token, self._modifiers())
            return True
        advice = 'Quote words that belong together: "two words".'
        if set(token.text) & set(QUOTES):
            advice += " Quotation marks of CQL are straight ones."
        self._wrong(token, "and, or, not or prox must stand here", advice)
        return False

    def _push(self, kind: Kind, token: _Token) -> None:
        self.pieces.append(Piece(kind, token.text, token.span))
        self.at += 1

    def _closed(self, token: _Token) -> bool:
        self._push("close", token)
        if len(self.prefixes) > 1:
            self.prefixes.pop()
        return False

    def _prefix(self) -> None:
        """``> dc = "info:…"`` and ``> "info:…"``."""
        start = self._next("symbol")
        first = self._next("term")
        if first is None:
            self._wrong(start, "a prefix has a name or an identifier")
            return
        name, uri = "", first
        if self._peek("symbol", "="):
            self.at += 1
            second = self._next("term")
            if second is None:
                self._wrong(start, "a prefix ends in an identifier")
                return
            name, uri = first.text.casefold(), second
        known = self.dialect.rules.contexts.value if self.dialect.rules.contexts else {}
        self.prefixes[-1][name] = known.get(uri.text, f"<{uri.text}>")

    def _clause(self) -> None:
        """``term``, or ``index relation term``."""
        first = self.tokens[self.at]
        self.at += 1
        relation = self._relation()
        if relation is None:
            self._leaf(Clause("", "=", (), first.text, first.span))
            return
        modifiers = self._modifiers()
        term = self._next("term")
        if term is None:
            if relation.kind == "symbol":
                self._wrong(relation, f"{relation.text} has no term after it")
            elif first.text.casefold() in _BOOLEANS and not first.quoted:
                advice = f"It stands between two clauses: cql.allRecords = 1 {first.text} …"
                self._wrong(first, f"{first.text} has nothing before it", advice)
            else:
                advice = f'Quote words that belong together: "{first.text} {relation.text}".'
                self._wrong(relation, "words do not stand side by side", advice)
            return
        span = Span(first.span.start, term.span.end)
        self._leaf(Clause(first.text, relation.text.casefold(), modifiers, term.text, span))

    def _relation(self) -> _Token | None:
        if self.at >= len(self.tokens):
            return None
        token = self.tokens[self.at]
        named = token.kind == "term" and token.text.casefold() not in (*_BOOLEANS, _SORT)
        if token.kind == "symbol" or (named and not token.quoted):
            self.at += 1
            return token
        return None

    def _leaf(self, clause: Clause) -> None:
        tree = clause_tree(clause, self.prefixes[-1], self.dialect, self.context)
        text = self.context.text[clause.span.start : clause.span.end]
        self.pieces.append(Piece("leaf", text, clause.span, tree))

    def _modifiers(self) -> tuple[Modifier, ...]:
        """``/name`` and ``/name=value``, as many as there are."""
        found = []
        while self._peek("slash"):
            slash = self.tokens[self.at]
            self.at += 1
            name = self._next("term")
            if name is None:
                self._wrong(slash, "a modifier has a name behind its slash")
                break
            relation, value = "", ""
            if self._peek("symbol"):
                relation = self.tokens[self.at].text
                self.at += 1
                term = self._next("term")
                if term is None:
                    self._wrong(name, f"the modifier {name.text} has no value")
                    break
                value = term.text
            plain = name.text.casefold().removeprefix("cql.")
            found.append(Modifier(plain, relation, value, name.span))
        return tuple(found)

    def _boolean(self, token: _Token, modifiers: tuple[Modifier, ...]) -> None:
        kind = _BOOLEANS[token.text.casefold()]
        if kind != "near":
            for modifier in modifiers:
                message = f"the modifier /{modifier.name} of {token.text} was left out"
                self.context.notes.warn("lost-modifier", message, modifier.span)
            self.pieces.append(Piece(kind, token.text, token.span))
            return
        distance = self._distance(modifiers, token)
        self.pieces.append(Piece("near", token.text, token.span, distance=distance))

    def _distance(self, modifiers: tuple[Modifier, ...], token: _Token) -> Distance:
        """Words between two terms; adjacent words have a distance of 1."""
        named = {modifier.name: modifier for modifier in modifiers}
        unit = named.pop("unit", None)
        if unit is not None and unit.value.casefold() != "word":
            self._not_searchable(f"terms in one {unit.value} cannot be sought", unit.span)
        ordered = named.pop("ordered", None) is not None
        named.pop("unordered", None)
        distance = named.pop("distance", Modifier("distance", "<=", "1", token.span))
        for modifier in named.values():
            message = f"the modifier /{modifier.name} of prox was left out"
            self.context.notes.warn("lost-modifier", message, modifier.span)
        number = int(distance.value) if re.fullmatch(r"[0-9]{1,4}", distance.value) else -1
        number -= distance.relation == "<"
        if distance.relation not in _AT_MOST or number < 1:
            shown = f"distance{distance.relation}{distance.value}"
            self._not_searchable(f"prox with {shown} cannot be sought", distance.span)
        elif distance.relation == "=" and number > 1:
            message = f"distance={number} was read as at most {number}"
            self.context.notes.warn("lost-modifier", message, distance.span)
        return Distance(max(0, number - 1), ordered)

    def _sort(self) -> None:
        """``sortBy`` and what follows it: an order is no part of what is found."""
        start = self.tokens[self.at]
        self.at += 1
        keys = 0
        while self._next("term") is not None:
            self._modifiers()
            keys += 1
        if not keys or self.at < len(self.tokens) or len(self.prefixes) > 1:
            self._wrong(start, "sortBy stands at the end, before the indexes to sort by")
            return
        span = Span(start.span.start, self.tokens[-1].span.end)
        message = "the order that sortBy asks for was left out; --sort orders a search"
        self.context.notes.warn("lost-sort", message, span)

    def _not_searchable(self, message: str, span: Span) -> None:
        advice = "The catalogue knows words between terms: prox/unit=word/distance<=3."
        self.context.problem("not-searchable", message, span, advice)

    def _peek(self, kind: str, text: str = "") -> bool:
        if self.at >= len(self.tokens):
            return False
        token = self.tokens[self.at]
        return token.kind == kind and text in ("", token.text)

    def _next(self, kind: str) -> _Token | None:
        if not self._peek(kind):
            return None
        self.at += 1
        return self.tokens[self.at - 1]

    def _wrong(self, token: _Token | None, message: str, advice: str = "") -> None:
        span = token.span if token else Span(0, 1)
        advice = (
            advice or 'A clause is a term, or an index, a relation and a term: dc.title any "a b".'
        )
        self.problems.append(Problem("cql-syntax", message, span, advice))
