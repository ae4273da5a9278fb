"""Requests: asking for a title, finding a lender, denial and re-routing, cancelling, expiry."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec

from circulation import eligibility
from circulation.desk import Refused
from circulation.events import Assigned, Denied, Ended, Requested
from circulation.model import Item, Request
from circulation.reasons import Reason, by_fact
from circulation.routing import in_turn
from circulation.stock import set_status

if TYPE_CHECKING:
    from collections.abc import Sequence

    from circulation.desk import Desk
    from circulation.model import DenialReason, ItemStatus, Patron


class Wish(msgspec.Struct, frozen=True, kw_only=True):
    """What a patron asks for: the records of a title (never its id), and of a set the volume."""

    records: tuple[str, ...]
    volume: str = ""
    pickup: str = ""  # a library; default: the patron's own
    about: str = ""  # the title, as notices name it


def ask(desk: Desk, patron_name: str, wish: Wish) -> Request:
    """Request a loan: check everything, hold a copy at the lender whose turn it is.

    Raises:
        Refused: with all reasons.
        Unknown: no such patron.
    """
    patron = desk.patron(patron_name)
    reasons, free = reasons_against(desk, patron, wish)
    if reasons:
        raise Refused("request", tuple(reasons))
    item = locked_first(desk, in_turn(free, desk.unit.balances(), ()))
    if item is None:  # somebody was quicker
        raise Refused("request", (_gone(len(free)),))
    return _open(desk, patron, wish, item)


def reasons_against(desk: Desk, patron: Patron, wish: Wish) -> tuple[list[Reason], list[Item]]:
    """All reasons against a request, and the copies that could be sent where there is none."""
    reasons = [
        *eligibility.standing(desk, patron),
        *eligibility.blocks(desk, patron),
        *eligibility.quota(desk, patron),
        *eligibility.same_again(desk, patron, wish.records, wish.volume),
    ]
    if wish.pickup and not desk.policies.is_member(wish.pickup, desk.today):
        reasons.append(by_fact("pickup", f"{wish.pickup} takes no part on {desk.today}"))
    items = desk.unit.items_of(wish.records)
    more, free = eligibility.requestable(desk, patron.institution, items, wish.volume)
    return reasons + more, free


def _gone(copies: int) -> Reason:
    return by_fact("available", "every copy elsewhere is out", found=copies)


def locked_first(desk: Desk, items: Sequence[Item]) -> Item | None:
    """The first of these copies that is on its shelf now that it is locked, if any."""
    for item in items:
        now = desk.unit.find(Item, item.id)
        if now and now.on_shelf:
            return now
    return None


def _open(desk: Desk, patron: Patron, wish: Wish, item: Item) -> Request:
    key = desk.ids()
    rules = desk.policy(patron).rules
    desk.unit.link(key, patron.id)
    desk.write(
        Requested(
            request=key,
            trigger="",
            kind="loan",
            home=patron.institution,
            category=patron.category,
            pickup=wish.pickup or patron.institution,
            wanted=wish.records,
            volume=wish.volume,
            citation=wish.about,
            expires_on=desk.today + timedelta(days=rules.request_days),
        )
    )
    return assign(desk, desk.request(key), item)


def assign(desk: Desk, request: Request, item: Item) -> Request:
    """Hold a copy at its library for a request."""
    desk.check(request, "assign", item=item)
    event = Assigned(request=request.id, trigger="assign", lender=item.institution, item=item.id)
    return desk.advance(request, event)


STATUS_AFTER: dict[DenialReason, ItemStatus] = {
    "not-on-shelf": "missing",
    "lent-locally": "on-loan",
    "unfit": "unfit",
}
"""What a denial says of the copy, until its library says something else (reasons: CUHK2)."""


def deny(desk: Desk, key: str, reason: DenialReason) -> Request:
    """The lender cannot send the copy: another library is asked, or the request ends unfilled."""
    request = desk.request(key)
    desk.check(request, "deny")
    event = Denied(request=request.id, trigger="deny", lender=request.lender, reason=reason)
    after = desk.advance(request, event)
    if request.item:
        set_status(desk, request.item, STATUS_AFTER[reason])
    return reroute(desk, after) if request.kind != "ill" else after


def reroute(desk: Desk, request: Request) -> Request:
    """Ask the next library for a request that waits; none left: it ends unfilled."""
    items = desk.unit.items_of(request.wanted)
    sendable = [
        item
        for item in items
        if item.institution != request.home
        and item.on_shelf
        and eligibility.fits_volume(item, request.volume)
        and desk.policies.is_member(item.institution, desk.today)
        and not list(against(desk, request, item))
    ]
    ordered = in_turn(sendable, desk.unit.balances(), request.denied_by)
    item = locked_first(desk, ordered)
    if item is not None:
        return assign(desk, request, item)
    desk.check(request, "give-up")
    reason = "no library is left that could send it"
    return desk.advance(request, Ended(request=request.id, trigger="give-up", reason=reason))


def against(desk: Desk, request: Request, item: Item) -> list[Reason]:
    """Reasons against sending this item for a request of its kind."""
    if request.kind == "document":
        return list(eligibility.against_copying(desk, item))
    return list(eligibility.against_lending(desk, item))


def transfer(desk: Desk, key: str, item_key: str) -> Request:
    """Send another copy of the same lender instead."""
    request, item = desk.request(key), desk.item(item_key)
    desk.check(request, "transfer", item=item)
    event = Assigned(request=request.id, trigger="transfer", lender=item.institution, item=item.id)
    return desk.advance(request, event)


def end(desk: Desk, key: str, trigger: str, reason: str = "") -> Request:
    """End a request without a loan: ``cancel``, ``expire``, ``convert`` to a hold at home."""
    request = desk.request(key)
    desk.check(request, trigger)
    return desk.advance(request, Ended(request=request.id, trigger=trigger, reason=reason))
