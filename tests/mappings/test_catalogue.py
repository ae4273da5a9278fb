"""The catalogue: what loads, what is refused, and what is made of it."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.resources import files
from pathlib import Path
from typing import TYPE_CHECKING

import msgspec
import pytest

import mappings
from base.datafile import DataFileError
from mappings import (
    CatalogueError,
    DefinitionUnreadable,
    index_body,
    index_fingerprint,
    load_catalogue,
    query_definition,
    query_fingerprint,
    read_definition,
)
from mappings.document import document
from mappings.load import read_catalogue

if TYPE_CHECKING:
    from collections.abc import Callable

    from mappings import Catalogue

FILES = ("catalogue.yaml", "index_types.yaml", "analysis.yaml")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the files of the catalogue that a test may spoil."""
    for name in FILES:
        text = files("mappings").joinpath(name).read_text(encoding="utf-8")
        (tmp_path / name).write_text(text, encoding="utf-8")
    return tmp_path


def replace(folder: Path, name: str, old: str, new: str) -> None:
    text = (folder / name).read_text(encoding="utf-8")
    assert old in text
    (folder / name).write_text(text.replace(old, new, 1), encoding="utf-8")


def line_of(folder: Path, name: str, text: str) -> int:
    lines = (folder / name).read_text(encoding="utf-8").splitlines()
    return next(number for number, line in enumerate(lines, 1) if text in line)


SPOILT = {
    "unknown type": ("catalogue.yaml", "type: year\n", "type: yeer\n", "unknown type 'yeer'"),
    "unknown step": ("catalogue.yaml", "[isbd, nonfiling]", "[isbd, trim]", "unknown step 'trim'"),
    "normaliser": ("catalogue.yaml", "normaliser: issn", "normaliser: iss", "unknown normaliser"),
    "wrong spec": ("catalogue.yaml", '"020z"', '"02z"', "'02z' is not a MARC spec"),
    "marc and build": (
        "catalogue.yaml",
        "build: roles",
        "marc: [100e]\n    build: roles",
        "either",
    ),
    "name of two kinds": (
        "catalogue.yaml",
        "names: [isbn, bn]",
        "names: [isbn, title]",
        "the name 'title' is a term here and a text in title",
    ),
    "any of a term": (
        "catalogue.yaml",
        "build: roles",
        "build: roles\n    any: true",
        "only fields",
    ),
    "reserved": ("catalogue.yaml", "  title_main:\n", "  any:\n", "'any' is the name of a group"),
    "wrong value": ("catalogue.yaml", "weight: 12", "weight: -12", "Expected `float` > 0.0"),
    "unknown key": ("catalogue.yaml", "weight: 12", "wait: 12", "unknown field `wait`"),
    "a name that YAML reads": (
        "catalogue.yaml",
        'notes, "no"',
        "notes, no",
        "Expected `str`, got `bool`",
    ),
    "unknown tier": ("index_types.yaml", "tiers: [number]", "tiers: [nummer]", "unknown tier"),
    "no Han tier": (
        "index_types.yaml",
        "tiers: [latin, latin_asis, german, han, han_unigram]",
        "tiers: [latin, latin_asis, german, han]",
        "no han tier that matches",
    ),
    "no parent": (
        "index_types.yaml",
        "tiers: [latin, latin_asis, german, han, han_unigram]",
        "tiers: [latin, latin_asis, german, han_unigram]",
        "lacks its parent 'han'",
    ),
    "other folding": ("index_types.yaml", "folding: ja", "folding: ko", "that of its analyzer"),
    "unknown analyzer": ("index_types.yaml", "japanese,", "nihongo,", "unknown analyzer"),
    "unknown key function": ("index_types.yaml", "key: whole", "key: hole", "unknown key function"),
    "too many in any": (
        "index_types.yaml",
        "any_tiers: [latin,",
        "any_tiers: [ja, latin,",
        "5 tiers are more than 4",
    ),
    "unknown char filter": (
        "analysis.yaml",
        "letters, comp",
        "lettres, comp",
        "unknown char filter",
    ),
    "unknown filter": (
        "analysis.yaml",
        "no_apostrophe, pairs",
        "no_apostrophe, pears",
        "unknown filter",
    ),
    "unknown tokenizer": ("analysis.yaml", "tokenizer: korean", "tokenizer: corean", "tokenizer"),
    "unknown table": (
        "analysis.yaml",
        "tables: [han, kana]",
        "tables: [hun, kana]",
        "unknown table 'hun'",
    ),
}


@pytest.mark.parametrize("row", SPOILT.values(), ids=SPOILT.keys())
def test_what_is_wrong_is_found_with_its_line(folder: Path, row: tuple[str, str, str, str]) -> None:
    """Each kind of mistake is one problem that names file, line and key."""
    name, old, new, text = row
    replace(folder, name, old, new)
    with pytest.raises(CatalogueError) as caught:
        read_catalogue(folder)
    found = [problem for problem in caught.value.problems if text in problem.text]
    assert found, caught.value.message
    wrong = line_of(folder, name, new.splitlines()[0])
    assert found[0].file == name
    assert abs((found[0].line or 0) - wrong) <= 6
    assert found[0].key.startswith(".")


def test_all_mistakes_are_found_at_once(folder: Path) -> None:
    """A run tells everything that is wrong, in all files."""
    replace(folder, "catalogue.yaml", "normaliser: issn", "normaliser: iss")
    replace(folder, "catalogue.yaml", '"020z"', '"02z"')
    replace(folder, "index_types.yaml", "key: whole", "key: hole")
    with pytest.raises(CatalogueError) as caught:
        read_catalogue(folder)
    assert len(caught.value.problems) == 3
    assert all(f"{p.file}:{p.line} " in caught.value.message for p in caught.value.problems)


def test_a_file_that_is_no_yaml_is_named(folder: Path) -> None:
    """Text that YAML cannot read is an error with its line."""
    (folder / "index_types.yaml").write_text("tiers: [\n", encoding="utf-8")
    with pytest.raises(DataFileError, match=r"index_types\.yaml:\d+"):
        read_catalogue(folder)


def change(catalogue: Catalogue, name: str, **changes: object) -> Catalogue:
    field = msgspec.structs.replace(catalogue.fields[name], **changes)
    return msgspec.structs.replace(catalogue, fields={**catalogue.fields, name: field})


INDEX_CHANGES: dict[str, Callable[[Catalogue], Catalogue]] = {
    "source": lambda c: change(c, "title", marc=("245a",)),
    "steps": lambda c: change(c, "title", steps=()),
    "type": lambda c: change(c, "notes", type="text"),
    "normaliser": lambda c: change(c, "publisher_number", normaliser="call_number"),
    "any": lambda c: change(c, "edition", any=False),
    "analysis": lambda c: msgspec.structs.replace(c, analysis={**c.analysis, "filter": {}}),
}
QUERY_CHANGES: dict[str, Callable[[Catalogue], Catalogue]] = {
    "weight": lambda c: change(c, "title", weight=11.0),
    "names": lambda c: change(c, "title", names=("title",)),
    "facet": lambda c: change(c, "role", facet=True),
}


@pytest.mark.parametrize("key", INDEX_CHANGES)
def test_what_changes_documents_changes_the_index_fingerprint(key: str) -> None:
    """A record is mapped anew when its document would be another."""
    catalogue = load_catalogue()
    assert index_fingerprint(INDEX_CHANGES[key](catalogue)) != index_fingerprint(catalogue)


def test_the_tables_of_steps_are_in_the_index_fingerprint(monkeypatch: pytest.MonkeyPatch) -> None:
    """An abbreviation more or less makes other values of the same records."""
    before = index_fingerprint(load_catalogue())
    monkeypatch.setattr("mappings.body.abbreviations", lambda: frozenset({"ph.d"}))
    assert index_fingerprint(load_catalogue()) != before


@pytest.mark.parametrize("key", QUERY_CHANGES)
def test_what_changes_queries_needs_no_new_index(key: str) -> None:
    """Weights, names and flags change the query fingerprint only."""
    catalogue = load_catalogue()
    changed = QUERY_CHANGES[key](catalogue)
    assert query_fingerprint(changed) != query_fingerprint(catalogue)
    assert index_fingerprint(changed) == index_fingerprint(catalogue)


def test_fingerprints_are_the_same_in_another_process() -> None:
    """Fingerprints do not depend on the process (hash seed, order of loading)."""
    code = "import mappings as m; c = m.load_catalogue(); print(m.index_fingerprint(c), m.query_fingerprint(c))"
    run = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=Path.cwd()
    )
    catalogue = load_catalogue()
    assert run.stdout.split() == [index_fingerprint(catalogue), query_fingerprint(catalogue)]


def test_the_definition_survives_its_index() -> None:
    """What an index keeps as JSON reads back as the definition that was written."""
    body = json.loads(json.dumps(index_body(load_catalogue())))
    meta = body["mappings"]["_meta"]
    found, written = read_definition(meta), query_definition(load_catalogue())
    assert msgspec.structs.asdict(found) == msgspec.structs.asdict(written)
    assert meta["index_fingerprint"] == index_fingerprint(load_catalogue())


@pytest.mark.parametrize(
    "meta",
    [{}, {"definition": None}, {"definition": {"version": 1}}, {"definition": {"version": 99}}],
    ids=["none", "null", "incomplete", "newer"],
)
def test_an_index_without_a_readable_definition_is_refused(meta: dict[str, object]) -> None:
    """An index of another program, or of a newer one, is never queried with a guess."""
    with pytest.raises(DefinitionUnreadable) as caught:
        read_definition(meta)
    assert "reindex" in str(caught.value.hint)


def test_every_tier_has_its_property() -> None:
    """Each field has exactly the properties of its tiers, multi-fields below their parents."""
    catalogue = load_catalogue()
    properties = index_body(catalogue)["mappings"]["properties"]
    for name, field in catalogue.fields.items():
        for tier in catalogue.types[field.type].tiers:
            node = properties[name]
            for number, step in enumerate(filter(None, catalogue.tiers[tier].property.split("."))):
                node = node["fields" if number else "properties"][step]
            expected = catalogue.tiers[tier].mapping
            assert {key: node[key] for key in expected} == expected


def test_fields_marked_any_are_copied() -> None:
    """Exactly the fields marked so are copied to the group of unfielded terms, script by script."""
    catalogue = load_catalogue()
    properties = index_body(catalogue)["mappings"]["properties"]
    for name, field in catalogue.fields.items():
        targets = {
            target
            for node in properties[name].get("properties", {}).values()
            for target in node.get("copy_to", [])
        }
        roman = {"any.rom"} if "rom" in catalogue.types[field.type].tiers else set()
        group = {"any.latin", "any.german", "any.han"} | roman
        assert targets == (group if field.any else set())
    assert set(properties["any"]["properties"]) == {"latin", "german", "han", "rom"}


def test_every_query_name_is_one_word() -> None:
    """A name before a colon has no space and no sign; so a query can be read."""
    for field in load_catalogue().fields.values():
        assert all(name.isalnum() for name in field.names)


def test_the_page_of_fields_is_current() -> None:
    """docs/fields.md is what the catalogue says."""
    page = Path(__file__).parents[2] / "docs" / "fields.md"
    assert page.read_text(encoding="utf-8") == document(load_catalogue()), (
        "run: python -m mappings.document > docs/fields.md"
    )


def test_public_names_are_exact() -> None:
    """Every name of __all__ can be had, and a name that is not there is an error."""
    for name in mappings.__all__:
        assert getattr(mappings, name) is not None
    with pytest.raises(AttributeError):
        _ = mappings.nothing


def test_the_query_side_costs_little() -> None:
    """Reading a definition and folding a query load neither YAML nor ICU."""
    code = (
        "import sys\n"
        "from mappings import NORMALISERS, read_definition, runs, whole_key\n"
        "whole_key('衞生'), NORMALISERS['language']('中文'), runs('a')\n"
        "print([m for m in ('yaml', 'icu', 'pymarc', 'elasticsearch') if m in sys.modules])"
    )
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"
