"""Shelf keys: call numbers turned into text whose code point order is the order of the shelf.

Numbers are padded so that QA9 stands before QA76 and 895.1 before 895.13 (a class number's fraction is
a decimal); nothing comes before something. One rule serves LC, Dewey and local schemes.
"""

from __future__ import annotations

import re
from unicodedata import normalize

_tokens = re.compile(
    r"(?P<fraction>(?<=\d)\.\d+)|(?P<cutter>(?:(?<=[.\s])|(?<=\d))[A-Z]\d+)|(?P<number>\d+)|(?P<word>[^\W\d_]+)"
).finditer
_WIDTH = 8


def shelf_key(text: str) -> str | None:
    """The key of a call number; None where it has neither letter nor digit.

    ``QA76.73.P98 B4 2009`` becomes ``QA 00000076.73 P98 B4 00002009``: class numbers and years
    are padded to eight digits, decimals and Cutter numbers compare digit by digit.
    """
    text = normalize("NFKC", text).upper()
    return " ".join(_part(match) for match in _tokens(text)).replace(" .", ".") or None


def _part(match: re.Match[str]) -> str:
    if match["number"]:
        return match["number"].lstrip("0").zfill(_WIDTH)
    return match[0]
