"""Which tables and which library the readings come from: a change of them makes other documents."""

from __future__ import annotations

import hashlib
from importlib.metadata import version
from importlib.resources import files


def tables_fingerprint() -> str:
    """Sixteen hexadecimal digits over the tables of this room and the version of pypinyin."""
    entries = {entry.name: entry for entry in files("mappings.romanised").iterdir()}
    entries["hanja_readings.tsv"] = files("mappings").joinpath("hanja_readings.tsv")
    digest = hashlib.sha256(version("pypinyin").encode())
    for name in sorted(name for name in entries if name.endswith(".tsv")):
        digest.update(entries[name].read_bytes())
    return digest.hexdigest()[:16]
