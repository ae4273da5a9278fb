"""One normaliser a kind of identifier or code: the mapper and a query call the same function."""

from __future__ import annotations

from typing import TYPE_CHECKING

from mappings.normalise.call_number import call_number
from mappings.normalise.codes import format_code, institution, language, relator
from mappings.normalise.isbn import isbn
from mappings.normalise.issn import issn
from mappings.normalise.lccn import lccn
from mappings.normalise.oclc import oclc
from mappings.normalise.publisher_number import publisher_number
from mappings.normalise.shelf_key import shelf_key

if TYPE_CHECKING:
    from collections.abc import Callable

__all__ = ["NORMALISERS"]

NORMALISERS: dict[str, Callable[[str], str | None]] = {
    "call_number": call_number,
    "format": format_code,
    "institution": institution,
    "isbn": isbn,
    "issn": issn,
    "language": language,
    "lccn": lccn,
    "oclc": oclc,
    "publisher_number": publisher_number,
    "relator": relator,
    "shelf_key": shelf_key,
}
"""Text to the one form of the value; None where the text is no value of that kind."""
