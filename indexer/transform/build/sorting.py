"""What a record is sorted by: its title without the article, its first author."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from indexer.transform.build.titles import filing_title
from indexer.transform.extract import without_nonfiling
from indexer.transform.script import is_reading, is_romanised
from mappings.scripts import has_cjk
from mappings.sortkeys import kana_of, sort_key

if TYPE_CHECKING:
    from collections.abc import Iterable

    from indexer.transform.context import Context
    from mappings.model import Tier

_JAPANESE = "jpn"


class Sortable(NamedTuple):
    """A value to sort by, and its kana reading where it has one that differs."""

    text: str
    reading: str = ""

    def keys(self, tiers: Iterable[Tier]) -> dict[str, str]:
        """The collation keys by property; empty without a text."""
        if not self.text:
            return {}
        return {
            tier.property: sort_key(
                (self.reading if tier.fill == "reading" else "") or self.text, tier.collation
            )
            for tier in tiers
        }


def sort_title(context: Context) -> Sortable:
    """The title that is shown, from its filing word on."""
    shown = context.title
    filed = filing_title(context.titles, shown)
    readings = [
        without_nonfiling(title.text, title.field)
        for title in context.titles
        if title.text != shown.main
    ]
    return Sortable(filed, _reading(context, shown.own, readings).replace(" ", ""))


def sort_author(context: Context) -> Sortable:
    """The first author in the script that is shown; without text where there is none."""
    if not context.authors:
        return Sortable("")
    first = context.authors[0]
    return Sortable(first.main, _reading(context, first.own, [first.kana, first.romanised]))


def _reading(context: Context, own: str, others: list[str]) -> str:
    """The recorded kana of a Japanese form; else the kana of its recorded romanisation.

    A form that holds no Han is its own reading.
    """
    if not own or is_reading(own) or not has_cjk(own):
        return ""
    kana = next(filter(is_reading, others), "")
    if kana or _JAPANESE not in context.languages:
        return kana
    return kana_of(next((text for text in others if text and is_romanised(text)), ""))
