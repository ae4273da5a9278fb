"""Which rules the mapper has: a change of its tables makes other documents of the same records."""

from __future__ import annotations

import hashlib
from importlib.resources import files


def rules_fingerprint() -> str:
    """Sixteen hexadecimal digits over the tables of this room; comments count too."""
    entries = files("indexer.transform").iterdir()
    found = {entry.name: entry for entry in entries if entry.name.endswith(".yaml")}
    digest = hashlib.sha256()
    for name in sorted(found):
        digest.update(found[name].read_bytes())
    return digest.hexdigest()[:16]
