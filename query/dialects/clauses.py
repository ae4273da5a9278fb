"""Our tree as CQL 1.2: every term is a clause of its own, with the index before it."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from query.dialects.adapt import Adapter
from query.dialects.nodes import Written
from query.dialects.signs import truncates
from query.dialects.writer import Writer
from query.printer import print_tree
from query.tree import Exact, Pattern, Phrase, Range, Starts, Stem, Whole, Word

if TYPE_CHECKING:
    from query.dialects.nodes import Target
    from query.tree import Tree

_ANYWHERE = "cql.serverChoice"
_RESERVED = re.compile(r"(?i:and|or|not|prox|sortby)\Z")
_BARE = re.compile(r'[^\s()=<>/"\\]+\Z')
_SIGNS = re.compile(r'([\\"*?^])')


class ClauseWriter(Writer):
    """Writes clauses."""

    def adapter(self) -> Adapter:
        """What puts an index before every term."""
        return _ClauseAdapter(self.dialect, self.context, self.term)

    def term(self, text: str, quoted: bool) -> str:
        """A term whose letters are meant as they stand."""
        return masked(_SIGNS.sub(r"\\\1", text), quoted=quoted)


def masked(text: str, *, quoted: bool = False) -> str:
    """A term whose masks are masks, in quotation marks where it needs them."""
    plain = _BARE.match(text) and not _RESERVED.match(text) and not quoted
    return text if plain else f'"{text}"'


class _ClauseAdapter(Adapter):
    def _leaf(self, tree: Tree) -> Target:
        said = self._relation(tree)
        if said is None:
            return super()._leaf(tree)
        relation, term = said
        return self._written(term if relation == "=" else f"{_ANYWHERE} {relation} {term}", tree)

    def _tagged(self, tag: str, child: Tree) -> Target:
        said = self._relation(child)
        if said is None:
            written = self.adapt(child)
            text = "*" if written.text == self._everything() else written.text  # type: ignore[union-attr] # a leaf
            said = ("=", text)
        return Written(f"{tag} {said[0]} {said[1]}", span=child.span)

    def _everything(self) -> str:
        rule = self.dialect.rules.everything
        return rule.value if rule else ""

    def _relation(self, leaf: Tree) -> tuple[str, str] | None:
        """The relation and the term of a leaf."""
        match leaf:
            case Exact(Word(text) | Phrase(text) as inner):
                return "=/respectAccents", self.term(text, isinstance(inner, Phrase))
            case Whole(text):
                return "==", self.term(text, True)
            case Starts(text):
                escaped = _SIGNS.sub(r"\\\1", text)
                return "=", masked(f"^{escaped}", quoted=True)
            case Stem(text):
                return "=", masked(self.signs.write(f"{text}*", leaf.span))
            case Pattern(text):
                return "=", masked(self.signs.write(text, leaf.span))
            case Phrase(text) if truncates(text):
                return "=", masked(self.signs.words(text, leaf.span), quoted=True)
            case Range(low, high):
                return self._ends(low, high, leaf)
            case _:
                return None

    def _ends(self, low: str, high: str, leaf: Tree) -> tuple[str, str]:
        if low and high:
            return "within", f'"{low} {high}"'
        if not low and not high:
            self._impossible(leaf)
        return (">=", masked(low)) if low else ("<=", masked(high or print_tree(leaf)))

    def _range(self, tag: str, child: Range) -> Target:
        relation, term = self._ends(child.low, child.high, child)
        return Written(f"{tag} {relation} {term}", span=child.span)
