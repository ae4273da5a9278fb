"""Late public names: every room offers exactly what it says, at no cost before it is used."""

from __future__ import annotations

import ast
from importlib import import_module
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = [
    "circulation",
    "engine",
    "indexer.transform",
    "indexer.workers",
    "mappings",
    "mappings.romanised",
    "query",
    "query.dialects",
    "records",
    "strategies",
]


@pytest.mark.parametrize("room", ROOMS)
def test_every_public_name_is_there_and_typed(room):
    """``__all__``, what is loaded late and what a type checker sees are the same names."""
    package = import_module(room)
    for name in package.__all__:
        assert getattr(package, name) is not None
    tree = ast.parse((ROOT / room.replace(".", "/") / "__init__.py").read_text(encoding="utf-8"))
    typed = {
        alias.name
        for block in tree.body
        if isinstance(block, ast.If)
        for statement in block.body
        if isinstance(statement, ast.ImportFrom)
        for alias in statement.names
    }
    assert typed == set(package.__all__)


@pytest.mark.parametrize("room", ROOMS)
def test_a_name_that_is_not_offered_is_an_attribute_error(room):
    """As for any module."""
    with pytest.raises(AttributeError, match="nothing"):
        _ = import_module(room).nothing


@pytest.mark.parametrize("room", ROOMS)
def test_no_public_name_is_that_of_a_module(room):
    """Importing the module would put it in the name's place, whoever came first."""
    folder = ROOT / room.replace(".", "/")
    modules = {path.stem for path in folder.iterdir() if path.suffix == ".py" or path.is_dir()}
    assert modules.isdisjoint(import_module(room).__all__)
