"""Every damaged form that files come in: what becomes of it, and that its neighbours are read."""

from __future__ import annotations

import re
import unicodedata
from pathlib import Path

import pytest

from base.settings import Source
from indexer.contracts import catalogue_pipeline
from indexer.read.files import check_file
from indexer.workers import Deleted, Mapped, Readers, Skipped
from records import Rejection
from records.codec import Codec

PAGE = (Path(__file__).parents[2] / "docs" / "rejections.md").read_text(encoding="utf-8")
SOURCE = Source("HKU", ("unused",))
HOLDINGS = "     nx  a22     1n 4500"
AUTHORITY = "     nz  a22     uu 4500"


class Forms:
    """Records in each form, as bytes."""

    def __init__(self, marc):
        self.marc = marc
        self.good = marc.iso(marc.record("bad", "Müller 題名"))

    def length(self, digits):
        return digits + self.good[5:]

    def nothing(self):
        return b"00041nam a2200037 a 4500" + b"245000300000\x1e" + b"00\x1e\x1d"

    def cut(self):
        return self.good[:-20]

    def marc8_leader(self):
        return self.good[:9] + b" " + self.good[10:]

    def unknown_marc8(self):
        plain = self.marc.iso(self.marc.record("bad", "Muller ABCDEFGHI"))
        return (plain[:9] + b" " + plain[10:]).replace(b"ABCDEFGHI", b"\x1b$1\x7e\x7e\x7e\x1b(B")

    def stray_terminator(self):
        return self.marc.iso(self.marc.record("bad", "Two\x1ehalves", fields=[self.field()]))

    def field(self):
        return self.marc.field("500", a="A note")

    def blanks(self):
        return self.good.replace(b"\x1e10\x1f", b"\x1e#0\x1f")

    def three_indicators(self):
        return self.marc.iso(
            self.marc.record("bad", "Müller", fields=[self.marc.field("500", a="X")])
        ).replace(b"\x1e  \x1faX", b"\x1e   \x1fX")

    def directory_out_of_order(self):
        at = 24
        entries = [self.good[at + 12 * n : at + 12 * n + 12] for n in range(3)]
        return self.good[:at] + b"".join(reversed(entries)) + self.good[at + 36 :]

    def wrong_directory(self):
        return self.good[:27] + b"0099" + self.good[31:]

    def ambiguous_directory(self):
        return self.wrong_directory().replace(b"\x1e10", b"\x1e\x1e10")

    def decomposed(self):
        return self.marc.iso(self.marc.record("bad", unicodedata.normalize("NFD", "Müller 각")))

    def bad_utf8(self):
        return self.good.replace("ü".encode(), b"\xfc\xfc")


FORMS = {
    "a length of 99999": (lambda f: f.length(b"99999"), "record-length"),
    "a length that is short": (lambda f: f.length(b"00030"), "record-length"),
    "a length that is text": (lambda f: f.length(b"lots!"), "record-length"),
    "a truncated record": (Forms.cut, "stray-bytes"),
    "UTF-8 under a leader of MARC-8": (Forms.marc8_leader, "utf8-under-marc8"),
    "MARC-8 with what no table has": (Forms.unknown_marc8, "marc8-unknown-character"),
    "a stray terminator in a field": (Forms.stray_terminator, ""),
    "blanks written as #": (Forms.blanks, "indicators"),
    "three indicators": (Forms.three_indicators, "indicators"),
    "a directory out of order": (Forms.directory_out_of_order, ""),
    "a directory with wrong offsets": (Forms.wrong_directory, "directory"),
    "a directory that fits nothing": (Forms.ambiguous_directory, "bad-directory"),
    "decomposed letters": (Forms.decomposed, ""),
    "bytes that are no UTF-8": (Forms.bad_utf8, "bad-utf8"),
    "no control number": (lambda f: f.marc.iso(f.marc.record("", "X")), "no-control-number"),
    "no title": (lambda f: f.marc.iso(f.marc.record("bad", "")), "no-title"),
    "a field without subfields and nothing else": (Forms.nothing, "no-fields"),
    "a holdings record": (lambda f: f.marc.iso(f.marc.holdings("bad", "g0")), ""),
    "an authority": (lambda f: f.marc.iso(f.marc.record("bad", leader=AUTHORITY)), ""),
    "a deleted record": (lambda f: f.marc.iso(f.marc.record("bad", status="d")), ""),
    "rubbish between records": (lambda _: b"\x00rubbish", "stray-bytes"),
    "rubbish that ends like a record": (lambda _: b"\x00rubbish\x1d", "bad-leader"),
}


@pytest.fixture(scope="module")
def forms(marc):
    return Forms(marc)


def read(path, source=SOURCE):
    """What a run is handed of a file."""
    with Readers(catalogue_pipeline(), workers=1) as readers:
        return [item for batch in readers.read(source, [check_file(path)]) for item in batch.items]


@pytest.mark.parametrize("name", FORMS)
def test_no_good_record_is_lost_next_to_a_damaged_one(forms, tmp_path, name):
    """The records before and after are read; the damaged one has the code that the page explains."""
    make, code = FORMS[name]
    before, after = (forms.marc.iso(forms.marc.record(n, "Good")) for n in ("g0", "g1"))
    path = tmp_path / "x.mrc"
    path.write_bytes(before + make(forms) + after)
    first, *damaged, last = read(path)
    assert (first.record.id.control_number, last.record.id.control_number) == ("g0", "g1")
    assert len(damaged) == 1
    assert code in codes(damaged[0])
    assert not code or re.search(rf"\| .*`{code}`", PAGE)


def codes(item):
    """The reason why it was rejected, or what was mended and the empty code of what was taken in."""
    match item:
        case Rejection():
            return {item.reason}
        case Mapped() | Deleted() | Skipped():
            return {"", *item.repairs}


@pytest.mark.parametrize("kept", [3, 24, 25, -20])
def test_a_truncated_last_record_says_that_the_file_is_incomplete(forms, tmp_path, kept):
    """The record before it is read; what should follow is missing too."""
    path = tmp_path / "x.mrc"
    path.write_bytes(forms.marc.iso(forms.marc.record("g0", "Good")) + forms.good[:kept])
    with Readers(catalogue_pipeline(), workers=1) as readers:
        (batch,) = readers.read(SOURCE, [check_file(path)])
    good, damaged = batch.items
    assert good.record.id.control_number == "g0"
    assert (damaged.reason, batch.ended, batch.complete) == ("truncated-record", True, False)


@pytest.mark.parametrize(("fields", "number"), [(("001", "035a"), "bad"), (("035a",), "")])
def test_a_damaged_record_is_known_by_its_001_only_where_that_is_its_number(
    forms, tmp_path, fields, number
):
    """Its last good form stays: the store must not look for it under a number that is none."""
    path = tmp_path / "x.mrc"
    path.write_bytes(forms.good.replace("Müller".encode(), b"M\xff\xffller"))
    (item,) = read(path, Source("HKU", ("unused",), control_number=fields))
    assert (item.reason, item.control_number) == ("bad-utf8", number)


def test_letters_are_composed_at_the_door(forms, tmp_path):
    """A document has the composed form, whatever the record has."""
    path = tmp_path / "x.mrc"
    path.write_bytes(forms.decomposed())
    (item,) = read(path)
    assert "Müller 각" in str(Codec().unpack_document(item.record.document))


def test_a_stray_terminator_shifts_no_other_field(forms, tmp_path):
    """The field holds what the directory says, and the note after it is the note."""
    path = tmp_path / "x.mrc"
    path.write_bytes(forms.stray_terminator())
    (item,) = read(path)
    display = Codec().unpack_document(item.record.document)["display"]
    assert (display["title"], display["notes"]) == ("Two halves", ["A note"])
