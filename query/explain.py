"""An analysis or a comparison as tables for cataloguers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TextIO

if TYPE_CHECKING:
    from rich.console import Console

    from query.chains import Analysis
    from query.comparison import Comparison

_NOTHING = "–"


def write_analysis(analysis: Analysis, out: TextIO) -> None:
    """A row a tier, then the keys that are made in Python."""
    console = _console(out)
    console.print(_about(analysis.text, analysis.field, analysis.language), style="bold")
    table = _table("tier", "chain", "counts in", "holds")
    for tier in analysis.tiers:
        table.add_row(tier.tier, tier.chain, tier.counts, " ".join(tier.tokens) or _NOTHING)
    console.print(table)
    keys = _table("key", "")
    for name, values in analysis.keys.items():
        keys.add_row(name, "  ".join(values) or _NOTHING)
    keys.add_row("see also", "  ".join(analysis.headings) or _NOTHING)
    for order, key in analysis.sort.items():
        keys.add_row(f"sort {order}", key)
    console.print(keys)


def write_comparison(comparison: Comparison, out: TextIO) -> None:
    """The verdict, then a row a tier."""
    console = _console(out)
    title = f"{comparison.query}  in  {comparison.value}"
    console.print(_about(title, comparison.field, comparison.language), style="bold")
    found = comparison.matches != "no"
    verdict = f"found in {comparison.matches}" if found else "not found"
    console.print(f"{verdict}: {comparison.because}", soft_wrap=True)
    if comparison.same_whole:
        console.print("the two are one heading: whole keys are equal")
    table = _table("tier", "counts in", "meet", "at", "asked", "held")
    for tier in comparison.tiers:
        meet = "yes" if tier.meets else "no"
        asked, held = " ".join(tier.asked), " ".join(tier.held)
        table.add_row(tier.tier, tier.counts, meet, tier.at or _NOTHING, asked, held)
    console.print(table)


def _about(text: str, field: str, language: str) -> str:
    return f"{text}   ({field}, {language or 'no language'})"


def _console(out: TextIO) -> Console:
    from rich.console import Console

    return Console(file=out, highlight=False, markup=False, emoji=False)


def _table(*columns: str) -> Any:  # noqa: ANN401 - rich's table
    from rich.table import Table

    table = Table(box=None, pad_edge=False, show_edge=False, header_style="bold")
    for column in columns:
        table.add_column(column, overflow="fold")
    return table
