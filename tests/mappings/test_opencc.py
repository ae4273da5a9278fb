"""OpenCC as an independent check of the table of Han variants: what it converts must meet in ours.

Only this test uses its data. Characters that differ are few, rare, and named with their reason.
"""

from __future__ import annotations

from unicodedata import normalize

import opencc
import pytest

from mappings import fold_han
from tools.make_han_variants import common

CHARACTERS = [
    chr(code)
    for first, end in ((0x3400, 0x4DC0), (0x4E00, 0xA000), (0x20000, 0x32000))
    for code in range(first, end)
]
# Common characters that it joins and we keep apart.
OTHER_WORDS = {
    "聯連": "two words outside Japan: 聯合 is written 連合 there",
    "濾沪": "沪 is Shanghai",
    "俬私": "furniture, private",
    "寀采": "a name",
    "拚拼": "risk, put together",
    "捱挨": "endure, lean on",
    "碕埼": "names of places",
    "鮎鯰": "two fish in Japan: ayu and catfish",
    "蒕蒀": "a plant",
    "鉳锫": "other elements",
    "錼镎": "other elements in one of the places",
    "鍅钫": "other elements in one of the places",
    "劃㓰": "rare",
    "醟蒏": "rare",
}
APART = {frozenset(pair) for pair in OTHER_WORDS}


def differing(name: str) -> set[frozenset[str]]:
    """The pairs of a conversion that do not fold to one form."""
    convert = opencc.OpenCC(name).convert
    found = set()
    for character in CHARACTERS:
        ours, theirs = normalize("NFC", character), normalize("NFC", convert(character))
        if len(theirs) == 1 and fold_han(ours) != fold_han(theirs):
            found.add(frozenset((ours, theirs)))
    return found


@pytest.mark.parametrize("name", ["s2t", "t2s", "t2hk", "hk2t", "t2tw", "tw2t", "t2jp", "jp2t"])
def test_what_opencc_converts_meets(name: str) -> None:
    """A conversion of one character in common use folds to the same form, but for named pairs."""
    pairs = differing(name)
    assert {pair for pair in pairs if any(map(common, pair))} - APART == set()
    assert len(pairs) < 60
