"""Original records in the form that is asked for: ISO 2709 or MARCXML, one from the other."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from base.errors import UsageFailure
from records.model import MARCXML_NAMESPACE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from records.model import RecordId, StoredRecord
    from records.store import RecordStore

COLLECTION_START = (
    f'<?xml version="1.0" encoding="UTF-8"?>\n<collection xmlns="{MARCXML_NAMESPACE}">'
)
COLLECTION_END = "</collection>"
"""What stands before and behind the records of a MARCXML document."""

_LENGTH_DIGITS = 5
_NOT_XML = re.compile("[^\\t\\n\\r\\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


class RecordGoneError(UsageFailure):
    """A member of an indexed title is not in the record store."""

    code = "record-gone"


class ConversionError(UsageFailure):
    """A record cannot be written in the other form, for example too long for ISO 2709."""

    code = "conversion"


def originals(store: RecordStore, ids: Iterable[RecordId]) -> Iterator[StoredRecord]:
    """The records of these ids with their original bytes, in this order.

    Raises:
        RecordGoneError: the store lacks one.
    """
    for record_id in ids:
        record = store.get(record_id)
        if record is None:
            raise RecordGoneError(
                f"{record_id} is indexed, but its record is not in this home's store",
                hint="Run the command where the index was built, or run `hkall reindex` here.",
            )
        yield record


def to_iso2709(record: StoredRecord) -> bytes:
    """The record as ISO 2709: the original bytes, or made from MARCXML (UTF-8).

    Raises:
        ConversionError: the record is too long for ISO 2709.
    """
    if record.syntax == "iso2709":
        return record.data
    from records.marcxml import read_kept

    made: bytes = read_kept(record.data).as_marc()
    if made[:_LENGTH_DIGITS] != b"%05d" % len(made):
        raise ConversionError(
            f"{record.id} is too long for ISO 2709 ({len(made)} bytes)", hint="Ask for MARCXML."
        )
    return made


def to_marcxml(record: StoredRecord) -> str:
    """The record as a MARCXML ``record`` element: the original, or made from ISO 2709.

    Characters that XML does not allow are left out.
    """
    if record.syntax == "marcxml":
        return record.data.decode("utf-8")
    from records.iso2709 import parse
    from records.marcxml import serialise

    decoded = parse(record.data).record()
    return _NOT_XML.sub("", serialise(str(decoded.leader), decoded.fields))


def marcxml_collection(records: Iterable[StoredRecord]) -> Iterator[str]:
    """A whole MARCXML document, line by line."""
    yield COLLECTION_START
    for record in records:
        yield to_marcxml(record)
    yield COLLECTION_END
