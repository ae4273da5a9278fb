"""Whether an index can answer what its definition promises: every searchable field in every tier."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from mappings.model import QueryDefinition, QueryField, Script, Service, Tier

NEEDED: tuple[tuple[Service, Script], ...] = (
    ("match", "latin"),
    ("match", "cjk"),
    ("phrase", "latin"),
    ("phrase", "cjk"),
    ("score", "cjk"),
    ("exact", "latin"),
)
"""What every field of words must be able to do: a fold that one field lacks is a title not found."""
_GROUP = "any"


def lint_index(
    definition: QueryDefinition, properties: Mapping[str, Any], classes: Mapping[str, str]
) -> Iterator[str]:
    """A sentence for each breach.

    Args:
        definition: what queries of this index go by.
        properties: the properties of the index's mapping, as Elasticsearch gives them.
        classes: the folding class of each analyzer.
    """
    for field in definition.fields:
        if field.query == "text":
            yield from _services(definition, field)
            for name in field.tiers:
                yield from _property(field.name, definition.tiers[name], properties, classes)
    for name in definition.any_tiers:
        yield from _property(_GROUP, definition.tiers[name], properties, classes)


def _services(definition: QueryDefinition, field: QueryField) -> Iterator[str]:
    tiers = [definition.tiers[name] for name in field.tiers]
    for service, script in NEEDED:
        if not any(service in tier.serves and script in tier.scripts for tier in tiers):
            yield f"{field.name} is searched, but none of its tiers serves {service} in {script}"


def _property(
    field: str, tier: Tier, properties: Mapping[str, Any], classes: Mapping[str, str]
) -> Iterator[str]:
    path = f"{field}.{tier.property}"
    node: Mapping[str, Any] = properties.get(field, {})
    for step, name in enumerate(tier.property.split(".")):
        node = node.get("fields" if step else "properties", {}).get(name, {})
    if not node or node.get("index") is False:
        yield f"{path} is not in the index"
        return
    for key in ("analyzer", "search_analyzer"):
        name = node.get(key, "")
        if name and classes.get(name) != tier.folding:
            yield f"{path} is folded as {tier.folding}, but its {key} {name} as {classes.get(name)}"
