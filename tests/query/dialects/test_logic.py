"""Order of operators and brackets, held against an evaluator that knows nothing of trees."""

import re
from itertools import product

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from query.context import Context
from query.dialects import read_dialect, write_dialect
from query.tokens import open_source
from query.tree import And, Not, Or, Word
from query.vocabulary import Vocabulary

# how tightly each system binds, spelt out once more: the higher, the tighter
BINDS = {
    "primo": {"and": 2, "not": 2, "or": 1},
    "pubmed": {"and": 1, "not": 1, "or": 1},
    "ovid": {"and": 2, "not": 2, "or": 1},
    "ebsco": {"and": 2, "not": 2, "or": 1},
    "cql": {"and": 1, "not": 1, "or": 1},
    "wos": {"not": 3, "and": 2, "or": 1},
    "proquest": {"or": 3, "and": 2, "not": 1},
    "scopus": {"or": 3, "and": 2, "not": 1},
}
LETTERS = "pqrst"
TRUTHS = [dict(zip(LETTERS, row, strict=True)) for row in product([False, True], repeat=5)]
_TOKENS = re.compile(r"\(|\)|and not|cql\.allrecords = 1|all\[sb\]|\w+")


def evaluate(text, binds, truth):
    """A text's truth by two stacks (Dijkstra's shunting yard), operators from left to right."""
    values, waiting = [], []

    def reduce():
        operator = waiting.pop()
        right, left = values.pop(), values.pop()
        values.append(
            {"and": left and right, "or": left or right, "not": left and not right}[operator]
        )

    for token in _TOKENS.findall(text.casefold()):
        name = "not" if token == "and not" else token
        if token == "(":
            waiting.append(token)
        elif token == ")":
            while waiting[-1] != "(":
                reduce()
            waiting.pop()
        elif name in binds:
            while waiting and waiting[-1] != "(" and binds[waiting[-1]] >= binds[name]:
                reduce()
            waiting.append(name)
        else:
            values.append(truth.get(token, True))
    while waiting:
        reduce()
    return values[0]


def holds(tree, truth):
    """The truth of a tree."""
    match tree:
        case And(children):
            return all(holds(child, truth) for child in children)
        case Or(children):
            return any(holds(child, truth) for child in children)
        case Not(child):
            return not holds(child, truth)
        case Word(text):
            return truth[text]
        case _:
            return True


@pytest.fixture
def context(definition):
    return Context("", Vocabulary(definition))


def read(text, name, context):
    return read_dialect(open_source(text), name, context).tree


letters = st.sampled_from(LETTERS)
operators = st.sampled_from(["AND", "OR", "NOT"])
flat = st.builds(
    lambda first, rest: first + "".join(f" {o} {x}" for o, x in rest),
    letters,
    st.lists(st.tuples(operators, letters), max_size=6),
)
texts = st.recursive(
    flat,
    lambda below: st.builds(
        lambda first, rest: f"({first})" + "".join(f" {o} {x}" for o, x in rest),
        below,
        st.lists(st.tuples(operators, letters | below.map(lambda t: f"({t})")), max_size=4),
    ),
    max_leaves=4,
)
trees = st.recursive(
    letters.map(Word),
    lambda below: st.one_of(
        st.lists(below, min_size=2, max_size=4).map(lambda c: And(tuple(c))),
        st.lists(below, min_size=2, max_size=4).map(lambda c: Or(tuple(c))),
        st.tuples(below, below).map(lambda pair: And((pair[0], Not(pair[1])))),
    ),
    max_leaves=9,
)


@pytest.mark.parametrize("name", BINDS)
def test_operators_are_read_in_the_order_of_the_system(name, context):
    """Whatever is bracketed and whatever is not, the tree has the truth of the text."""

    @settings(max_examples=120, deadline=None)
    @given(text=texts)
    def check(text):
        shown = text.replace("NOT", "AND NOT") if name == "scopus" else text
        tree = read(shown, name, context)
        for truth in TRUTHS:
            assert holds(tree, truth) == evaluate(shown, BINDS[name], truth), shown

    check()


@pytest.mark.parametrize("name", BINDS)
def test_brackets_keep_what_the_tree_says(name, context):
    """What is written has the truth of its tree, in the order of the system it is written for."""

    @settings(max_examples=120, deadline=None)
    @given(tree=trees)
    def check(tree):
        text = write_dialect(tree, name, context)
        for truth in TRUTHS:
            assert holds(tree, truth) == evaluate(text, BINDS[name], truth), text

    check()


@pytest.mark.parametrize("name", ["pubmed", "cql"])
def test_from_every_title(name, context):
    """NOT with nothing before it is taken from every title, where a system can name them."""
    for tree in (Not(Word("p")), Or((Not(And((Word("p"), Word("q")))), Word("r")))):
        text = write_dialect(tree, name, context)
        for truth in TRUTHS:
            assert holds(tree, truth) == evaluate(text, BINDS[name], truth), text
