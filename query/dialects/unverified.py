"""Rules that no source states: whoever's query rests on one is told."""

from __future__ import annotations

from typing import TYPE_CHECKING, Literal, get_args

from query.tree import Span

if TYPE_CHECKING:
    from collections.abc import Iterable

    from query.context import Context
    from query.dialects.model import Dialect, Rule

RuleName = Literal[
    "precedence", "operators", "capitals", "beside", "beside_cjk", "unary_not", "wildcards", "truncation",
    "tagging", "tags", "limited", "proximity", "headings", "years", "everything", "sets", "limits", "links", "contexts",
]  # fmt: skip

_LABELS: dict[RuleName, str] = {
    "precedence": "the order of operators",
    "operators": "the operators",
    "capitals": "whether small letters are operators",
    "beside": "what words side by side are",
    "beside_cjk": "what Chinese, Japanese and Korean words side by side are",
    "unary_not": "whether NOT may stand alone",
    "wildcards": "the signs of truncation",
    "truncation": "where words may be truncated",
    "tagging": "where a field's name stands",
    "tags": "the names of fields",
    "limited": "truncation by a number of characters",
    "proximity": "proximity and how it counts",
    "headings": "headings of a thesaurus",
    "years": "ranges of years",
    "everything": "how to ask for every title",
    "sets": "the names of sets",
    "limits": "limits of what was found",
    "links": "queries of links",
    "contexts": "context sets",
}


def warn_unverified(used: Iterable[RuleName], dialect: Dialect, context: Context) -> None:
    """Warn of each rule in use that is not verified, in the order of the data file."""
    wanted = set(used)
    for name in get_args(RuleName):
        rule: Rule[object] | None = getattr(dialect.rules, name)
        if name in wanted and rule is not None and not rule.verified:
            message = f"{dialect.title}: {_LABELS[name]} could not be verified ({rule.source})"
            context.notes.warn("unverified-rule", message, Span(0, len(context.text)))
