"""One record in ISO 2709, from bytes to fields: what is unambiguous is read, the rest refused.

What is mended on the way is named in ``repairs``; the bytes themselves stay as they came. A record
that needs no mending is read by `records.sound`, at a fraction of the cost.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from records.parsed import DELIMITER, Parsed, is_control
from records.sound import parse_sound

if TYPE_CHECKING:
    from collections.abc import Iterator

RECORD_END = 0x1D
FIELD_END = 0x1E
LEADER = 24
ENTRY = 12

_FIELD_END = b"\x1e"
_RECORD_END = b"\x1d"
_DELIMITER = b"\x1f"
_BLANKS = str.maketrans("#^\\", "   ")


class Damaged(Exception):
    """A record that cannot be read; ``reason`` is a stable code (docs/rejections.md)."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(f"{reason}: {detail}")
        self.reason, self.detail = reason, detail


def parse(data: bytes) -> Parsed:
    """Read one record.

    Args:
        data: leader to record terminator.

    Raises:
        Damaged: with the reason.
    """
    return parse_sound(data) or parse_mended(data)


def parse_mended(data: bytes) -> Parsed:
    """Read one record field by field and mend what is unambiguous; the same as `parse`, slower.

    Raises:
        Damaged: with the reason.
    """
    leader = _leader(data)
    repairs: list[str] = []
    if not data.endswith(_RECORD_END):
        data = _terminated(data, leader)
        repairs.append("record-terminator")
    if leader[:5] != f"{len(data):05d}":
        repairs.append("record-length")
    mended = "".join(c if c.isascii() and c.isprintable() else " " for c in leader)
    mended = mended.translate(_BLANKS)
    if mended != leader:
        leader = mended
        repairs.append("leader")
    reader = _Fields(utf8=_is_utf8(data, leader, repairs), repairs=repairs)
    read = (reader.read(tag, raw) for tag, raw in _raw_fields(data, repairs))
    fields = [field for field in read if field is not None]
    if not fields:
        raise Damaged("no-fields", "the record has no field")
    return Parsed(leader, fields, tuple(dict.fromkeys(repairs)))


def has_directory(data: bytes, start: int = 0) -> bool:
    """Whether the leader at ``start`` is followed by a directory of whole entries and 0x1E."""
    base = data[start + 12 : start + 17]
    if not base.isdigit():
        return False
    size = int(base) - 1 - LEADER
    end = start + int(base) - 1
    return size > 0 and size % ENTRY == 0 and end < len(data) and data[end] == FIELD_END


def agrees(data: bytes) -> bool:
    """Whether each entry of the directory names bytes that end with a field terminator."""
    if not has_directory(data):
        return False
    base = int(data[12:17])
    return all(
        base <= end <= len(data) and data[end - 1] == FIELD_END
        for _, _, end in _entries(data, base)
    )


def fields_end(data: bytes) -> int:
    """Where the last field ends by a directory that `agrees` with the bytes."""
    return max(end for _, _, end in _entries(data, int(data[12:17])))


def control_number(data: bytes) -> str:
    """The 001 of a record that may be damaged, or an empty string: a best effort, for reports.

    It is the first field after a sound directory, or after the first terminator where it is as long
    as its entry says: the directories of overlong records are broken further on.
    """
    if data[LEADER : LEADER + 3] != b"001":
        return ""
    sound = has_directory(data)
    begin = int(data[12:17]) if sound else data.find(_FIELD_END) + 1
    field = data[begin:].partition(_FIELD_END)[0]
    if not sound and data[27:36] != b"%04d00000" % (len(field) + 1):
        return ""
    return field.decode("ascii", "ignore").strip() if len(field) < LEADER * 2 else ""


def _leader(data: bytes) -> str:
    if not data.endswith(_RECORD_END) and len(data) <= LEADER:
        raise Damaged("truncated-record", f"{data!r} is the beginning of a leader")
    if len(data) <= LEADER:
        raise Damaged("bad-leader", f"{data!r} is too short for a leader and a field")
    return data[:LEADER].decode("latin-1")


def _terminated(data: bytes, leader: str) -> bytes:
    """The record with its terminator, where that is all that is missing."""
    whole = data + _RECORD_END
    if leader[:5] == f"{len(whole):05d}" and agrees(whole):
        return whole
    raise Damaged(
        "truncated-record", f"{len(data)} bytes without a record terminator, leader {leader!r}"
    )


def _entries(data: bytes, base: int) -> Iterator[tuple[str, int, int]]:
    """Tag, first byte and end of each field, as the directory says; (tag, 0, 0) for nonsense."""
    for at in range(LEADER, base - 1, ENTRY):
        tag = data[at : at + 3].decode("latin-1")
        numbers = data[at + 3 : at + ENTRY]
        if len(numbers) == ENTRY - 3 and numbers.isdigit():
            start = base + int(numbers[4:])
            yield tag, start, start + int(numbers[:4])
        else:
            yield tag, 0, 0


def _raw_fields(data: bytes, repairs: list[str]) -> list[tuple[str, bytes]]:
    """Tag and bytes of each field, without terminators.

    The directory is followed where each of its entries ends at a field terminator, as it must when
    a field holds a stray terminator. Where it is wrong, but the record has as many fields as the
    directory has entries, the terminators are followed.
    """
    if agrees(data):
        entries = _entries(data, int(data[12:17]))
        return [(tag, data[start : end - 1]) for tag, start, end in entries]
    # Lengths that were counted in characters instead of bytes: one byte stands for each.
    text = data.decode("utf-8", "replace")
    counted = text.encode("ascii", "replace")
    if len(counted) < len(data) and agrees(counted):
        repairs.append("lengths-in-characters")
        entries = _entries(counted, int(counted[12:17]))
        return [(tag, text[start : end - 1].encode()) for tag, start, end in entries]
    return _terminated_fields(data, repairs)


def _terminated_fields(data: bytes, repairs: list[str]) -> list[tuple[str, bytes]]:
    directory, found, body = data[:-1].partition(_FIELD_END)
    tags = [directory[at : at + 3] for at in range(LEADER, len(directory), ENTRY)]
    fields = body.removesuffix(_FIELD_END).split(_FIELD_END)
    if not found or (len(directory) - LEADER) % ENTRY or not all(map(_is_tag, tags)):
        raise Damaged("bad-directory", "the directory does not consist of whole entries")
    if len(tags) != len(fields):
        raise Damaged(
            "bad-directory",
            f"the directory has {len(tags)} entries, the record {len(fields)} fields",
        )
    repairs.append("directory")
    return [(tag.decode("ascii"), field) for tag, field in zip(tags, fields, strict=True)]


def _is_tag(tag: bytes) -> bool:
    return len(tag) == 3 and tag.isalnum()  # noqa: PLR2004 - a tag has three characters


class _Fields:
    """Turns the bytes of fields into text, in the encoding that the record is in."""

    def __init__(self, *, utf8: bool, repairs: list[str]) -> None:
        self._utf8 = utf8
        self._repairs = repairs

    def read(self, tag: str, raw: bytes) -> tuple[str, str] | None:
        """The field; None where it holds no data."""
        if is_control(tag):
            return tag, self._text(tag, raw)
        first, *rest = raw.split(_DELIMITER)
        subfields = [self._subfield(tag, subfield) for subfield in rest if subfield]
        if not subfields:
            self._repairs.append("field-without-subfields")
            return None
        return tag, DELIMITER.join((self._indicators(first), *subfields))

    def _indicators(self, raw: bytes) -> str:
        text = raw.decode("ascii", "replace")
        given = text.translate(_BLANKS)
        if len(given) != 2 or text != given:  # noqa: PLR2004 - a field has two indicators
            self._repairs.append("indicators")
            given = f"{given:2.2}"
        return given

    def _subfield(self, tag: str, raw: bytes) -> str:
        text = self._text(tag, raw)
        if not text[:1].isascii():
            self._repairs.append("subfield-code")
            text = _with_ascii_code(text)
        return text

    def _text(self, tag: str, raw: bytes) -> str:
        if not self._utf8:
            from records.marc8 import to_unicode

            text, unknown = to_unicode(raw)
            if unknown:
                self._repairs.append("marc8-unknown-character")
            return text
        try:
            return raw.decode("utf-8")
        except UnicodeDecodeError as error:
            raise Damaged(
                "bad-utf8",
                f"field {tag}: byte 0x{raw[error.start]:02x} is not UTF-8 as the leader claims",
            ) from error


def _with_ascii_code(text: str) -> str:
    """A subfield without what is not ASCII before its code, or without the code's accent."""
    for at, character in enumerate(text):
        code = unicodedata.normalize("NFD", character)[0]
        if code.isascii():
            return code + text[at + 1 :]
    return f" {text}"


def _is_utf8(data: bytes, leader: str, repairs: list[str]) -> bool:
    """Whether to read as UTF-8: the leader says so, or bytes beyond ASCII are valid UTF-8.

    MARC-8 puts a diacritic's byte (0xE0-0xFE) before an ASCII letter, which is never valid UTF-8.
    """
    if leader[9] == "a":
        return True
    if data.isascii():
        return False
    try:
        data.decode("utf-8")
    except UnicodeDecodeError:
        return False
    repairs.append("utf8-under-marc8")
    return True
