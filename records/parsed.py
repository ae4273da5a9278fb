"""A record as it was read, before anyone asks for its fields: small, and the same from any reader."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from pymarc import Field, Record

DELIMITER = "\x1f"


class Parsed(msgspec.Struct, frozen=True):
    """Leader and fields of a record, in its order.

    A field is its tag and its text. The text of a control field is its data; that of any other is
    two indicators and then, for each subfield, 0x1F, a code of one character, and the value: the
    text is split only where somebody wants the field. ``repairs`` are the codes of what was mended
    to read the record. ``plain``: all text is printable ASCII.
    """

    leader: str
    fields: list[tuple[str, str]]
    repairs: tuple[str, ...] = ()
    plain: bool = False

    def record(self) -> Record:
        """The same as a pymarc record."""
        from pymarc import Leader, Record

        record = Record(fields=[_field(tag, text) for tag, text in self.fields])
        record.leader = Leader(self.leader)
        return record


def is_control(tag: str) -> bool:
    """Whether fields of this tag have neither indicators nor subfields (001 to 009)."""
    return tag < "010" and tag.isdigit()


def _field(tag: str, text: str) -> Field:
    from pymarc import Field, Indicators, Subfield

    if is_control(tag):
        return Field(tag=tag, data=text)
    subfields = [Subfield(part[0], part[1:]) for part in text[3:].split(DELIMITER)]
    return Field(tag=tag, indicators=Indicators(text[0], text[1]), subfields=subfields)
