"""Why something is refused: the rule, its value and source, what was found, what would lift it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from circulation.policy import Policy


class Reason(msgspec.Struct, frozen=True, omit_defaults=True):
    """One reason; ``rule`` is a field of `circulation.rules.Rules`, or names a plain fact."""

    rule: str
    text: str
    value: Any = None
    found: Any = None
    source: str = ""
    institution: str = ""  # whose rule it is
    lifts: str = ""


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
    """A reason that lies in the nature of the thing, whatever the policy."""
    return Reason(rule=rule, text=text, found=msgspec.to_builtins(found), lifts=lifts)


def dollars(cents: int) -> str:
    """Cents as people read them: ``HK$2.50``."""
    return f"HK${cents / 100:.2f}"
