"""The real index definition on a real node: what each chain makes of a text, and what it finds."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any
from unicodedata import category, normalize

import msgspec
import pytest
import yaml
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from engine.components import check, plugins_needed
from engine.requirements import requirements
from mappings import (
    NORMALISERS,
    fold_han,
    has_cjk,
    index_body,
    live_settings,
    load_catalogue,
    sort_key,
    whole_key,
)
from mappings.keys import signs

if TYPE_CHECKING:
    from collections.abc import Iterator

    from elasticsearch import Elasticsearch

INDEX = "hkall-test-mappings"
TABLES = Path(__file__).parent / "analysis"


class Row(msgspec.Struct, forbid_unknown_fields=True):
    """A text, and the tokens that the analyzer must make of it: all, or some and none of others."""

    analyzer: str
    text: str
    tokens: list[str] = []
    has: list[str] = []
    lacks: list[str] = []


def rows() -> list[Row]:
    texts = [path.read_text(encoding="utf-8") for path in sorted(TABLES.glob("*.yaml"))]
    return [row for text in texts for row in msgspec.convert(yaml.safe_load(text), list[Row])]


@pytest.fixture(scope="module")
def index(node: Elasticsearch) -> Iterator[Elasticsearch]:
    """A node with an empty index of the shipped definition."""
    node.options(ignore_status=404).indices.delete(index=INDEX)
    node.indices.create(index=INDEX, **index_body(load_catalogue()))
    yield node
    node.indices.delete(index=INDEX)


def analyse(node: Elasticsearch, analyzer: str, text: str | list[str]) -> list[dict[str, Any]]:
    return list(node.indices.analyze(index=INDEX, analyzer=analyzer, text=text)["tokens"])


def tokens(node: Elasticsearch, analyzer: str, text: str) -> list[str]:
    return [token["token"] for token in analyse(node, analyzer, text)]


@pytest.mark.es
@pytest.mark.parametrize("row", rows(), ids=lambda row: f"{row.analyzer}-{row.text}")
def test_tokens(index: Elasticsearch, row: Row) -> None:
    """A chain makes of a text what the table of its script says."""
    found = tokens(index, row.analyzer, row.text)
    if row.tokens:
        assert found == row.tokens
    assert set(row.has) <= set(found)
    assert not set(row.lacks) & set(found)


def test_every_chain_has_rows() -> None:
    """No analyzer of the definition goes untested."""
    assert {row.analyzer for row in rows()} == set(load_catalogue().analysis["analyzer"])


def test_only_known_components_are_used() -> None:
    """The definition needs no component or parameter that a node of ours lacks."""
    assert check(load_catalogue().analysis) == []


def test_no_setting_is_a_long_list() -> None:
    """Elasticsearch takes seconds to make an index whose settings have lists of thousands of strings."""
    analysis = load_catalogue().analysis
    lists = [
        value
        for kind in analysis.values()
        for definition in kind.values()
        for value in definition.values()
        if isinstance(value, list)
    ]
    assert lists
    assert max(map(len, lists)) < 100


def test_a_table_is_split_at_commas_into_its_rows() -> None:
    """No row has a comma of its own: each part is one rule."""
    analysis = load_catalogue().analysis
    tables = [d["mappings"] for d in analysis["char_filter"].values() if "mappings" in d]
    assert max(table.count(",") for table in tables) > 5000
    for table in tables:
        assert [rule for rule in table.split(",") if rule.count("=>") != 1] == []


def test_the_plugins_that_are_asked_for_are_those_that_are_needed() -> None:
    """A cluster is asked for no plugin more and no plugin less than the definition uses."""
    asked = {plugin.name for plugin in requirements().plugins}
    assert plugins_needed(load_catalogue().analysis) == asked


MIXED = [
    "魯迅全集 Lu Xun's L’Étranger",
    "C++程式 𠮷野家 T'ang ガラス",
    "東京・大阪 1997年 J.R.R. Tolkien",
    "대한민국 history ㈱ ｶﾞ",
    "葛\U000e0100城市 Zeit\u00adschrift",
]


@pytest.mark.es
@pytest.mark.parametrize("text", MIXED)
@pytest.mark.parametrize("analyzer", ["han_unigram", "asis_unigram", "latin_folded", "asis"])
def test_positions_are_clean(index: Elasticsearch, analyzer: str, text: str) -> None:
    """Positions rise by one a token and offsets by the text, so that phrases and marks are right."""
    found = analyse(index, analyzer, text)
    assert [token["position"] for token in found] == list(range(len(found)))
    starts = [token["start_offset"] for token in found]
    assert starts == sorted(starts)
    units = text.encode("utf-16-le")
    for token in found:
        part = units[2 * token["start_offset"] : 2 * token["end_offset"]].decode("utf-16-le")
        assert part in text


@pytest.mark.es
@pytest.mark.parametrize("text", [row.text for row in rows() if row.analyzer == "latin_folded"])
def test_latin_words_are_the_same_in_both_tiers(index: Elasticsearch, text: str) -> None:
    """A word without CJK is one token, folded alike, in the Latin and in the unigram tier."""
    assert tokens(index, "han_unigram", text) == tokens(index, "latin_folded", text)


@pytest.mark.es
@pytest.mark.parametrize("text", ["中" + "a'" * 30_000, "中" + "x" * 40_000, "é" * 40_000])
def test_no_text_is_too_much_for_a_chain(index: Elasticsearch, text: str) -> None:
    """No word is too long for a term of an index, and none takes the stack of the node's thread."""
    properties = {name: [text] for name in ("latin", "han", "ja", "ko")}
    assert index.index(index=INDEX, document={"title": properties})["result"] == "created"


@pytest.mark.es
def test_no_value_is_too_long_for_a_keyword(index: Elasticsearch) -> None:
    """Values of any length leave the document in; the longest whole key there can be is found."""
    whole, longest = whole_key("𠮷" * 600), "9" * 40_000
    document = {
        "title": {"whole": [whole]},
        "shelf_key": [NORMALISERS["shelf_key"]("1 " * 20_000), longest],
        "call_number": [longest],
        "subject_heading": [longest],
        "sort_title": {"root": sort_key("\ufdfa" * 1000)},
    }
    index.index(index=INDEX, id="long", document=document, refresh=True)
    hits = index.search(index=INDEX, query={"term": {"title.whole": whole}})["hits"]["hits"]
    assert [hit["_id"] for hit in hits] == ["long"]


HAN = "中華人民共和國衞生峯敎戶靑緖淸囯甯嶽臺綫裏羣牀爲説眞仏広図訳済桜辺浜竜塩徳歴后後髮乾鐘曆餘雲"


@pytest.mark.es
def test_the_chain_and_the_key_fold_han_alike(index: Elasticsearch) -> None:
    """Elasticsearch and Python fold by one table, beyond the Basic Multilingual Plane too."""
    text = HAN + "".join(sorted(c for c in map(chr, range(0x20000, 0x20400)) if fold_han(c) != c))
    assert tokens(index, "han_unigram", text) == list(fold_han(normalize("NFKC", text)))


CJK_TEXTS = st.text(
    st.sampled_from(
        "人々馬鹿々ゝゞヽヾこすずがはばぱなんカガガハバパンーァィェォャュョヴゔヵヶゕゖゐゑヰヱヲヷヺータワツリキコンピュ"
        "衞峯國后發髮𠮷𡈽。一a한國㐀"
    ),
    max_size=14,
)


@pytest.mark.es
@settings(max_examples=60, suppress_health_check=list(HealthCheck), deadline=None)
@given(st.lists(CJK_TEXTS, min_size=4, max_size=4))
def test_the_chain_and_the_key_make_the_same_of_cjk(index: Elasticsearch, texts: list[str]) -> None:
    """Marks, kana and Han of any text are the same in the unigram tier and in the whole key."""
    for text in texts:
        found = "".join(tokens(index, "han_unigram", text))
        assert found == whole_key(text).replace(" ", ""), text
        assert "".join(tokens(index, "han_unigram", found)) == found


CJK_LETTERS = [
    chr(code)
    for code in (*range(0x3400), *range(0x3400, 0xF900, 31), *range(0xF900, 0x10000), 0x20BB7)
    if has_cjk(chr(code)) and category(chr(code)) != "Cn"
]


@pytest.mark.es
def test_chain_and_query_agree_on_what_is_cjk(index: Elasticsearch) -> None:
    """What the query takes for a CJK character is a token of its own beside any letter."""
    assert len(CJK_LETTERS) > 2000
    for start in range(0, len(CJK_LETTERS), 1000):
        part = CJK_LETTERS[start : start + 1000]
        found = tokens(index, "asis_unigram", " ".join(f"a{letter}b" for letter in part))
        assert found == [token for letter in part for token in ("a", letter, "b")]


LETTERS = [
    chr(code)
    for first, last in (
        (0xC0, 0x17F),
        (0x386, 0x3CE),
        (0x400, 0x45F),
        (0x1E00, 0x1E9B),
        (0x1EA0, 0x1EF9),
    )
    for code in range(first, last + 1)
    if chr(code).isalpha()
] + [chr(code) for code in signs().letters]


@pytest.mark.es
def test_letters_fold_alike_in_the_chain_and_in_the_key(index: Elasticsearch) -> None:
    """Letters of Latin, Greek and Cyrillic, and all of the table, are the same in words and keys."""
    found = tokens(index, "latin_folded", " ".join(f"x{letter}" for letter in LETTERS))
    expected = [whole_key(f"x{letter}") for letter in LETTERS]
    assert found == expected


DOCUMENTS = {
    "1": {"title": {"han": ["紅樓夢"], "whole": [whole_key("紅樓夢")]}},
    "2": {"title": {"latin": ["L’Étranger"], "whole": [whole_key("L’Étranger")]}},
    "3": {
        "title": {"latin": ["Lu Xun quan ji"], "han": ["魯迅全集 Lu Xun"], "ja": ["魯迅全集"]},
        "author_person": {"latin": ["Müller, Hans"]},
        "notes": {"latin": ["one", "two"]},
    },
    "4": {"title": {"ko": ["대한민국의 역사"], "han": ["대한민국의 역사"]}, "year": [1999]},
}


@pytest.fixture(scope="module")
def filled(index: Elasticsearch) -> Elasticsearch:
    """The index with a few documents in the shape that the mapper gives them."""
    for key, document in DOCUMENTS.items():
        index.index(index=INDEX, id=key, document=document)
    index.indices.put_settings(index=INDEX, settings=live_settings())
    index.indices.refresh(index=INDEX)
    return index


def phrase(field: str, text: str) -> dict[str, Any]:
    return {"match_phrase": {field: text}}


@pytest.mark.es
@pytest.mark.parametrize(
    ("query", "expected"),
    [
        (phrase("title.han.unigram", "红楼梦"), ["1"]),
        (phrase("title.han.unigram", "楼红"), []),
        (phrase("any.han.unigram", "紅樓"), ["1"]),
        ({"match": {"title.latin": "étranger"}}, ["2"]),
        ({"match": {"title.latin": "l'etranger"}}, ["2"]),
        ({"match": {"any.latin": "MULLER"}}, ["3"]),
        ({"match": {"author_person.latin.asis": "muller"}}, []),
        ({"match": {"author_person.latin.asis": "müller"}}, ["3"]),
        (phrase("title.han.unigram", "全集 lu xun"), ["3"]),
        (phrase("notes.latin", "one two"), []),
        ({"match_bool_prefix": {"title.latin": "l’ÉTR"}}, ["2"]),
        ({"prefix": {"author_person.latin.reversed": "rell"}}, ["3"]),
        ({"prefix": {"title.whole": "红楼"}}, ["1"]),
        ({"term": {"title.whole": whole_key("l'étranger")}}, ["2"]),
        (phrase("title.han.unigram", "대한 민국"), ["4"]),
        ({"match": {"title.ko": "역사"}}, ["4"]),
        ({"range": {"year": {"gte": 1990, "lte": 2000}}}, ["4"]),
        ({"exists": {"field": "any.han"}}, []),
    ],
    ids=str,
)
def test_what_is_asked_is_found(
    filled: Elasticsearch, query: dict[str, Any], expected: list[str]
) -> None:
    """Index and query fold alike in every tier; copied fields answer; values never run together."""
    hits = filled.search(index=INDEX, query=query)["hits"]["hits"]
    assert sorted(hit["_id"] for hit in hits) == expected


@pytest.mark.es
def test_a_property_that_no_field_has_is_refused(index: Elasticsearch) -> None:
    """The mapping is strict: a mapper that invents a property is found out at once."""
    from elasticsearch import BadRequestError

    with pytest.raises(BadRequestError, match="strict_dynamic_mapping_exception"):
        index.index(index=INDEX, document={"title": {"klingon": ["x"]}})


@pytest.mark.es
def test_the_definition_comes_back_from_the_index(index: Elasticsearch) -> None:
    """What the index keeps is what the catalogue said."""
    from mappings import query_definition, read_definition

    kept = index.indices.get_mapping(index=INDEX)[INDEX]["mappings"]["_meta"]
    found, written = read_definition(kept), query_definition(load_catalogue())
    assert msgspec.structs.asdict(found) == msgspec.structs.asdict(written)
