"""Items from the record store's holdings. What MARC does not say of an item, a file says (CSV)."""

from __future__ import annotations

from functools import lru_cache
from itertools import islice
from typing import TYPE_CHECKING, Protocol

import msgspec
from msgspec.structs import replace
from sqlalchemy import select

from base.datafile import load_resource
from circulation import stock
from circulation.model import Format, Item, ItemStatus, Lending
from circulation.people import read_rows
from circulation.store import schema

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import datetime
    from pathlib import Path

    from circulation.desk import Desk
    from circulation.service import Service
    from records import Copy, RecordId, StoredTitle

_BATCH = 500


class Holdings(Protocol):
    """What is asked of the record store."""

    def iter_titles(self) -> Iterator[StoredTitle]:
        """Every title with its members and their copies."""


class ItemRow(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A line of a file of items: what a library says of an item beside its MARC."""

    item: str
    status: ItemStatus | None = None
    lending: Lending | None = None
    price_cents: int | None = None


class Fed(msgspec.Struct, frozen=True):
    """What became of the items."""

    read: int = 0
    changed: int = 0
    withdrawn: int = 0


@lru_cache(maxsize=1)
def formats() -> dict[str, Format]:
    """Kind of thing, by the catalogue's format.

    Raises:
        DataFileError: the table is not sound.
    """
    return load_resource("circulation", "formats.yaml", dict[str, Format])


def items_of(title: StoredTitle) -> Iterator[Item]:
    """The items of a title. Copies that are only a link are none."""
    for member in title.members:
        copies = [*member.copies, *title.copies.get(member.id, ())]
        told = [name for name in member.document.get("format", []) if name != "electronic"]
        kind = formats().get(told[0], "other") if told else "other"
        for number, copy in enumerate(copies, 1):
            if copy.location or copy.barcode or copy.call_number:
                yield Item(
                    id=_id(member.id, copy, number),
                    institution=member.id.institution,
                    record=str(member.id),
                    format=kind,
                    volume=copy.volume,
                )


def _id(record: RecordId, copy: Copy, number: int) -> str:
    if copy.barcode:
        return f"{record.institution}:{copy.barcode}"
    return f"{record}:{copy.copy or number}"


def feed(service: Service, holdings: Holdings, at: datetime) -> Fed:
    """Take in every item that the record store's holdings name; withdraw what they name no more.

    What a file said of an item (status, lending, price) stays.
    """
    named: set[str] = set()
    changed = read = 0
    every = (item for title in holdings.iter_titles() for item in items_of(title))
    while batch := list(islice(every, _BATCH)):
        fresh = [item for item in batch if item.id not in named]
        named.update(item.id for item in fresh)
        read += len(fresh)
        changed += service.act(at, lambda desk, some=fresh: _list(desk, some), by="feed")  # type: ignore[misc]
    gone = _withdraw(service, named, at) if named else 0  # an empty store says nothing
    return Fed(read, changed, gone)


def _list(desk: Desk, items: Iterable[Item]) -> int:
    return sum(stock.list_item(desk, _with_what_is_known(desk, item)) for item in items)


def _with_what_is_known(desk: Desk, item: Item) -> Item:
    known = desk.unit.find(Item, item.id)
    if known is None:
        return item
    return replace(item, status=known.status, lending=known.lending, price_cents=known.price_cents)


def _withdraw(service: Service, named: set[str], at: datetime) -> int:
    """Items that are named no more; what is on its way or on loan stays until it is back."""
    table = schema.item
    with service.store.reading() as connection:
        known = connection.execute(
            select(table.c.id).where(~table.c.withdrawn, table.c.request == "")
        ).scalars()
        gone = [key for key in known if key not in named]
    done = 0
    for start in range(0, len(gone), _BATCH):
        some = gone[start : start + _BATCH]
        done += service.act(at, lambda desk, keys=some: _withdraw_some(desk, keys), by="feed")  # type: ignore[misc]
    return done


def _withdraw_some(desk: Desk, keys: Sequence[str]) -> int:
    desk.unit.load(Item, keys)
    found = [item for key in keys if (item := desk.unit.find(Item, key))]
    still = [item for item in found if not (item.request or item.withdrawn)]  # asked for meanwhile
    for item in still:
        stock.withdraw_item(desk, item.id)
    return len(still)


def take_items(service: Service, path: Path, at: datetime) -> Fed:
    """Take in a library's file of items: status, lending class, price.

    Raises:
        InputFileError: with file and line; nothing was taken.
        Unknown: an item is not there; nothing was taken.
    """
    rows: list[ItemRow] = list(read_rows(path, ItemRow))
    changed = service.act(at, lambda desk: sum(_take_row(desk, row) for row in rows), by="feed")
    return Fed(len(rows), changed)


def _take_row(desk: Desk, row: ItemRow) -> bool:
    item = desk.item(row.item)
    told = {
        name: getattr(row, name)
        for name in ("status", "lending", "price_cents")
        if getattr(row, name) is not None
    }
    return stock.list_item(desk, replace(item, **told))
