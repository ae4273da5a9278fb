"""Which lender is asked: whoever has sent least for what it got, never one that has denied."""

from __future__ import annotations

from typing import TYPE_CHECKING

from circulation.model import Balance

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from circulation.model import Item


def in_turn(
    items: Iterable[Item], balances: Mapping[str, Balance], denied_by: Iterable[str]
) -> list[Item]:
    """The copies in the order in which they are tried.

    INN-Reach evens what libraries send and get (HKU-press); after a denial another one is tried,
    never the same again (INN1).
    """
    denied = frozenset(denied_by)

    def key(item: Item) -> tuple[int, int, str, str]:
        balance = balances.get(item.institution) or Balance(institution=item.institution)
        return balance.lent - balance.borrowed, balance.lent, item.institution, item.id

    return sorted((item for item in items if item.institution not in denied), key=key)
