"""The linter of an index: fields without their tiers, tiers folded otherwise on one side."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
import pytest

from mappings import index_body, load_catalogue, query_definition
from mappings.lint import lint_index
from mappings.load import folding_classes
from query.lint import lint_tables

if TYPE_CHECKING:
    from mappings.model import QueryDefinition


@pytest.fixture
def definition() -> QueryDefinition:
    return query_definition(load_catalogue())


@pytest.fixture
def properties() -> dict[str, Any]:
    made: dict[str, Any] = msgspec.json.decode(
        msgspec.json.encode(index_body(load_catalogue())["mappings"]["properties"])
    )
    return made


def breaches(definition: QueryDefinition, properties: dict[str, Any]) -> list[str]:
    return list(lint_index(definition, properties, folding_classes()))


def test_the_shipped_definition_has_no_breach(
    definition: QueryDefinition, properties: dict[str, Any]
) -> None:
    """Every searchable field has its tiers, every tier one class, every facet and order its field."""
    assert breaches(definition, properties) == []
    assert list(lint_tables(definition)) == []


def test_a_field_without_a_tier_is_found(
    definition: QueryDefinition, properties: dict[str, Any]
) -> None:
    """A publisher that misses the CJK chain is named, by its property."""
    del properties["publisher"]["properties"]["han"]["fields"]["unigram"]
    assert breaches(definition, properties) == ["publisher.han.unigram is not in the index"]


@pytest.mark.parametrize("key", ["analyzer", "search_analyzer"])
def test_another_class_on_one_side_is_found(
    definition: QueryDefinition, properties: dict[str, Any], key: str
) -> None:
    """A tier that one side folds otherwise is named with its analyzer."""
    properties["any"]["properties"]["latin"][key] = "asis"
    (breach,) = breaches(definition, properties)
    assert breach == f"any.latin is folded as latin, but its {key} asis as none"


def test_a_type_that_cannot_do_what_fields_of_words_must_is_found(
    definition: QueryDefinition, properties: dict[str, Any]
) -> None:
    """A field whose tiers answer no exact term is named, with the service."""
    fields = tuple(
        msgspec.structs.replace(field, tiers=tuple(t for t in field.tiers if t != "latin_asis"))
        if field.name == "notes"
        else field
        for field in definition.fields
    )
    found = breaches(msgspec.structs.replace(definition, fields=fields), properties)
    assert found == ["notes is searched, but none of its tiers serves exact in latin"]


def test_an_order_by_a_field_that_is_gone_is_found(definition: QueryDefinition) -> None:
    """A profile that names a missing field is named, with the field."""
    fields = tuple(field for field in definition.fields if field.name not in ("added", "format"))
    found = list(lint_tables(msgspec.structs.replace(definition, fields=fields)))
    assert len(found) == 3
    assert any("the facet format counts format" in text for text in found)
