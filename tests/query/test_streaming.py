"""A view of the live index: complete, in order, and the same from beginning to end."""

import pytest

from query import ViewExpired, compile_tree, open_view, parse, streaming

pytestmark = pytest.mark.es


@pytest.fixture
def view(connection, library):
    with open_view(connection, library) as opened:
        yield opened


@pytest.fixture
def query(definition):
    def compiled(text):
        return compile_tree(parse(text, definition, width="standard").tree, definition, "standard")

    return compiled


def test_every_title_comes_once_in_the_order_of_ids(view, query, titles, monkeypatch):
    """Whatever the size of a page, also where the last one is full."""
    expected = sorted(title.id for title in titles)
    for page in (1, 2, 5, 15, 1000):
        monkeypatch.setattr(streaming, "PAGE", page)
        found = list(view.stream(query("*"), ["display"]))
        assert [each.id for each in found] == expected
        assert all(each.source["display"]["title"] for each in found)
    assert [each.id for each in view.stream(query("*"))] == expected


def test_the_count_is_of_what_is_streamed(view, query):
    """A query's count and its titles agree."""
    for text in ("紅樓夢", "nature OR karaoke", "NOT language:eng", "nosuchword"):
        assert view.count(query(text)) == len(list(view.stream(query(text))))


def test_a_view_does_not_see_what_comes_later(connection, make_index, title_type, query):
    """Titles that are added while somebody reads are not in the view that was opened before."""
    index = make_index([title_type("HKU:1", {"title": ["one"]})])
    with open_view(connection, index) as view:
        body = {"title_id": "HKU:2"}
        path = f"/{index}/_doc/HKU:2"
        connection.request("PUT", path, body, params={"refresh": "true"})
        assert view.count(query("*")) == 1
        assert [each.id for each in view.stream(query("*"))] == ["HKU:1"]
    with open_view(connection, index) as view:
        assert view.count(query("*")) == 2


def test_a_view_whose_index_is_gone_says_so(connection, make_index, title_type, query):
    """A night that deletes the index under a reader makes an error of its own, not a traceback."""
    index = make_index([title_type("HKU:1", {"title": ["one"]})])
    with open_view(connection, index) as view:
        connection.request("DELETE", f"/{index}")
        with pytest.raises(ViewExpired, match="no longer"):
            view.count(query("*"))
    connection.request("PUT", f"/{index}", {})


def test_a_view_knows_its_index(view, library, definition):
    """The name behind the alias and the fingerprints are those that a report needs."""
    assert view.index == library
    assert view.definition.query_fingerprint == definition.query_fingerprint
