"""The table of analysis components, and the check of index definitions against it."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from engine.components import check, components, documentation, plugins_needed
from mappings import index_body, load_catalogue

ROOT = Path(__file__).parents[2]
PARITY = Path(__file__).parent / "parity"
JAVA = ROOT / "engine" / "java" / "hk" / "hkall" / "analysis"
BUILDERS = {
    "charFilter": "char_filter",
    "tokenizer": "tokenizer",
    "tokenFilter": "filter",
    "normalizing": "filter",
}

GOOD: dict[str, Any] = {
    "char_filter": {"variants": {"type": "mapping", "mappings": ["衞 => 衛"]}},
    "tokenizer": {"japanese": {"type": "kuromoji_tokenizer", "mode": "search"}},
    "filter": {"articles": {"type": "elision", "articles": ["l"], "articles_case": True}},
    "analyzer": {
        "han": {"tokenizer": "standard", "char_filter": "variants", "filter": ["cjk_bigram"]},
        "ja": {"type": "custom", "tokenizer": "japanese", "filter": ["articles", "keyword_repeat"]},
    },
    "normalizer": {"folded": {"type": "custom", "filter": ["icu_folding", "articles"]}},
}


def test_good_definition_has_no_problems() -> None:
    """A definition of components that exist, defined or by their names, passes."""
    assert check(GOOD) == []


def test_shipped_definition_has_no_problems() -> None:
    """The catalogue's own index definition uses only what the embedded node has."""
    analysis = index_body(load_catalogue())["settings"]["analysis"]
    assert analysis["analyzer"]
    assert check(analysis) == []


@pytest.mark.parametrize(
    ("kind", "definition", "says"),
    [
        ("filter", {"type": "synonym", "synonyms": ["a, b"]}, "no filter of type [synonym]"),
        ("filter", {"unicode_set_filter": "[a]"}, "has no type"),
        ("filter", {"type": "keyword_repeat"}, "no filter of type [keyword_repeat]"),
        ("filter", {"type": "icu_folding", "unicode_set_fliter": "[a]"}, "[unicode_set_fliter]"),
        ("filter", {"type": "truncate"}, "needs the parameter [length]"),
        ("filter", {"type": "stop", "stopwords_path": "s.txt"}, "[stopwords_path] names a file"),
        ("filter", {"type": "stemmer", "language": "dutch"}, "cannot be [dutch]"),
        ("filter", {"type": "cjk_bigram", "ignored_scripts": ["han", "latin"]}, "[latin]"),
        ("char_filter", {"type": "mapping", "mappings_path": "m.txt"}, "names a file"),
        ("char_filter", {"type": "html_strip"}, "no char_filter of type [html_strip]"),
        ("tokenizer", {"type": "nori_tokenizer", "user_dictionary": "d.txt"}, "names a file"),
        ("tokenizer", {"type": "icu_tokenizer", "rule_files": "Latn:x.rbbi"}, "names a file"),
        ("tokenizer", {"type": "kuromoji_tokenizer", "mode": "fast"}, "cannot be [fast]"),
        ("analyzer", {"type": "smartcn"}, "no analyzer of type [smartcn]"),
        ("analyzer", {"filter": ["lowercase"]}, "needs the parameter [tokenizer]"),
        ("analyzer", {"tokenizer": "standrad"}, "tokenizer [standrad] is neither"),
        ("analyzer", {"tokenizer": "standard", "filter": ["fold"]}, "filter [fold] is neither"),
        ("analyzer", {"tokenizer": "standard", "char_filter": "mapping"}, "char_filter [mapping]"),
        ("normalizer", {"filter": ["reverse"]}, "filter [reverse] cannot stand in a normalizer"),
        ("stemmer", {"type": "stemmer"}, "no such kind"),
    ],
)
def test_each_lack_is_named(kind: str, definition: dict[str, Any], says: str) -> None:
    """An unknown component, parameter or value, a file, a missing parameter: one problem each."""
    problems = [problem for problem in check({kind: {"mine": definition}}) if says in problem]
    assert len(problems) == 1
    assert problems[0].startswith(f"analysis.{kind}")


def test_plugins_that_a_definition_needs() -> None:
    """A stock cluster needs the plugins of what is defined and of what a chain names."""
    assert plugins_needed(GOOD) == {"analysis-kuromoji", "analysis-icu"}
    assert plugins_needed({"analyzer": {"x": {"tokenizer": "nori_tokenizer"}}}) == {"analysis-nori"}
    assert plugins_needed({"analyzer": {"x": {"tokenizer": "standard"}}}) == frozenset()


def test_page_is_the_table() -> None:
    """docs/analysis-components.md says what the table says."""
    page = (ROOT / "docs" / "analysis-components.md").read_text(encoding="utf-8")
    assert page == documentation()


def _java() -> dict[tuple[str, str], tuple[tuple[str, ...], bool]]:
    """What the Java sources register: (kind, type) to its parameters and whether it normalizes."""
    text = "\n".join(file.read_text(encoding="utf-8") for file in sorted(JAVA.glob("*.java")))
    constants = dict(re.findall(r"List<String> (\w+) = List\.of\((.*?)\);", text, re.DOTALL))
    call = re.compile(r'registry\.(\w+)\(\s*"(\w+)",\s*(?:List\.of\((.*?)\)|(\w+)),', re.DOTALL)
    return {
        (BUILDERS[builder], type_): (
            tuple(re.findall(r'"([\w!]+)"', constants.get(constant, given))),
            builder in {"normalizing", "charFilter"},
        )
        for builder, type_, given, constant in call.findall(text)
    }


def test_table_is_what_the_node_registers() -> None:
    """Names, parameters and normalizing are the same in the table and in the Java sources."""
    table = {
        (kind, type_): (component.parameters, component.normalizes)
        for kind in ("char_filter", "tokenizer", "filter")
        for type_, component in components().of(kind).items()
        if component.origin != "server" and component.typed
    }
    assert _java() == table


def _parity(*names: str) -> list[dict[str, Any]]:
    return [row for name in names for row in yaml.safe_load((PARITY / f"{name}.yaml").read_text())]


def _definitions(row: dict[str, Any]) -> list[tuple[str, dict[str, Any]]]:
    """Every component that a row's chain uses, a bare name as a definition without parameters."""
    return [
        (kind, {"type": one} if isinstance(one, str) else one)
        for kind in ("char_filter", "tokenizer", "filter")
        for one in ([row[kind]] if kind == "tokenizer" and kind in row else row.get(kind, []))
    ]


def test_every_component_has_parity_rows() -> None:
    """Each component, each of its parameters and each listed value is exercised by the suite."""
    rows = _parity("char_filters", "tokenizers", "token_filters")
    used: set[tuple[str, ...]] = set()
    for kind, definition in (pair for row in rows for pair in _definitions(row)):
        type_ = definition["type"]
        used |= {(kind, type_)}
        for parameter, value in definition.items():
            used |= {(kind, type_, parameter)}
            used |= {
                (kind, type_, str(word)) for word in (value if type(value) is list else [value])
            }
    wanted = {
        step
        for kind in ("char_filter", "tokenizer", "filter")
        for type_, component in components().of(kind).items()
        for step in [
            (kind, type_),
            *((kind, type_, name) for name in component.names),
            *((kind, type_, word) for words in component.values.values() for word in words),
        ]
    }
    assert wanted - used == set()


def test_every_normalizing_component_has_rows_for_it() -> None:
    """What normalizes has a row as a normalizer and a row as part of a prefix or wildcard."""
    wanted = {
        f"{kind}/{type_}"
        for kind in ("char_filter", "filter")
        for type_, component in components().of(kind).items()
        if component.normalizes
    }
    for table in ("normalizers", "queries"):
        assert wanted - {row["component"] for row in _parity(table)} == set()


def test_every_row_uses_what_it_is_about() -> None:
    """A row's chain has the component that it claims to test, and its source says where from."""
    for row in _parity("char_filters", "tokenizers", "token_filters", "normalizers", "queries"):
        named = row["component"] if isinstance(row["component"], list) else [row["component"]]
        kind, _, type_ = named[0].partition("=")[0].partition("/")
        assert (kind, type_) in {(kind, one["type"]) for kind, one in _definitions(row)}, row
        assert len(row["source"]) > 20
