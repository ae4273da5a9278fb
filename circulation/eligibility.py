"""Who may ask, and for what: every function yields all reasons against, none means yes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from circulation.clock import day_of
from circulation.machine import machine
from circulation.reasons import Reason, by_fact, by_rule, dollars

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from circulation.desk import Desk
    from circulation.model import Item, Loan, Patron, Request
    from circulation.policy import Policy


def standing(desk: Desk, patron: Patron) -> Iterator[Reason]:
    """Reasons in the patron's account, whatever is asked for: also at the desk when lending."""
    policy = desk.policy(patron)
    if not desk.policies.is_member(patron.institution, desk.today):
        yield by_fact("member", f"{patron.institution} takes no part on {desk.today}")
    if patron.category not in policy.rules.eligible:
        yield by_rule(policy, "eligible", f"patrons of category {patron.category} are not eligible",
                      found=patron.category, lifts="Ask your own library for interlibrary loan.")  # fmt: skip
    if patron.valid_until and patron.valid_until < desk.today:
        yield by_fact("valid_until", f"the account ended on {patron.valid_until}",
                      found=patron.valid_until)  # fmt: skip
    if patron.blocked:
        yield by_fact("blocked", f"the home library blocks the account: {patron.blocked}")
    yield from card(desk, patron, policy, "card")
    yield from _debts(desk, patron, policy)


def card(desk: Desk, patron: Patron, policy: Policy, rule: str) -> Iterator[Reason]:
    """The reason that the card which a rule asks for is not there, or has ended."""
    kind = getattr(policy.rules, rule)
    cards = [card for card in desk.unit.cards(patron.id) if card.kind == kind]
    name = "JULAC card" if kind == "julac" else "card of the home library"
    if not cards:
        yield by_rule(policy, rule, f"no {name}", found="none", lifts=f"Get a {name}.")
    elif all(card.valid_until and card.valid_until < desk.today for card in cards):
        ended = max(card.valid_until for card in cards if card.valid_until)
        yield by_rule(policy, rule, f"the {name} ended on {ended}", found=ended,
                      lifts=f"Renew the {name}.")  # fmt: skip


def _debts(desk: Desk, patron: Patron, policy: Policy) -> Iterator[Reason]:
    limit = policy.rules.block_cents
    owed = sum(fine.open_cents for fine in desk.unit.debts_of(patron.id))
    if limit is not None and owed > limit:
        yield by_rule(policy, "block_cents", f"{dollars(owed)} is owed, more than {dollars(limit)}",
                      found=owed, lifts=f"Pay {dollars(owed - limit)}.")  # fmt: skip


def counted(desk: Desk, patron: Patron, policy: Policy, *, only_loans: bool = False) -> int:
    """How many of a patron's requests and loans count against the quota now."""
    rules = policy.rules
    counts = {"loan"}
    if rules.quota_freed == "checked-in":
        counts.add("returning")
    if rules.quota_counts == "loans-and-requests" and not only_loans:
        counts.add("request")
    states = machine().states
    return sum(
        states[request.state].counts in counts
        for request in desk.unit.requests_of(patron.id)
        if request.kind == "loan"
    )


def quota(desk: Desk, patron: Patron) -> Iterator[Reason]:
    """The reason in the number of items that the patron has."""
    policy = desk.policy(patron)
    found = counted(desk, patron, policy)
    if found >= policy.rules.quota:
        what = "items" if policy.rules.quota_counts == "loans" else "items and requests"
        yield by_rule(policy, "quota", f"{found} of {policy.rules.quota} {what} are taken",
                      found=found, lifts="Return one." if what == "items" else "Return or cancel one.")  # fmt: skip


def blocks(desk: Desk, patron: Patron) -> Iterator[Reason]:
    """Reasons in overdue loans: they stop requests, not the loan of what has come."""
    policy = desk.policy(patron)
    rules = policy.rules
    yield from recalled_overdue(desk, patron, "block_recalled_overdue")
    long = [loan for loan in _late(desk, patron)
            if (desk.today - day_of(loan.due_at)).days >= rules.long_overdue_days]  # fmt: skip
    limit = rules.block_long_overdue
    if limit is not None and len(long) > limit:
        yield by_rule(policy, "block_long_overdue",
                      f"{len(long)} items are overdue for {rules.long_overdue_days} days and more",
                      found=len(long), lifts="Return them.")  # fmt: skip


def _late(desk: Desk, patron: Patron) -> list[Loan]:
    loans = desk.unit.loans_of(patron.id)
    return [loan for loan in loans if not loan.returned_at and loan.due_at < desk.now]


def recalled_overdue(desk: Desk, patron: Patron, rule: str) -> Iterator[Reason]:
    """The reason that a recalled item is overdue, where a rule lets that stop something."""
    policy = desk.policy(patron)
    recalled = [loan for loan in _late(desk, patron) if loan.recalled_at]
    if recalled and getattr(policy.rules, rule):
        yield by_rule(policy, rule, f"a recalled item is overdue: {recalled[0].item}",
                      found=len(recalled), lifts="Return it.")  # fmt: skip


def in_hand(desk: Desk, patron: Patron) -> Iterator[Request]:
    """What a patron waits for, or has, of whole items: not copies of a part, nor what goes back."""
    states = machine().states
    for request in desk.unit.requests_of(patron.id):
        if request.kind in {"loan", "ill"} and states[request.state].counts in {"request", "loan"}:
            yield request


def same_again(desk: Desk, patron: Patron, wanted: Sequence[str], volume: str) -> Iterator[Reason]:
    """The reason that the patron has asked for the same, or has it."""
    for request in in_hand(desk, patron):
        if _volume_key(request.volume) == _volume_key(volume) and set(request.wanted) & set(wanted):
            yield by_fact("same-again", f"the same is asked for already: request {request.id}",
                          found=request.id, lifts=f"Cancel or return {request.id}.")  # fmt: skip


def fits_volume(item: Item, volume: str) -> bool:
    """Whether an item is the volume that is asked for."""
    return _volume_key(item.volume) == _volume_key(volume)


def _volume_key(volume: str) -> str:
    return " ".join(volume.casefold().split())


def requestable(
    desk: Desk, home: str, items: Sequence[Item], volume: str
) -> tuple[list[Reason], list[Item]]:
    """Reasons against lending a title to ``home``, and the copies that could go there now.

    Where no reason stands, there is a copy; its lender is for `circulation.routing` to choose.
    """
    reasons = list(_volume(desk, home, items, volume))
    if reasons:
        return reasons, []
    fitting = [item for item in items if fits_volume(item, volume)]
    reasons += _at_home(desk, home, fitting)
    others = [item for item in fitting if item.institution != home
              and desk.policies.is_member(item.institution, desk.today)]  # fmt: skip
    against = [reason for item in others for reason in against_lending(desk, item)]
    lendable = [item for item in others if not list(against_lending(desk, item))]
    free = [item for item in lendable if item.on_shelf]
    if not others:
        reasons.append(_nowhere(fitting))
    elif not lendable:
        reasons += _each_once(against)
    elif not free:
        reasons.append(by_fact("available", "every copy elsewhere is out", found=len(lendable)))
    return reasons, [] if reasons else free


def _volume(desk: Desk, home: str, items: Sequence[Item], volume: str) -> Iterator[Reason]:
    """Of a set the volume must be named, and one that there is."""
    volumes = sorted({item.volume for item in items if item.volume})
    policy = desk.policies.at(home, desk.today, "teacher")
    if volumes and not volume and policy.rules.volume_needed:
        yield by_rule(policy, "volume_needed", "it is a set: a volume must be named",
                      found=volumes, lifts="Name one: " + ", ".join(volumes))  # fmt: skip
    if volume and not any(fits_volume(item, volume) for item in items):
        yield by_fact("volume", f"nobody has volume {volume}", found=volumes,
                      lifts="Name one of: " + (", ".join(volumes) or "none"))  # fmt: skip


def _nowhere(items: Sequence[Item]) -> Reason:
    if items:
        return by_fact("held-elsewhere", "no other library has a copy")
    return by_fact("held", "no library of the network has a copy")


def _at_home(desk: Desk, home: str, items: Sequence[Item]) -> Iterator[Reason]:
    policy = desk.policies.at(home, desk.today, "teacher")
    if not policy.rules.home_shelf_refuses:
        return
    for item in items:
        if item.institution == home and item.on_shelf:
            yield by_rule(policy, "home_shelf_refuses", f"{home} has a copy on its shelf: {item.id}",
                          found=item.id, lifts="Take it from the shelf.")  # fmt: skip
            return


def against_lending(desk: Desk, item: Item) -> Iterator[Reason]:
    """Reasons in the owner's rules why it does not lend an item at all."""
    policy = desk.owner_policy(item.institution)
    if item.lending not in policy.rules.lends_classes:
        yield by_rule(policy, "lends_classes", f"{item.institution} lends no {item.lending} copies",
                      found=item.lending, lifts="Use it there: `hkall circ visit`.")  # fmt: skip
    if item.format not in policy.rules.lends:
        copied = item.format in policy.rules.copies
        yield by_rule(policy, "lends", f"{item.institution} lends nothing of the kind {item.format}",
                      found=item.format,
                      lifts="Ask for a copy: `hkall circ copy`." if copied
                      else "Use it there: `hkall circ visit`.")  # fmt: skip


def against_copying(desk: Desk, item: Item) -> Iterator[Reason]:
    """Reasons in the owner's rules why it supplies no copies of an item."""
    policy = desk.owner_policy(item.institution)
    if item.format not in policy.rules.copies:
        yield by_rule(policy, "copies", f"{item.institution} copies nothing of the kind"
                      f" {item.format}", found=item.format, lifts="Use it there: `hkall circ visit`.")  # fmt: skip


def _each_once(reasons: Iterable[Reason]) -> list[Reason]:
    return list({(r.rule, r.institution): r for r in reasons}.values())
