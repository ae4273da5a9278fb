"""Exit codes are documented as they are."""

from __future__ import annotations

import re
from pathlib import Path

from base.errors import ExitCode

PAGE = Path(__file__).parents[2] / "docs" / "exit-codes.md"


def test_the_page_lists_every_exit_code_with_its_name():
    """docs/exit-codes.md and the enumeration agree."""
    rows = re.findall(r"^\| (\d+) \| (\w+) \|", PAGE.read_text(encoding="utf-8"), re.MULTILINE)
    assert {int(code): name for code, name in rows} == {
        int(code): code.name.lower() for code in ExitCode
    }
