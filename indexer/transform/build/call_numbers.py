"""Call numbers: of the record by scheme, and of each copy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from indexer.transform.extract import fields_of
from indexer.transform.tables import tables

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from indexer.transform.view import RecordView
    from records.model import Copy


def call_numbers(view: RecordView, copies: Sequence[Copy]) -> list[str]:
    """As written, without the marks where a Dewey number may be cut (``/`` and the prime)."""
    return list(dict.fromkeys(filter(None, _raw(view, copies))))


def _raw(view: RecordView, copies: Sequence[Copy]) -> Iterator[str]:
    for field, spec in fields_of(view, tables().call_numbers):
        if len(spec.codes) > 1:
            yield field.join(spec.codes)
        else:
            for value in field.all(spec.codes):
                yield value.replace("/", "").replace("\u2032", "")
    for copy in copies:
        yield copy.call_number
