"""Who does not use circulation does not pay for it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
HEAVY = {"sqlalchemy", "alembic", "holidays", "psycopg"}


@pytest.mark.parametrize(
    "module", ["commands.search", "commands.circ", "commands.circ_desk", "circulation"]
)
def test_heavy_modules_wait_until_they_are_used(module):
    """Neither a search nor the help of `hkall circ` imports a database."""
    code = f"import sys, {module}; print(*sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, check=True, text=True, capture_output=True
    )
    assert not HEAVY & set(done.stdout.split())
