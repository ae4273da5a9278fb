"""The commands search, query and show against a real index: output, exit codes, options."""

import csv
import io
import json

import click
import pytest
from click.testing import CliRunner

from cli import cli
from commands.search import _with_facets
from query import IndexIncompleteError, live_definition

pytestmark = pytest.mark.es


@pytest.fixture
def hkall(connection, library, node_settings, monkeypatch):
    """Runs a command on the library's index under a prefix of its own."""
    monkeypatch.setenv("HKALL_HOME", node_settings.home)
    action = {"index": library, "alias": f"{library}-titles"}
    connection.request("POST", "/_aliases", {"actions": [{"add": action}]})

    def run(*args, prefix=library):
        return CliRunner().invoke(cli, ["--prefix", prefix, *args], catch_exceptions=False)

    return run


def test_json_is_one_object_with_every_key(hkall):
    """The keys are those that scripts rely on."""
    result = hkall("search", "紅樓夢", "NOT", "研究", "--json")
    answer = json.loads(result.stdout)
    assert list(answer) == [
        "total",
        "reading",
        "width",
        "repairs",
        "warnings",
        "hits",
        "facets",
        "took_ms",
        "suggestions",
        "counts",
    ]
    assert (answer["total"], answer["reading"]) == (1, "紅樓夢 AND NOT 研究")
    assert set(answer["hits"][0]) == {
        *("id", "score", "title", "title_romanised", "authors", "publisher", "year", "formats"),
        *("languages", "isbn", "call_numbers", "held_by", "members", "authors_romanised"),
    }
    assert answer["hits"][0]["members"] == [{"institution": "HKU", "control_number": "1"}]


def test_lines_and_csv_hold_the_same_hits(hkall):
    """A line or row a hit, in the same order."""
    lines = hkall("search", "nature", "--format", "jsonl").stdout.splitlines()
    rows = csv.DictReader(io.StringIO(hkall("search", "nature", "--format", "csv").stdout))
    found = [(row["id"], row["members"]) for row in rows]
    assert [json.loads(line)["id"] for line in lines] == [number for number, _ in found]
    assert found[0] == ("HKU:8", "HKU:8")


def test_the_table_shows_reading_repairs_and_facets(hkall):
    """People see how the query was read and what was mended."""
    text = hkall("search", "“nature”", "--facets", "--held-by", "hku").stdout
    for shown in ('"nature" AND heldby:hku', "quotation marks", "Nature and nurture", "英文"):
        assert shown in text


def test_no_hit_is_no_error(hkall):
    """Nothing found ends with 0 and a total of 0."""
    result = hkall("search", "nosuchword", "--json")
    assert (result.exit_code, json.loads(result.stdout)["total"]) == (0, 0)


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["search", "a AND (b"], "never closed"),
        (["search", "autor:x"], "is not a field"),
        (["search", "a", "--language", "klingonese"], "not a value of language"),
        (["search", "a", "--year", "never"], "is not a year"),
        (["search", "a", "--from", "10000"], "up to number 10000"),
        (["search", "a", "--sort", "size"], "no order size"),
        (["show", "HKU:none"], "no title or record"),
        (["show", ""], "no title or record"),
        (["show", "HKU:\udcff"], "no title or record"),
        (["query", "parse", "a OR"], "nothing after it"),
    ],
)
def test_mistakes_are_a_line_and_exit_2(hkall, args, message):
    """One line says what is wrong; nothing goes to stdout."""
    result = hkall(*args)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr.splitlines()[0]


def test_without_an_index_the_way_out_is_said(hkall):
    """A prefix under which nothing was built."""
    result = hkall("search", "a", prefix="test-nothing")
    assert result.exit_code == 2
    assert "hkall reindex" in result.stderr


def test_a_node_that_is_down_is_exit_4(hkall, monkeypatch):
    """Nothing listens there: one line, no traceback."""
    monkeypatch.setenv("HKALL_ES_URL", "http://127.0.0.1:9")
    result = hkall("search", "a")
    assert (result.exit_code, result.stdout) == (4, "")
    assert result.stderr.startswith("hkall: ")


def test_query_parse_and_dsl_show_what_search_does(hkall):
    """The tree, the reading and the query are printed; nothing is searched."""
    assert "read as: a AND NOT b" in hkall("query", "parse", "a", "NOT", "b").stdout
    parsed = json.loads(hkall("query", "parse", "a NOT b", "--json").stdout)
    assert (parsed["reading"], parsed["tree"]["node"]) == ("a AND NOT b", "and")
    dsl = json.loads(hkall("query", "dsl", "year:1990").stdout)
    assert dsl == {"bool": {"filter": [{"term": {"year": 1990}}]}}


def test_show_prints_a_card_or_json(hkall):
    """A title by its id: both forms hold its name and its members."""
    assert "吾輩は猫である" in hkall("show", "HKU:10").stdout
    shown = json.loads(hkall("show", "HKU:10", "--json").stdout)
    assert shown["members"] == [{"institution": "HKU", "control_number": "10"}]


def test_an_index_of_others_is_refused(connection):
    """An index without our definition is not searched by guesses."""
    connection.request("PUT", "/test-query-foreign")
    try:
        with pytest.raises(IndexIncompleteError):
            live_definition(connection, "test-query-foreign")
    finally:
        connection.request("DELETE", "/test-query-foreign")


@pytest.mark.parametrize(
    ("args", "expected"),
    [
        (["--facets"], ["--facets=all"]),
        (["--facets", "language,year", "a"], ["--facets=language,year", "a"]),
        (["a", "--facets", "b"], ["a", "--facets=all", "b"]),
        (["--facets=year"], ["--facets=year"]),
        (["--facets", "--json"], ["--facets=all", "--json"]),
    ],
)
def test_facets_take_a_list_or_stand_alone(args, expected):
    """A word after --facets that names no facet belongs to the query."""
    assert _with_facets(args) == expected


@pytest.mark.parametrize("text", ["langauge", "language,formt", "years"])
def test_a_misspelt_facet_is_no_word(text):
    """It would else be sought, and nothing found."""
    with pytest.raises(click.UsageError, match="facets are language"):
        _with_facets(["a", "--facets", text])


def test_two_forms_of_the_answer_exclude_each_other(hkall):
    """--json beside another --format is an error; beside --format json it is not."""
    assert hkall("search", "a", "--json", "--format", "csv").exit_code == 2
    assert json.loads(hkall("search", "a", "--json", "--format", "json").stdout)
