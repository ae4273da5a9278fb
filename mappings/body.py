"""The index definition that Elasticsearch gets, made from the catalogue."""

from __future__ import annotations

import hashlib
from typing import Any

import msgspec

from mappings import sortkeys
from mappings.codes import lookup
from mappings.definition import VERSION
from mappings.load import index_settings
from mappings.model import Catalogue, QueryDefinition, QueryField
from mappings.romanised.fingerprint import tables_fingerprint
from mappings.steps import abbreviations

ANY = "any"
"""The group of properties that a term without a field searches."""

_UNINDEXED = {"type": "text", "index": False, "norms": False}


def index_body(catalogue: Catalogue) -> dict[str, Any]:
    """Settings and mappings for ``indices.create``: an index that is being built.

    ``_meta.definition`` is the query definition: an index is always queried with its own. When the
    index is complete, give it ``live_settings()``.
    """
    given = index_settings()
    definition = query_definition(catalogue)
    return {
        "settings": {
            "index": {**given.index, **given.building},
            "analysis": catalogue.analysis,
        },
        "mappings": {
            "_meta": {
                "created_by": "hkall",
                "index_fingerprint": definition.index_fingerprint,
                "query_fingerprint": definition.query_fingerprint,
                "definition": msgspec.to_builtins(definition),
            },
            **_mappings(catalogue),
        },
    }


def live_settings() -> dict[str, Any]:
    """The settings that an index gets when its building is done (``indices.put_settings``)."""
    return {"index": dict(index_settings().live)}


def index_fingerprint(catalogue: Catalogue) -> str:
    """Sixteen hexadecimal digits that change when documents would be other than before.

    Covers mapping, analysis with its tables, the sources and steps of every field with the tables
    of the steps, the names of codes, the tables of readings, the versions of the mapper and of ICU.
    """
    sources = {
        name: [field.marc, field.build, field.steps, field.normaliser]
        for name, field in catalogue.fields.items()
    }
    fills = {name: [tier.fill, tier.key, tier.collation] for name, tier in catalogue.tiers.items()}
    kinds = ("languages", "relators", "formats", "institutions")
    tables = [*map(lookup, kinds), sorted(abbreviations())]
    versions = [index_settings().mapper, sortkeys.icu_version(), tables_fingerprint()]
    return _digest([_mappings(catalogue), catalogue.analysis, sources, fills, tables, versions])


def query_fingerprint(catalogue: Catalogue) -> str:
    """Sixteen hexadecimal digits that change when a query would be read or scored otherwise.

    Covers names, weights, labels, flags and what tiers serve: what needs no new index.
    """
    return _digest([_query_fields(catalogue), catalogue.tiers, catalogue.any_tiers])


def query_definition(catalogue: Catalogue) -> QueryDefinition:
    """What the query side needs to know of an index."""
    return QueryDefinition(
        version=VERSION,
        index_fingerprint=index_fingerprint(catalogue),
        query_fingerprint=query_fingerprint(catalogue),
        fields=_query_fields(catalogue),
        tiers=catalogue.tiers,
        any_tiers=catalogue.any_tiers,
    )


def _query_fields(catalogue: Catalogue) -> tuple[QueryField, ...]:
    return tuple(
        QueryField(
            name=name,
            query=catalogue.types[field.type].query,
            names=field.names,
            label=field.label,
            tiers=catalogue.types[field.type].tiers,
            weight=field.weight,
            normaliser=field.normaliser,
            any=field.any,
            facet=field.facet,
            sort=field.sort,
            export=field.export,
        )
        for name, field in catalogue.fields.items()
    )


def _mappings(catalogue: Catalogue) -> dict[str, Any]:
    properties = {name: _field(catalogue, name) for name in catalogue.fields}
    properties[ANY] = {"properties": _any_properties(catalogue)}
    return {"dynamic": "strict", "properties": properties}


def _field(catalogue: Catalogue, name: str) -> dict[str, Any]:
    field = catalogue.fields[name]
    tiers = [catalogue.tiers[tier] for tier in catalogue.types[field.type].tiers]
    if [tier.property for tier in tiers] == [""]:
        return dict(tiers[0].mapping)
    norms = catalogue.types[field.type].norms
    properties = _nest({t.property: t.mapping if norms else _unnormed(t.mapping) for t in tiers})
    if field.any:
        for target in _any_properties(catalogue):
            if target in properties:
                properties[target]["copy_to"] = [f"{ANY}.{target}"]
    return {"properties": properties}


def _any_properties(catalogue: Catalogue) -> dict[str, Any]:
    """The group decides and hardly ranks: how much text it holds of a record does not count."""
    tiers = [catalogue.tiers[name] for name in catalogue.any_tiers]
    return _nest({tier.property: _unnormed(tier.mapping) for tier in tiers})


def _unnormed(mapping: dict[str, Any]) -> dict[str, Any]:
    return mapping | {"norms": False} if mapping["type"] == "text" else mapping


def _nest(mappings: dict[str, dict[str, Any]]) -> dict[str, Any]:
    """Put multi-fields into their parents; a parent that is not asked for is not indexed."""
    nested: dict[str, Any] = {}
    for path in sorted(mappings, key=lambda path: path.count(".")):
        parent, dot, child = path.partition(".")
        if not dot:
            nested[path] = dict(mappings[path])
        else:
            holder = nested.setdefault(parent, dict(_UNINDEXED))
            holder.setdefault("fields", {})[child] = dict(mappings[path])
    return nested


def _digest(value: object) -> str:
    text = msgspec.json.encode(msgspec.to_builtins(value, str_keys=True), order="deterministic")
    return hashlib.sha256(text).hexdigest()[:16]
