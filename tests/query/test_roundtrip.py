"""Reading and printing belong together; no text brings the reader down.

``make language`` reads 100,000 random texts instead of hundreds (``QUERY_EXAMPLES``).
"""

import os
import unicodedata
from functools import cache

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from mappings import load_catalogue, query_definition
from query import QueryError, compile_tree, parse
from query.context import Context
from query.printer import print_tree
from query.reading import parse_text
from query.terms import leaf as term
from query.tokens import QUOTES, Syntax, open_source, scan
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
    Span,
    Starts,
    Stem,
    Whole,
    Word,
    leaves,
)
from query.vocabulary import Vocabulary

_SIGNS = set(QUOTES) | set('()*:（）：＊＂"')
_SCRIPTS = [
    "紅樓夢",
    "図書館",
    "채식주의자",
    "Müller",
    "l'étranger",
    "Lu",
    "C++",
    "AT&T",
    "978",
    "and",
]


EXAMPLES = int(os.environ.get("QUERY_EXAMPLES", "500"))
UNHURRIED = pytest.mark.timeout(0 if EXAMPLES > 500 else 300)


@cache
def definition():
    """Not a fixture: a failing example would print all of it."""
    return query_definition(load_catalogue())


OPERATORS = Syntax(()).words()


def leaf_of(text):
    source = open_source(text)
    return term(source, Span(0, len(source.text)))


def _is_word(text):
    plain = unicodedata.is_normalized("NFC", text) and not set(text) & _SIGNS
    return (
        plain
        and any(map(str.isalnum, text))  # others are refused: there is no word in them
        and text not in OPERATORS
        and isinstance(leaf_of(text), Word)
        and open_source(text).shadow.split() == [text]
        and [token.kind for token in scan(open_source(text), Syntax(()))]
        == ["word"]  # 0^0 is a boost
    )


def _may_be_marked(text):
    return isinstance(leaf_of(f"={text}"), Exact)


words = st.sampled_from(_SCRIPTS) | st.text(min_size=1, max_size=6).filter(_is_word)
phrases = st.lists(words, min_size=1, max_size=3).map(" ".join).filter(lambda t: t[0] != "^")
patterns = st.sampled_from(["colo*r", "wom?n", "colo#r", "*sharp", "*harpsi*", "紅?夢", "*樓"])
leaf = st.one_of(
    words.map(Word),
    phrases.map(Phrase),
    words.filter(_may_be_marked).map(lambda text: Exact(Word(text))),
    phrases.map(lambda text: Exact(Phrase(text))),
    phrases.map(Whole),
    phrases.filter(lambda text: text.strip()).map(Starts),
    patterns.map(Pattern),
    st.integers(0, 9999).map(Line),
    words.map(Stem),
    st.just(Everything()),
)


def _above(children):
    several = st.lists(children, min_size=2, max_size=4).map(tuple)
    near = st.builds(Near, st.tuples(children, children), st.integers(0, 999), st.booleans())
    boosted = st.builds(Boost, children, st.sampled_from([0.5, 2.0, 100.0, 1.25]))
    return st.one_of(several.map(And), several.map(Or), children.map(Not), near, boosted)


unfielded = st.recursive(leaf, _above, max_leaves=8)
names = st.sampled_from(["title", "author", "題名", "year", "isbn"])
fielded = st.builds(Field, names, unfielded)
trees = st.recursive(leaf | fielded, _above, max_leaves=8)


def read(text):
    source = open_source(text)
    return parse_text(source, Context(source.text, Vocabulary(definition())))[0]


@UNHURRIED
@given(tree=trees)
@example(tree=Boost(Word("mc="), 2.0))
@settings(max_examples=EXAMPLES, deadline=None)
def test_a_printed_tree_parses_to_itself(tree):
    """Printing leaves nothing to precedence: every tree comes back as it was."""
    assert read(print_tree(tree)) == tree


_shapes = st.sampled_from([("", ""), ("title:", ""), ("", "^2"), ("題名：", "^0.5")])
_chained = words.filter(lambda text: text[-1].isalnum()) | phrases.map(lambda text: f'"{text}"')


@given(
    terms=st.lists(st.tuples(_shapes, _chained), min_size=1, max_size=5),
    joint=st.sampled_from([" ", " AND ", " OR ", " NOT "]),
)
@settings(max_examples=200, deadline=None)
def test_a_chain_reads_as_by_the_notation(terms, joint):
    """The short way for a chain of terms gives the tree that the notation gives, places included."""
    plain = joint.join(f"{field}{text}{boost}" for (field, boost), text in terms)
    apart = joint.join(f"{field}({text}){boost}" for (field, boost), text in terms)
    short, whole = read(plain), read(apart)
    assert short == whole
    for one, other in zip(leaves(short), leaves(whole), strict=True):
        assert plain[one.span.start : one.span.end] == apart[other.span.start : other.span.end]


pieces = st.one_of(
    st.text(max_size=8),
    words,
    st.sampled_from(
        [
            "AND",
            "OR",
            "NOT",
            "ＡＮＤ",
            "NEAR/3",
            "PRE/0",
            "W/999",
            "^2",
            "=",
            "==",
            "#1",
            "?",
            "#",
            "(",
            ")",
            "（",
            "）",
            '"',
            "“",
            "”",
            "「",
            "」",
            "*",
        ]
    ),
    st.sampled_from(["title:", "題名：", "year:", "isbn:", "language:", "added:", "zz:", "shelf:"]),
    st.sampled_from(
        ["1990-", "..2000", "0027-8378", "978-0-306-40615-7", "&", "a*", "\x00", "\ud800"]
    ),
)


@UNHURRIED
@given(
    text=st.lists(pieces, max_size=12).map(" ".join) | st.lists(pieces, max_size=12).map("".join)
)
@example(text="NOT NOT a")
@example(text='="^a" ==^ =="" ="" "^" "^ ^" ^2')
@example(text="(" * 5000)
@example(text="NOT " * 5000 + "a")
@example(text="a NEAR/1 " * 1500 + "a")
@example(text="TITLE: \x1b0")
@example(text="year:²")
@example(text="year:0..0")
@example(text="year==0")
@example(text="year:1990-1990 added:2026-01-31..2026-01-31 shelf:PL1..PL1 shelf:AND..AND")
@example(text="shelf:=AND")
@example(text="shelf:=NEAR/0")
@example(text="*\U0002ebe1 香*\U0002ebe1")
@example(text="title:" * 5000 + "a")
@example(text=" OR ".join(["a"] * 5000))
@settings(max_examples=EXAMPLES, deadline=None)
def test_any_text_is_read_or_refused(text):
    """A text of any script and signs is answered or gets a documented error, never another."""
    try:
        reading = parse(text, definition())
    except QueryError as refused:
        problem = refused
    else:
        compile_tree(reading.tree, definition())
        assert parse(reading.reading, definition()).reading == reading.reading
        return
    assert problem.code not in ("query", "query-syntax", "query-not-expressible")
    assert 0 <= problem.position <= len(problem.text)
