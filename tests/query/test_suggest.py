"""Suggestions and corrections over the sample catalogue on a real node."""

import json
import uuid

import pytest
from click.testing import CliRunner

from cli import cli
from query import IndexIncompleteError, RequestError, SearchRequest, search
from query.corrections import corrections
from query.live import live_definition
from query.reading import parse
from query.suggest import suggest
from query.tables import tables

pytestmark = pytest.mark.es


@pytest.fixture(scope="module")
def typed(sample, connection):
    def run(text, limit=10):
        return suggest(connection, sample.titles_alias, text, limit)

    return run


@pytest.fixture(scope="module")
def find(sample, connection):
    def run(text, **options):
        return search(connection, sample.titles_alias, SearchRequest(text, **options))

    return run


@pytest.mark.parametrize(
    "text", ["紅樓", "红楼", "hong lou", "honglou", "hung-lou", "Hong lou m", "hunglou", "紅樓夢"]
)
def test_the_novel_is_suggested_first(typed, text):
    """However it is begun, the title comes first, once, in both scripts."""
    found = typed(text)
    assert typed(text, 1) == found[:1]
    assert found[0].kind == "title"
    assert found[0].heading in ("紅樓夢", "红楼梦")
    assert found[0].romanised == "Hong lou meng"
    assert len({(one.kind, one.heading) for one in found}) == len(found)


@pytest.mark.parametrize(
    ("text", "kind", "heading"),
    [
        ("こうろうむ", "title", "紅楼夢"),
        ("lu xun", "author", "魯迅, 1881-1936"),
        ("鲁迅", "author", "魯迅, 1881-1936"),
        ("Lu Hsün", "author", "魯迅, 1881-1936"),
        ("william shakes", "author", "Shakespeare, William, 1564-1616"),
        ("shakespeare, w", "author", "Shakespeare, William, 1564-1616"),
    ],
)
def test_headings_of_both_kinds_are_suggested(typed, text, kind, heading):
    """Names in either order, and readings in kana."""
    assert (kind, heading) in [(one.kind, one.heading) for one in typed(text)]


@pytest.mark.parametrize("text", ["紅縷夢", "Shakspeare", "honglomeng"])
def test_a_slip_is_forgiven_where_nothing_begins_so(typed, text):
    """One wrong, left out or added letter still leads to a heading."""
    assert {"紅樓夢", "红楼梦", "Shakespeare, William, 1564-1616"} & {
        one.heading for one in typed(text)
    }


@pytest.mark.parametrize(("text", "limit"), [("", 5), ("?!", 5), ("a", 0), ("a", 51)])
def test_what_cannot_be_completed_is_refused(typed, text, limit):
    """Nothing typed, or a number of headings that is out of bounds."""
    with pytest.raises(RequestError) as raised:
        typed(text, limit)
    assert raised.value.hint


def test_an_index_without_suggestions_says_so(connection):
    """An index from before there were any: one line, and the way to get them."""
    name = f"test-plain-{uuid.uuid4().hex[:8]}"
    connection.request("PUT", f"/{name}", {})
    try:
        with pytest.raises(IndexIncompleteError) as raised:
            suggest(connection, name, "a")
        assert "hkall reindex" in raised.value.hint
    finally:
        connection.request("DELETE", f"/{name}")


CORRECTED = {
    "紅樓薔": "紅樓夢",
    "紅縷夢": "紅樓夢",
    "紅夢樓": "紅樓夢",
    "红楼薔": "红楼梦",
    "Honglo meng": "Hong lou meng",
    "Shakspeare": "Shakespeare",
    "Shakespear hamlt": "Shakespeare hamlet",
    "title:紅樓薔": "title:紅樓夢",
    "紅樓薔 NOT 研究": "紅樓夢 NOT 研究",
    '"紅樓薔"': '"紅樓夢"',
    "(hamlt OR 紅樓薔) Shakespeare": "(hamlet OR 紅樓薔) Shakespeare",
}


@pytest.mark.parametrize("text", CORRECTED)
def test_a_corrected_query_is_offered(find, text):
    """One wrong character or letter: the term is put right, the rest of the query stays."""
    result = find(text)
    offered = [one.query for one in result.suggestions]
    assert result.total == 0
    assert _fold(CORRECTED[text]) in map(_fold, offered)


def _fold(text):
    from mappings.keys import fold_han

    return fold_han(text.casefold()).replace('"', "")


@pytest.mark.parametrize("text", ["紅樓薔", "Honglo meng", "hamlt", "xyzzyxyzzy", "薔薔薔薔薔"])
def test_each_offer_finds_titles(find, text):
    """What is offered is searched beforehand: its number of titles is exact and never 0."""
    for one in find(text).suggestions:
        assert one.total > 0
        assert find(one.query).total == one.total


def test_limits_hold_for_what_is_offered(find):
    """A correction that finds nothing within the limits of the search is not offered."""
    assert find("紅樓薔", limits={"language": ("chi",)}).suggestions
    assert not find("紅樓薔", limits={"language": ("fre",)}).suggestions


@pytest.mark.parametrize("text", ["紅樓夢", "shakespeare", "*", "language:chi", "year:1990.."])
def test_nothing_is_offered_where_enough_is_found(find, text):
    """Neither beside hits nor for what is no word."""
    assert find(text).suggestions == ()


def test_offers_may_be_left_out(find):
    """Who counts hits by the thousand needs no corrections."""
    assert find("紅樓薔", offers=False).suggestions == ()


def test_nothing_is_asked_where_enough_is_found(sample, connection, monkeypatch):
    """A search that finds titles costs no further request."""
    text = "紅樓夢"
    definition = live_definition(connection, sample.titles_alias)
    asked = []
    real = connection.request
    monkeypatch.setattr(connection, "request", lambda *a, **k: asked.append(a) or real(*a, **k))
    reading, enough = parse(text, definition), tables().corrections.enough
    request = SearchRequest(text)
    assert not corrections(connection, sample.titles_alias, request, reading, definition, enough)
    assert asked == []


def hkall(sample, *args):
    env = {"HKALL_HOME": sample.home, "HKALL_CACHE": sample.cache, "HKALL_PREFIX": sample.prefix}
    return CliRunner().invoke(cli, args, env=env, catch_exceptions=False)


def test_the_commands_show_both(sample):
    """`hkall suggest` in rows and as JSON; `hkall search` asks whether something else was meant."""
    shown = hkall(sample, "suggest", "hung", "lou", "--limit", "3")
    assert "Hong lou meng" in shown.stdout.splitlines()[0]
    made = json.loads(hkall(sample, "suggest", "红楼", "--json", "--limit", "2").stdout)
    assert made["suggestions"][0]["romanised"] == "Hong lou meng"
    assert "no heading begins so" in hkall(sample, "suggest", "qqqqqqqq").stderr
    assert "did you mean: " in hkall(sample, "search", "紅樓薔").stdout
    answer = json.loads(hkall(sample, "search", "紅樓薔", "--json").stdout)
    assert answer["suggestions"][0]["query"] in ("紅樓夢", "红楼梦")
    rows = hkall(sample, "search", "紅樓薔", "--format", "csv")
    assert (len(rows.stdout.splitlines()), "did you mean" in rows.stderr) == (1, True)
