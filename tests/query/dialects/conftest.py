"""Trees of other languages' queries, and a table's rows by dialect."""

from pathlib import Path

import pytest
import yaml

HERE = Path(__file__).parent


def rows(name):
    """Each row of a table as (dialect, query, what is expected)."""
    table = yaml.safe_load((HERE / name).read_text(encoding="utf-8"))
    return [(dialect, text, found) for dialect, own in table.items() for text, found in own.items()]


def pytest_generate_tests(metafunc):
    """``reading_row`` and ``error_row`` are the rows of their tables."""
    for fixture, name in (("reading_row", "readings.yaml"), ("error_row", "errors.yaml")):
        if fixture in metafunc.fixturenames:
            found = rows(name)
            ids = [f"{dialect}: {text}" for dialect, text, _ in found]
            metafunc.parametrize(fixture, found, ids=ids)


@pytest.fixture
def read(definition):
    """A query of a dialect as `hkall search --advanced --dialect` reads it."""
    from query import parse

    def read(text, dialect, **given):
        return parse(text, definition, width="standard", dialect=dialect, **given)

    return read
