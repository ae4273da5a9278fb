"""What the rooms tell each other about records: values without a database and without MARC."""

from __future__ import annotations

from collections.abc import Mapping  # noqa: TC003 - msgspec reads the annotations
from typing import Any, Literal

import msgspec

Kind = Literal["bibliographic", "holdings"]
Syntax = Literal["iso2709", "marcxml"]
MARCXML_NAMESPACE = "http://www.loc.gov/MARC21/slim"


class RecordId(msgspec.Struct, frozen=True, order=True):
    """A record of one institution. Its text form is ``HKU:b1234567``."""

    institution: str
    control_number: str

    def __str__(self) -> str:
        """Institution and control number, joined by the first colon."""
        return f"{self.institution}:{self.control_number}"

    @classmethod
    def parse(cls, text: str) -> RecordId:
        """Read ``HKU:b1234567``; the control number may hold colons itself.

        Raises:
            ValueError: there is no colon, or one side is empty.
        """
        institution, colon, number = text.partition(":")
        if not (colon and institution and number):
            raise ValueError(text)
        return cls(institution, number)


class Origin(msgspec.Struct, frozen=True):
    """Where the bytes of a record stand: file as named, byte offset and length in it.

    In a compressed file, offsets count the bytes after decompression.
    """

    file: str
    offset: int
    length: int


class Copy(msgspec.Struct, frozen=True, omit_defaults=True):
    """One copy or location as a holdings field says it. Availability is kept elsewhere."""

    location: str = ""
    sublocation: str = ""
    call_number: str = ""
    barcode: str = ""
    copy: str = ""
    volume: str = ""
    statements: tuple[str, ...] = ()  # textual holdings of 866-868
    note: str = ""
    url: str = ""


class StoredRecord(msgspec.Struct, frozen=True):
    """A record as the store keeps it.

    ``document`` is what the record adds to its title's document; for a holdings record it is empty
    and ``parent`` (its 004) names the bibliographic record of the same institution. ``sequence``
    is the order in which records first came in: the oldest member founds a title.
    """

    id: RecordId
    kind: Kind
    syntax: Syntax
    origin: Origin
    data: bytes
    document: dict[str, Any]
    match_keys: tuple[str, ...] = ()
    copies: tuple[Copy, ...] = ()
    parent: str = ""
    sequence: int = 0
    added: str = ""  # the day first seen, ISO 8601


class PackedRecord(msgspec.Struct, frozen=True, array_like=True):
    """A record on its way into the store: as `StoredRecord`, its large parts packed by the codec.

    ``digest`` is of the bytes and of all that shapes the document: equal digests of one
    institution are the same record in the same form. ``rules`` is the key of the rules that mapped
    it, as the store was told them.
    """

    id: RecordId
    kind: Kind
    syntax: Syntax
    origin: Origin
    digest: bytes
    data: bytes
    document: bytes
    copies: bytes
    match_keys: tuple[str, ...] = ()
    parent: str = ""
    rules: bytes = b""


class Availability(msgspec.Struct, frozen=True):
    """Whether a record's institution has a copy on the shelf, and one that can be requested."""

    available: bool
    requestable: bool


class StoredTitle(msgspec.Struct, frozen=True):
    """A title: its id, its members in order of sequence, and what stands beside them.

    ``copies`` are those of joined holdings records, ``availability`` what circulation says; both
    by member, lacking members of whom nothing is known.
    """

    id: str
    members: tuple[StoredRecord, ...]
    copies: Mapping[RecordId, tuple[Copy, ...]] = {}
    availability: Mapping[RecordId, Availability] = {}


class GoneTitle(msgspec.Struct, frozen=True):
    """An id that is no title's any more: ``heir`` is the title to look at now, if there is one."""

    id: str
    heir: str | None = None


class KnownTitle(msgspec.Struct, frozen=True):
    """A title as an index knows it: members with the founder first, the day it was first seen."""

    id: str
    members: tuple[RecordId, ...]
    added: str = ""


class Rejection(msgspec.Struct, frozen=True):
    """A record that was not taken in, and why (``reason``: a stable code)."""

    institution: str
    origin: Origin
    reason: str
    detail: str
    control_number: str = ""
