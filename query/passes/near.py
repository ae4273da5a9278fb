"""Pass: proximity stands between terms, phrases and groups of alternatives, of one field."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mappings.scripts import has_cjk
from query.errors import Fix
from query.printer import near_sign, print_tree
from query.tables import tables
from query.terms import has_gap
from query.tree import And, Field, Line, Near, Or, Pattern, Phrase, Stem, Word, with_children

if TYPE_CHECKING:
    from query.context import Context
    from query.tree import Tree


def check_near(tree: Tree, context: Context) -> Tree:
    """``title:a NEAR/3 title:b`` becomes ``title:(a NEAR/3 b)``; what has no place is a problem.

    So does a group of alternatives that all name this field.
    """
    if not isinstance(tree, Near):
        return with_children(tree, lambda child: check_near(child, context))
    most = tables().budget.max_distance
    if tree.distance > most:
        message = f"{near_sign(tree)}: at most {most} words may stand between"
        context.problem("near-too-far", message, tree.span, f"Write AND, or a number up to {most}.")
    name = _one_field(tree)
    inner = _without_fields(tree) if name else tree
    _check(inner, near_sign(tree), context)
    return Field(name, inner, span=tree.span) if name else inner


def _one_field(tree: Tree) -> str:
    """The field that all operands name; empty where they do not."""
    match tree:
        case Near(children) | Or(children):
            names = {_one_field(child) for child in children}
            return names.pop() if len(names) == 1 else ""
        case Field(name):
            return name
        case _:
            return ""


def _without_fields(tree: Tree) -> Tree:
    match tree:
        case Near() | Or():
            return with_children(tree, _without_fields)
        case Field(_, child):
            return child
        case _:
            return tree


def _check(tree: Tree, sign: str, context: Context) -> None:
    match tree:
        case Near(children) | Or(children):
            for child in children:
                _check(child, sign, context)
        case Phrase(text) if not has_gap(text):
            pass
        case Word() | Stem():
            pass
        case Pattern(text) if not has_cjk(text):
            pass
        case And(children) if all(isinstance(child, Word) for child in children):
            _bare_words(tree, sign, context)
        case Field(name, child):
            message = f"{name}: governs “{print_tree(child)}” alone, not what stands near it"
            advice = f"Write {name}:(… {sign} …)."
            context.problem("near-field", message, tree.span, advice)
        case Line(number):
            message = f"#{number} cannot stand beside {sign}: it asks for more than alternatives"
            advice = "Sets that are words, phrases, truncated words or groups of them with OR can."
            context.problem("near-operand", message, tree.span, advice)
        case _:
            message = f"“{print_tree(tree)}” cannot stand beside {sign}"
            advice = "Words, phrases, truncated words and groups of them with OR can."
            context.problem("near-operand", message, tree.span, advice)


def _bare_words(tree: Tree, sign: str, context: Context) -> None:
    span = tree.span
    words = context.text[span.start : span.end]
    message = f"the words “{words}” stand beside {sign}"
    advice = f'Quote them: "{words}"'
    context.problem("near-words", message, span, advice, Fix(span, f'"{words}"'))
