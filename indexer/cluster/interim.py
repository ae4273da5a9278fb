"""The interim matcher: records are one title that share an ISBN or ISSN and the title and year."""

from __future__ import annotations

from itertools import groupby
from operator import itemgetter
from typing import TYPE_CHECKING

from mappings import NORMALISERS, whole_key

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

_SEPARATOR = "\x1f"


def match_keys(
    isbns: Iterable[str], issns: Iterable[str], title: str, year: int | str | None
) -> tuple[str, ...]:
    """The match keys of a record; records that share one are the same title.

    Args:
        isbns: of 020 $a; those that are not valid make no key. 10 and 13 digits are the same.
        issns: of 022 $a; likewise.
        title: the title proper with its remainder, in the form to compare.
        year: of publication. A record without a title or a year has no keys: what is not known is
            not the same.
    """
    folded = whole_key(title)
    if not folded or not year:
        return ()
    numbers = [f"isbn:{number}" for number in _valid("isbn", isbns)]
    numbers += [f"issn:{number}" for number in _valid("issn", issns)]
    return tuple(_SEPARATOR.join((number, str(year), folded)) for number in numbers)


def _valid(kind: str, values: Iterable[str]) -> list[str]:
    normalised = (NORMALISERS[kind](value) for value in values)
    return list(dict.fromkeys(value for value in normalised if value))


class InterimMatcher:
    """Joins records that share a match key, and those that are joined through others."""

    def partition(self, keys: Iterable[tuple[str, int]]) -> Iterator[tuple[int, int]]:
        """See `indexer.cluster.matcher.Matcher`; memory grows with the records that are joined."""
        founders: dict[int, int] = {}
        for _, group in groupby(keys, key=itemgetter(0)):
            first, *others = (sequence for _, sequence in group)
            for other in others:
                _join(founders, first, other)
        for sequence in founders:
            yield sequence, _founder(founders, sequence)


def _founder(founders: dict[int, int], sequence: int) -> int:
    """The root of a record's tree, which is its oldest member; halves the path on the way."""
    founders.setdefault(sequence, sequence)
    while (above := founders[sequence]) != sequence:
        founders[sequence] = sequence = founders[above]
    return sequence


def _join(founders: dict[int, int], one: int, other: int) -> None:
    older, newer = sorted((_founder(founders, one), _founder(founders, other)))
    founders[newer] = older
