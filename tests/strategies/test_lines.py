"""Files to lines: numbers, comments, blank lines, and what is wrong with them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.errors import HkallError
from strategies import StrategyError, read_strategy


def lines(text):
    strategy = read_strategy(text.encode(), "test.txt")
    return [(line.number, line.text) for line in strategy.lines]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("tea\nchina", [(1, "tea"), (2, "china")]),
        ("1. tea\n2. china", [(1, "tea"), (2, "china")]),
        ("1) tea\n2) china", [(1, "tea"), (2, "china")]),
        ("#1 tea\n#2 #1 AND china", [(1, "tea"), (2, "#1 AND china")]),
        ("S1 tea\nS2 S1 AND china", [(1, "tea"), (2, "S1 AND china")]),
        ("1、茶\n2、中國", [(1, "茶"), (2, "中國")]),
        ("１．茶\n２．中國", [(1, "茶"), (2, "中國")]),
        ("1\ttea\n2\tchina", [(1, "tea"), (2, "china")]),
        ("#3 #1 AND #2\n#2 china\n#1 tea", [(1, "tea"), (2, "china"), (3, "#1 AND #2")]),
        ("5. tea\n9. china", [(5, "tea"), (9, "china")]),
        ("tea\n#1 AND china", [(1, "tea"), (2, "#1 AND china")]),
        (
            "1  exp Tea/\n2  china.ti.\n3  1 and 2",
            [(1, "exp Tea/"), (2, "china.ti."), (3, "1 and 2")],
        ),
        ("1  exp Tea/ (1234)\n2  (a or b) (1,234,567)", [(1, "exp Tea/"), (2, "(a or b)")]),
        ("1. tea (1984)\n2. china", [(1, "tea (1984)"), (2, "china")]),
        ("2 1 not china\n1 tea", [(1, "tea"), (2, "1 not china")]),
        ("# 1 tea\n# 2 #1 AND china", [(1, "tea"), (2, "#1 AND china")]),
        ("1: tea\n2: china", [(1, "tea"), (2, "china")]),
        ("1 samurai", [(1, "1 samurai")]),
        ("7 samurai\n12 angry men", [(1, "7 samurai"), (2, "12 angry men")]),
        ("1984 Orwell\n3.5 inch", [(1, "1984 Orwell"), (2, "3.5 inch")]),
        ("// a comment\n\n  tea // and another\n\n\tchina\r\n", [(1, "tea"), (2, "china")]),
        ("http://example.org/tea", [(1, "http://example.org/tea")]),
        ('"tea // china" // comment', [(1, '"tea // china"')]),
        ("\ufefftea\rchina", [(1, "tea"), (2, "china")]),
    ],
)
def test_lines_have_numbers_and_queries(text, expected):
    """However they are numbered, what is left is the query, in the order of the numbers."""
    assert lines(text) == expected


def test_places_are_those_of_the_file():
    """A line knows its row and where in the row its query begins."""
    line = read_strategy(b"// head\n\n 1.  tea\n", "test.txt").lines[0]
    assert (line.row, line.offset, line.written) == (3, 5, " 1.  tea")
    assert line.written[line.offset :] == line.text


def test_comments_and_blank_lines_do_not_change_the_digest():
    """The digest is of what is searched: a comment more is the same strategy, a word more is not."""
    plain, commented, other = (
        read_strategy(text, "test.txt").digest
        for text in (b"tea\nchina", b"// why\ntea\n\nchina // where", b"tea\nchina asia")
    )
    assert plain == commented != other


@pytest.mark.parametrize(
    ("text", "codes"),
    [
        ("1. tea\nchina\n3. asia", [("line-unnumbered", 2)]),
        ("1. tea\n1. china\nasia", [("line-twice", 2), ("line-unnumbered", 3)]),
    ],
)
def test_all_lines_that_are_numbered_badly_are_named(text, codes):
    """Numbers that are lacking or come twice are found together, each with its row."""
    with pytest.raises(StrategyError) as caught:
        lines(text)
    found = [(each.problem.code, each.line.row) for each in caught.value.problems]
    assert found == codes


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "no line to search"),
        ("// only a comment\n　".encode(), "no line to search"),
        (b"tea\nth\xe9", "row 2: byte 0xe9"),
        (b"tea\n" * 501, "501 lines"),
    ],
)
def test_what_is_no_strategy_is_one_error(data, message):
    """Nothing to search, another encoding and too many lines are said as they are."""
    with pytest.raises(HkallError, match=message):
        read_strategy(data, "test.txt")


@given(
    st.binary(max_size=200) | st.text(max_size=80).map(lambda text: text.encode("utf-8", "replace"))
)
def test_any_file_is_read_or_refused(data):
    """No content of a file makes anything but lines or a documented error."""
    try:
        strategy = read_strategy(data, "test.txt")
    except HkallError:
        return
    numbers = [line.number for line in strategy.lines]
    assert numbers == sorted(set(numbers))
    assert all(line.written[line.offset :].startswith(line.text) for line in strategy.lines)
