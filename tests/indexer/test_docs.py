"""The page of rejections names every reason and every repair that the code has."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "rejections.md").read_text(encoding="utf-8")
CODES = re.compile(
    r"""(?:Damaged|RecordProblem|_stop|XmlStops|_rejection|_repairs\.append|repairs\.append)\(
        (?:[^()"]|\([^()"]*\))*"([a-z0-9-]+)\"""",
    re.VERBOSE,
)
CONSTANTS = re.compile(r'^(?:ORPHAN|UNNUMBERED) = "([a-z-]+)"', re.MULTILINE)


def test_every_code_is_documented():
    """A reason that a report can name has a line on the page."""
    sources = [*(ROOT / "records").glob("*.py"), *(ROOT / "indexer").rglob("*.py")]
    text = "\n".join(path.read_text(encoding="utf-8") for path in sources)
    codes = {*CODES.findall(text), *CONSTANTS.findall(text), "refused-by-elasticsearch"}
    assert len(codes) > 18
    assert {code for code in codes if f"`{code}`" not in PAGE} == set()
