"""The page of rejections names every reason and every repair that the code has."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from indexer.quarantine import ReasonError, check_reason
from records.quarantine import REASONS

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "rejections.md").read_text(encoding="utf-8")
CODES = re.compile(
    r"""(?:Damaged|RecordProblem|_stop|XmlStops|_BrokenError|_rejection|_repairs\.append|repairs\.append)\(
        (?:[^()"]|\([^()"]*\))*"([a-z0-9-]+)\"""",
    re.VERBOSE,
)
CONSTANTS = re.compile(r'^(?:ORPHAN|UNNUMBERED) = "([a-z-]+)"', re.MULTILINE)


def named(part):
    """The codes in the first column of a table."""
    cells = re.findall(r"^\| (`[^|]*`) \|", part, re.MULTILINE)
    return [code for cell in cells for code in re.findall(r"`([a-z0-9-]+)`", cell)]


def test_every_code_is_documented():
    """A reason that a report can name has a line on the page."""
    sources = [*(ROOT / "records").glob("*.py"), *(ROOT / "indexer").rglob("*.py")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    codes = {*CODES.findall(text), *CONSTANTS.findall(text), "refused-by-elasticsearch"}
    assert len(codes) > 18
    reasons, repairs = map(named, PAGE.split("## Mended"))
    assert codes - {*reasons, *repairs} == set()
    assert reasons == list(REASONS)


def test_an_unknown_reason_is_refused_with_the_nearest():
    """A misspelt reason is none that finds nothing."""
    assert [check_reason(code) for code in ("", *REASONS)] == ["", *REASONS]
    with pytest.raises(ReasonError) as caught:
        check_reason("bad-utf-8")
    assert caught.value.exit_code == 2
    assert caught.value.hint.startswith("bad-utf8 is meant? Reasons are bad-leader, ")
