"""Call numbers: of the record by scheme, and of each copy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.transform.extract import fields_of
from indexer.transform.tables import tables

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indexer.transform.context import Context


def call_numbers(context: Context) -> list[str]:
    """As written, without the marks where a Dewey number may be cut (``/`` and the prime)."""
    return list(dict.fromkeys(filter(None, _raw(context))))


def _raw(context: Context) -> Iterator[str]:
    for field, spec in fields_of(context.view, tables().call_numbers):
        if len(spec.codes) > 1:
            yield field.join(spec.codes)
        else:
            for value in field.all(spec.codes):
                yield value.replace("/", "").replace("\u2032", "")
    for copy in context.copies:
        yield copy.call_number
