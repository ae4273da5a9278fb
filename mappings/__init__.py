"""The shared vocabulary: the field catalogue, analysis, codes, and normalisers of both sides.

Names are loaded from their modules when they are first used: a search needs only a few of them.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from base.lazy import exports

if TYPE_CHECKING:
    from mappings.body import (
        index_body,
        index_fingerprint,
        live_settings,
        query_definition,
        query_fingerprint,
    )
    from mappings.codes import institutions, label_of
    from mappings.definition import DefinitionUnreadable, read_definition
    from mappings.keys import KEYS, fold_han, whole_key
    from mappings.load import load_catalogue
    from mappings.marcspec import MarcSpec, SpecError, parse_spec
    from mappings.model import (
        Catalogue,
        Code,
        Field,
        IndexType,
        Institution,
        Label,
        QueryDefinition,
        QueryField,
        Tier,
    )
    from mappings.normalise import NORMALISERS
    from mappings.scripts import Run, has_cjk, has_hangul, has_kana, has_latin, runs
    from mappings.sortkeys import sort_key
    from mappings.steps import FIELD_STEPS, STEPS
    from mappings.validate import CatalogueError

__all__ = [
    "FIELD_STEPS",
    "KEYS",
    "NORMALISERS",
    "STEPS",
    "Catalogue",
    "CatalogueError",
    "Code",
    "DefinitionUnreadable",
    "Field",
    "IndexType",
    "Institution",
    "Label",
    "MarcSpec",
    "QueryDefinition",
    "QueryField",
    "Run",
    "SpecError",
    "Tier",
    "fold_han",
    "has_cjk",
    "has_hangul",
    "has_kana",
    "has_latin",
    "index_body",
    "index_fingerprint",
    "institutions",
    "label_of",
    "live_settings",
    "load_catalogue",
    "parse_spec",
    "query_definition",
    "query_fingerprint",
    "read_definition",
    "runs",
    "sort_key",
    "whole_key",
]

__getattr__ = exports(
    __name__,
    {
        "body": "index_body index_fingerprint live_settings query_definition query_fingerprint",
        "codes": "institutions label_of",
        "definition": "DefinitionUnreadable read_definition",
        "keys": "KEYS fold_han whole_key",
        "load": "load_catalogue",
        "marcspec": "MarcSpec SpecError parse_spec",
        "model": "Catalogue Code Field IndexType Institution Label QueryDefinition QueryField Tier",
        "normalise": "NORMALISERS",
        "scripts": "Run has_cjk has_hangul has_kana has_latin runs",
        "sortkeys": "sort_key",
        "steps": "FIELD_STEPS STEPS",
        "validate": "CatalogueError",
    },
)
