"""What a wide search is asked as where its width would cost more than a search may."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from query.compiler import compile_tree
from query.errors import QueryNotExpressible
from query.notes import Note

if TYPE_CHECKING:
    from mappings.model import QueryDefinition
    from query.dsl import Dsl
    from query.reading import Reading


def compile_reading(reading: Reading, definition: QueryDefinition) -> tuple[Reading, Dsl]:
    """The Elasticsearch query of a reading, and the reading with the width that it is asked in.

    A wide search of very many terms is asked in width ``standard``, all of it, so that what a
    term matches does not depend on where it stands; a warning says so.

    Raises:
        QueryNotExpressible: it has more clauses than a search may, in width ``standard`` too.
    """
    try:
        return reading, compile_tree(reading.tree, definition, reading.width)
    except QueryNotExpressible:
        if reading.width == "standard":
            raise
    query = compile_tree(reading.tree, definition, "standard")
    message = (
        "too many terms for the wide width: searched in width standard,"
        " without stems, words as a dictionary parts them and derived readings"
    )
    warnings = (*reading.warnings, Note("narrowed", message, 0, len(reading.text)))
    return msgspec.structs.replace(reading, width="standard", warnings=warnings), query
