"""The Unihan database: properties of Han characters, as the generators of tables read them.

Debian and Ubuntu have the files in the package ``unicode-data``; the Unicode site has them in
``Unihan.zip``. They are only needed to write a table anew.
"""

from __future__ import annotations

import bz2
import re
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = Path("/usr/share/unicode")
_code = re.compile(r"U\+([0-9A-F]{4,6})").match


class Unihan(NamedTuple):
    """One file of the database: its Unicode version, and property by property its values."""

    version: str
    properties: dict[str, dict[str, str]]

    def values(self, name: str) -> dict[str, str]:
        """Character to value of a property, in the order of code points; empty if there is none."""
        return self.properties.get(name, {})

    def characters(self, name: str) -> Iterator[tuple[str, str, str]]:
        """Each character, another that the property names, and the sources the property gives."""
        for character, value in self.values(name).items():
            for part in value.split():
                if _code(part):
                    yield character, code_to_character(part), part.partition("<")[2]


def read(name: str, folder: Path = FOLDER) -> Unihan:
    """``Unihan_<name>.txt`` of a folder, or the same packed by bzip2."""
    path = folder / f"Unihan_{name}.txt"
    packed = path.with_name(path.name + ".bz2")
    data = bz2.decompress(packed.read_bytes()) if packed.exists() else path.read_bytes()
    return parse(data.decode("utf-8"))


def parse(text: str) -> Unihan:
    """As ``read``, from text."""
    version = ""
    properties: dict[str, dict[str, str]] = {}
    for line in text.splitlines():
        if "Unicode version" in line:
            version = line.split()[-1]
        if not line.startswith("#") and line.strip():
            code, name, value = line.split("\t")
            properties.setdefault(name, {})[code_to_character(code)] = value
    return Unihan(version, properties)


def code_to_character(code: str) -> str:
    """``U+4E00``, with or without what follows it, to 一."""
    found = _code(code)
    if found is None:
        raise ValueError(f"not a code point: {code}")
    return chr(int(found[1], 16))
