"""Requests, loans and fines between the libraries: rules with dates, a state machine, an event log."""

from __future__ import annotations

from typing import TYPE_CHECKING

from base.lazy import exports

if TYPE_CHECKING:
    from circulation.desk import Desk, Refused, Unknown
    from circulation.policy import Policies, Policy
    from circulation.publish import Change, Reach, requestable_by
    from circulation.reasons import Reason
    from circulation.service import Service, open_service

__all__ = [
    "Change",
    "Desk",
    "Policies",
    "Policy",
    "Reach",
    "Reason",
    "Refused",
    "Service",
    "Unknown",
    "open_service",
    "requestable_by",
]

__getattr__ = exports(
    __name__,
    {
        "desk": "Desk Refused Unknown",
        "policy": "Policies Policy",
        "publish": "Change Reach requestable_by",
        "reasons": "Reason",
        "service": "Service open_service",
    },
)
