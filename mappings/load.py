"""Load the field catalogue and everything it names, and validate all of it at once."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import TYPE_CHECKING, Annotated, Any, TypeVar

import msgspec

from base.datafile import load, load_resource
from mappings import analysis
from mappings.model import Catalogue, Field, IndexType, Name, Tier
from mappings.validate import Problem, check, refuse

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

T = TypeVar("T")


class FieldsFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What catalogue.yaml holds: entries are converted one by one, so that each names its line."""

    fields: Annotated[dict[str, Any], msgspec.Meta(min_length=1)]


class TypesFile(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What index_types.yaml holds."""

    tiers: dict[str, Any]
    types: dict[str, Any]
    any_tiers: tuple[str, ...]


class IndexSettings(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What index_settings.yaml holds: settings that stay, while building, and once live."""

    mapper: int
    index: dict[str, Any]
    building: dict[str, Any]
    live: dict[str, Any]


@lru_cache(maxsize=1)
def load_catalogue() -> Catalogue:
    """The validated catalogue of this installation. Raises as ``read_catalogue``."""
    return read_catalogue(files("mappings"))


def read_catalogue(folder: Traversable) -> Catalogue:
    """The catalogue in catalogue.yaml, index_types.yaml and analysis.yaml of a folder.

    Raises:
        DataFileError: a file cannot be read, is not YAML, or lacks one of its parts.
        CatalogueError: entries are wrong or disagree; it lists all with file, line and key.
    """
    fields_file = load(folder.joinpath("catalogue.yaml"), FieldsFile)
    types_file = load(folder.joinpath("index_types.yaml"), TypesFile)
    chains = load(folder.joinpath("analysis.yaml"), analysis.AnalysisFile)
    problems: list[Problem] = []
    fields = _entries("catalogue.yaml", "fields", fields_file.fields, Field, problems)
    types = _entries("index_types.yaml", "types", types_file.types, IndexType, problems)
    tiers = _entries("index_types.yaml", "tiers", types_file.tiers, Tier, problems)
    refuse(problems, folder)
    refuse(check(fields, types, tiers, types_file.any_tiers, chains), folder)
    return Catalogue(fields, types, tiers, types_file.any_tiers, analysis.settings(chains))


@lru_cache(maxsize=1)
def folding_classes() -> dict[str, str]:
    """The folding class of each analyzer of analysis.yaml."""
    chains = load_resource("mappings", "analysis.yaml", analysis.AnalysisFile)
    return {name: analyzer.folding for name, analyzer in chains.analyzer.items()}


def _entries(
    file: str, section: str, raw: dict[str, Any], type_: type[T], problems: list[Problem]
) -> dict[str, T]:
    entries: dict[str, T] = {}
    for name, value in raw.items():
        try:
            entries[msgspec.convert(name, Name)] = msgspec.convert(value, type_)
        except msgspec.ValidationError as error:
            text, _, path = str(error).partition(" - at `$")
            problems.append(Problem(file, f".{section}.{name}{path.rstrip('`')}", text))
    return entries


@lru_cache(maxsize=1)
def index_settings() -> IndexSettings:
    """The settings of index_settings.yaml."""
    return load_resource("mappings", "index_settings.yaml", IndexSettings)
