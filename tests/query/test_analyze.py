"""`hkall analyze`: tiers and verdicts on a real index, and that verdicts are what searches do."""

import json

import pytest
from click.testing import CliRunner

from cli import cli
from indexer.sample import sample_document
from query import SearchRequest, search
from query.chains import FieldChains, analyse
from query.comparison import compare
from query.live import live_definition

pytestmark = pytest.mark.es


@pytest.fixture(scope="module")
def chains(sample, connection):
    alias = sample.titles_alias
    definition = live_definition(connection, alias)
    return lambda field="title": FieldChains(connection, alias, definition, field)


@pytest.fixture(scope="module")
def compared(chains):
    def run(query, value, language="", field="title"):
        document = sample_document(value, field, language)
        return compare(chains(field), query, value, document, language)

    return run


def test_tiers_hold_what_the_chains_make(chains):
    """Folded and as written, pairs and single characters, the whole key, sort keys."""
    document = sample_document("Ｔhé 紅樓夢", "title", "chi")
    analysis = analyse(chains(), "Ｔhé 紅樓夢", document, "chi")
    held = {tier.tier: tier.tokens for tier in analysis.tiers}
    assert held["han"] == ("the", "红楼", "楼梦")
    assert held["han_unigram"] == ("the", "红", "楼", "梦")
    assert {"紅", "樓", "夢"} <= set(held["han_asis"])
    assert held["whole"] == analysis.keys["whole"] == ("the 红楼梦",)
    assert held["ja"] == ()
    assert set(analysis.sort) == {"root", "stroke", "pinyin", "kana", "german"}


MEETINGS = [
    ("红楼梦", "紅樓夢", "every width", "han_forms"),
    ("红楼", "紅樓夢研究", "every width", "han_forms"),
    ("紅樓", "紅樓夢研究", "every width", "as written"),
    ("ETRANGER", "L’Étranger", "every width", "articles"),
    ("oeuvre", "L'œuvre", "every width", "articles"),
    ("tang poems", "Poems of T‘ang", "every width", "no_apostrophe"),
    ("虹樓夢", "紅樓夢", "no", ""),
    ("樓紅", "紅樓夢", "no", ""),
    ("art", "Smart", "no", ""),
]


@pytest.mark.parametrize(("query", "value", "matches", "step"), MEETINGS)
def test_the_verdict_names_the_step(compared, query, value, matches, step):
    """Where a query is found in a value, the step of the chain from which on it is."""
    comparison = compared(query, value)
    assert comparison.matches == matches
    if step:
        assert step in comparison.because
        assert next(tier.at for tier in comparison.tiers if tier.meets)
    else:
        deciding = {tier.tier for tier in comparison.tiers if tier.meets}
        assert not deciding & {"latin", "han_unigram"}


def test_a_heading_of_the_file_ties_two_forms(compared):
    """Forms that no rule derives from each other match by the file of see-headings."""
    comparison = compared("沈从文", "Shen, Ts'ung-wen", field="author_person")
    assert comparison.matches == "every width"
    assert "沈從文" in comparison.headings


@pytest.mark.parametrize(("query", "value"), [(query, value) for query, value, _, _ in MEETINGS])
def test_a_verdict_is_what_a_search_does(
    compared, make_index, connection, title_type, query, value
):
    """The value as the only title of an index: the query finds it exactly where the verdict says so."""
    index = make_index([title_type("HKU:1", {"title": [value]})])
    found = search(connection, index, SearchRequest(query, width="standard")).total == 1
    assert found == (compared(query, value).matches == "every width")


def hkall(sample, *args):
    env = {"HKALL_HOME": sample.home, "HKALL_CACHE": sample.cache, "HKALL_PREFIX": sample.prefix}
    return CliRunner().invoke(cli, ["analyze", *args], env=env, catch_exceptions=False)


def test_the_command_shows_tables_and_json(sample):
    """Both forms of both reports."""
    assert "红楼 楼梦" in hkall(sample, "紅樓夢", "--lang", "Chinese").stdout
    made = json.loads(hkall(sample, "紅樓夢", "--json").stdout)
    assert made["keys"]["whole"] == ["红楼梦"]
    shown = hkall(sample, "--compare", "红楼梦", "紅樓夢").stdout
    assert "found in every width: han_unigram: char filter han_forms" in shown
    made = json.loads(hkall(sample, "--compare", "虹", "紅", "--json").stdout)
    assert (made["matches"], made["same_whole"]) == ("no", False)


@pytest.mark.parametrize(
    ("args", "message"),
    [
        (["--compare", "a"], "two texts"),
        (["--compare", "", "a"], "no letter or digit"),
        (["a " * 11_000], "more words than can be shown"),
        (["a", "--field", "isbn"], "no field of words named isbn"),
        (["a", "--lang", "klingonese"], "no language klingonese"),
    ],
)
def test_mistakes_are_exit_2(sample, args, message):
    """One line, nothing on stdout."""
    result = hkall(sample, *args)
    assert (result.exit_code, result.stdout) == (2, "")
    assert message in result.stderr
