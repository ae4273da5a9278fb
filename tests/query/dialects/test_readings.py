"""How queries in other languages are read: golden tables of readings and of mistakes."""

import pytest

from query import QueryError, parse
from query.dialects import UnknownDialect


def test_a_query_is_read_as_its_system_reads_it(reading_row, read):
    """Reading and warnings are those of the table, and no other is said."""
    dialect, text, expected = reading_row
    reading, *codes = expected if isinstance(expected, list) else [expected]
    lines = {1: read("one", "primo").tree}
    found = read(text, dialect, lines=lines)
    said = sorted({note.code for note in found.warnings})
    assert (found.reading, said) == (reading, sorted(codes))


def test_a_mistake_says_where_and_what_to_write(error_row, read):
    """Each kind of mistake has its code, its place and a way out."""
    dialect, text, (code, position, advice) = error_row
    with pytest.raises(QueryError) as raised:
        read(text, dialect)
    error = raised.value
    assert (error.code, error.position, error.exit_code) == (code, position, 2)
    assert advice.casefold() in error.hint.casefold()


@pytest.mark.parametrize(
    ("dialect", "first", "second"),
    [
        ("", "(a AND b) OR c", "a OR (b AND c)"),
        ("primo", "(a AND b) OR c", "a OR (b AND c)"),
        ("ebsco", "(a AND b) OR c", "a OR (b AND c)"),
        ("wos", "(a AND b) OR c", "a OR (b AND c)"),
        ("pubmed", "(a AND b) OR c", "(a OR b) AND c"),
        ("cql", "(a AND b) OR c", "(a OR b) AND c"),
        ("proquest", "a AND (b OR c)", "(a OR b) AND c"),
        ("scopus", "a AND (b OR c)", "(a OR b) AND c"),
    ],
)
def test_the_same_words_mean_different_things(dialect, first, second, read):
    """AND first, from left to right, OR first: what stands unbracketed has a meaning in each."""
    assert read("a AND b OR c", dialect).reading == first
    assert read("a OR b AND c", dialect).reading == second


def test_the_other_order_is_kept_and_said(read):
    """Where our own order of operators would find something else, both are in the warning."""
    found = read("a OR b AND c", "pubmed")
    message = next(note.message for note in found.warnings if note.code == "mixed")
    assert "PubMed: (a OR b) AND c" in message
    assert "a OR (b AND c)" in message
    assert read("a AND b NOT c", "pubmed").other is None


def test_lines_of_a_strategy_are_named_as_each_system_names_them(read):
    """1 and 2, or/1-2, #1, S1: each stands for the tree of its line."""
    lines = {1: read("cat", "primo").tree, 2: read("dog", "primo").tree}
    for dialect, text in [
        ("ovid", "1 or 2"),
        ("ovid", "or/1-2"),
        ("pubmed", "#1 OR #2"),
        ("wos", "#1 or #2"),
        ("ebsco", "S1 OR s2"),
        ("proquest", "S1 OR S2"),
    ]:
        found = read(text, dialect, lines=lines)
        assert found.reading == "#1 OR #2"
        assert [child.found for child in found.tree.children] == list(lines.values())


def test_a_limit_of_ovid_is_part_of_its_line(read):
    """Languages and years are fields; what the catalogue does not have is left out and said."""
    lines = {3: read("tea", "primo").tree}
    text = 'limit 3 to (english language and yr="2000 -Current" and humans)'
    found = read(text, "ovid", lines=lines)
    assert found.reading == '#3 AND language:"english" AND year:2000..'
    assert [note.code for note in found.warnings if "lost" in note.code] == ["lost-limit"]


def test_an_unknown_dialect_names_those_there_are(read):
    """One line, with the names."""
    with pytest.raises(UnknownDialect, match="no dialect dialog") as raised:
        read("a", "dialog")
    assert "pubmed" in raised.value.hint


@pytest.mark.parametrize(
    ("dialect", "text", "reading"),
    [
        ("pubmed", "(tea[ti] AND", "title:tea"),
        ("ovid", "(tea.ti. or", "title:tea"),
        ("ebsco", "or TI tea)", "title:tea"),
    ],
)
def test_a_slip_in_another_language_is_mended_where_that_is_asked_for(
    dialect, text, reading, definition
):
    """Brackets and operators that lack their other side are plain in every language."""
    found = parse(text, definition, dialect=dialect, repair=True)
    assert found.reading == reading
    assert "mended" in {note.code for note in found.repairs}


@pytest.mark.parametrize("text", ["NOT tea", "AND NOT tea"])
def test_a_lone_not_is_never_mended(text, definition):
    """Without it the query would ask for what it excludes."""
    with pytest.raises(QueryError):
        parse(text, definition, dialect="pubmed", repair=True)


def test_truncated_words_near_each_other_are_truncated(definition):
    """The words of "tea cup*"[ti:~2] are terms by themselves, the second one truncated."""
    tree = parse('"tea cup*"[ti:~2]', definition, dialect="pubmed").tree
    assert tree == parse("title:(tea NEAR/2 cup*)", definition).tree
