"""What circulation is about: patrons, cards, items, requests, loans, fines. Values without SQL.

Money is in whole cents of Hong Kong dollars; instants carry their offset; ``""`` means none.
"""

from __future__ import annotations

from datetime import date, datetime  # noqa: TC003 - msgspec reads the annotations
from typing import Literal, TypeAlias

import msgspec

Category = Literal[
    "teacher",
    "researcher",
    "research-postgraduate",
    "taught-postgraduate",
    "undergraduate",
    "senior-administrator",
    "visiting-scholar",
    "emeritus",
    "honorary",
    "staff",
    "extension-student",
    "exchange-student",
    "alumnus",
    "external",
]
CardKind = Literal["julac", "home"]
Format = Literal["book", "image", "av", "serial", "article", "other"]
Lending = Literal["normal", "short", "reserve", "reference"]
ItemStatus = Literal["available", "on-loan", "in-process", "missing", "unfit"]
Kind = Literal["loan", "document", "ill", "visit"]
Counting = Literal["calendar", "open"]
DenialReason = Literal["not-on-shelf", "lent-locally", "unfit"]
FineReason = Literal["late-return", "late-renewal", "late-after-recall", "lost", "service"]


class Patron(msgspec.Struct, frozen=True, kw_only=True):
    """A reader of one institution. ``number`` keeps its leading zeros; never an identity card's."""

    id: int
    institution: str
    number: str
    category: Category
    name: str = ""
    email: str = ""
    valid_until: date | None = None
    blocked: str = ""  # why the home library blocks the account

    @property
    def label(self) -> str:
        """As people write it: ``HKU:0123``."""
        return f"{self.institution}:{self.number}"


class Card(msgspec.Struct, frozen=True, kw_only=True):
    """A card of a patron: JULAC's, or that of the home library."""

    barcode: str
    patron: int
    kind: CardKind
    valid_until: date | None = None


class Item(msgspec.Struct, frozen=True, kw_only=True):
    """A copy or volume on a shelf: ``INST:barcode``, else ``INST:control_number:copy``.

    ``status`` is what its own library says; ``request`` is the open request that holds the item.
    ``holds`` counts readers of its own library who wait for it.
    """

    id: str
    institution: str
    record: str  # institution and control number, ``HKU:b1234567``
    format: Format = "book"
    lending: Lending = "normal"
    volume: str = ""
    status: ItemStatus = "available"
    price_cents: int | None = None
    holds: int = 0
    request: str = ""
    withdrawn: bool = False

    @property
    def on_shelf(self) -> bool:
        """Whether it stands on its own library's shelf, held for nobody."""
        return self.status == "available" and not (self.request or self.withdrawn or self.holds)


class Terms(msgspec.Struct, frozen=True, kw_only=True):
    """The rules that a loan is under, fixed when its due date is set (see `circulation.policy`)."""

    loan_days: int
    fine_cents: int
    recalled_fine_cents: int
    fine_counts: Counting
    grace_days: int
    grace_lapses: bool
    fine_cap_cents: int | None
    lost_fee_cents: int
    lost_unknown_price_cents: int


class Request(msgspec.Struct, frozen=True, kw_only=True):
    """One request through its whole life; ``state`` is a state of ``machine.yaml``.

    Who asked is not in it but in a link of its own, which erasure removes.
    """

    id: str
    kind: Kind
    state: str
    home: str
    category: Category
    pickup: str
    requested_at: datetime
    wanted: tuple[str, ...] = ()  # records of the title that would do, as they were known then
    volume: str = ""
    citation: str = ""  # what is asked for where no member holds it, or of which chapter
    pages: int = 0
    fee_cents: int = 0  # agreed to when it was asked for
    lender: str = ""
    item: str = ""
    denied_by: tuple[str, ...] = ()
    hold_until: datetime | None = None  # on the hold shelf; a visit: until when it may be made
    expires_on: date | None = None
    changed_at: datetime | None = None
    reason: str = ""  # why it was denied, cancelled, …


class Loan(msgspec.Struct, frozen=True, kw_only=True):
    """The loan of a request, from the day it was lent.

    ``due_before_recall`` is the due date that comes back when the recall is withdrawn.
    """

    request: str
    item: str
    home: str
    lender: str
    lent_at: datetime
    due_at: datetime
    terms: Terms
    renewals: int = 0
    recalled_at: datetime | None = None
    due_before_recall: datetime | None = None
    claimed_at: datetime | None = None
    lost_at: datetime | None = None
    returned_at: datetime | None = None


class Fine(msgspec.Struct, frozen=True, kw_only=True):
    """What is owed for one thing: ``id`` is the request's and a number from 1."""

    id: str
    request: str
    institution: str  # to which it is owed: the home library
    reason: FineReason
    cents: int
    at: datetime
    paid_cents: int = 0
    waived_cents: int = 0

    @property
    def open_cents(self) -> int:
        """What is still owed."""
        return self.cents - self.paid_cents - self.waived_cents


class Payment(msgspec.Struct, frozen=True, kw_only=True):
    """Money taken for a fine, or a part of it forgiven (``waived``)."""

    id: str
    fine: str
    cents: int
    at: datetime
    waived: bool = False
    note: str = ""


class Closure(msgspec.Struct, frozen=True, kw_only=True):
    """A day on which a library differs from its week: closed, or (``opens``) open after all."""

    institution: str
    day: date
    opens: bool = False
    note: str = ""


class Balance(msgspec.Struct, frozen=True, kw_only=True):
    """How many items an institution has sent to others, and got from them."""

    institution: str
    lent: int = 0
    borrowed: int = 0


class Notice(msgspec.Struct, frozen=True, kw_only=True):
    """A message to a patron: written once for its occasion, sent when the outbox runs.

    The occasion is the number of an event, or what day before or after ``due_at`` it is.
    """

    id: str
    request: str
    kind: str
    occasion: str
    at: datetime
    due_at: datetime | None = None
    address: str = ""
    subject: str = ""
    text: str = ""
    sent_at: datetime | None = None


Thing: TypeAlias = Item | Request | Loan | Fine | Payment | Closure | Balance
"""What events change, and what can be derived from them again."""
