"""The guards that the state machine's table may name; `circulation.guards` has what they ask."""

from __future__ import annotations

GUARD_NAMES = frozenset(
    {
        "copy-free",
        "lender-not-denied",
        "same-lender",
        "past-expiry",
        "past-pickup",
        "own-card",
        "may-borrow",
        "loan-quota",
        "renewable",
        "recallable",
        "is-recalled",
        "past-due",
        "long-overdue",
        "claim-waited",
        "nothing-owed",
    }
)
