"""Orders of hits: by the keys of the index that is asked."""

import msgspec
import pytest

from query import RequestError, SearchRequest, search
from query.orders import known_order, sort_clause


def path(order, definition, collation="stroke"):
    return next(iter(sort_clause(order, collation, definition)[0]))


def test_an_order_without_collation_has_the_default(definition):
    """By title in the order of the setting; an order of one kind has no choice."""
    assert path("title", definition) == "sort_title.stroke"
    assert path("title", definition, "kana") == "sort_title.kana"
    assert path("author:german", definition) == "sort_author.german"
    assert path("year", definition) == "year"
    assert path("relevance", definition) == "_score"


@pytest.mark.parametrize(
    ("order", "hint"),
    [
        ("size", "relevance, title"),
        ("size:stroke", "relevance, title"),
        ("title:strokes", "title:stroke"),
        ("title:", "title:stroke"),
        ("year:pinyin", "Sort by year"),
    ],
)
def test_unknown_orders_are_refused(definition, order, hint):
    """The way out names the orders that there are."""
    with pytest.raises(RequestError, match="order") as raised:
        sort_clause(order, "stroke", definition)
    assert hint in raised.value.hint
    assert raised.value.exit_code == 2


def test_an_older_index_sorts_by_the_one_key_it_has(definition):
    """An index from before there were collations: its key is taken, a collation is refused."""
    fields = tuple(
        msgspec.structs.replace(field, tiers=("sort",)) if field.name == "sort_title" else field
        for field in definition.fields
    )
    older = msgspec.structs.replace(definition, fields=fields)
    assert path("title", older) == "sort_title"
    with pytest.raises(RequestError, match="one order by title"):
        sort_clause("title:pinyin", "stroke", older)


def test_every_order_is_known_before_an_index_is_asked():
    """A misspelt order needs no connection to be refused."""
    assert known_order("title:anything").field == "sort_title"
    with pytest.raises(RequestError):
        known_order("titel")


TITLES = [
    "北京",
    "上海",
    "一二三",
    "Göbel",
    "Goethe",
    "Goldmann",
    "Göthe",
    "Götz",
    "東京",
    "ゆきぐに",
]
EXPECTED = {
    "stroke": "一二三 上海 北京 東京 Göbel Goethe Goldmann Göthe Götz ゆきぐに",
    "pinyin": "北京 東京 上海 一二三 Göbel Goethe Goldmann Göthe Götz ゆきぐに",
    "kana": "Göbel Goethe Goldmann Göthe Götz ゆきぐに 一二三 上海 東京 北京",
    "german": "Göbel Goethe Göthe Götz Goldmann ゆきぐに 一二三 上海 北京 東京",
    "root": "Göbel Goethe Goldmann Göthe Götz ゆきぐに 一二三 上海 北京 東京",
}


@pytest.fixture(scope="module")
def shelf(make_index, title_type):
    return make_index([title_type(f"HKU:s{n}", {"title": [t]}) for n, t in enumerate(TITLES)])


@pytest.mark.es
@pytest.mark.parametrize("collation", EXPECTED)
def test_hits_stand_in_each_collation(connection, shelf, collation):
    """One catalogue, five orders."""
    request = SearchRequest("*", sort=f"title:{collation}", limit=20)
    hits = search(connection, shelf, request).hits
    assert [hit.title for hit in hits] == EXPECTED[collation].split()
    again = SearchRequest("*", sort="title", collation=collation, limit=20)
    assert search(connection, shelf, again).hits == hits
