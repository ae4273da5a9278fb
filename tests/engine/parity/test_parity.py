"""Each analysis component does what the official documentation and tests say, wherever it runs."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
import yaml

from engine.components import components

if TYPE_CHECKING:
    from collections.abc import Iterator

    from elasticsearch import Elasticsearch

HERE = Path(__file__).parent
PARTS = ("char_filter", "tokenizer", "filter")
ENGINES = [
    pytest.param("node", marks=pytest.mark.es, id="embedded"),
    pytest.param("docker_node", marks=pytest.mark.docker, id="official"),
]

Row = dict[str, Any]


def rows(*names: str) -> list[Any]:
    """The rows of some tables as pytest parameters named by component and text."""
    table = [row for name in names for row in yaml.safe_load((HERE / f"{name}.yaml").read_text())]
    return [pytest.param(row, id=f"{_components(row)[0]} {_label(row)}") for row in table]


def _components(row: Row) -> list[str]:
    named = row["component"]
    return [named] if isinstance(named, str) else named


def _label(row: Row) -> str:
    return str(row.get("text") or row.get("prefix") or row.get("wildcard"))[:24]


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> Elasticsearch:
    """A client of the embedded node and one of the official distribution with its plugins."""
    return request.getfixturevalue(request.param)


def _chain(row: Row) -> Row:
    return {part: row[part] for part in PARTS if part in row}


@pytest.mark.parametrize("row", rows("char_filters", "tokenizers", "token_filters"))
def test_tokens(engine: Elasticsearch, row: Row) -> None:
    """A chain makes the documented tokens of a text, with their offsets and positions."""
    tokens = engine.indices.analyze(**_chain(row), text=row["text"])["tokens"]
    made = {
        "tokens": [token["token"] for token in tokens],
        "offsets": [[token["start_offset"], token["end_offset"]] for token in tokens],
        "positions": [token["position"] for token in tokens],
        "lengths": [token.get("positionLength", 1) for token in tokens],
    }
    assert {part: made[part] for part in made if part in row} == {
        part: row[part] for part in made if part in row
    }, row["source"]


@pytest.mark.parametrize("row", rows("normalizers"))
def test_normalizer(engine: Elasticsearch, row: Row) -> None:
    """A chain without a tokenizer (a normalizer) makes one documented value of a text."""
    tokens = engine.indices.analyze(**_chain(row), text=row["text"])["tokens"]
    assert [token["token"] for token in tokens] == [row["value"]], row["source"]


@pytest.fixture
def index(engine: Elasticsearch, row: Row) -> Iterator[str]:
    """An index with one field in the row's chain that holds the row's texts."""
    name = "parity"
    engine.indices.create(
        index=name,
        settings={"number_of_replicas": 0, "analysis": _analysis(row)},
        mappings={"properties": {"text": {"type": "text", "analyzer": "row"}}},
    )
    try:
        lines = [line for text in row["texts"] for line in ({"index": {}}, {"text": text})]
        assert not engine.bulk(index=name, operations=lines, refresh=True)["errors"]
        yield name
    finally:
        engine.indices.delete(index=name)


def _analysis(row: Row) -> Row:
    """The row's chain as index settings: what is defined in place is given a name."""
    analyzer: Row = {"type": "custom"}
    analysis: Row = {"analyzer": {"row": analyzer}}
    for part, given in _chain(row).items():
        names = []
        for number, one in enumerate(given if isinstance(given, list) else [given]):
            name = one if isinstance(one, str) else f"{part}_{number}"
            if name != one:
                analysis.setdefault(part, {})[name] = one
            names.append(name)
        analyzer[part] = names[0] if part == "tokenizer" else names
    return analysis


@pytest.mark.parametrize("row", rows("queries"))
def test_prefix_and_wildcard(engine: Elasticsearch, index: str, row: Row) -> None:
    """A prefix or wildcard is normalized by exactly the components that normalize."""
    kind = "prefix" if "prefix" in row else "wildcard"
    rule = {kind: {"prefix" if kind == "prefix" else "pattern": row[kind]}}
    answer = engine.search(index=index, query={"intervals": {"text": rule}}, size=100)
    found = {hit["_source"]["text"] for hit in answer["hits"]["hits"]}
    assert found == set(row["finds"]), row["source"]


@pytest.mark.parametrize("kind", ["char_filter", "tokenizer", "filter"])
def test_bare_names(engine: Elasticsearch, kind: str) -> None:
    """A component works by its type name alone exactly where the table says so."""
    table = components().of(kind)
    assert {name for name in table if _works_bare(engine, kind, name)} == {
        name for name, component in table.items() if component.usable_bare
    }


def _works_bare(engine: Elasticsearch, kind: str, name: str) -> bool:
    chain = {"tokenizer": name} if kind == "tokenizer" else {"tokenizer": "standard", kind: [name]}
    answer = engine.options(ignore_status=400).indices.analyze(**chain, text="x")
    return answer.meta.status == 200


@pytest.mark.es
@pytest.mark.parametrize(
    ("kind", "definition", "says"),
    [
        ("filter", {"type": "icu_folding", "unicode_set_fliter": "[a]"}, "[unicode_set_fliter]"),
        ("char_filter", {"type": "mapping", "mappings_path": "x.txt"}, "cannot read a file"),
        ("tokenizer", {"type": "nori_tokenizer", "user_dictionary": "x"}, "cannot read a file"),
        ("filter", {"type": "truncate"}, "needs the parameter [length]"),
        ("filter", {"type": "stemmer", "language": "klingon"}, "[klingon]"),
        ("filter", {"type": "keyword_marker"}, "[keywords]"),
        ("char_filter", {"type": "mapping", "mappings": ["a b"]}, "[a b]"),
        ("char_filter", {"type": "mapping", "mappings": [" => b"]}, "Invalid Mapping Rule"),
        ("char_filter", {"type": "mapping", "mappings": ["\\u12 => b"]}, "Invalid escaped char"),
        ("char_filter", {"type": "mapping", "mappings": ["a => b\\"]}, "Invalid escaped char"),
        ("tokenizer", {"type": "ngram", "min_gram": 1, "max_gram": 9}, "index.max_ngram_diff"),
        ("tokenizer", {"type": "char_group", "tokenize_on_chars": ["vowel"]}, "[vowel]"),
        ("tokenizer", {"type": "edge_ngram", "token_chars": ["vowel"]}, "[vowel]"),
        ("filter", {"type": "cjk_bigram", "ignored_scripts": ["latin"]}, "[latin]"),
        ("char_filter", {"type": "icu_normalizer", "mode": "both"}, "[both]"),
        ("filter", {"type": "unique"}, "unique"),
    ],
)
def test_refusals(node: Elasticsearch, kind: str, definition: Row, says: str) -> None:
    """A definition that the node cannot do is refused when the index is created, and says why."""
    answer = node.options(ignore_status=400).indices.create(
        index="refused", settings={"analysis": {kind: {"mine": definition}}}
    )
    assert answer.meta.status == 400
    assert says in str(answer["error"])
