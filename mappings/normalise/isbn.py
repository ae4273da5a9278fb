"""ISBN (ISO 2108): both lengths to the 13 digits."""

from __future__ import annotations

from unicodedata import normalize

_HYPHENS = str.maketrans(dict.fromkeys("-\u00ad\u2010\u2011\u2012\u2013\u2014\u2212\u30fc .\u3000"))
_LENGTH_10, _LENGTH_13 = 10, 13
_BOOKLAND = ("978", "979")


def isbn(text: str) -> str | None:
    """The ISBN-13 that a text begins with, as digits; None unless its check digit is right.

    Hyphens and spaces are left out, a label before (``ISBN:``) and a qualifier after
    (``(pbk.)``, a price) too.
    """
    digits = _leading_digits(text if text.isascii() else normalize("NFKC", text))
    if len(digits) == _LENGTH_10 and _sum_10(digits) % 11 == 0:
        stem = "978" + digits[:9]
        return stem + str(-_sum_13(stem) % 10)
    if len(digits) == _LENGTH_13 and digits.startswith(_BOOKLAND) and _sum_13(digits) % 10 == 0:
        return digits
    return None


def _leading_digits(text: str) -> str:
    head = text.strip().upper().removeprefix("ISBN").removeprefix("-13").removeprefix("-10")
    head = head.lstrip(": ").partition("(")[0].strip()
    whole = head.translate(_HYPHENS)
    if _is_number(whole):
        return whole
    # more words follow: spaces now part the number from them
    first = head.split()[0].rstrip(",;:.") if head.split() else ""
    first = first.translate(_HYPHENS)
    return first if _is_number(first) else ""


def _is_number(text: str) -> bool:
    return text.isascii() and (text.isdigit() or (text[:-1].isdigit() and text[-1] == "X"))


def _sum_10(digits: str) -> int:
    if "X" in digits[:-1]:
        return 1
    values = [10 if digit == "X" else int(digit) for digit in digits]
    return sum(weight * value for weight, value in zip(range(10, 0, -1), values, strict=True))


def _sum_13(digits: str) -> int:
    if not digits.isdigit():
        return 1
    return sum(int(digit) * (3 if at % 2 else 1) for at, digit in enumerate(digits))
