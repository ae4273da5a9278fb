"""Our tree as a query in another language: adapted, then written with the brackets that it needs.

Brackets stand wherever the target's order of operators would read the query otherwise, and between
AND and OR always: people read queries as well.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from query.dialects import scan as scanner
from query.dialects.adapt import Adapter
from query.dialects.model import load_dialect
from query.dialects.nodes import Close, Joined, Tagged, Written
from query.dialects.unverified import warn_unverified
from query.tokens import open_source
from query.tree import Word

if TYPE_CHECKING:
    from query.context import Context
    from query.dialects.model import Dialect
    from query.dialects.nodes import Target
    from query.tree import Tree


class _Text(NamedTuple):
    """A part of the query, and the loosest operator that stands in it unbracketed."""

    text: str
    operator: str = ""


def write_dialect(tree: Tree, name: str, context: Context) -> str:
    """The query that the system called ``name`` reads as this tree.

    Losses are warnings of ``context``, each with the place of what was lost in the source's text.

    Raises:
        QueryNotExpressible: with everything that the system cannot say at all.
        UnknownDialect: there is no dialect of this name.
    """
    dialect = load_dialect(name)
    writer: Writer
    if dialect.rules.tagging.value.style == "clause":
        from query.dialects.clauses import ClauseWriter

        writer = ClauseWriter(dialect, context)
    else:
        writer = Writer(dialect, context)
    adapter = writer.adapter()
    target = adapter.adapt(tree)
    context.refuse()
    text = writer.write(target).text
    warn_unverified(adapter.used, dialect, context)
    return text


class Writer:
    """Writes adapted trees in one dialect."""

    def __init__(self, dialect: Dialect, context: Context) -> None:
        self.dialect = dialect
        self.context = context
        rules = dialect.rules
        self.sure = rules.precedence.verified  # else brackets leave nothing to it
        self.rank: dict[str, int] = {
            name: rank for rank, level in enumerate(rules.precedence.value) for name in level
        }
        self.words: dict[str, str] = {}
        for word, name in rules.operators.value.items():
            self.words.setdefault(name, word)
        parts = {part for word in rules.operators.value for part in word.split()}
        self.parts = parts if rules.capitals.value else {part.casefold() for part in parts}

    def adapter(self) -> Adapter:
        """What makes the tree one that this writer can write."""
        return Adapter(self.dialect, self.context, self.term)

    def term(self, text: str, quoted: bool) -> str:
        """A word or a phrase; a word that would be read as something else is quoted."""
        clean = text.replace('"', " ")
        tag = (
            self.dialect.rules.tagging.value.style == "space"
            and text in self.dialect.rules.tags.value
        )
        return f'"{clean}"' if quoted or tag or not self._reads_as_word(text) else text

    def _reads_as_word(self, text: str) -> bool:
        same = text if self.dialect.rules.capitals.value else text.casefold()
        if same in self.parts:  # AND NOT of two words
            return False
        found = scanner.scan(open_source(text), self.dialect, ())
        return len(found) == 1 and found[0].tree == Word(text)

    def write(self, target: Target) -> _Text:
        """The text of an adapted tree."""
        match target:
            case Written(text):
                return _Text(text)
            case Tagged(tag, child):
                return _Text(self._tagged(tag, self.write(child)))
            case Close(sign, (first, second)):
                left, right = self._side(first, "near"), self._side(second, "near")
                return _Text(f"{left} {sign} {right}", "near")
            case Joined("not", (child,)):
                return self._alone(child)
            case Joined(operator, children):
                return self._chain(operator, children)

    def _chain(self, operator: str, children: tuple[Target, ...]) -> _Text:
        """Operands from left to right; those that are excluded do not come first."""
        if operator == "and":
            children = _positive_first(children)
        text, loosest = self._side(children[0], operator), ""
        for child in children[1:]:
            negative = operator == "and" and isinstance(child, Joined) and child.operator == "not"
            joins = "not" if negative else operator
            operand = child.children[0] if negative and isinstance(child, Joined) else child
            if loosest not in ("", joins) and not self._before(loosest, joins):
                text = f"({text})"
            text = f"{text} {self.words[joins]} {self._side(operand, joins)}"
            loosest = joins
        return _Text(text, loosest)

    def _alone(self, child: Target) -> _Text:
        """NOT without a term before it: from every title, where the target can say that."""
        side = self._side(child, "not")
        if self.dialect.rules.unary_not.value:
            return _Text(f"{self.words['not']} {side}", "not")
        everything = self.dialect.rules.everything
        if everything is None:
            message = f"{self.dialect.title} has no NOT without a term before it"
            self.context.problem(
                "cannot-be-written", message, child.span, "Write what it is taken from."
            )
            self.context.refuse()
        assert everything is not None  # noqa: S101 - refused
        return _Text(f"{everything.value} {self.words['not']} {side}", "not")

    def _side(self, target: Target, operator: str) -> str:
        found = self.write(target)
        if not found.operator:
            return found.text
        near = found.operator == "near" and self.sure and self.rank["near"] < self.rank[operator]
        return found.text if near else f"({found.text})"

    def _before(self, first: str, second: str) -> bool:
        """Whether what stands to the left of an operator is taken before it."""
        return self.sure and self.rank[first] <= self.rank[second]

    def _tagged(self, tag: str, child: _Text) -> str:
        text, group = child.text, bool(child.operator)
        bracketed = f"({text})" if group else text
        match self.dialect.rules.tagging.value.style:
            case "dots":
                return f"{bracketed}.{tag}."
            case "square":
                return f"{bracketed}[{tag}]"
            case "space":
                return f"{tag} {bracketed}"
            case "colon":
                return f"{tag}:{bracketed}"
            case "equals":
                return f"{tag}=({text})"
            case _:
                return f"{tag}({text})"


def _positive_first(children: tuple[Target, ...]) -> tuple[Target, ...]:
    """The operands with one that is not excluded before all others, if there is one."""
    positive = next((child for child in children if not _is_not(child)), children[0])
    return (positive, *(child for child in children if child is not positive))


def _is_not(target: Target) -> bool:
    return isinstance(target, Joined) and target.operator == "not"
