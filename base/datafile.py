"""Data files (YAML): read, validated against a type at once, errors with file, line and key."""

from __future__ import annotations

import re
from importlib.resources import files
from typing import TYPE_CHECKING, TypeVar

import msgspec
import yaml

from base.errors import ConfigurationFailure

if TYPE_CHECKING:
    from importlib.resources.abc import Traversable

T = TypeVar("T")

_Loader: type = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_STEP = re.compile(r"\.([^.\[]+)|\[(\d+|\.\.\.)\]")


class DataFileError(ConfigurationFailure):
    """A data file is not valid; ``key`` and ``line`` (from 1) say where."""

    code = "data-file"

    def __init__(self, file: str, line: int | None, key: str, problem: str) -> None:
        where = f"{file}:{line}" if line else file
        at = f" at {key}" if key else ""
        super().__init__(f"{where}{at}: {problem}", hint=f"Mend {file} and run the command again.")
        self.file, self.line, self.key, self.problem = file, line, key, problem


def load_resource(package: str, name: str, type_: type[T]) -> T:
    """Load a packaged data file ``package/name`` as ``type_`` (a msgspec Struct or container)."""
    return load(files(package).joinpath(name), type_)


def load(path: Traversable, type_: type[T]) -> T:
    """Load a YAML file as ``type_``.

    Raises:
        DataFileError: not readable, not YAML, or not of the type: with file, line and key.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise DataFileError(str(path), None, "", f"cannot be read: {error}") from error
    try:
        data = yaml.load(text, Loader=_Loader)  # noqa: S506 - both loaders are the safe ones
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 1 if mark else None
        problem = getattr(error, "problem", None) or str(error)
        raise DataFileError(path.name, line, "", f"is not YAML: {problem}") from error
    try:
        return msgspec.convert(data, type_)
    except msgspec.ValidationError as error:
        problem, _, key = str(error).partition(" - at `")
        key = key.rstrip("`")
        raise DataFileError(path.name, line_of(text, key), key, problem) from error


def line_of(text: str, key: str) -> int | None:
    """Line (from 1) of a msgspec path such as ``$.fields[3].type`` in YAML text.

    The line of the deepest step that exists; None for an empty document.
    """
    node = yaml.compose(text, Loader=_Loader)
    if node is None:
        return None
    line = node.start_mark.line + 1
    for name, index in _STEP.findall(key):
        entry = _entry(node, name, index)
        if entry is None:
            break
        mark, node = entry
        line = mark.line + 1
    return int(line)


def _entry(node: yaml.Node, name: str, index: str) -> tuple[yaml.Mark, yaml.Node] | None:
    if isinstance(node, yaml.MappingNode) and name:
        for key, value in node.value:
            if key.value == name:
                return key.start_mark, value
    if isinstance(node, yaml.SequenceNode) and index.isdigit() and int(index) < len(node.value):
        item = node.value[int(index)]
        return item.start_mark, item
    return None
