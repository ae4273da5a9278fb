"""Why something is refused: the rule, its value and source, what was found, what would lift it."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING, Any

import msgspec

from base.datafile import load_resource

if TYPE_CHECKING:
    from circulation.policy import Policy


class Reason(msgspec.Struct, frozen=True, omit_defaults=True):
    """One reason; ``rule`` is a field of `circulation.rules.Rules`, or a fact of ``facts.yaml``."""

    rule: str
    text: str
    value: Any = None
    found: Any = None
    source: str = ""
    institution: str = ""  # whose rule it is
    lifts: str = ""


class Fact(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A reason that no policy gives: where it is said, what usually lifts it."""

    source: str
    lifts: str


@lru_cache(maxsize=1)
def facts() -> dict[str, Fact]:
    """Every fact that may be a reason, by its name.

    Raises:
        DataFileError: the table is not sound.
    """
    return load_resource("circulation", "facts.yaml", dict[str, Fact])


def by_rule(policy: Policy, rule: str, text: str, *, found: object = None, lifts: str = "") -> Reason:  # fmt: skip
    """A reason that a policy gives."""
    return Reason(
        rule=rule,
        text=text,
        value=msgspec.to_builtins(getattr(policy.rules, rule)),
        found=msgspec.to_builtins(found),
        source=str(policy.provenance[rule]),
        institution=policy.institution,
        lifts=lifts,
    )


def by_fact(rule: str, text: str, *, found: object = None, lifts: str = "") -> Reason:
    """A reason that lies in the nature of the thing, whatever the policy; ``rule`` is in ``facts.yaml``."""
    fact = facts()[rule]
    return Reason(
        rule=rule,
        text=text,
        found=msgspec.to_builtins(found),
        source=fact.source,
        lifts=lifts or fact.lifts,
    )


def dollars(cents: int) -> str:
    """Cents as people read them: ``HK$2.50``."""
    return f"HK${cents / 100:.2f}"
