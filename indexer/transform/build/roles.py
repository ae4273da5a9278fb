"""Roles of the persons and bodies of a record: relator terms and codes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.transform.tables import tables
from mappings import NORMALISERS

if TYPE_CHECKING:
    from indexer.transform.view import DataField, RecordView


def roles(view: RecordView) -> list[str]:
    """Every relator as written, term or code; the normaliser of relators makes codes of them."""
    fields = view.fields(*tables().relators)
    return [text for field in fields for text in relators(field)]


def relators(field: DataField) -> list[str]:
    """The relators of one heading, without the punctuation around them.

    A relator given as a link to the vocabulary (``http://id.loc.gov/vocabulary/relators/aut``)
    is its last part.
    """
    codes = tables().relators.get(field.tag, "")
    return [value.rstrip(" .,;:").rpartition("/")[2] for value in field.all(codes)]


def role_of(field: DataField) -> str:
    """The code of the first relator that is known, empty if none is."""
    normalise = NORMALISERS["relator"]
    return next((code for code in map(normalise, relators(field)) if code), "")
