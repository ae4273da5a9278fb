"""The rules of lending that a policy gives values to. One field a rule; its name is the rule's id.

*Home* rules are those of the patron's library, *owner* rules those of the library that lends; which
is whose follows what the libraries publish (see docs/circulation-policies.md).
"""

from __future__ import annotations

from typing import Annotated, Literal

import msgspec

from circulation.model import (  # noqa: TC001 - msgspec reads the annotations
    CardKind,
    Category,
    Counting,
    Format,
    Lending,
)

Days = Annotated[int, msgspec.Meta(ge=0, le=3650)]
Cents = Annotated[int, msgspec.Meta(ge=0, le=10_000_000)]
Number = Annotated[int, msgspec.Meta(ge=0, le=100_000)]


class Rules(msgspec.Struct, frozen=True, kw_only=True, forbid_unknown_fields=True):
    """Every rule with its value; days and cents, and ``None`` where there is no limit."""

    # who may ask (home)
    eligible: tuple[Category, ...]
    card: CardKind  # which card a request and a loan need

    # what lends (owner)
    lends: tuple[Format, ...]
    copies: tuple[Format, ...]  # of which copies are supplied instead
    lends_classes: tuple[Lending, ...]
    volume_needed: bool  # of a set, the volume must be named

    # when one may ask (home)
    home_shelf_refuses: bool  # a copy on the shelf of the own library

    # how many (home)
    quota: Number
    quota_counts: Literal["loans", "loans-and-requests"]
    quota_freed: Literal["returned", "checked-in"]  # at home, or by the lender

    # how long (home)
    loan_days: Days
    max_renewals: Number | None
    max_span_days: Days | None  # from the day of the loan, however often it is renewed
    renew_window_days: Days | None  # only in so many last days of a loan
    renew_overdue: bool
    renew_if_asked: bool  # though somebody else has asked for the item
    request_days: Days  # after which an unfilled request expires
    pickup_days: Days  # on the hold shelf
    pickup_counts: Counting

    # recalls (owner; the last two are of the home library)
    recall_days: Days  # from the recall to the new due date
    recall_guaranteed_days: Days  # which a loan has in any case
    recall_stops_renewals: bool  # while a recalled item is overdue, nothing renews
    recall_stops_loans: bool  # nor is anything lent

    # of fines (home):
    fine_cents: Cents  # an item and day
    recalled_fine_cents: Cents
    fine_counts: Counting
    grace_days: Days
    grace_lapses: bool  # past the grace, the fine counts from the due date
    fine_cap_cents: Cents | None  # an item

    # what blocks (home)
    block_cents: Cents | None  # more than this owed: no requests, no loans
    renewal_block_cents: Cents | None  # this much or more owed: no renewals
    block_recalled_overdue: bool  # an overdue recalled item: no requests
    block_long_overdue: Number | None  # more than so many long overdue items: no requests
    long_overdue_days: Days

    # of losses (home):
    lost_after_days: Days  # overdue, after which an item is presumed lost
    lost_at_cap: bool  # or as soon as its fine has reached the cap
    lost_fee_cents: Cents  # beside the price
    lost_unknown_price_cents: Cents
    claim_wait_days: Days  # before what is claimed to be returned is presumed lost

    # of notices (home):
    reminder_days: Days  # before the due date
    overdue_notice_days: tuple[Days, ...]

    # copies of articles and chapters (owner)
    document_declaration: bool  # the copyright declaration must be signed
    document_pages: Number | None
    document_fee_cents: Cents  # a page

    # readers' visits (host)
    visit_card: CardKind
    visit_borrowers: tuple[Category, ...]  # a JULAC borrower card: may borrow at the host
    visit_readers: tuple[Category, ...]  # a JULAC reader card: may read at the host
    visit_days: Days | None  # None: until the card's year ends
    visit_year_begins: Annotated[str, msgspec.Meta(pattern=r"^\d\d-\d\d$")]
    visit_reader_fee_cents: Cents

    # of history:
    erase_after_days: Days  # after its end, who had a request is forgotten
