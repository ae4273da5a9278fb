"""How queries are read: the readings, repairs and errors of a table each."""

from pathlib import Path

import pytest
import yaml

from query import QueryError, parse
from query.errors import caret_lines
from query.printer import outline, print_tree, to_json
from query.tables import tables
from query.tree import Span, leaves

HERE = Path(__file__).parent
READINGS = yaml.safe_load((HERE / "readings.yaml").read_text(encoding="utf-8"))
ERRORS = yaml.safe_load((HERE / "errors.yaml").read_text(encoding="utf-8"))


@pytest.mark.parametrize("text", READINGS)
def test_a_query_is_read_as_the_table_says(text, definition):
    """Reading, repairs and warnings are those of the table, and nothing more is said."""
    expected = READINGS[text]
    reading, *codes = expected if isinstance(expected, list) else [expected]
    read = parse(text, definition)
    said = [note.code for note in (*read.repairs, *read.warnings)]
    assert (read.reading, list(dict.fromkeys(said))) == (reading, list(dict.fromkeys(codes)))


@pytest.mark.parametrize("text", ["C++", "c#", "B♭", '"C++ programming"', "title:C++"])
def test_a_name_with_signs_is_no_romanised_word(text, definition):
    """What is read as c or b by itself, such as B.C. in a name, is not found by C++ or B♭."""
    (found,) = leaves(parse(text, definition, width="wide").tree)
    assert found.keys is None


@pytest.mark.parametrize("text", ERRORS)
def test_a_wrong_query_says_where_and_what_to_write(text, definition):
    """Every kind of mistake has its code, its position and a way out."""
    code, position, advice = ERRORS[text]
    with pytest.raises(QueryError) as raised:
        parse(text, definition)
    error = raised.value
    assert (error.code, error.position, error.exit_code) == (code, position, 2)
    assert advice.casefold() in error.hint.casefold()
    assert "\n" not in error.message


@pytest.mark.parametrize(
    ("text", "operators", "reading"),
    [
        ("中國 與 香港", ["localised"], "中國 AND 香港"),
        ("中國 与 香港 或 澳門", ["localised"], "(中國 AND 香港) OR 澳門"),
        ("中國 AND 非 香港", ["localised"], "中國 AND NOT 香港"),
        ("中國 非 香港", ["localised"], "中國 AND NOT 香港"),
        ("中國與香港 或許", ["localised"], "中國與香港 AND 或許"),
        ("中國 與 香港", [], "中國 AND 與 AND 香港"),
        ("cats and dogs or birds", ["lowercase"], "(cats AND dogs) OR birds"),
        ("cats not dogs", ["lowercase"], "cats AND NOT dogs"),
    ],
)
def test_other_words_are_operators_where_they_are_asked_for(text, operators, reading, definition):
    """與 或 非 and small letters are operators by choice only, and only where they stand free."""
    assert parse(text, definition, operators=operators).reading == reading


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("a AND", "a"),
        ("OR a", "a"),
        ("a OR OR b", "a OR b"),
        ("(a OR (b", "a OR b"),
        ("x AND (a OR b", "x AND (a OR b)"),
        ("a) b", "a AND b"),
        ("()foo", "foo"),
        ('"a b', "a AND b"),
        ("autor:魯迅", "author:魯迅"),
        ("title: AND a", "a"),
        ("hong kong NEAR/3 history", '"hong kong" NEAR/3 history'),
        ("year:2000..1990", "year:1990..2000"),
        ('autor:x AND (a OR "b', "author:x AND (a OR b)"),
        ("中國）AND（歷史", "中國 AND 歷史"),
        ('red"chamber', "red AND chamber"),
    ],
)
def test_a_slip_is_mended_where_that_is_asked_for(text, reading, definition):
    """Each mistake whose mending is plain is mended and said, also several at once."""
    with pytest.raises(QueryError):
        parse(text, definition)
    mended = parse(text, definition, repair=True)
    assert mended.reading == reading
    assert "mended" in {note.code for note in mended.repairs}


def test_all_mistakes_are_shown_at_once_each_with_its_caret(definition):
    """Those of the grammar together, and those of what it means; one place is complained of once."""
    with pytest.raises(QueryError) as syntax:
        parse("紅樓 AND ) 夢", definition)
    assert syntax.value.message.endswith("(and 1 more)")
    shown = [line.removeprefix("       ") for line in syntax.value.hint.splitlines()]
    at = shown.index("position 8: this bracket closes nothing")
    assert shown[at + 1 : at + 3] == ["紅樓 AND ) 夢", "         ^"]
    with pytest.raises(QueryError) as meaning:
        parse("a* year:19x #9 title:(x author:b*) OR (c NEAR/500 d)", definition)
    assert [problem.code for problem in meaning.value.problems] == [
        "stem-too-short", "not-a-year", "unknown-line", "field-in-field", "near-too-far",
    ]  # fmt: skip
    with pytest.raises(QueryError) as many:
        parse(" ".join(["year:x"] * 12), definition)
    assert many.value.hint.splitlines()[-1].strip() == "and 4 more"


@pytest.mark.parametrize("text", ["year:abc", "a*", "", "colour:red", "#1", "(" * 30 + "a"])
def test_what_is_not_plain_is_not_mended(text, definition):
    """Where it could mean anything, the mistake stays one."""
    with pytest.raises(QueryError):
        parse(text, definition, repair=True)


def test_lines_of_a_strategy_stand_for_what_they_asked(definition):
    """#1 in a later line holds the tree of line 1, and is one leaf of the reading."""
    lines = {1: parse("cat OR dog", definition).tree, 2: parse("title:food", definition).tree}
    read = parse("#1 AND #2 NOT bird", definition, lines=lines)
    assert read.reading == "#1 AND #2 AND NOT bird"
    assert [child.found for child in read.tree.children[:2]] == list(lines.values())
    with pytest.raises(QueryError, match="cannot govern #2"):
        parse("#1 AND author:#2", definition, lines=lines)
    with pytest.raises(QueryError, match="no line #3"):
        parse("#1 OR #3", definition, lines=lines)


def test_a_set_beside_near_is_written_out(definition):
    """Alternatives of words stand beside NEAR as if they were typed there; any other set is refused."""
    lines = {
        1: parse('cat OR dog* OR "guinea pig"', definition).tree,
        2: parse("title:(food OR feed)", definition).tree,
        3: parse("food AND feed", definition).tree,
    }
    read = parse("#1 NEAR/3 food", definition, lines=lines)
    assert read.reading == '(cat OR dog* OR "guinea pig") NEAR/3 food'
    assert [note.code for note in read.repairs] == ["set-written-out"]
    assert parse("(#1 OR hamster) PRE/1 food", definition, lines=lines).reading == (
        '(cat OR dog* OR "guinea pig" OR hamster) PRE/1 food'
    )
    assert parse("#2 NEAR/3 title:cat", definition, lines=lines).reading == (
        "title:((food OR feed) NEAR/3 cat)"
    )
    with pytest.raises(QueryError, match="#3 cannot stand beside NEAR/3") as raised:
        parse("#1 NEAR/3 #3", definition, lines=lines)
    assert raised.value.code == "near-operand"
    assert "OR can" in raised.value.hint


@pytest.mark.parametrize("text", ["author:#1", "a AND title:(b OR #1)"])
def test_a_field_over_a_set_is_refused(text, definition):
    """A set has fields of its own; the error names it and says where to write the field."""
    with pytest.raises(QueryError) as raised:
        parse(text, definition, lines={1: parse("cat", definition).tree})
    assert raised.value.code == "field-over-line"
    assert raised.value.position == text.index("#")
    assert "in line #1" in raised.value.hint


def test_a_mixed_query_has_its_other_reading(definition):
    """AND and OR without brackets: the tree that OR before AND would give is kept."""
    read = parse("a OR b AND c", definition)
    assert print_tree(read.other) == "(a OR b) AND c"
    assert parse("a OR (b AND c)", definition).other is None


def test_all_mistakes_are_found_at_once(definition):
    """One call names every problem, in order of place."""
    with pytest.raises(QueryError) as raised:
        parse('autor:x AND (a OR "b', definition)
    assert [problem.code for problem in raised.value.problems] == [
        "unknown-field",
        "unclosed-bracket",
        "unclosed-quote",
    ]


@pytest.mark.parametrize(
    ("text", "span", "line", "carets"),
    [
        ("a AND", Span(2, 5), "a AND", "  ^^^"),
        ("紅樓夢 AND", Span(4, 7), "紅樓夢 AND", "       ^^^"),
        ("ＡＮＤ a", Span(0, 3), "ＡＮＤ a", "^^^^^^"),
        ("é́x )", Span(4, 5), "é́x )", "   ^"),
        ("", Span(0, 0), "", "^"),
    ],
)
def test_the_caret_stands_below_wide_characters(text, span, line, carets):
    """Columns count two for wide characters and none for combining marks."""
    assert caret_lines(text, span) == (line, carets)


def test_a_long_query_is_shown_around_the_mistake():
    """Only a window of a long text is shown, and the caret points into it."""
    text = "word " * 50 + "OOPS" + " word" * 50
    line, carets = caret_lines(text, Span(250, 254))
    assert len(line) <= 62
    assert line[len(carets) - 4 : len(carets)] == "OOPS"


def test_positions_count_composed_code_points(definition):
    """Text is composed before it is read; spans are of the composed text."""
    read = parse("e\u0301a 紅", definition)
    assert read.text == "éa 紅"
    assert [leaf.span for leaf in leaves(read.tree)] == [Span(0, 2), Span(3, 4)]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        (" OR ".join(f"w{n}" for n in range(tables().budget.max_leaves + 1)), "too-many-terms"),
        ("(" * 21 + "a" + ")" * 21, "too-deep"),
        ("(a OR b AND " * 11 + "c" + ")" * 11, "too-deep"),
        ("a" * (tables().budget.max_length + 1), "too-long"),
    ],
)
def test_what_costs_too_much_is_refused(text, code, definition):
    """Limits on length, terms and depth are the program's own, with a message."""
    with pytest.raises(QueryError) as raised:
        parse(text, definition)
    assert raised.value.code == code


def test_limits_are_part_of_the_reading(definition):
    """Values of one limit are alternatives; different limits all hold."""
    limits = {"language": ("German", "中文"), "year": ("1990..",), "held_by": ()}
    read = parse("a OR b", definition, limits)
    assert read.reading == "(a OR b) AND language:(German OR 中文) AND year:1990.."


def test_a_limit_with_spaces_is_one_value(definition):
    """An institution's whole name limits like its code."""
    limits = {"held_by": ("The University of Hong Kong",)}
    assert parse("a", definition, limits).reading == 'a AND heldby:"The University of Hong Kong"'


def test_a_wrong_limit_is_an_error_of_its_own(definition):
    """An unknown value of a limit is refused with the nearest one."""
    with pytest.raises(QueryError, match="not a value of language"):
        parse("a", definition, {"language": ("germn",)})


def test_the_outline_shows_the_tree(definition):
    """A node a line, indented by depth."""
    read = parse("a OR (title:b NOT cd*)", definition)
    assert outline(read.tree).splitlines() == [
        "OR",
        "  word a",
        "  AND",
        "    title:",
        "      word b",
        "    NOT",
        "      stem cd*",
    ]


def test_the_tree_as_json_has_spans(definition):
    """Every node says where it stands in the text."""
    assert to_json(parse("year:1990- a", definition).tree) == {
        "node": "and",
        "span": [0, 12],
        "children": [
            {
                "node": "field",
                "span": [0, 10],
                "name": "year",
                "child": {"node": "range", "span": [5, 10], "low": "1990", "high": ""},
            },
            {"node": "word", "span": [11, 12], "text": "a"},
        ],
    }
