"""Trees to Elasticsearch's query: a table over a small catalogue, and the limits."""

import json
from pathlib import Path

import msgspec
import pytest
import yaml

from mappings import QueryDefinition, QueryField
from query import QueryError, compile_tree, parse
from query.tables import tables

FILE = Path(__file__).parent / "dsl.yaml"
TABLE = yaml.safe_load(FILE.read_text(encoding="utf-8"))
TEXT = (
    *(
        "latin",
        "latin_asis",
        "latin_reversed",
        "stem_en",
        "han",
        "han_unigram",
        "han_asis",
        "ja",
        "hangul",
    ),
    *("rom", "derived", "whole"),
)
GROUP = ("latin", "latin_asis", "latin_reversed", "han_unigram", "rom")


@pytest.fixture(scope="module")
def small(catalogue):
    """Two text fields and a field of each other kind, with the catalogue's own tiers."""
    label = catalogue.fields["title"].label

    def entry(name, query, names, tiers, **more):
        return QueryField(name, query, names, label, tiers, **more)

    fields = (
        entry("title", "text", ("title", "ti"), TEXT, weight=10, any=True),
        entry("author", "text", ("author",), TEXT, weight=5, any=True),
        entry("variant", "text", ("title", "variant"), TEXT, weight=2),
        entry("isbn", "term", ("isbn",), ("value",), normaliser="isbn"),
        entry("language", "term", ("language",), ("value",), normaliser="language", facet=True),
        entry("year", "year", ("year",), ("number",), facet=True),
        entry("added", "date", ("added",), ("day",)),
        entry("shelf_key", "prefix", ("shelf",), ("key",)),
    )
    used = {tier for field in fields for tier in field.tiers}
    tiers = {name: tier for name, tier in catalogue.tiers.items() if name in used}
    return QueryDefinition(1, "", "", fields, tiers, GROUP)


def compiled(text, definition, width):
    return compile_tree(parse(text, definition, width=width).tree, definition, width)


@pytest.mark.parametrize("text", TABLE)
def test_a_query_becomes_this_dsl(text, small):
    """The Elasticsearch query of each row is exactly the row's, in the width of the row."""
    width, _, query = text.partition(" | ")
    assert compiled(query, small, width) == TABLE[text]


def test_more_leaves_than_the_budget_are_matched_without_ranking_fields(small):
    """Beyond the number of scored leaves only the group's match remains of each."""
    many = tables().budget.scored_leaves + 1
    text = " OR ".join(f"w{n}" for n in range(many))
    query = compile_tree(parse(text, small).tree, small)
    matches = [each["dis_max"]["queries"] for each in query["bool"]["should"]]
    assert [len(each) for each in matches] == [len(matches[0])] * many
    assert "asis" not in json.dumps(query)


def test_a_long_leaf_is_matched_without_ranking_fields(definition):
    """An abstract as one run of characters costs a clause a character and field: only it matches."""
    query = compile_tree(parse("中國歷史" * 50, definition).tree, definition)
    assert json.dumps(query).count("multi_match") == 1


@pytest.mark.parametrize("text", ["中" * 20_000, '"' + "a b " * 10_000 + '"', "中" + "a'" * 40_000])
def test_a_leaf_that_no_search_could_hold_is_refused(text, definition):
    """Before Elasticsearch would refuse it."""
    with pytest.raises(QueryError) as raised:
        compile_tree(parse(text, definition).tree, definition)
    assert raised.value.code == "too-costly"


def test_too_many_clauses_are_refused(definition):
    """A query of many fields is refused before Elasticsearch would refuse it."""
    text = " OR ".join(f"subject:w{n}" for n in range(1900))
    with pytest.raises(QueryError) as raised:
        compile_tree(parse(text, definition).tree, definition)
    assert raised.value.code == "too-costly"


def test_a_query_is_json_without_scripts(definition):
    """What is sent is plain JSON and asks for no script (the embedded node has none)."""
    query = compile_tree(parse("a OR title:bc* NOT year:1990-", definition).tree, definition)
    assert "script" not in json.dumps(query)
    assert msgspec.json.decode(msgspec.json.encode(query)) == query
