"""The definition that lines are read by, and strategies as files have them."""

from pathlib import Path

import pytest

from mappings import load_catalogue, query_definition
from strategies import read_strategy, understand

HERE = Path(__file__).parent


@pytest.fixture(scope="session")
def definition():
    return query_definition(load_catalogue())


@pytest.fixture(scope="session")
def written():
    """The folder of strategies and golden files."""
    return HERE / "files"


@pytest.fixture
def read(definition):
    """Reads a strategy that is given as text."""

    def run(text):
        return understand(read_strategy(text.encode(), "test.txt"), definition)

    return run
