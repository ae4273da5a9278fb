"""Years of publication: the dates of 008, else what the imprint says."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from indexer.transform.extract import fields_of
from indexer.transform.tables import tables

if TYPE_CHECKING:
    from collections.abc import Iterator

    from indexer.transform.view import RecordView

_four_digits = re.compile(r"(?<!\d)\d{4}(?!\d)").finditer
_NUMERALS = {numeral: value for value, numeral in enumerate("〇一二三四五六七八九")} | {
    "元": 1,
    "零": 0,
}
_TEN = "十"


def years(view: RecordView) -> list[int]:
    """Years as numbers, the one to sort by first; empty where none is known."""
    found = list(dict.fromkeys(_coded(view.fixed("008"))))
    if found:
        return found
    year = next(_written(view), None)
    return [] if year is None else [year]


def _coded(fixed: str) -> Iterator[int]:
    for which in tables().dates.get(fixed[6:7], ()):
        text = fixed[3 + 4 * which : 7 + 4 * which]
        if len(text) == 4 and text.isascii() and text.isdigit():  # noqa: PLR2004 - a year
            year = int(text)
            if _is_plausible(year):
                yield year


def _written(view: RecordView) -> Iterator[int]:
    for field, spec in fields_of(view, tables().year_fields):
        for text in (field.join(spec.codes), *(p.join(spec.codes) for p in view.partners(field))):
            year = written_year(text)
            if year is not None and _is_plausible(year):
                yield year


def _is_plausible(year: int) -> bool:
    return tables().earliest_year <= year <= tables().latest_year


def written_year(text: str) -> int | None:
    """The year of an imprint: ``c1999``, ``[1999?]``, ``１９９９``, ``昭和55``, ``民國六十年``.

    A Western year in any digits comes before a year of an era.
    """
    western = (int(match[0]) for match in _four_digits(text))
    year = next((year for year in western if _is_plausible(year)), None)
    if year is not None:
        return year
    if text.isascii():
        return None
    era = _era_pattern().search(text)
    number = _number(era[2]) if era else None
    return None if era is None or number is None else tables().eras[era[1]] + number


@lru_cache(maxsize=1)
def _era_pattern() -> re.Pattern[str]:
    numerals = _TEN + "".join(_NUMERALS)
    return re.compile(rf"({'|'.join(tables().eras)})\s*([\d{numerals}]+)")


def _number(text: str) -> int | None:
    """A number in digits of any script or in Han numerals (``三十二``, ``六五``, ``元``)."""
    if text.isdecimal():
        return int(text)
    tens, ten, units = text.partition(_TEN)
    if not ten:
        return _positional(text)
    high = _positional(tens) if tens else 1
    low = _positional(units) if units else 0
    return None if high is None or low is None else 10 * high + low


def _positional(text: str) -> int | None:
    total = 0
    for numeral in text:
        value = int(numeral) if numeral.isdecimal() else _NUMERALS.get(numeral)
        if value is None:
            return None
        total = total * 10 + value
    return total
