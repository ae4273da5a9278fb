"""A record as the transform sees it, whichever reader parsed it: clean text, linked fields found."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple
from unicodedata import category, normalize

from indexer.transform.tables import tables
from records.parsed import DELIMITER

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from records.parsed import Parsed

_FIRST_DATA_TAG = "010"
_LEADER_LENGTH = 24
_TITLE_TAGS = frozenset(("245", "880"))
_MARKS = ":;=/"
_MARKS_AND_COMMA = (*_MARKS, ",", "+")
_LINKING = frozenset("68")
_LINKAGE = DELIMITER + "6"
# What stands between the marks that the first subfield (but for those that link) begins with.
_unfiled = re.compile(
    rf"[^{DELIMITER}]*(?:{DELIMITER}\d[^{DELIMITER}]*)*{DELIMITER}[^\d{DELIMITER}]"
    rf"[\x88\x98]([^{DELIMITER}\x89\x9c]+)[\x89\x9c]"
).match
# Zero-width spaces and byte order marks, and the control characters that some systems wrap
# non-filing words in (ISO 6630, in both of its encodings).
_DROPPED = dict.fromkeys([0x200B, 0x2060, 0xFEFF, 0x88, 0x89, 0x98, 0x9C])


class DataField(NamedTuple):
    """A field with indicators.

    The linked form of a field (880) has the tag that its ``$6`` names and ``linked`` set.
    ``occurrence`` is the number that ties the two, empty for a field without a partner.
    ``unfiled`` is what the field begins with between non-sorting marks (ISO 6630).
    """

    tag: str
    first: str
    second: str
    subfields: Sequence[tuple[str, str]]
    linked: bool = False
    occurrence: str = ""
    unfiled: str = ""

    def get(self, code: str) -> str:
        """The first subfield of this code, empty if there is none."""
        for have, value in self.subfields:
            if have == code:
                return value
        return ""

    def all(self, codes: str) -> list[str]:
        """The values of every subfield whose code is one of ``codes``, in the order of the field."""
        return [value for code, value in self.subfields if value and code and code in codes]

    def join(self, codes: str) -> str:
        """The same in one string."""
        return " ".join(self.all(codes))


class RecordView:
    """What the transform may ask of a record. Text is in NFC, without controls or double spaces.

    ``control`` maps the tags of control fields to their values as they stand; ``data`` are the data
    fields in the order of the record, linked ones (880) under the tag that they belong to;
    ``originals`` are those that are not linked forms, by tag.
    """

    __slots__ = ("_partners", "control", "data", "leader", "originals")

    def __init__(
        self, leader: str, control: dict[str, list[str]], data: Sequence[DataField]
    ) -> None:
        self.leader = leader.ljust(_LEADER_LENGTH)
        if self.leader[18] in tables().unpunctuated:
            data = [punctuated(field) for field in data]
        self.control = control
        self.data = data
        self.originals: dict[str, list[DataField]] = {}
        linked = []
        for field in data:
            if field.linked:
                linked.append(field)
            else:
                self.originals.setdefault(field.tag, []).append(field)
        self._partners = self._pair(linked) if linked else {}

    def fields(self, *tags: str) -> list[DataField]:
        """The fields of these tags, tag by tag, without their linked forms."""
        return [field for tag in tags for field in self.originals.get(tag, ())]

    def fixed(self, tag: str) -> str:
        """The first control field of this tag, empty if there is none."""
        values = self.control.get(tag)
        return values[0] if values else ""

    def partners(self, field: DataField) -> list[DataField]:
        """The linked forms (880) of a field, in the order of the record."""
        return self._partners.get((field.tag, field.occurrence), [])

    def groups(self) -> Iterator[list[DataField]]:
        """Fields that are one statement in several forms: linked ones, and parallel repeated ones."""
        for (tag, occurrence), linked in self._partners.items():
            originals = self.originals.get(tag, ())
            yield [*(o for o in originals if o.occurrence == occurrence), *linked]
        for tag in tables().parallel:
            originals = self.originals.get(tag, ())
            if len(originals) > 1:
                yield [field for field in originals if not self.partners(field)]

    def _pair(self, linked: Iterable[DataField]) -> dict[tuple[str, str], list[DataField]]:
        """Linked fields by tag and occurrence number.

        Numbers that lead nowhere are common. Where a record has one field of a tag and it found no
        partner, the linked fields of that tag are its partners all the same.
        """
        pairs: dict[tuple[str, str], list[DataField]] = {}
        lost: dict[str, list[DataField]] = {}
        for field in linked:
            originals = self.originals.get(field.tag, ())
            if field.occurrence and any(o.occurrence == field.occurrence for o in originals):
                pairs.setdefault((field.tag, field.occurrence), []).append(field)
            else:
                lost.setdefault(field.tag, []).append(field)
        for tag, fields in lost.items():
            originals = self.originals.get(tag, ())
            if len(originals) == 1 and (tag, originals[0].occurrence) not in pairs:
                pairs[tag, originals[0].occurrence] = fields
        return pairs


def view_of(parsed: Parsed) -> RecordView:
    """The view of a record that any of the readers parsed."""
    control: dict[str, list[str]] = {}
    data: list[DataField] = []
    plain = parsed.plain
    for tag, text in parsed.fields:
        if tag < _FIRST_DATA_TAG:
            control.setdefault(tag, []).append(text)
        else:
            split = text.split(DELIMITER)
            if plain and "  " not in text:
                # Nothing to clean but the ends: most fields of most records.
                cleaned = [(part[0], part[1:].strip()) for part in split[1:]]
            else:
                cleaned = [(part[0], _cleaned(part[1:])) for part in split[1:]]
            field = _finished(tag, split[0], cleaned, has_linkage=_LINKAGE in text)
            marked = None if plain else _unfiled(text)
            data.append(field._replace(unfiled=clean(marked[1])) if marked else field)
    return RecordView(parsed.leader, control, data)


def punctuated(field: DataField) -> DataField:
    """The field with the ISBD marks that its record leaves out (Leader/18 ``c`` or ``n``)."""
    marks = tables().marks.get(field.tag)
    if not marks:
        return field
    subfields = list(field.subfields)
    for at in range(1, len(subfields)):
        mark = marks.get(subfields[at][0])
        code, value = subfields[at - 1]
        if mark and value and code not in _LINKING and not value.endswith(_MARKS_AND_COMMA):
            subfields[at - 1] = (code, value + mark)
    return field._replace(subfields=subfields)


def _cleaned(value: str) -> str:
    if value.isascii() and value.isprintable() and "  " not in value:
        return value.strip()
    return clean(value)


def _finished(
    tag: str, indicators: str, cleaned: list[tuple[str, str]], *, has_linkage: bool
) -> DataField:
    """A field of the view from its clean parts: linkage (``$6``) read."""
    if tag in _TITLE_TAGS:
        _move_mark(cleaned)
    first, second = indicators[0], indicators[1]
    linkage = next(value for code, value in cleaned if code == "6") if has_linkage else ""
    if not linkage:
        return DataField(tag, first, second, cleaned)
    other, occurrence = parse_linkage(linkage)
    if tag == "880":
        return DataField(other, first, second, cleaned, linked=True, occurrence=occurrence)
    return DataField(tag, first, second, cleaned, occurrence=occurrence)


def _move_mark(subfields: list[tuple[str, str]]) -> None:
    """Give the punctuation that stands after a general material designation to what is before it.

    ``$aNature$h[text] :$ba weekly`` is ``$aNature :$h[text]$ba weekly``: values leave $h out.
    """
    for at in range(1, len(subfields)):
        code, value = subfields[at]
        if code == "h" and value[-1:] in _MARKS and value[-1:]:
            before, text = subfields[at - 1]
            subfields[at - 1] = (before, f"{text} {value[-1]}")
            subfields[at] = (code, value[:-1].rstrip())


def parse_linkage(text: str) -> tuple[str, str]:
    """Tag and occurrence number of a ``$6`` such as ``880-01`` or ``245-01/$1/r``.

    The number is empty for ``-00`` (no partner in this record) and where there is none; the script
    and direction codes are not read: the script of a text is seen in the text.
    """
    tag, _, rest = text.partition("-")
    number = rest.partition("/")[0].strip()
    return tag.strip()[:3], "" if number.strip("0") == "" else number.rjust(2, "0")


def clean(text: str) -> str:
    """NFC, single spaces, no control characters, no lone surrogates."""
    if not (text.isascii() and text.isprintable()):
        text = normalize("NFC", text).translate(_DROPPED)
        if not text.isprintable():
            text = "".join(
                " " if c.isspace() else c
                for c in text
                if c.isspace() or category(c)[0] != "C" or category(c) == "Cf"
            )
        return " ".join(text.split())
    return " ".join(text.split()) if "  " in text else text.strip()
