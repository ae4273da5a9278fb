"""Load the field catalogue and everything it names, and validate all of it at once."""

from __future__ import annotations

from functools import lru_cache
from typing import Annotated, Any

import msgspec

from base.datafile import load_resource
from mappings import analysis
from mappings.model import Catalogue, Field, IndexType, Name, Tier
from mappings.validate import check


class FieldsFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What catalogue.yaml holds."""

    fields: Annotated[dict[Name, Field], msgspec.Meta(min_length=1)]


class TypesFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What index_types.yaml holds."""

    tiers: dict[Name, Tier]
    types: dict[Name, IndexType]
    any_tiers: tuple[str, ...]


class IndexSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What index_settings.yaml holds: settings that stay, while building, and once live."""

    mapper: int
    index: dict[str, Any]
    building: dict[str, Any]
    live: dict[str, Any]


@lru_cache(maxsize=1)
def load_catalogue() -> Catalogue:
    """The validated catalogue of this installation.

    Raises:
        DataFileError: a file is not readable or not of its form (the first such problem).
        CatalogueError: the files disagree; it lists every problem with file, line and key.
    """
    fields = load_resource("mappings", "catalogue.yaml", FieldsFile)
    types = load_resource("mappings", "index_types.yaml", TypesFile)
    chains = load_resource("mappings", "analysis.yaml", analysis.AnalysisFile)
    check(fields.fields, types.types, types.tiers, types.any_tiers, chains)
    return Catalogue(
        fields.fields, types.types, types.tiers, types.any_tiers, analysis.settings(chains)
    )


@lru_cache(maxsize=1)
def index_settings() -> IndexSettings:
    """The settings of index_settings.yaml."""
    return load_resource("mappings", "index_settings.yaml", IndexSettings)
