"""Our tree to what a target can say. What it cannot is replaced by the nearest thing, and listed."""

from __future__ import annotations

from itertools import groupby
from typing import TYPE_CHECKING

from query.dialects.fields import Fields
from query.dialects.nodes import Close, Heading, Joined, Tagged, Written
from query.dialects.signs import Signs, truncates
from query.dialects.tags import term_centric
from query.dialects.years import comparisons
from query.printer import near_sign, print_tree
from query.tree import (
    And,
    Boost,
    Everything,
    Exact,
    Field,
    Line,
    Near,
    Not,
    Or,
    Pattern,
    Phrase,
    Range,
    Starts,
    Stem,
    Whole,
    Word,
)

if TYPE_CHECKING:
    from collections.abc import Callable

    from query.context import Context
    from query.dialects.model import Dialect, NearForm
    from query.dialects.nodes import Target
    from query.dialects.unverified import RuleName
    from query.tree import Tree

Term = "Callable[[str, bool], str]"


class Adapter:
    """Adapts trees for one target; ``term`` writes a word, or a phrase (True), in its syntax."""

    def __init__(
        self, dialect: Dialect, context: Context, term: Callable[[str, bool], str]
    ) -> None:
        self.dialect = dialect
        self.context = context
        self.term = term
        self.signs = Signs(dialect, context)
        self.fields = Fields(dialect, context)
        self.used: set[RuleName] = set()

    def adapt(self, tree: Tree) -> Target:
        """The tree as the target says it; problems go to the context."""
        match tree:
            case And(children):
                return Joined("and", tuple(map(self.adapt, children)))
            case Or(children):
                return self._any_of(tree, children)
            case Not(child):
                return Joined("not", (self.adapt(child),))
            case Boost(child, factor):
                return self._without(tree, child, "lost-weight", f"the weight ^{factor:g}")
            case Field(name, child):
                return self._field(name, child, tree)
            case Near():
                return self._near(tree)
            case _:
                return self._leaf(tree)

    def _leaf(self, tree: Tree) -> Target:
        match tree:
            case Heading():
                return self._heading(tree)
            case Word(text):
                return self._written(self.term(text, False), tree)
            case Phrase(text):
                signed = self.signs.words(text, tree.span) if truncates(text) else text
                return self._written(self.term(signed, True), tree)
            case Stem() | Pattern():
                self.used |= {"wildcards", "truncation"}
                text = f"{tree.text}*" if isinstance(tree, Stem) else tree.text
                return self._written(self.signs.write(text, tree.span), tree)
            case Exact(inner):
                return self._without(tree, inner, "lost-exact", "the exact form")
            case Starts(text) | Whole(text):
                said = (
                    "that a whole value begins so"
                    if isinstance(tree, Starts)
                    else "the whole value"
                )
                return self._without(tree, Phrase(text, span=tree.span), "lost-anchor", said)
            case Line(number) if self.dialect.rules.sets is not None:
                self.used.add("sets")
                return self._written(f"{self.dialect.rules.sets.value}{number}", tree)
            case Everything() if self.dialect.rules.everything is not None:
                return self._written(self.dialect.rules.everything.value, tree)
            case _:
                return self._impossible(tree)

    def _without(self, tree: Tree, child: Tree, code: str, what: str) -> Target:
        """The child in the place of a node that the target does not have."""
        self._say_lost(tree, code, what)
        return self.adapt(child)

    def _say_lost(self, tree: Tree, code: str, what: str) -> None:
        message = f"{self.dialect.title} cannot say {what} of “{print_tree(tree)}”"
        self.context.notes.warn(code, message, tree.span)

    def _impossible(self, tree: Tree) -> Target:
        message = f"{self.dialect.title} cannot say “{print_tree(tree)}”"
        self.context.problem(
            "cannot-be-written", message, tree.span, "Leave it out, or translate the rest."
        )
        return self._written("", tree)

    @staticmethod
    def _written(text: str, tree: Tree) -> Written:
        return Written(text, span=tree.span)

    def _heading(self, tree: Heading) -> Target:
        """A heading that no field governs, or that the target does not know as such."""
        if tree.exploded:
            message = f"{self.dialect.title} does not search the narrower headings of “{tree.text}”"
            self.context.notes.warn("lost-explode", message, tree.span)
        if tree.major:
            message = f"{self.dialect.title} does not tell main topics from others: “{tree.text}”"
            self.context.notes.warn("lost-focus", message, tree.span)
        return self._leaf(Phrase(tree.text, span=tree.span))

    # fields

    def _field(self, name: str, child: Tree, tree: Tree) -> Target:
        heading = self.fields.heading(name, child)
        if heading is not None:
            self.used |= {"headings", "tags"}
            return self._written(heading, tree)
        compared = self._compared(name, child, tree)
        if compared is not None:
            return compared
        tag = self.fields.tag((name,), tree)
        return self.adapt(child) if tag is None else self._governed(tag, (name,), child)

    def _any_of(self, tree: Or, children: tuple[Tree, ...]) -> Target:
        """Fields that govern the same thing are one tag where the target has one for them."""
        parts: list[Target] = []
        for same, members in groupby(children, key=_governed_child):
            group = list(members)
            names = tuple(child.name for child in group if isinstance(child, Field))
            mergeable = same is not None and len(group) > 1 and not term_centric(same)
            tag = self.fields.several(names) if mergeable else None
            if tag is not None and same is not None:
                parts.append(self._governed(tag, names, same))
            else:
                parts += [self.adapt(child) for child in group]
        return parts[0] if len(parts) == 1 else Joined("or", tuple(parts), span=tree.span)

    def _governed(self, tag: str, names: tuple[str, ...], child: Tree) -> Target:
        """``child`` under a tag; put before each term where the target's tags govern terms alone."""
        self.used |= {"tags", "tagging"}
        square = self.dialect.rules.tagging.value.style == "square"
        if isinstance(child, Range):
            return self._range(tag, child)
        if isinstance(child, Everything) and self.dialect.rules.tagging.value.style != "clause":
            return self._impossible(child)
        if isinstance(child, Near) and square:
            words = self._near_words(child, names)
            if words is not None:
                return self._written(f'"{words}"[{tag}:~{child.distance}]', child)
            return self._governed(tag, names, self._as_phrase(child) or self._as_and(child))
        if not self.dialect.rules.tagging.value.groups and isinstance(
            child, And | Or | Not | Near | Boost
        ):
            return self._each_governed(tag, names, child)
        return self._tagged(tag, child)

    def _each_governed(self, tag: str, names: tuple[str, ...], child: Tree) -> Target:
        """The tag before each term of a group."""

        def governed(each: Tree) -> Target:
            return self._governed(tag, names, each)

        match child:
            case And(children):
                return Joined("and", tuple(map(governed, children)))
            case Or(children):
                return Joined("or", tuple(map(governed, children)))
            case Not(inner):
                return Joined("not", (governed(inner),))
            case Near():
                return self._near(child, governed)
            case Boost(inner, factor):
                self._say_lost(child, "lost-weight", f"the weight ^{factor:g}")
                return governed(inner)
            case _:
                return self._tagged(tag, child)

    def _tagged(self, tag: str, child: Tree) -> Target:
        return Tagged(tag, self.adapt(child), span=child.span)

    def _compared(self, name: str, child: Tree, tree: Tree) -> Target | None:
        """Years where the target compares them with a name."""
        rule = self.dialect.rules.years
        year = self.context.vocabulary.kind(name) == "year"
        if rule is None or not (rule.value.compared and year and isinstance(child, Range | Word)):
            return None
        self.used.add("years")
        found = [self._written(text, tree) for text in comparisons(rule.value.compared, child)]
        return Joined("and", tuple(found)) if len(found) > 1 else found[0]

    def _range(self, tag: str, child: Range) -> Target:
        years = self.dialect.rules.years
        if years is None:
            return self._impossible(child)
        self.used.add("years")
        low, high = child.low or years.value.first, child.high or years.value.last
        return Tagged(
            tag, Written(f"{low}{years.value.between}{high}", span=child.span), span=child.span
        )

    # proximity

    def _near(self, near: Near, adapt: Callable[[Tree], Target] | None = None) -> Target:
        form = self._form(near)
        if form is None:
            return (adapt or self.adapt)(self._as_phrase(near) or self._as_and(near))
        self.used.add("proximity")
        proximity = self.dialect.rules.proximity
        assert proximity is not None  # noqa: S101 - it has a form
        sign = form.sign.replace("{n}", str(near.distance + proximity.value.offset))
        first, second = (
            self.adapt(child) if adapt is None else adapt(child) for child in near.children
        )
        return Close(sign, (first, second), span=near.span)

    def _form(self, near: Near) -> NearForm | None:
        """The operator for this distance; unordered where the target does not tell the order."""
        rule = self.dialect.rules.proximity
        if rule is None or self.dialect.rules.tagging.value.style == "square":
            return None
        number = near.distance + rule.value.offset
        if number > rule.value.most or not (rule.value.groups or _simple(near)):
            return None
        forms = rule.value.forms
        for form in forms:
            if form.ordered == near.ordered and ("{n}" in form.sign or form.words == near.distance):
                return form
        if not near.ordered:
            return None
        message = f"{self.dialect.title} does not tell which stands first in “{print_tree(near)}”"
        self.context.notes.warn("lost-order", message, near.span)
        return next((form for form in forms if "{n}" in form.sign), None)

    @staticmethod
    def _as_phrase(near: Near) -> Phrase | None:
        """Words in this order with nothing between are a phrase."""
        texts = [child.text for child in near.children if isinstance(child, Word | Phrase)]
        if near.distance or not near.ordered or len(texts) < len(near.children):
            return None
        return Phrase(" ".join(texts), span=near.span)

    def _as_and(self, near: Near) -> And:
        message = f"{self.dialect.title} cannot say {near_sign(near)} in “{print_tree(near)}”: AND stands in its place"
        self.context.notes.warn("lost-proximity", message, near.span)
        return And(near.children, span=near.span)

    def _near_words(self, near: Near, names: tuple[str, ...]) -> str | None:
        """The words of a proximity without order, all of one distance, in a field that has it."""
        rule = self.dialect.rules.proximity
        allowed = rule is not None and set(names) <= set(rule.value.fields)
        words = _words(near, near.distance) if allowed else None
        if words is None or near.ordered:
            return None
        return " ".join(words)


def _governed_child(tree: Tree) -> Tree | None:
    return tree.child if isinstance(tree, Field) and not isinstance(tree.child, Heading) else None


def _words(tree: Tree, distance: int) -> list[str] | None:
    match tree:
        case Word(text):
            return [text]
        case Near((first, second), n, False) if n == distance:
            left, right = _words(first, distance), _words(second, distance)
            simple = isinstance(second, Word)
            return [*left, *right] if left and right and simple else None
        case _:
            return None


def _simple(tree: Tree) -> bool:
    match tree:
        case Near((first, second)):
            return _simple(first) and _simple(second)
        case Field(_, child):
            return _simple(child)
        case And() | Or() | Not():
            return False
        case _:
            return True
