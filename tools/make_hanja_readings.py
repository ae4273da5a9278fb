"""Write mappings/hanja_readings.tsv: ``python -m tools.make_hanja_readings [folder of Unihan]``.

Of the readings that Unihan gives (kHangul) those taught at school come first, then those of
KS X 1001 and of the list for names, then the others; tools/hanja_rows.tsv overrules.
"""

from __future__ import annotations

import sys
from pathlib import Path

from tools import unihan

ROOT = Path(__file__).parent.parent
ROWS = ROOT / "tools" / "hanja_rows.tsv"
TARGET = ROOT / "mappings" / "hanja_readings.tsv"
HEAD = """\
# Hangul readings of Hanja in the order of preference, without the rule of initial sounds (女 is 녀 first).
# Made by tools/make_hanja_readings.py from kHangul of the Unihan database of Unicode {version}
# (Unicode License v3, see docs/data.md) and from tools/hanja_rows.tsv.
code_point	character	hangul
"""


def main(arguments: list[str]) -> None:
    """Read both sources, write the table."""
    database = unihan.read("Readings", Path(arguments[0]) if arguments else unihan.FOLDER)
    rows = {c: readings(value) for c, value in database.values("kHangul").items()}
    rows |= own_rows(ROWS.read_text(encoding="utf-8"))
    lines = [f"U+{ord(c):04X}\t{c}\t{' '.join(found)}" for c, found in sorted(rows.items())]
    head = HEAD.format(version=database.version)
    TARGET.write_text(head + "\n".join(lines) + "\n", encoding="utf-8")
    print(f"{TARGET.relative_to(ROOT)}: {len(lines)} rows", file=sys.stderr)


def readings(value: str) -> list[str]:
    """The readings of ``불:0E 부:0N``, by preference; of equals the order of the database stands.

    Marks: E taught at school, 0 KS X 1001, N list for names, 1 KS X 1002. A reading of KS X 1001
    alone is the one that an initial sound takes.
    """
    pairs = [part.split(":") for part in value.split()]
    return [hangul for hangul, marks in sorted(pairs, key=lambda pair: _rank(pair[1]))]


def _rank(marks: str) -> tuple[bool, ...]:
    return tuple(mark not in marks for mark in "EN01")


def own_rows(text: str) -> dict[str, list[str]]:
    """The rows of hanja_rows.tsv."""
    lines = [line for line in text.splitlines() if line and not line.startswith("#")]
    return {character: found.split() for character, found in (row.split("\t") for row in lines[1:])}


if __name__ == "__main__":
    main(sys.argv[1:])
