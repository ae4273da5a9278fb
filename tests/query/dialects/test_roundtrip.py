"""Reading and writing belong together, in every dialect; no text brings a reader down.

``make language`` reads 100,000 random texts, shared out among the dialects (``QUERY_EXAMPLES``).
"""

import os
from dataclasses import replace
from functools import cache
from itertools import product

import pytest
from hypothesis import HealthCheck, assume, example, given, settings
from hypothesis import strategies as st

from mappings import load_catalogue, query_definition
from query import QueryError
from query.context import Context
from query.dialects import dialect_names, load_dialect, read_dialect, translate, write_dialect
from query.dialects.nodes import Heading
from query.dialects.signs import Signs
from query.passes.flatten import flatten
from query.printer import print_tree
from query.tokens import open_source
from query.tree import (
    And,
    Everything,
    Field,
    Near,
    Not,
    Or,
    Pattern,
    Phrase,
    Range,
    Stem,
    Word,
    with_children,
)
from query.vocabulary import Vocabulary

NAMES = dialect_names()
EXAMPLES = int(os.environ.get("QUERY_EXAMPLES", "160")) // len(NAMES)
UNHURRIED = pytest.mark.timeout(0 if EXAMPLES > 100 else 300)
WORDS = [
    "tea",
    "茶",
    "紅樓夢",
    "Müller",
    "l'étranger",
    "chamber",
    "채식주의자",
    "well-known",
    "AT&T",
]
TEXT_FIELDS = ("title", "author", "subject", "summary", "publisher")


@cache
def vocabulary():
    """Not a fixture: a failing example would print all of it."""
    return Vocabulary(query_definition(load_catalogue()))


def context(text=""):
    return Context(text, vocabulary())


def read(text, name):
    source = open_source(text)
    return read_dialect(source, name, context(source.text)).tree


def sayable(name):
    """Trees that a dialect can say without loss."""
    dialect = load_dialect(name)
    rules = dialect.rules
    own = {names[0] for names in rules.tags.value.values() if len(names) == 1}
    fields = [field for field in TEXT_FIELDS if field in own]
    words = st.sampled_from(WORDS)
    leaves = [words.map(Word), st.lists(words, min_size=2, max_size=3).map(" ".join).map(Phrase)]
    signs = Signs(dialect, context())
    marked = [w for w in ("house*", "wome?n", "colou#r", "*ology", "dogs##") if fits(signs, w)]
    leaves += [st.sampled_from([Stem(w[:-1]) if w == "house*" else Pattern(w) for w in marked])]
    inner = st.one_of(leaves)
    if rules.proximity and rules.proximity.value.forms and rules.tagging.value.style != "square":
        second = words.map(Word) | st.just(Phrase("red house"))
        if rules.proximity.value.groups:
            second |= st.just(Or((Word("tea"), Phrase("red house"), Word("茶"))))
        pairs = st.tuples(words.map(Word), second)
        ordered = any(form.ordered and "{n}" in form.sign for form in rules.proximity.value.forms)
        order = st.booleans() if ordered else st.just(value=False)
        inner |= st.builds(Near, pairs, st.integers(0, 20), order)
    anything = rules.everything and rules.tagging.value.style == "clause"
    governed = inner | st.just(Everything()) if anything else inner
    groups = st.recursive(governed, lambda below: joined(below, rules), max_leaves=5)
    fielded = st.builds(Field, st.sampled_from(fields), groups)
    if rules.years and "year" in own:
        years = st.sampled_from(
            [Range("1990", "2000"), Range("1990", ""), Range("", "2000"), Word("1999")]
        )
        fielded |= st.builds(Field, st.just("year"), years)
    if rules.everything:
        inner |= st.just(Everything())
    return st.recursive(inner | fielded, lambda below: joined(below, rules), max_leaves=8)


def joined(below, rules):
    several = st.lists(below, min_size=2, max_size=4).map(tuple)
    kinds = [several.map(And), several.map(Or)]
    kinds.append(st.tuples(below, below).map(lambda pair: And((pair[0], Not(pair[1])))))
    if rules.everything:
        kinds.append(below.map(Not))
    return st.one_of(kinds)


def fits(signs, text):
    before = len(signs.context.notes.warnings)
    signs.write(text, Word(text).span)
    return len(signs.context.notes.warnings) == before


def normal(tree, field=None):
    """Fields at the leaves, chains flat and in one order; from every title is from nothing less.

    A range is its two ends: comparisons of a year say it so.
    """
    match tree:
        case Field(name, child):
            return normal(child, name)
        case And(children) | Or(children):
            below = [normal(child, field) for child in children]
            if isinstance(tree, And) and len(below) > 1:
                below = [c for c in below if c != Everything()] or [Everything()]
            flat = flatten(replace(tree, children=tuple(below)), None)
            if not isinstance(flat, And | Or):
                return flat
            unique = dict.fromkeys(sorted(flat.children, key=print_tree))
            return replace(flat, children=tuple(unique)) if len(unique) > 1 else next(iter(unique))
        case Not() | Near():
            return with_children(tree, lambda child: normal(child, field))
        case Range(low, high) if field and low and high:
            ends = Field(field, Range(low, "")), Field(field, Range("", high))
            return normal(And(ends))
        case _:
            return Field(field, tree) if field else tree


@UNHURRIED
@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=EXAMPLES, deadline=None)
@given(data=st.data())
def test_what_is_written_reads_back(name, data):
    """A tree that a dialect can say comes back from its text, and nothing is said to be lost."""
    tree = data.draw(sayable(name))
    said = context()
    text = write_dialect(tree, name, said)
    assert not [n for n in said.notes.warnings if n.code.startswith("lost-")], text
    assert normal(read(text, name)) == normal(tree), text


@UNHURRIED
@pytest.mark.parametrize("source", NAMES)
@pytest.mark.parametrize("target", NAMES)
@settings(
    max_examples=max(2, EXAMPLES // len(NAMES)),
    deadline=None,
    suppress_health_check=[HealthCheck.filter_too_much],  # some pairs lose something of most trees
)
@given(data=st.data())
def test_there_and_back(source, target, data):
    """A translation that lost nothing, translated back, means what it meant."""
    tree = data.draw(sayable(source))
    text = write_dialect(tree, source, context())
    definition = vocabulary().definition
    code = ""
    try:
        there = translate(text, source, target, definition)
        back = translate(there.query, target, source, definition)
    except QueryError as refused:
        code = refused.code
    if code:
        assert code in ("no-counterpart", "cannot-be-written")
        return
    assume(not there.losses and not back.losses)
    assert normal(read(back.query, source)) == normal(read(text, source))


@pytest.mark.parametrize("heading", [(False, True), (True, False), (True, True)])
@pytest.mark.parametrize(
    "text", ["Asthma", "Wit and Humor as Topic", "Pinyin, Adj", "C (Language)"]
)
def test_headings_keep_what_is_meant_by_them(heading, text):
    """An exploded heading of Ovid is one of PubMed, and back, operators in it included."""
    tree = Field("subject", Heading(text, exploded=heading[0], major=heading[1]))
    said = context()
    for name in ("ovid", "pubmed"):
        assert read(write_dialect(tree, name, said), name) == tree
    assert not said.notes.warnings or {n.code for n in said.notes.warnings} == {"unverified-rule"}


SIGNS = {
    "primo": ["a", "AND", "OR", "NOT", "(", ")", "title:", '"b c"'],
    "pubmed": ["a", "AND", "OR", "NOT", "(", ")", "[ti]", "[ti:~2]", '"b c"'],
    "ovid": ["a", "and", "or", "not", "(", ")", "adj3", ".ti.", "x/"],
    "ebsco": ["a", "and", "or", "not", "(", ")", "N3", "TI"],
    "wos": ["a", "and", "or", "not", "(", ")", "near/3", "TI="],
    "scopus": ["a", "and", "or", "AND NOT", "(", ")", "W/3", "TITLE(", "{b c}", "LIMIT-TO (", ","],
    "proquest": ["a", "and", "or", "not", "(", ")", "W/3", "TI("],
    "cql": ["a", "and", "not", "(", ")", "prox", "title =", "/x", ">", "sortBy"],
}


@pytest.mark.parametrize("name", NAMES)
def test_every_short_row_of_signs_is_read_or_refused(name):
    """All rows of up to three: whatever the checks let through, the grammar can read."""
    for length in (1, 2, 3):
        for row in product(SIGNS[name], repeat=length):
            try:
                read(" ".join(row), name)
            except QueryError as refused:
                problem = refused
            else:
                continue
            assert problem.problems, row


pieces = st.one_of(
    st.text(max_size=6),
    st.sampled_from(WORDS),
    st.sampled_from(["AND", "or", "NOT", "and", "AND NOT", "prox", "sortBy", "adj3", "N5", "W/3"]),
    st.sampled_from(
        ["(", ")", "（", '"', "“", "”", "/", "=", "==", "<", ">=", "\\", ".", "$2", "*"]
    ),
    st.sampled_from(
        ["[ti]", "[mh]", "[dp]", "[ti:~2]", ".ti.", ".ti,ab.", "exp Asthma/", "TI", "TI="]
    ),
    st.sampled_from(
        ["any,contains,", ";title,exact,", "&query=any,begins_with,", "%28", "{", "LIMIT-TO ("]
    ),
    st.sampled_from(
        ["TITLE(", "title:", "dc.title any", "/unit=word", "or/1-3", "limit 3 to", "#1"]
    ),
    st.sampled_from(
        ["1990:2000", '"2010"[dp] : ', "S1", "^", "\ue000", "\x00", "\ud800", "all[sb]"]
    ),
)


@UNHURRIED
@pytest.mark.parametrize("name", NAMES)
@settings(max_examples=EXAMPLES, deadline=None)
@given(
    text=st.lists(pieces, max_size=12).map(" ".join) | st.lists(pieces, max_size=12).map("".join)
)
@example(text="(" * 10_000 + "a" + ")" * 10_000)
@example(text="a AND b OR " * 900 + "c")
@example(text='"\\' * 20_000)
@example(text="a " * 1_000)
@example(text="[" * 50_000)
@example(text="a.ti" * 20_000)
@example(text="AND NOT a")
@example(text="__==0")
@example(text="autor:x colour==")
@example(text="00$# wo#m$n")
@example(text="autor:wom?n autor:wom*n autor:hous*")
@example(text="a N3 NOT b")
@example(text="(AND NOT a) OR NOT NOT b")
@example(text="exp a b c d " * 200)
@example(text="title:" * 5_000)
@example(text="TI TI " * 500)
@example(text="NOT " * 5_000 + "a")
@example(text="a N3 " * 5_000 + "a")
@example(text="a adj3 " * 5_000 + "a")
@example(text="^ ^ 0")
@example(text="^ exp Asthma/")
@example(text="/a" * 10_000)
@example(text="> a = b " * 500 + "c")
@example(text="tea** * 題名：紅?夢 ==te*a")
@example(text="\u3000limit\u00a03 to 0")
@example(text="0 0\x1b0 [ti:~2]")
@example(text='"0 \x1b0" [ti:~2]')
@example(text='"0 W/0 AND a*" [ti:~2]')
@example(text="0 / [MH]")
@example(text='"/"[mh] MH "+" MH "/a"')
@example(text="PUBYEAR\u00a0>\u30002010")
@example(text="LIMIT-TO\u00a0(\x1bLANGUAGE\u00a0, x)")
@example(text="any,contains,a;" * 3_000)
@example(text="query=any,contains,%28" * 2_000)
@example(text="any,contains,a,AND;title,exact,^b*;")
@example(text="a and \u202e not b AND\u3000NOT c")
def test_any_text_is_read_or_refused(name, text):
    """A text of any script and signs is read, or gets a documented error, never another."""
    from query import parse

    definition = vocabulary().definition
    try:
        found = parse(text, definition, dialect=name, width="standard")
    except QueryError as refused:
        problem = refused
    else:
        reading = found.reading
        assert parse(reading, definition, width="standard").reading == reading
        return
    assert problem.code not in ("query", "query-syntax", "query-not-expressible")
    assert 0 <= problem.position <= len(problem.text)
