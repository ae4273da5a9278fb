"""Records of all real files at hand: nothing unexpected is raised, nothing unknown is made."""

from collections import Counter
from itertools import islice
from pathlib import Path

import pytest

from base.errors import HkallError
from base.settings import Source
from indexer.read import FileReader, RawRecord
from indexer.read.files import check_file
from indexer.transform import RecordProblem, Transformer
from indexer.transform.copies import copy_fields
from mappings import index_body

DATA = Path(__file__).parents[4] / "shared" / "data" / "marc"
LARGE = 4_000_000
"""Bytes; larger files repeat themselves."""

pytestmark = pytest.mark.skipif(not DATA.is_dir(), reason=f"no real records in {DATA}")


@pytest.fixture(scope="module")
def outcomes(catalogue):
    """What became of every third record, and what is wrong with the documents made."""
    source = Source(institution="HKU", files=("x",), holdings=tuple(copy_fields()))
    transformer = Transformer(catalogue, source)
    properties = index_body(catalogue)["mappings"]["properties"]
    kinds, wrong = Counter(), set()
    for path in sorted(DATA.iterdir()):
        if path.stat().st_size > LARGE:
            continue
        for record in islice(_records(path), 0, None, 3):  # their neighbours are like them
            try:
                made = transformer.transform(record)
            except RecordProblem as problem:
                kinds[problem.reason] += 1
            else:
                kinds[made.kind] += 1
                if made.kind == "bibliographic":
                    wrong |= set(_unknown(made.document, properties))
                    wrong |= set(_unfit(made.document))
    return kinds, wrong


def _records(path):
    try:
        file = check_file(path)
    except HkallError:
        return
    for read in FileReader("HKU", file):
        if isinstance(read, RawRecord):
            yield read.content


def _unknown(value, properties, path=""):
    """Properties of a document that the strict index does not have."""
    for name, inner in value.items():
        known = properties.get(name)
        if known is None:
            yield f"{path}{name}"
        elif isinstance(inner, dict) and known.get("enabled", True):
            yield from _unknown(inner, known["properties"], f"{path}{name}.")


def _unfit(value, path=""):
    """Empty values, doubled values, and text that cannot be written as UTF-8."""
    if isinstance(value, dict):
        for name, inner in value.items():
            yield from _unfit(inner, f"{path}.{name}")
    elif isinstance(value, list):
        if len({repr(each) for each in value}) < len(value) and "display" not in path:
            yield f"doubled at {path}"
        for each in value:
            yield from _unfit(each, path)
    elif isinstance(value, str):
        value.encode()
    if value in ("", [], {}):
        yield f"empty at {path}"


def test_only_expected_outcomes(outcomes):
    """Records are of a known kind or rejected for a known reason; most become documents."""
    kinds, _ = outcomes
    reasons = {"no-control-number", "no-title"}
    assert set(kinds) <= {"bibliographic", "holdings", "deleted", "other"} | reasons
    assert kinds["bibliographic"] > 0.9 * kinds.total()
    assert kinds["holdings"] > 0


def test_documents_fit_the_index(outcomes):
    """No document has a property that the index lacks, an empty or a doubled value."""
    _, wrong = outcomes
    assert wrong == set()
