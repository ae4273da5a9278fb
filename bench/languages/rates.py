"""Shares of pairs that hold, by half, list, kind and language."""

from __future__ import annotations

from typing import TYPE_CHECKING, get_args

import msgspec

from bench.languages.judge import REQUIRED, Check
from bench.languages.pairs import Half, load_lists

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from bench.languages.judge import Verdict

CHECKS: tuple[Check, ...] = get_args(Check)


class Count(msgspec.Struct, frozen=True):
    """Of so many pairs so many hold."""

    pairs: int
    hold: int

    @property
    def share(self) -> float:
        """1.0 where there is none."""
        return self.hold / self.pairs if self.pairs else 1.0


class Rate(msgspec.Struct, frozen=True):
    """Pairs of one kind in one language: how many, and of each check that applies how many hold."""

    half: Half
    list: str
    kind: str
    language: str
    pairs: int
    checks: dict[Check, Count]


class Total(msgspec.Struct, frozen=True):
    """A list in one half: pairs of which all that must hold does, and the share wanted of them."""

    half: Half
    list: str
    counted: Count
    exact: Count
    wanted: float
    wanted_exact: float

    @property
    def holds(self) -> bool:
        """Whether the list reaches what is wanted of it."""
        return self.counted.share >= self.wanted and self.exact.share >= self.wanted_exact


def rates(verdicts: Iterable[Verdict]) -> list[Rate]:
    """By kind and language, in the order of the lists."""
    groups: dict[tuple[Half, str, str, str], list[Verdict]] = {}
    for verdict in verdicts:
        key = (verdict.half, verdict.list, verdict.kind, verdict.language)
        groups.setdefault(key, []).append(verdict)
    return [Rate(*key, len(group), _checks(group)) for key, group in groups.items()]


def totals(verdicts: Sequence[Verdict]) -> list[Total]:
    """By list and half; kinds that the list sets apart are left out."""
    known = load_lists()
    found = []
    for half, name in dict.fromkeys((v.half, v.list) for v in verdicts):
        about = known.lists[name]
        group = [
            verdict
            for verdict in verdicts
            if (verdict.half, verdict.list) == (half, name) and verdict.kind not in about.apart
        ]
        required = REQUIRED[about.claim]
        held = sum(not failures(verdict, required) for verdict in group)
        exact = _checks(group).get("exact", Count(0, 0))
        found.append(Total(half, name, Count(len(group), held), exact, about.wanted, known.exact))
    return found


def failures(verdict: Verdict, checks: Iterable[Check] = CHECKS) -> list[str]:
    """Why these checks of a pair do not hold; empty where all do."""
    return [f.reason for f in verdict.findings if f.check in checks and not f.holds]


def _checks(group: Iterable[Verdict]) -> dict[Check, Count]:
    findings = [finding for verdict in group for finding in verdict.findings]
    counts = {}
    for check in CHECKS:
        results = [finding.holds for finding in findings if finding.check == check]
        if results:
            counts[check] = Count(len(results), sum(results))
    return counts
