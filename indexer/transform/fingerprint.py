"""Which rules the mapper has: a change of its tables makes other documents of the same records."""

from __future__ import annotations

import hashlib
from importlib.resources import files

_FILES = ("tables.yaml", "formats.yaml", "copies.yaml")


def rules_fingerprint() -> str:
    """Sixteen hexadecimal digits over the tables of this room; comments count too."""
    folder = files("indexer.transform")
    digest = hashlib.sha256()
    for name in _FILES:
        digest.update(folder.joinpath(name).read_bytes())
    return digest.hexdigest()[:16]
