"""Items and closures: what libraries tell of their shelves and their days."""

from __future__ import annotations

from typing import TYPE_CHECKING

from msgspec.structs import replace

from circulation.events import (
    ClosureDeclared,
    ClosureWithdrawn,
    HoldPlaced,
    HoldWithdrawn,
    ItemListed,
    ItemWithdrawn,
)
from circulation.model import Closure, Item

if TYPE_CHECKING:
    from circulation.desk import Desk
    from circulation.model import ItemStatus

_TOLD = ("institution", "record", "format", "lending", "volume", "status", "price_cents")


def list_item(desk: Desk, item: Item) -> bool:
    """Take in an item as its library tells it; whether anything is new."""
    known = desk.unit.find(Item, item.id)
    told = {name: getattr(item, name) for name in _TOLD}
    if known and not known.withdrawn and all(getattr(known, n) == v for n, v in told.items()):
        return False
    desk.write(ItemListed(item=item.id, **told), record=item.record)
    return True


def withdraw_item(desk: Desk, key: str) -> None:
    """The library has the item no more."""
    item = desk.item(key)
    desk.write(ItemWithdrawn(item=item.id), record=item.record)


def set_status(desk: Desk, key: str, status: ItemStatus) -> Item:
    """What an item's own library says: available, on loan to its own readers, missing."""
    list_item(desk, replace(desk.item(key), status=status))
    return desk.item(key)


def hold(desk: Desk, key: str, *, withdrawn: bool = False) -> Item:
    """A reader of the item's own library waits for it, or (``withdrawn``) waits no more."""
    item = desk.item(key)
    event = HoldWithdrawn(item=item.id) if withdrawn else HoldPlaced(item=item.id)
    desk.write(event, record=item.record)
    return desk.item(key)


def declare(desk: Desk, closure: Closure) -> bool:
    """Take in a library's own day; whether it is new. Due dates that are set stay as they are."""
    known = desk.unit.find(Closure, f"{closure.institution}:{closure.day}")
    if known == closure:
        return False
    desk.write(ClosureDeclared(institution=closure.institution, day=closure.day,
                               opens=closure.opens, note=closure.note))  # fmt: skip
    return True


def withdraw_closure(desk: Desk, closure: Closure) -> bool:
    """The day is as the week says again; whether it was not."""
    if desk.unit.find(Closure, f"{closure.institution}:{closure.day}") is None:
        return False
    desk.write(ClosureWithdrawn(institution=closure.institution, day=closure.day))
    return True
