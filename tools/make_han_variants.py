"""Write mappings/han_variants.tsv from the Unihan database and the rows of tools/han_rows.tsv.

    python tools/make_han_variants.py [/usr/share/unicode/Unihan_Variants.txt.bz2]

Debian and Ubuntu have the database in the package ``unicode-data``; the Unicode site has it as
``Unihan_Variants.txt`` in ``Unihan.zip``. The file is only needed to write the table anew.
"""

from __future__ import annotations

import bz2
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent
ROWS = ROOT / "tools" / "han_rows.tsv"
TARGET = ROOT / "mappings" / "han_variants.tsv"
DATABASE = Path("/usr/share/unicode/Unihan_Variants.txt.bz2")
HEAD = """\
# One common form for Han characters that are written in more than one way (the simplified one).
# Made by tools/make_han_variants.py from the Unihan database of Unicode {version}
# (kTraditionalVariant, kSimplifiedVariant, kZVariant; Unicode License v3, see docs/data.md)
# and from rows of our own (hongkong, older, japanese).
# A target is never itself a source, so folding twice changes nothing.
"""
COLUMNS = "code_point\tcharacter\ttarget\tsource"

Edges = dict[str, tuple[str, str]]  # character -> (target, source of the row)


def main(arguments: list[str]) -> None:
    """Read both sources, resolve every chain to its end, write the table."""
    text = _read(Path(arguments[0]) if arguments else DATABASE)
    edges = unihan_edges(text) | own_edges(ROWS.read_text(encoding="utf-8"))
    rows = resolve(edges)
    lines = [
        f"U+{ord(character):04X}\t{character}\t{target}\t{source}"
        for character, (target, source) in sorted(rows.items())
    ]
    head = HEAD.format(version=_version(text))
    TARGET.write_text(head + "\n".join([COLUMNS, *lines]) + "\n", encoding="utf-8")
    print(f"{TARGET.relative_to(ROOT)}: {len(lines)} rows", file=sys.stderr)


def _read(path: Path) -> str:
    data = path.read_bytes()
    return (bz2.decompress(data) if path.suffix == ".bz2" else data).decode("utf-8")


def _version(text: str) -> str:
    return next(line.split()[-1] for line in text.splitlines() if "Unicode version" in line)


def unihan_edges(text: str) -> Edges:
    """Edges of the database: to the simplified form first, then to the commoner Z-variant."""
    simplified: Edges = {}
    z_variants: Edges = {}
    for line in text.splitlines():
        if line.startswith("#") or not line.strip():
            continue
        code, kind, value = line.split("\t")
        character, targets = _character(code), [_character(part) for part in value.split()]
        if kind == "kSimplifiedVariant":
            _add(simplified, character, targets[0] if len(targets) == 1 else targets[-1], kind)
        elif kind == "kTraditionalVariant":
            for target in targets:
                _add(simplified, target, character, kind)
        elif kind == "kZVariant":
            for target in targets:
                _add(z_variants, *sorted((character, target), key=_rarity, reverse=True), kind)
    return z_variants | simplified


def own_edges(text: str) -> Edges:
    """Edges of the rows: ``group<TAB>pairs of two characters``; a later row wins."""
    edges: Edges = {}
    for line in text.splitlines():
        if line and not line.startswith("#"):
            group, pairs = line.split("\t")
            for pair in pairs.split():
                character, target = pair
                if character != target:
                    edges[character] = (target, group)
    return edges


def _add(edges: Edges, character: str, target: str, source: str) -> None:
    if character != target and character not in edges:
        edges[character] = (target, source)


def _character(code: str) -> str:
    return chr(int(code.partition("<")[0].removeprefix("U+"), 16))


def _rarity(character: str) -> tuple[bool, bool, int]:
    """Sorts the commoner of two characters first: GB 2312, then Big5, then the lower code."""
    return (not _encodable(character, "gb2312"), not _encodable(character, "big5"), ord(character))


def _encodable(character: str, encoding: str) -> bool:
    try:
        character.encode(encoding)
    except UnicodeEncodeError:
        return False
    return True


def resolve(edges: Edges) -> Edges:
    """Follow every chain to its end; of the characters of a circle the commonest is the end."""
    resolved: Edges = {}
    for character, (_, source) in edges.items():
        target = _end(edges, character)
        if target != character:
            resolved[character] = (target, source)
    return resolved


def _end(edges: Edges, character: str) -> str:
    path = [character]
    while path[-1] in edges:
        following = edges[path[-1]][0]
        if following in path:
            return min(path[path.index(following) :], key=_rarity)
        path.append(following)
    return path[-1]


if __name__ == "__main__":
    main(sys.argv[1:])
