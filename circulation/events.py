"""What has happened: frozen, only ever added to. Every state and every fine follows from these.

No event names a person: patrons are linked to requests elsewhere, so that a link can be erased and
the log stays as it was written.
"""

from __future__ import annotations

from datetime import date, datetime  # noqa: TC003 - msgspec reads the annotations
from typing import TypeAlias

import msgspec

from circulation.model import (  # noqa: TC001 - msgspec reads the annotations
    Category,
    FineReason,
    Format,
    ItemStatus,
    Kind,
    Lending,
    Terms,
)


class _Event(msgspec.Struct, frozen=True, kw_only=True, tag=True, omit_defaults=True):
    """What all events share: they become JSON with the name of their class."""


class _OfRequest(_Event, frozen=True, kw_only=True):
    """An event of one request; ``trigger`` is the one of the state machine."""

    request: str
    trigger: str


# Items, calendars


class ItemListed(_Event, frozen=True, kw_only=True):
    """A library lists an item, or lists it again with other facts."""

    item: str
    institution: str
    record: str
    format: Format = "book"
    lending: Lending = "normal"
    volume: str = ""
    status: ItemStatus = "available"
    price_cents: int | None = None


class ItemWithdrawn(_Event, frozen=True, kw_only=True):
    """A library has the item no more."""

    item: str


class HoldPlaced(_Event, frozen=True, kw_only=True):
    """A reader of the item's own library waits for it."""

    item: str


class HoldWithdrawn(_Event, frozen=True, kw_only=True):
    """That reader waits no more."""

    item: str


class ClosureDeclared(_Event, frozen=True, kw_only=True):
    """A library is closed on a day, or open although its week says otherwise."""

    institution: str
    day: date
    opens: bool = False
    note: str = ""


class ClosureWithdrawn(_Event, frozen=True, kw_only=True):
    """The day is as the week says again."""

    institution: str
    day: date


# Requests


class Requested(_OfRequest, frozen=True, kw_only=True):
    """Somebody of institution ``home`` asks."""

    kind: Kind
    home: str
    category: Category
    pickup: str
    wanted: tuple[str, ...] = ()
    volume: str = ""
    citation: str = ""
    pages: int = 0
    fee_cents: int = 0
    expires_on: date | None = None


class Assigned(_OfRequest, frozen=True, kw_only=True):
    """A lender's item is held for the request."""

    lender: str
    item: str = ""


class Denied(_OfRequest, frozen=True, kw_only=True):
    """The lender cannot send it: it is never asked again for this request."""

    lender: str
    reason: str


class Moved(_OfRequest, frozen=True, kw_only=True):
    """It goes its way: shipped, in transit, received, returned, sent back, checked in."""

    reason: str = ""


class Ended(_OfRequest, frozen=True, kw_only=True):
    """It ends without a loan: cancelled, expired, unfilled, delivered."""

    reason: str = ""


class Shelved(_OfRequest, frozen=True, kw_only=True):
    """It waits on the hold shelf of the pickup library; of a visit: it may be made until then."""

    hold_until: datetime


class Lent(_OfRequest, frozen=True, kw_only=True):
    """The patron takes it."""

    due_at: datetime
    terms: Terms


class Renewed(_OfRequest, frozen=True, kw_only=True):
    """A new period, under the rules of the day of renewal."""

    due_at: datetime
    terms: Terms


class Recalled(_OfRequest, frozen=True, kw_only=True):
    """Its library wants it back by ``due_at``."""

    due_at: datetime


class RecallWithdrawn(_OfRequest, frozen=True, kw_only=True):
    """Its library no longer wants it back early."""


# Money


class Fined(_Event, frozen=True, kw_only=True):
    """A fine comes due."""

    fine: str
    request: str
    institution: str
    reason: FineReason
    cents: int


class Paid(_Event, frozen=True, kw_only=True):
    """Money for a fine, or (``waived``) a part of it forgiven."""

    payment: str
    fine: str
    cents: int
    waived: bool = False
    note: str = ""


# Privacy


class HistoryErased(_Event, frozen=True, kw_only=True):
    """The links of so many ended requests to their patrons were removed."""

    requests: tuple[str, ...]


RequestEvent: TypeAlias = (
    Requested
    | Assigned
    | Denied
    | Moved
    | Ended
    | Shelved
    | Lent
    | Renewed
    | Recalled
    | RecallWithdrawn
)
Event: TypeAlias = (
    RequestEvent
    | ItemListed
    | ItemWithdrawn
    | HoldPlaced
    | HoldWithdrawn
    | ClosureDeclared
    | ClosureWithdrawn
    | Fined
    | Paid
    | HistoryErased
)


class Entry(msgspec.Struct, frozen=True, kw_only=True):
    """An event as the log has it: its number (0: not yet written), when, and at whose desk."""

    at: datetime
    event: Event
    by: str = ""
    number: int = 0
    record: str = ""  # of the item whose availability may have changed


_ENCODER = msgspec.json.Encoder()
_DECODER: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event)


def encode(event: Event) -> str:
    """An event as JSON."""
    return _ENCODER.encode(event).decode()


def decode(text: str) -> Event:
    """The inverse of `encode`."""
    return _DECODER.decode(text)


NAMES = frozenset(
    kind.__name__
    for kind in (Requested, Assigned, Denied, Moved, Ended, Shelved, Lent, Renewed, Recalled,
                 RecallWithdrawn)
)  # fmt: skip
"""Events that a transition of the state machine may name."""
