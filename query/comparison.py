"""Why one text finds a value, or does not: which tiers meet, and at which step of their chains.

The first text is read as words of a query, the second as a value of a record. Where both are texts a
reader might type, ask both ways: a query may be a part of a value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from mappings.keys import whole_key
from mappings.romanised import query_keys
from mappings.scripts import has_cjk, has_han, has_hangul
from query.chains import State, counts_in

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from mappings.model import Tier
    from query.chains import FieldChains, Step

_SHOWN = 12  # joined runs of a long value
_KEYS_SHOWN = 3  # of a word that has no reading in common


class Meeting(msgspec.Struct, frozen=True):
    """One tier: whether the query's words stand in the value there, and what decides it.

    ``at``: the step from which on they do; empty where they do not. ``asked`` and ``held`` are the
    tokens of both at the end of the chain.
    """

    tier: str
    counts: str
    meets: bool
    at: str
    asked: tuple[str, ...]
    held: tuple[str, ...]


class Comparison(msgspec.Struct, frozen=True):
    """Two texts, every tier, and the verdict: ``every width``, ``width wide`` or ``no``."""

    query: str
    value: str
    field: str
    language: str
    matches: str
    because: str
    same_whole: bool
    tiers: tuple[Meeting, ...]
    headings: tuple[str, ...]  # see-headings that tie the two together


def compare(
    chains: FieldChains, query: str, value: str, document: Mapping[str, Any], language: str = ""
) -> Comparison:
    """Whether and why a query finds a value of a field.

    Args:
        chains: of the field.
        query: words as a reader types them.
        value: what a record has.
        document: what the mapper makes of that record.
        language: of the record (a MARC code).
    """
    meetings = []
    for name, tier in chains.tiers.items():
        values = chains.values(tier, document)
        if values and _is_asked(tier, query):
            meetings.append(_meeting(chains, name, query, values))
    tied = _ties(query, value)
    matches, because = _verdict(meetings, tied)
    same = whole_key(query) == whole_key(value)
    return Comparison(
        query, value, chains.field, language, matches, because, same, tuple(meetings), tied
    )


def _is_asked(tier: Tier, query: str) -> bool:
    """Whether a query in this script asks this tier: a native form asks no readings."""
    if {"reading", "derived"} & set(tier.serves):
        return not (has_han(query) or has_hangul(query))
    if "hangul" in tier.serves:
        return has_hangul(query) and not has_han(query)
    return ("cjk" if has_cjk(query) else "latin") in tier.scripts


def _meeting(chains: FieldChains, name: str, query: str, values: Sequence[str]) -> Meeting:
    tier = chains.tiers[name]
    if tier.key:
        return _keyed(name, tier, whole_key(query), values)
    if {"reading", "derived"} & set(tier.serves):
        return _reading(chains, name, query, values)
    chain = tier.mapping["analyzer"]
    held = [chains.steps(chain, each) for each in values]
    asked = [chains.steps(chain, word) for word in query.split()]
    found = [_where(steps, held) for steps in asked]
    places = [each for each in found if each]
    meets = bool(found) and len(places) == len(found)
    return Meeting(
        tier=name,
        counts=counts_in(tier),
        meets=meets,
        at=max(places)[1] if meets else "",
        asked=tuple(token for steps in asked for token in _tokens(steps[-1].state)),
        held=tuple(token for steps in held for token in _tokens(steps[-1].state)),
    )


def _keyed(name: str, tier: Tier, key: str, values: Sequence[str]) -> Meeting:
    meets = key in values
    at = f"key {tier.key}" if meets else ""
    return Meeting(name, counts_in(tier), meets, at, (key,), tuple(values))


def _reading(chains: FieldChains, name: str, query: str, values: Sequence[str]) -> Meeting:
    """By keys: each word of the query has some, one of which the value must have."""
    tier = chains.tiers[name]
    held = chains.tokens(tier.mapping["analyzer"], values)
    groups = query_keys(query.split())
    shared = [next((key for key in group if key in held), "") for group in groups]
    meets = bool(shared) and all(shared)
    asked = shared if meets else [key for group in groups for key in group[:_KEYS_SHOWN]]
    at = "reading " + " ".join(dict.fromkeys(shared)) if meets else ""
    return Meeting(name, counts_in(tier), meets, at, tuple(asked), tuple(held[:_SHOWN]))


def _where(asked: Sequence[Step], values: Sequence[Sequence[Step]]) -> tuple[int, str] | None:
    """The earliest step, of any value, from which on the value holds what is asked; None if none."""
    found = [at for held in values if (at := _from(asked, held)) is not None]
    return (min(found), asked[min(found)].name) if found else None


def _from(asked: Sequence[Step], held: Sequence[Step]) -> int | None:
    first = None
    for at in reversed(range(len(asked))):
        if not _holds(held[at].state, asked[at].state):
            break
        first = at
    return first


def _holds(whole: State, part: State) -> bool:
    """Whether a text holds a text, or tokens hold tokens side by side and in order."""
    if isinstance(whole, str) or isinstance(part, str):
        return part in whole if isinstance(whole, str) and isinstance(part, str) else False
    starts = range(len(whole) - len(part) + 1)
    return bool(part) and any(whole[at : at + len(part)] == part for at in starts)


def _tokens(state: State) -> tuple[str, ...]:
    return (state,) if isinstance(state, str) else state


def _ties(query: str, value: str) -> tuple[str, ...]:
    """The forms of one see-heading that the two are."""
    from mappings.headings import headings

    known = headings()
    heading = known.find(query)
    return heading.forms if heading is not None and heading == known.find(value) else ()


def _verdict(meetings: Sequence[Meeting], tied: Sequence[str]) -> tuple[str, str]:
    for width in ("every width", "width wide"):
        deciding = [each for each in meetings if each.meets and each.counts == width]
        if deciding:
            first = deciding[0]
            return width, f"{first.tier}: {first.at}"
    if tied:
        return "every width", f"one heading: {' = '.join(tied)}"
    apart = next((each for each in meetings if each.counts == "every width"), None)
    if apart is None:
        return "no", "no tier that decides holds the value in the script of the query"
    return "no", f"{apart.tier}: {' '.join(apart.asked)} is not in {' '.join(apart.held)}"
