"""Lines to queries: sets as trees, all problems at once, each at its place."""

import pytest

from query.tree import Line, leaves
from strategies import StrategyError

PROBLEMS = """\
// six lines, of which four are wrong
1. tea AND (china OR
2. 茶 AND autor:陸羽
3. #1 AND #9
4. #1-#2/OR
5. year:199x OR title:#2
6. tea
"""


def test_all_problems_of_all_lines_are_found_at_once(read):
    """Line, code and place of each; lines that name a wrong one are not wrong for that."""
    with pytest.raises(StrategyError) as caught:
        read(PROBLEMS)
    found = [
        (each.line.number, each.problem.code, each.problem.span.start)
        for each in caught.value.problems
    ]
    assert found == [
        (1, "unclosed-bracket", 8),
        (1, "operator-without-right", 15),
        (2, "unknown-field", 6),
        (3, "unknown-line", 7),
        (4, "set-range", 0),
        (5, "not-a-year", 5),
        (5, "field-over-line", 19),
    ]


def test_an_error_shows_row_column_and_a_caret_below_the_place(read):
    """The caret stands below the sign in the row of the file, also behind wide characters."""
    with pytest.raises(StrategyError) as caught:
        read(PROBLEMS)
    assert caught.value.message == "7 problems in 5 lines of test.txt; nothing was searched"
    shown = [line.removeprefix("       ") for line in caught.value.hint.splitlines()]
    at = next(i for i, line in enumerate(shown) if line.startswith("row 3, column 10 (#2)"))
    assert shown[at + 1 : at + 3] == ["    2. 茶 AND autor:陸羽", "              ^^^^^"]
    assert "Write #1 OR #2." in "\n".join(shown)


def test_a_set_is_a_tree_within_a_tree(read):
    """The reading names the set, the query holds what the set asks for, as it is by itself."""
    first, second = read("lu\n#1 AND xun").lines
    assert second.reading.reading == "#1 AND xun"
    line = second.reading.tree.children[0]
    assert isinstance(line, Line)
    assert line.found == first.reading.tree
    assert first.query["bool"]["must"][0] in _parts(second.query)  # beside it only ranks


def _parts(query):
    yield query
    for each in (
        query.values() if isinstance(query, dict) else query if isinstance(query, list) else ()
    ):
        yield from _parts(each)


def test_words_of_a_set_are_not_read_with_their_neighbours(read):
    """shen congwen is a heading, and one run of readings; #1 AND congwen, #1 being shen, is neither."""
    by_hand, by_set = read("shen congwen\nshen\n#2 AND congwen").lines[::2]
    assert "沈從文" in str(by_hand.query)
    assert "沈從文" not in str(by_set.query)
    runs = [
        [leaf.keys.run for leaf in leaves(read_.reading.tree) if leaf.keys]
        for read_ in (by_hand, by_set)
    ]
    assert "shencongwen" in str(runs[0])
    assert not any(runs[1])


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("S1 tea\nS2 china\nS3 S1 OR S2", "#1 OR #2"),
        ("tea\nchina\nS1 OR (s2 NOT S1)", "#1 OR (#2 AND NOT #1)"),
        ('tea\nchina\n"S1" OR S9', '"S1" OR S9'),
        ("#1 tea\n#2 china\n#3 S1 OR #2", "S1 OR #2"),
    ],
)
def test_s_is_a_set_where_lines_are_called_so(read, text, reading):
    """S1 stands for a line in files numbered S1, S2 or not at all; elsewhere it is a word."""
    assert read(text).lines[2].reading.reading == reading


def test_capitals_in_a_line_stay_operators(read):
    """A line is a query: the rule of the search box for titles in capitals is not for strategies."""
    assert read("COVID SARS AND CHINA NOT HONG").lines[0].reading.reading == (
        "COVID AND SARS AND CHINA AND NOT HONG"
    )


def test_limits_are_the_coded_fields_of_a_line(read):
    """They are listed for the record, with NOT where they exclude; those of sets are not repeated."""
    first, second = read("tea language:chi year:1990.. NOT format:map\n#1 heldby:HKU").lines
    assert first.limits == ("language:chi", "year:1990..", "NOT format:map")
    assert second.limits == ("heldby:HKU",)


def test_too_much_is_refused_with_the_line_and_the_set(read):
    """A budget error of a line that combines others points at the set that made it too much."""
    words = [" OR ".join(f"w{line}x{word}" for word in range(900)) for line in range(3)]
    text = "\n".join([*words, "#1 OR #2 OR #3", "tea"])
    with pytest.raises(StrategyError) as caught:
        read(text)
    (found,) = caught.value.problems
    assert (found.line.number, found.problem.code) == (4, "too-many-terms")
    assert found.line.text[found.problem.span.start : found.problem.span.end] == "#3"


def test_a_line_of_numbers_is_said_to_be_words(read):
    """Other systems call line 1 plain 1; here it is the word 1, and a warning says what to write."""
    found = read("1 tea\n2 china\n3 1 AND 2\n4 2 year:1984").lines
    (note,) = found[2].reading.warnings
    assert (note.code, note.message) == (
        "number-as-word",
        "1, 2 are words here; the lines are #1, #2",
    )
    assert not found[3].reading.warnings


@pytest.mark.parametrize("operator", ["AND", "OR"])
def test_a_chain_through_sets_is_no_level_deeper(read, operator):
    """Sixty lines that each add a word hold them all in one group, and read as they were written."""
    chained = [f"#{n} {operator} w{n}" for n in range(1, 60)]
    last = read("\n".join(["w0", *chained, "#60", f"#61 {operator} w60"])).lines[-1].reading
    assert last.reading == f"#61 {operator} w60"
    line = last.tree.children[0]
    assert isinstance(line, Line)
    words = [getattr(each, "found", each).text for each in line.found.children]
    assert words == [f"w{n}" for n in range(60)]


def test_words_of_chained_sets_are_not_read_together(read):
    """#1 AND congwen within another set is no heading either."""
    found = read("shen\n#1 AND congwen\n#2 AND x").lines[2]
    assert "沈從文" not in str(found.query)
    assert "shencongwen" not in str(found.query)


def test_sets_within_sets_that_are_too_deep_are_refused(read):
    """Elasticsearch's limit of nested queries is never met first."""
    text = "\n".join(["tea", *(f"(#{n} AND w{n}) OR v{n}" for n in range(1, 30))])
    with pytest.raises(StrategyError) as caught:
        read(text)
    assert {each.problem.code for each in caught.value.problems} == {"too-deep"}
