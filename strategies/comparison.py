"""What changed between two runs of a strategy."""

from __future__ import annotations

from typing import TYPE_CHECKING

from strategies.model import Comparison, LineChange

if TYPE_CHECKING:
    from strategies.model import LineReport, Report


def compare(then: Report, now: Report) -> Comparison:
    """Line by line, by their numbers: counts, titles added and gone; and what the index became."""
    before = {line.number: line for line in then.lines}
    after = {line.number: line for line in now.lines}
    numbers = sorted(before.keys() | after.keys())
    was, is_ = then.index, now.index
    return Comparison(
        then=then.searched,
        index_then=was.name,
        index_changed=was.name != is_.name,
        index_fingerprint_changed=was.index_fingerprint != is_.index_fingerprint,
        query_fingerprint_changed=was.query_fingerprint != is_.query_fingerprint,
        program_changed=then.program != now.program,
        language_changed=(then.dialect, then.operators) != (now.dialect, now.operators),
        lines=tuple(_change(before.get(n), after.get(n), n) for n in numbers),
    )


def _change(then: LineReport | None, now: LineReport | None, number: int) -> LineChange:
    if then is None or now is None:
        totals = (then.total if then else None, now.total if now else None)
        return LineChange(number, *totals, text_changed=False, same=None)
    added = gone = None
    if then.ids is not None and now.ids is not None:
        before, after = set(then.ids), set(now.ids)
        added = tuple(each for each in now.ids if each not in before)
        gone = tuple(each for each in then.ids if each not in after)
    return LineChange(
        number=number,
        then=then.total,
        now=now.total,
        text_changed=then.text != now.text,
        same=_same(then, now),
        reading_changed=then.text == now.text and then.reading != now.reading,
        added=added,
        gone=gone,
    )


def _same(then: LineReport, now: LineReport) -> bool | None:
    if then.total != now.total:
        return False
    return then.digest == now.digest if then.digest and now.digest else None
