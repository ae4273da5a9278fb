"""Documents against those of a plain transform on pymarc, over all real records at hand."""

import io
import warnings
from pathlib import Path

import msgspec
import pymarc
import pytest

from base.errors import HkallError
from bench.plain import PlainTransform
from indexer.read import FileReader, RawRecord
from indexer.read.files import check_file
from indexer.transform import RecordProblem

DATA = Path(__file__).parents[4] / "shared" / "data" / "marc"
LARGE = 4_000_000
"""Bytes of a file; of a larger one only so many records are compared."""
MANY = 1500

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"no real records in {DATA}")


def raw_records():
    for path in sorted(DATA.iterdir()):
        try:
            file = check_file(path)
        except HkallError:
            continue
        many = MANY if path.stat().st_size > LARGE else None
        found = (raw for raw in FileReader("HKU", file) if isinstance(raw, RawRecord))
        for _, raw in zip(range(many or 10**9), found, strict=False):
            yield raw


def read_by_pymarc(raw):
    """The record as pymarc reads its bytes; None where it does not, or not as UTF-8."""
    if raw.syntax != "iso2709" or raw.data[9:10] != b"a" or raw.repairs:
        return None
    with warnings.catch_warnings(action="ignore"):
        return next(pymarc.MARCReader(io.BytesIO(raw.data)))


def test_documents_are_those_of_the_plain_transform(catalogue, transformer):
    """Every bibliographic record gives the same document, byte for byte, either way."""
    plain = PlainTransform(catalogue, "HKU")
    compared = by_pymarc = 0
    for raw in raw_records():
        try:
            made = transformer.transform(raw.content)
        except RecordProblem:
            continue
        if made.kind != "bibliographic":
            continue
        theirs = read_by_pymarc(raw)
        by_pymarc += theirs is not None
        expected = plain.document(theirs or raw.record)
        assert msgspec.json.encode(made.document) == msgspec.json.encode(expected), raw.origin
        compared += 1
    assert compared > 10_000
    assert by_pymarc > 3000
