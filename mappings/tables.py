"""Tables of this room (tab-separated files): read, checked row by row, errors with file and line."""

from __future__ import annotations

from importlib.resources import files

from base.errors import ConfigurationFailure


class TableError(ConfigurationFailure):
    """A table has a row that does not fit its columns; ``line`` counts from 1."""

    code = "table"

    def __init__(self, file: str, line: int, problem: str) -> None:
        super().__init__(f"{file}:{line}: {problem}", hint=f"Mend line {line} of {file}.")
        self.file, self.line, self.problem = file, line, problem


def read_table(name: str, columns: tuple[str, ...]) -> list[list[str]]:
    """The rows of ``mappings/<name>``: a list of cells each, as many as there are ``columns``.

    Lines that start with ``# `` are comments; the first other line names the columns.

    Raises:
        TableError: other columns than these, or a row with more or fewer cells.
    """
    text = files("mappings").joinpath(name).read_text(encoding="utf-8")
    return parse_table(text, columns, name)


def parse_table(text: str, columns: tuple[str, ...], name: str = "table") -> list[list[str]]:
    """As ``read_table``, from text."""
    lines = text.split("\n")
    first = next((at for at, line in enumerate(lines) if line and not line.startswith("# ")), 0)
    if tuple(lines[first].split("\t")) != columns:
        raise TableError(name, first + 1, f"the columns must be {' '.join(columns)}")
    rows = [line.split("\t") for line in lines[first + 1 :] if line and line[:2] != "# "]
    if any(len(row) != len(columns) for row in rows):
        _complain(lines, first, len(columns), name)
    return rows


def _complain(lines: list[str], first: int, wanted: int, name: str) -> None:
    for number, line in enumerate(lines[first + 1 :], first + 2):
        cells = line.count("\t") + 1
        if line and not line.startswith("# ") and cells != wanted:
            raise TableError(name, number, f"has {cells} cells, not {wanted}")
