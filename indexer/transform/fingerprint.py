"""Which rules the mapper has: a change of its tables or of its code makes other documents of the same records."""

from __future__ import annotations

import hashlib
from importlib.resources import files
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from importlib.resources.abc import Traversable

_TABLES_AND_CODE = (".yaml", ".py")
_CODE = (".py",)


def rules_fingerprint() -> str:
    """Sixteen hexadecimal digits over this room's tables and code, and the code that it shares.

    Comments count too: mapping anew once too often costs a pass over the store, once too seldom
    leaves documents wrong. The tables of `mappings` are in the fingerprint of the index.
    """
    digest = hashlib.sha256()
    for room, endings in (("indexer.transform", _TABLES_AND_CODE), ("mappings", _CODE)):
        for name, entry in _files(files(room), endings, room):
            digest.update(name.encode())
            digest.update(entry.read_bytes())
    return digest.hexdigest()[:16]


def _files(
    folder: Traversable, endings: tuple[str, ...], path: str
) -> Iterator[tuple[str, Traversable]]:
    """The files below a folder with these endings, in the order of their names."""
    for entry in sorted(folder.iterdir(), key=lambda each: each.name):
        name = f"{path}/{entry.name}"
        if entry.is_dir():
            yield from _files(entry, endings, name)
        elif entry.name.endswith(endings):
            yield name, entry
