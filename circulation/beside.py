"""Beside the loan: copies of articles and chapters, interlibrary loan, readers' visits.

They are kinds of request of the same table; what differs is who may ask, and for what.
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import msgspec

from circulation import eligibility
from circulation.asking import assign, locked_first
from circulation.clock import instant
from circulation.desk import Refused
from circulation.events import Assigned, Requested, Shelved
from circulation.policy import card_year_end
from circulation.reasons import Reason, by_fact, by_rule
from circulation.routing import in_turn

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from circulation.desk import Desk
    from circulation.model import Item, Kind, Patron, Request
    from circulation.policy import Policy


class CopyWish(msgspec.Struct, frozen=True, kw_only=True):
    """A copy of an article or chapter: of which title, what of it, how many pages."""

    records: tuple[str, ...]
    citation: str
    pages: int
    declared: bool = False  # the copyright declaration is signed


def ask_copy(desk: Desk, name: str, wish: CopyWish) -> Request:
    """Request a copy of a part of what another library holds; the volume stays there.

    Raises:
        Refused: with all reasons.
    """
    patron = desk.patron(name)
    items = desk.unit.items_of(wish.records)
    reasons = [*eligibility.standing(desk, patron), *eligibility.blocks(desk, patron)]
    found, sources = _sources(desk, patron, items)
    reasons += found
    policies = {item.institution: desk.owner_policy(item.institution) for item in sources}
    reasons += _each_policy(policies.values() or [desk.policy(patron)], wish)
    if reasons:
        raise Refused("copy", tuple(reasons))
    item = locked_first(desk, in_turn(sources, desk.unit.balances(), ()))
    if item is None:
        raise Refused("copy", (by_fact("available", "no copy is on its shelf now"),))
    fee = policies[item.institution].rules.document_fee_cents * wish.pages
    request = _open(
        desk,
        patron,
        Requested(
            request=desk.ids(),
            trigger="",
            kind="document",
            home=patron.institution,
            category=patron.category,
            pickup=patron.institution,
            wanted=wish.records,
            citation=wish.citation,
            pages=wish.pages,
            fee_cents=fee,
            expires_on=desk.today + timedelta(days=desk.policy(patron).rules.request_days),
        ),
    )
    return assign(desk, request, item)


def _sources(desk: Desk, patron: Patron, items: Sequence[Item]) -> tuple[list[Reason], list[Item]]:
    """Items of which another library would make a copy."""
    if any(item.institution == patron.institution and item.on_shelf for item in items):
        return [by_fact("at-home", "the own library has it on its shelf")], []
    others = [
        item
        for item in items
        if item.institution != patron.institution
        and desk.policies.is_member(item.institution, desk.today)
    ]
    against = [reason for item in others for reason in eligibility.against_copying(desk, item)]
    copied = [item for item in others if not list(eligibility.against_copying(desk, item))]
    there = [item for item in copied if item.on_shelf]
    if there:
        return [], there
    if copied:
        return [by_fact("available", "no copy is on its shelf now")], []
    return against or [by_fact("held-elsewhere", "no other library has it")], []


def _each_policy(policies: Iterable[Policy], wish: CopyWish) -> list[Reason]:
    found: dict[str, Reason] = {}
    for policy in policies:
        for reason in _against_copy(policy, wish):
            found.setdefault(reason.rule, reason)
    return list(found.values())


def _against_copy(policy: Policy, wish: CopyWish) -> Iterator[Reason]:
    rules = policy.rules
    if rules.document_declaration and not wish.declared:
        yield by_rule(policy, "document_declaration", "the copyright declaration is not signed",
                      lifts="Sign it: --declare.")  # fmt: skip
    if rules.document_pages is not None and wish.pages > rules.document_pages:
        yield by_rule(policy, "document_pages", f"{wish.pages} pages are more than"
                      f" {rules.document_pages}", found=wish.pages, lifts="Ask for fewer pages.")  # fmt: skip
    if wish.pages < 1:
        yield by_fact("pages", "the number of pages is not given")


def ask_outside(desk: Desk, name: str, citation: str, records: tuple[str, ...] = ()) -> Request:
    """Request what no member holds; staff order it from outside.

    Raises:
        Refused: with all reasons; the network has it.
    """
    patron = desk.patron(name)
    reasons = [*eligibility.standing(desk, patron), *eligibility.blocks(desk, patron)]
    held = desk.unit.items_of(records)
    if held:
        reasons.append(by_fact("held", f"{held[0].institution} has it: {held[0].id}",
                               found=held[0].id, lifts="Request it: `hkall circ request`."))  # fmt: skip
    if not citation.strip():
        reasons.append(by_fact("citation", "it is not said what is asked for"))
    if reasons:
        raise Refused("interlibrary loan", tuple(reasons))
    expires = desk.today + timedelta(days=desk.policy(patron).rules.request_days)
    return _open(desk, patron, _plain(desk, patron, "ill", citation=citation, wanted=records,
                                      expires_on=expires))  # fmt: skip


def order(desk: Desk, key: str, lender: str) -> Request:
    """Staff order it from a library outside the network."""
    request = desk.request(key)
    desk.check(request, "order")
    return desk.advance(request, Assigned(request=request.id, trigger="order", lender=lender))


def ask_visit(desk: Desk, name: str, host: str) -> Request:
    """Ask to read, or to borrow in person, at another library, with the JULAC card.

    Raises:
        Refused: with all reasons.
    """
    patron = desk.patron(name)
    policy = desk.owner_policy(host)
    reasons = [r for r in eligibility.standing(desk, patron) if r.rule not in {"eligible", "card"}]
    reasons += eligibility.card(desk, patron, policy, "visit_card")
    if host == patron.institution or not desk.policies.is_member(host, desk.today):
        reasons.append(by_fact("host", f"{host} is no other library of the network", found=host))
    if patron.category not in (*policy.rules.visit_borrowers, *policy.rules.visit_readers):
        reasons.append(by_rule(policy, "visit_readers", f"patrons of category {patron.category}"
                               " have no JULAC card", found=patron.category,
                               lifts="Ask your own library for the item."))  # fmt: skip
    reasons += [
        by_fact(
            "same-again",
            f"there is a visit already: {each.id}",
            found=each.id,
            lifts=f"Cancel {each.id}.",
        )
        for each in desk.unit.requests_of(patron.id)
        if each.kind == "visit" and each.pickup == host
    ]
    if reasons:
        raise Refused("visit", tuple(reasons))
    reads = patron.category in policy.rules.visit_readers
    fee = policy.rules.visit_reader_fee_cents if reads else 0
    what = "reader card" if reads else "borrower card"
    asked = _plain(desk, patron, "visit", citation=what, pickup=host, fee_cents=fee)
    return _open(desk, patron, asked)


def admit(desk: Desk, key: str) -> Request:
    """The host lets the reader in, until the card's year or the host's days end."""
    request = desk.request(key)
    desk.check(request, "admit")
    rules = desk.owner_policy(request.pickup).rules
    last = card_year_end(desk.today, rules.visit_year_begins)
    if rules.visit_days is not None:
        last = min(last, desk.today + timedelta(days=rules.visit_days))
    until = instant(last, desk.calendar(request.pickup).closing(last))
    return desk.advance(request, Shelved(request=request.id, trigger="admit", hold_until=until))


def _plain(desk: Desk, patron: Patron, kind: Kind, **more: object) -> Requested:
    told = {"pickup": patron.institution} | more
    return Requested(
        request=desk.ids(),
        trigger="",
        kind=kind,
        home=patron.institution,
        category=patron.category,
        **told,  # type: ignore[arg-type]
    )


def _open(desk: Desk, patron: Patron, asked: Requested) -> Request:
    desk.unit.link(asked.request, patron.id)
    desk.write(asked)
    return desk.request(asked.request)
