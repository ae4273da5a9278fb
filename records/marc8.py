"""MARC-8 to Unicode, by the code tables that pymarc carries.

Rules: the Library of Congress's "MARC 21 Specifications: Character Sets, MARC-8 Environment"
(escape sequences, 7-bit G0 and 8-bit G1 sets, three-byte EACC, diacritics before their letter).
Unlike pymarc's converter this one says what it could not convert, and a blank among EACC
characters does not shift the ones after it.
"""

from __future__ import annotations

import unicodedata
from typing import TYPE_CHECKING

from pymarc.marc8_mapping import CODESETS, ODD_MAP

if TYPE_CHECKING:
    from collections.abc import Mapping

_ESCAPE = 0x1B
_BASIC_LATIN, _ANSEL, _EACC = 0x42, 0x45, 0x31
_DEFAULT_AGAIN = 0x73
_G0, _G1, _MULTIBYTE = b"(,", b")-", b"$"
_BLANK, _HIGH, _AFTER_CONTROLS = 0x20, 0x80, 0xA0
REPLACEMENT = "\ufffd"

_ODD: Mapping[int, int] = ODD_MAP
_SETS: Mapping[int, Mapping[int, tuple[int, int]]] = CODESETS


def to_unicode(data: bytes) -> tuple[str, int]:
    """Convert one subfield.

    Returns:
        the text in NFC, and how many characters could not be converted: those that are not in the
        tables are U+FFFD, diacritics at the end without a letter are left out.
    """
    if data.isascii() and _ESCAPE not in data:
        return data.decode("ascii"), 0
    return _Converter(data).convert()


class _Converter:
    """The state of one conversion: the two working sets, and diacritics that wait for a letter."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._at = 0
        self._g0, self._g1 = _BASIC_LATIN, _ANSEL
        self._text: list[str] = []
        self._waiting: list[str] = []
        self._unknown = 0

    def convert(self) -> tuple[str, int]:
        while self._at < len(self._data):
            if self._data[self._at] != _ESCAPE or not self._escape():
                self._character()
        text = unicodedata.normalize("NFC", "".join(self._text))
        return text, self._unknown + len(self._waiting)  # diacritics that no letter follows

    def _escape(self) -> bool:
        """Take an escape sequence; false where the escape begins none."""
        rest = self._data[self._at + 1 : self._at + 4]
        if not rest:
            return False
        kind, after = rest[:1], rest[1:]
        if kind == _MULTIBYTE:  # $1, $(1, $,1 to G0; $)1, $-1 to G1
            designates = after[:1] if after[:1] in (b"(", b",", b")", b"-") else b""
            return self._designate(
                designates in (b")", b"-"), after[len(designates) :], 2 + len(designates)
            )
        if kind in (b"(", b",", b")", b"-"):
            return self._designate(kind in (b")", b"-"), after, 2)
        if rest[0] == _DEFAULT_AGAIN:
            self._g0 = _BASIC_LATIN
        elif rest[0] in _SETS:
            self._g0 = rest[0]
        else:
            return False
        self._at += 2
        return True

    def _designate(self, upper: bool, final: bytes, length: int) -> bool:
        if not final:
            return False
        # "(!E": ANSEL, whose final character has an intermediate one before it.
        if final[:1] == b"!" and len(final) > 1:
            final, length = final[1:], length + 1
        if upper:
            self._g1 = final[0]
        else:
            self._g0 = final[0]
        self._at += length + 1
        return True

    def _character(self) -> None:
        code = self._data[self._at]
        if self._g0 == _EACC and _BLANK < code < _HIGH:
            self._add(self._g0, int.from_bytes(self._data[self._at : self._at + 3], "big"))
            self._at += 3
            return
        self._at += 1
        if code < _BLANK or _HIGH < code < _AFTER_CONTROLS:
            return
        if code == _BLANK:
            self._put(" ")
            return
        self._add(self._g1 if code > _HIGH else self._g0, code)

    def _add(self, charset: int, code: int) -> None:
        mapped = _SETS.get(charset, {}).get(code)
        if mapped is not None:
            character, combining = mapped
            if combining:
                self._waiting.append(chr(character))
            else:
                self._put(chr(character))
        elif code in _ODD:
            self._put(chr(_ODD[code]))
        else:
            self._unknown += 1
            self._put(REPLACEMENT)

    def _put(self, character: str) -> None:
        self._text.append(character)
        self._text += self._waiting
        self._waiting.clear()
