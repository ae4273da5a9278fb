"""A record element of MARCXML: what is unambiguous is mended, the rest refused.

A record is kept as a ``record`` element that stands by itself (UTF-8, MARCXML's namespace): the
element as it stands in the file may depend on prefixes and an encoding that were declared far above it.
"""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import product
from xml.etree import ElementTree as ET
from xml.sax.saxutils import escape, quoteattr

import msgspec
from pymarc import Field, Indicators, Leader, Record, Subfield

from records.iso2709 import Damaged
from records.leader import BLANKS, mended_leader
from records.model import MARCXML_NAMESPACE
from records.parsed import DELIMITER, Parsed

_TEXTS = {"leader", "controlfield", "subfield"}
_TAG = 3
_ONE_BYTE = re.compile(r"iso[-_]?8859|windows-125|latin", re.IGNORECASE)
_SOUND = frozenset(product(" 0123456789", repeat=2))


class XmlRecord(msgspec.Struct, frozen=True):
    """A record element: where it stands, itself, and the record or why it is none.

    ``number`` is the 001 of one that is none, as far as it was read.
    """

    offset: int
    length: int
    data: bytes
    record: Record | Damaged
    repairs: tuple[str, ...] = ()
    number: str = ""


class Building:
    """A record element while it is read."""

    def __init__(self, offset: int) -> None:
        self.offset = offset
        self._leader: str | None = None
        self._fields: list[Field] = []
        self._tag = self._code = ""
        self._repairs: list[str] = []
        self._has_header = False

    @property
    def is_envelope(self) -> bool:
        """Whether this is an empty envelope: OAI-PMH's word for a record that was deleted."""
        return self._has_header and not self.has_content

    @property
    def has_content(self) -> bool:
        """Whether any of a record was read."""
        return self._leader is not None or bool(self._fields)

    @property
    def number(self) -> str:
        """The 001 that was read, or an empty string: a best effort, for reports."""
        found = (field.data or "" for field in self._fields if field.tag == "001")
        return next(found, "").strip()

    def start(self, local: str, attributes: dict[str, str]) -> list[str] | None:
        """An element begins; returns where its text goes, None where it has none to keep."""
        match local:
            case "datafield":
                self._tag = attributes.get("tag", "")
                field = Field(tag=self._tag or "?", indicators=self._indicators(attributes))
                self._fields.append(field)
            case "controlfield":
                self._tag = attributes.get("tag", "")
            case "subfield":
                self._code = attributes.get("code", "")
            case "header":
                self._has_header = True
        return [] if local in _TEXTS else None

    def text(self, local: str, text: str) -> None:
        """An element with text ends."""
        if local == "leader":
            self._leader = text
        elif local == "controlfield" and _is_control(self._tag):
            self._fields.append(Field(tag=self._tag, data=text))
        elif local == "subfield" and self._code and self._fields:
            self._fields[-1].subfields.append(Subfield(self._code, text))
        else:
            self._repairs.append("bad-field")

    def finish(self, length: int, encoding: str | None = None) -> XmlRecord:
        """The element has ended: the record, or why it is none.

        Args:
            length: of the element, in bytes.
            encoding: of the file, as it declares.
        """
        if encoding and _ONE_BYTE.match(encoding):
            self._reread(encoding)
        try:
            record: Record | Damaged = self._record()
        except Damaged as damaged:
            record = damaged
        data = serialise(self._leader or "", self._fields).encode()
        repairs = tuple(dict.fromkeys(self._repairs))
        return XmlRecord(self.offset, length, data, record, repairs, self.number)

    def received(self) -> Record:
        """The record with all that ISO 2709 can hold."""
        record = Record(fields=[field for field in self._fields if _can_be_written(field)])
        record.leader = Leader(self._checked_leader())
        return record

    def _record(self) -> Record:
        leader = self._checked_leader()
        fields = [field for field in self._fields if _is_whole(field)]
        if len(fields) != len(self._fields):
            self._repairs.append("bad-field")
        if not fields:
            raise Damaged("no-fields", "the record has no field")
        record = Record(fields=fields)
        record.leader = Leader(leader)
        return record

    def _reread(self, encoding: str) -> None:
        """Take bytes that are valid UTF-8 beyond ASCII as that: the declaration is wrong."""
        texts = [field.data or "" for field in self._fields if field.control_field]
        texts += [value for field in self._fields for _, value in field.subfields]
        if "".join(texts).isascii():
            return
        try:
            true = {text: text.encode(encoding).decode("utf-8") for text in texts}
        except UnicodeError:  # it is as declared, or has references to characters
            return
        for field in self._fields:
            if field.control_field:
                field.data = true[field.data or ""]
            field.subfields = [Subfield(code, true[value]) for code, value in field.subfields]
        self._repairs.append("utf8-under-declaration")

    def _checked_leader(self) -> str:
        given = self._leader or ""
        leader = mended_leader(given)
        if leader != given:
            self._repairs.append("leader")
        return leader

    def _indicators(self, attributes: dict[str, str]) -> Indicators:
        given = attributes.get("ind1", " "), attributes.get("ind2", " ")
        if given in _SOUND:
            return Indicators(*given)
        first, second = (f"{value.translate(BLANKS):1.1}" for value in given)
        if (first, second) != given:
            self._repairs.append("indicators")
        return Indicators(first, second)


def read_kept(data: bytes) -> Record:
    """The record of an element that ``serialise`` made, its leader mended as when it came.

    Of what the reader left out, fields without subfields are there: ISO 2709 can hold them.
    """
    building = Building(0)
    for element in ET.fromstring(data):  # noqa: S314 - our own bytes: no document type, no entities
        for each in element.iter():
            local = each.tag.rpartition("}")[2]
            if building.start(local, each.attrib) is not None:
                building.text(local, each.text or "")
    return building.received()


def parsed_of(record: Record, repairs: tuple[str, ...]) -> Parsed:
    """A record in the form that all readers share; subfields whose code is no code are left out."""
    fields: list[tuple[str, str]] = []
    for field in record.fields:
        if field.control_field:
            fields.append((field.tag, field.data or ""))
            continue
        texts = [code + value for code, value in field.subfields if len(code) == 1]
        if len(texts) != len(field.subfields):
            repairs = tuple(dict.fromkeys((*repairs, "bad-field")))
        if texts:
            fields.append((field.tag, DELIMITER.join(("".join(field.indicators or "  "), *texts))))
    return Parsed(str(record.leader), fields, repairs)


def _is_control(tag: str) -> bool:
    return len(tag) == _TAG and tag.isdigit() and tag < "010"


def _is_whole(field: Field) -> bool:
    """Whether a field has a tag of three characters and the content that such a tag has."""
    return _can_be_written(field) and (field.control_field or bool(field.subfields))


def _can_be_written(field: Field) -> bool:
    """Whether ISO 2709 has a form for a field: three characters of its directory are the tag's."""
    return len(field.tag) == _TAG and (not field.control_field or field.data is not None)


def serialise(leader: str, fields: list[Field]) -> str:
    """A ``record`` element that needs nothing around it."""
    parts = [f'<record xmlns="{MARCXML_NAMESPACE}">', f"<leader>{_escaped(leader)}</leader>"]
    for field in fields:
        tag = _quoted(field.tag)
        if field.control_field:
            data = _escaped(field.data or "")
            parts.append(f"<controlfield tag={tag}>{data}</controlfield>")
            continue
        first, second = map(_quoted, field.indicators or "  ")
        parts.append(f"<datafield tag={tag} ind1={first} ind2={second}>")
        for code, value in field.subfields:
            parts.append(f"<subfield code={_quoted(code)}>{_escaped(value)}</subfield>")
        parts.append("</datafield>")
    parts.append("</record>")
    return "".join(parts)


_quoted = lru_cache(maxsize=4096)(quoteattr)


def _escaped(text: str) -> str:
    return escape(text) if "&" in text or "<" in text or ">" in text else text
