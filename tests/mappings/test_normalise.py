"""Normalisers of identifiers and codes: one form a value, on both sides."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings import NORMALISERS
from mappings.normalise.issn import check_digit

CASES: dict[str, list[tuple[str, str | None]]] = {
    "isbn": [
        ("0-306-40615-2", "9780306406157"),  # the example of the ISBN Users' Manual
        ("978-0-306-40615-7", "9780306406157"),
        ("0306406152 (pbk.) : $12.00", "9780306406157"),
        ("9780306406157 hbk", "9780306406157"),
        ("ISBN 0-8044-2957-x", "9780804429573"),
        ("ISBN-13: 978-0-306-40615-7", "9780306406157"),
        ("９７８０３０６４０６１５７", "9780306406157"),
        ("0-306-40615-3", None),
        ("978-0-306-40615-8", None),
        ("1234567890123", None),
        ("X306406152", None),
        ("紅樓夢", None),
        ("", None),
    ],
    "issn": [
        ("0378-5955", "0378-5955"),  # the example of the ISSN Manual
        ("03785955", "0378-5955"),
        ("ISSN 2434-561x", "2434-561X"),
        ("ISSN-L 0378-5955 (print)", "0378-5955"),
        ("0378-5954", None),
        ("1990-2000", None),
        ("0378-595", None),
        ("", None),
    ],
    # the examples of "LCCN Namespace", Library of Congress
    "lccn": [
        ("n78-890351", "n78890351"),
        ("n78-89035", "n78089035"),
        ("n 78890351 ", "n78890351"),
        (" 85000002 ", "85000002"),
        ("85-2 ", "85000002"),
        ("2001-000002", "2001000002"),
        ("75-425165//r75", "75425165"),
        (" 79139101 /AC/r932", "79139101"),
        ("not one", None),
        ("85-", None),
    ],
    "oclc": [
        ("(OCoLC)12345", "12345"),
        ("(OCoLC)ocm00012345", "12345"),
        ("(OCoLC)ocn123456789", "123456789"),
        ("on1234567890", "1234567890"),
        ("00012345", "12345"),
        ("(DLC)12345", None),
        ("(OCoLC)", None),
        ("0", None),
    ],
    "publisher_number": [
        ("SXL-6529", "SXL6529"),
        ("sxl 6529", "SXL6529"),
        ("Ｎ１２", "N12"),
        ("--", None),
    ],
    "call_number": [
        ("PL2625 .H8 1990", "PL2625.H8 1990"),
        ("pl 2625.h8 1990", "PL2625.H8 1990"),
        ("895.1 L96a", "895.1L96A"),
        ("B1 234", "B1 234"),
        ("  ", None),
    ],
    "shelf_key": [
        ("QA9 .B4", "QA 00000009 B4"),
        ("QA76.73.P98 B4 2009", "QA 00000076.73 P98 B4 00002009"),
        ("---", None),
    ],
    "relator": [
        ("aut", "aut"),
        ("Author,", "aut"),
        ("ed.", "edt"),
        ("tr.", "trl"),
        ("ill.", "ill"),
        ("著", "aut"),
        ("編", "edt"),
        ("编", "edt"),
        ("譯", "trl"),
        ("[译]", "trl"),
        ("joint author", "aut"),
        ("http://id.loc.gov/vocabulary/relators/trl", "trl"),
        ("nobody", None),
    ],
    "language": [
        ("chi", "chi"),
        ("Chinese", "chi"),
        ("中文", "chi"),
        ("zh", "chi"),
        ("GERMAN", "ger"),
        ("deu", "ger"),
        ("Deutsch", "ger"),
        ("德语", "ger"),
        ("日本語", "jpn"),
        ("한국어", "kor"),
        ("scr", "hrv"),
        ("Norwegian (Bokmål)", "nob"),
        ("xyz", None),
    ],
    "format": [
        ("book", "book"),
        ("Books", "book"),
        ("圖書", "book"),
        ("图书", "book"),
        ("?", None),
    ],
    "institution": [
        ("HKU", "HKU"),
        ("polyu", "PolyU"),
        ("香港中文大学", "CUHK"),
        ("HKIEd", "EdUHK"),
        ("MIT", None),
    ],
}


@pytest.mark.parametrize(
    ("kind", "text", "expected"),
    [(kind, text, expected) for kind, cases in CASES.items() for text, expected in cases],
)
def test_normalisers(kind: str, text: str, expected: str | None) -> None:
    """Every way to write a value gives its one form; what is none gives None."""
    assert NORMALISERS[kind](text) == expected


def test_every_normaliser_has_cases() -> None:
    """No normaliser goes untested."""
    assert set(CASES) == set(NORMALISERS)


@pytest.mark.parametrize("kind", sorted(NORMALISERS))
@given(text=st.text() | st.text("0123456789xX- ().:/nocm\u2010中"))
def test_a_form_is_its_own_form(kind: str, text: str) -> None:
    """Any text is taken without an error, and normalising a form again changes nothing."""
    normalise = NORMALISERS[kind]
    form = normalise(text)
    if form is not None and kind != "shelf_key":  # a shelf key is an order, no longer a number
        assert normalise(form) == form


@given(st.text("0123456789", min_size=9, max_size=9), st.booleans())
def test_both_lengths_of_an_isbn_are_one_value(stem: str, hyphens: bool) -> None:
    """An ISBN-10 and its ISBN-13, with or without hyphens, give the same thirteen digits."""
    total = sum((10 - at) * int(digit) for at, digit in enumerate(stem))
    ten = stem + "0123456789X"[-total % 11]
    long = "978" + stem
    thirteen = long + str(-sum(int(d) * (1, 3)[at % 2] for at, d in enumerate(long)) % 10)
    written = f"{ten[0]}-{ten[1:5]}-{ten[5:9]}-{ten[9]}" if hyphens else ten
    assert NORMALISERS["isbn"](written) == NORMALISERS["isbn"](thirteen) == thirteen


@given(st.text("0123456789", min_size=7, max_size=7), st.sampled_from("0123456789X"))
def test_an_issn_has_one_check_digit(stem: str, last: str) -> None:
    """Of eleven last digits exactly the check digit makes an ISSN."""
    is_one = NORMALISERS["issn"](stem + last.lower()) is not None
    assert is_one == (last == check_digit(stem))


SHELF = [
    "A1 .B2",
    "QA9 .B4",
    "QA76 .A1",
    "QA76.7 .C5",
    "QA76.73 .C5",
    "QA76.73.P98 B4",
    "QA76.73.P98 B4 2009",
    "QA76.73.P98 B45",
    "QA76.73.P98 B5",
    "QA76.9 .D3",
    "QA100 .A1",
    "QB1 .A1",
]
DEWEY = ["005.13 B1", "5.2 A", "895.1 L96", "895.13 L96", "895.13 M1", "895.2 A1", "1000 A"]


@pytest.mark.parametrize("shelf", [SHELF, DEWEY], ids=["LC", "Dewey"])
def test_shelf_keys_are_in_the_order_of_the_shelf(shelf: list[str]) -> None:
    """Keys sort as the books stand: class by number, its fraction and Cutters digit by digit."""
    keys = [str(NORMALISERS["shelf_key"](number)) for number in shelf]
    assert keys == sorted(set(keys))
