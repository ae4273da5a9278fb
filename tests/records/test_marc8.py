"""MARC-8: the tables' own examples, pymarc as the second opinion, and what cannot be converted."""

from __future__ import annotations

import contextlib
import io
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pymarc.marc8 import marc8_to_unicode

from records.marc8 import to_unicode

SHARED = Path(__file__).parents[3] / "shared" / "data" / "marc"


@pytest.mark.parametrize(
    ("data", "text"),
    [
        (b"", ""),
        (b"plain", "plain"),
        (b"M\xe8uller", "Müller"),  # the diacritic stands before its letter
        (b"Pl\xe2aton", "Pláton"),
        (b"\xe8\xe5u", "ǖ"),  # two diacritics on one letter
        (b"\x1b$1\x21\x30\x21\x1b(B", "一"),
        (b"\x1b$1\x21\x30\x21 \x21\x30\x21\x1b(B x", "一 一 x"),  # a blank among EACC
        (b"\x1bb1\x1bs", "\u2081"),  # subscript one
        (b"\x1b(N\x41\x1b(B", "а"),  # basic Cyrillic
        (b"\xc3 1999", "© 1999"),
    ],
)
def test_known_texts(data, text):
    """Characters of the Library of Congress's tables come out as those tables say."""
    assert to_unicode(data) == (text, 0)


def test_a_diacritic_without_a_letter_is_counted():
    """A diacritic that ends the text joins no letter before it."""
    assert to_unicode(b"prf\xe7") == ("prf", 1)


def test_what_is_not_in_the_tables_is_counted_and_shown():
    """An unknown byte is U+FFFD and counted, its neighbours stay."""
    assert to_unicode(b"a\xffb") == ("a\ufffdb", 1)


@given(st.binary(max_size=60))
def test_any_bytes_convert_to_text(data):
    """No bytes raise; the count is that of the replacement characters at most."""
    text, unknown = to_unicode(data)
    assert text.count("\ufffd") <= unknown + data.count(b"\xef")


def test_pymarc_converts_real_records_alike():
    """Every real subfield that both convert in full comes out the same."""
    if not SHARED.is_dir():
        pytest.skip("no collection of real MARC files beside the checkout")
    compared = 0
    for path in sorted(SHARED.glob("*.mrc")):
        for record in path.read_bytes().split(b"\x1d"):
            if record[9:10] == b"a" or record.isascii():
                continue
            for subfield in record.split(b"\x1f")[1:]:
                data = subfield.partition(b"\x1e")[0]
                compared += _agree(data)
    assert compared > 1000


def _agree(data):
    ours, unknown = to_unicode(data)
    if unknown or (data.isascii() and b"\x1b" not in data):
        return 0
    complaints = io.StringIO()
    with contextlib.redirect_stderr(complaints):
        theirs = marc8_to_unicode(data).replace("\x1b", "")  # left of a broken escape
    if complaints.getvalue():
        return 0
    assert ours == theirs, data
    return 1
