"""Documents against those of a plain transform on pymarc, over all real files at hand, whole."""

import io
import multiprocessing
import warnings
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from itertools import islice
from pathlib import Path

import msgspec
import pymarc
import pytest

import mappings
from base.errors import HkallError
from base.settings import Source
from bench.plain import PlainTransform
from indexer.read import FileReader, RawRecord
from indexer.read.files import check_file
from indexer.transform import RecordProblem, Transformer
from indexer.workers.crew import processors

DATA = Path(__file__).parents[4] / "shared" / "data" / "marc"
BATCH = 200
"""Records that a process compares at a time."""

pytestmark = [
    pytest.mark.skipif(not DATA.is_dir(), reason=f"no real records in {DATA}"),
    pytest.mark.timeout(3600),
]


def raw_records():
    """Every record of every file that can be MARC, read once."""
    for path in sorted(DATA.iterdir()):
        try:
            file = check_file(path)
        except HkallError:
            continue
        yield from (raw for raw in FileReader("HKU", file) if isinstance(raw, RawRecord))


def batches():
    raws = raw_records()
    return iter(lambda: list(islice(raws, BATCH)), [])


def read_by_pymarc(raw):
    """The record as pymarc reads its bytes; None where it does not, or not as UTF-8."""
    if raw.syntax != "iso2709" or raw.data[9:10] != b"a" or raw.repairs:
        return None
    with warnings.catch_warnings(action="ignore"):
        return next(pymarc.MARCReader(io.BytesIO(raw.data)))


def compare(raws):
    """How many documents were compared, of how many pymarc read the bytes; where they differ."""
    catalogue = mappings.load_catalogue()
    transformer = Transformer(catalogue, Source("HKU", ("x",)))
    plain = PlainTransform(catalogue, "HKU")
    counted, differ = Counter(), []
    for raw in raws:
        try:
            made = transformer.transform(raw.content)
        except RecordProblem:
            continue
        if made.kind != "bibliographic":
            continue
        theirs = read_by_pymarc(raw)
        counted["by pymarc"] += theirs is not None
        counted["compared"] += 1
        expected = plain.document(theirs or raw.record)
        if msgspec.json.encode(made.document) != msgspec.json.encode(expected):
            differ.append(str(raw.origin))
    return counted, differ


def test_documents_are_those_of_the_plain_transform():
    """Every bibliographic record of every file gives the same document, byte for byte, either way."""
    context = multiprocessing.get_context("spawn")
    with ProcessPoolExecutor(processors(), context) as pool:
        outcomes = list(pool.map(compare, batches()))
    assert [place for _, differ in outcomes for place in differ] == []
    counted = sum((counts for counts, _ in outcomes), Counter())
    assert counted["compared"] > 13_000
    assert counted["by pymarc"] > 3000
