"""The fast path for a record in ISO 2709 that needs no mending.

One decoding of the whole record and one split at the field terminators, where the directory agrees
with what the split found; everything else is left to `records.iso2709.parse_mended`, which reads
such a record to the same result.
"""

from __future__ import annotations

import re
from itertools import accumulate, product

from records.parsed import Parsed, is_control

_LEADER = 24
_ENTRY = 12
_RECORD_END = "\x1d"
_FIELD_END = "\x1e"
_SEPARATORS = b"\x1d\x1e\x1f"
_LENGTH_UNIT = 100_000  # an entry's length stands before five digits of its start
_INDICATORS = frozenset(map("".join, product(" 0123456789", repeat=2)))
_ODD_IN_LEADER = frozenset("#^\\")
_NO_INDICATORS = _ODD_IN_LEADER | {"\x1f"}
_NO_CODE = re.compile("\x1f[^\x00-\x7f]")


def parse_sound(data: bytes) -> Parsed | None:
    """The record, or None where any part of it is not as the standard says.

    A record in UTF-8 under a leader that claims MARC-8 is read here too, since nothing has to be
    mended but the claim.
    """
    try:
        text = data.decode()
    except UnicodeDecodeError:
        return None
    leader, ascii_only = text[:_LEADER], text.isascii()
    if not _is_sound_leader(leader, data) or "\x1f\x1f" in text or "\x1f\x1e" in text:
        return None
    claims_utf8 = leader[9] == "a"
    if ascii_only:
        if not claims_utf8 and "\x1b" in text:
            return None
    elif _NO_CODE.search(text):
        return None
    fields = _fields(data, text)
    if not fields:
        return None
    repairs = () if claims_utf8 or ascii_only else ("utf8-under-marc8",)
    plain = ascii_only and data.translate(None, _SEPARATORS).decode().isprintable()
    return Parsed(leader, fields, repairs, plain)


def _is_sound_leader(leader: str, data: bytes) -> bool:
    return (
        len(data) > _LEADER
        and leader[:5] == f"{len(data):05d}"
        and leader.isascii()
        and leader.isprintable()
        and _ODD_IN_LEADER.isdisjoint(leader)
    )


def _fields(data: bytes, text: str) -> list[tuple[str, str]] | None:
    directory, *found = text.split(_FIELD_END)
    if not found or found.pop() != _RECORD_END:
        return None
    tags = _tags(directory, _lengths(data, found))
    if tags is None:
        return None
    fields = list(zip(tags, found, strict=True))
    # Control fields and odd indicators are few, so most fields pass by the first test.
    others = [
        (tag, text) for tag, text in fields if text[2:3] != "\x1f" or text[:2] not in _INDICATORS
    ]
    sound = all(is_control(tag) or _has_indicators(text) for tag, text in others)
    return fields if sound else None


def _has_indicators(text: str) -> bool:
    given = text[:2]
    return text[2:3] == "\x1f" and given.isascii() and _NO_INDICATORS.isdisjoint(given)


def _lengths(data: bytes, fields: list[str]) -> list[int]:
    """How many bytes each field takes, without its terminator."""
    if data.isascii():
        return list(map(len, fields))
    return list(map(len, data.split(b"\x1e")[1:-1]))


def _tags(directory: str, lengths: list[int]) -> list[str] | None:
    """The tags, where the directory describes just these fields in their order; else None."""
    end = len(directory)
    if end != _LEADER + _ENTRY * len(lengths) or directory[12:17] != f"{end + 1:05d}":
        return None
    numbers = [directory[at + 3 : at + _ENTRY] for at in range(_LEADER, end, _ENTRY)]
    digits = "".join(numbers)
    if not (directory.isascii() and digits.isdigit()):
        return None
    sizes = [length + 1 for length in lengths]  # with the terminator
    starts = accumulate(sizes, initial=0)
    expected = [size * _LENGTH_UNIT + start for size, start in zip(sizes, starts, strict=False)]
    if list(map(int, numbers)) != expected:
        return None
    return [directory[at : at + 3] for at in range(_LEADER, end, _ENTRY)]
