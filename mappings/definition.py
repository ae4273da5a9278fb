"""Read the query definition that is kept beside an index."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from base.errors import ConfigurationFailure
from mappings.model import QueryDefinition

if TYPE_CHECKING:
    from collections.abc import Mapping

VERSION = 2
"""The version of the form of a definition; raised when older programs could not read it."""


class DefinitionUnreadable(ConfigurationFailure):
    """The index has no query definition that this program can read."""

    code = "definition"


def read_definition(meta: Mapping[str, Any]) -> QueryDefinition:
    """The query definition in the ``_meta`` of an index mapping.

    Raises:
        DefinitionUnreadable: there is none, or it was written by a newer program.
    """
    kept = meta.get("definition")
    version = kept.get("version") if isinstance(kept, dict) else None
    if isinstance(version, int) and version > VERSION:
        raise DefinitionUnreadable(
            f"the index was built by a newer program (definition {version}, this reads {VERSION})",
            hint="Upgrade hkall, or build the index again with this one: hkall reindex",
        )
    try:
        return msgspec.convert(kept, QueryDefinition)
    except msgspec.ValidationError as error:
        raise DefinitionUnreadable(
            f"the index does not say how to search it: {error}",
            hint="Was it built by hkall? Build it again: hkall reindex",
        ) from error
