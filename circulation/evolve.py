"""What each event changes. The acts write by it and the audit derives by it: one truth."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol, TypeVar

from msgspec.structs import replace

from circulation import events as e
from circulation.machine import machine
from circulation.model import Balance, Closure, Fine, Item, Loan, Payment, Request, Thing

if TYPE_CHECKING:
    from circulation.events import Entry

T = TypeVar("T", bound=Thing)


class Book(Protocol):
    """Where things are kept: a unit of work over a database, or a dictionary in an audit."""

    def find(self, kind: type[T], key: str) -> T | None:
        """The thing of that key, if there is one."""

    def put(self, thing: Thing) -> None:
        """Keep a thing in place of what its key stood for."""

    def drop(self, thing: Thing) -> None:
        """Keep it no more."""


class UnknownThing(LookupError):
    """An event speaks of something that is not there."""


def key_of(thing: Thing) -> str:
    """The key under which a thing is kept."""
    match thing:
        case Loan():
            return thing.request
        case Closure():
            return f"{thing.institution}:{thing.day}"
        case Balance():
            return thing.institution
        case _:
            return thing.id


def need(book: Book, kind: type[T], key: str) -> T:
    """The thing of that key.

    Raises:
        UnknownThing: there is none.
    """
    found = book.find(kind, key)
    if found is None:
        raise UnknownThing(f"{kind.__name__} {key}")
    return found


def evolve(book: Book, entry: Entry) -> None:
    """Change a book as an event says.

    Raises:
        UnknownThing: it speaks of something that is not there.
        NoSuchStep: the state machine has no such step.
    """
    match entry.event:
        case e.Requested() as event:
            book.put(_request(event, entry))
        case e.ItemListed() | e.ItemWithdrawn() | e.HoldPlaced() | e.HoldWithdrawn() as event:
            book.put(_item(book, event))
        case e.ClosureDeclared() as event:
            book.put(Closure(institution=event.institution, day=event.day, opens=event.opens,
                             note=event.note))  # fmt: skip
        case e.ClosureWithdrawn() as event:
            book.drop(need(book, Closure, f"{event.institution}:{event.day}"))
        case e.Fined() as event:
            book.put(Fine(id=event.fine, request=event.request, institution=event.institution,
                          reason=event.reason, cents=event.cents, at=entry.at))  # fmt: skip
        case e.Paid() as event:
            _pay(book, event, entry)
        case e.HistoryErased():
            pass
        case event:
            _advance(book, event, entry)


def _request(event: e.Requested, entry: Entry) -> Request:
    return Request(
        id=event.request,
        kind=event.kind,
        state=machine().initial,
        home=event.home,
        category=event.category,
        pickup=event.pickup,
        requested_at=entry.at,
        wanted=event.wanted,
        volume=event.volume,
        citation=event.citation,
        pages=event.pages,
        fee_cents=event.fee_cents,
        expires_on=event.expires_on,
        changed_at=entry.at,
    )


def _item(
    book: Book, event: e.ItemListed | e.ItemWithdrawn | e.HoldPlaced | e.HoldWithdrawn
) -> Item:
    if not isinstance(event, e.ItemListed):
        item = need(book, Item, event.item)
        match event:
            case e.ItemWithdrawn():
                return replace(item, withdrawn=True)
            case e.HoldPlaced():
                return replace(item, holds=item.holds + 1)
            case _:
                return replace(item, holds=max(item.holds - 1, 0))
    before = book.find(Item, event.item)
    return Item(
        id=event.item,
        institution=event.institution,
        record=event.record,
        format=event.format,
        lending=event.lending,
        volume=event.volume,
        status=event.status,
        price_cents=event.price_cents,
        holds=before.holds if before else 0,
        request=before.request if before else "",
    )


def _pay(book: Book, event: e.Paid, entry: Entry) -> None:
    fine = need(book, Fine, event.fine)
    if event.waived:
        book.put(replace(fine, waived_cents=fine.waived_cents + event.cents))
    else:
        book.put(replace(fine, paid_cents=fine.paid_cents + event.cents))
    book.put(
        Payment(
            id=event.payment,
            fine=event.fine,
            cents=event.cents,
            at=entry.at,
            waived=event.waived,
            note=event.note,
        )
    )


def _advance(book: Book, event: e.RequestEvent, entry: Entry) -> None:
    request = need(book, Request, event.request)
    state = machine().step(request.kind, request.state, event.trigger).to
    after = replace(request, state=state, changed_at=entry.at)
    match event:
        case e.Assigned():
            after = _assign(book, request, after, event)
        case e.Denied():
            _free(book, request, count=True)
            after = replace(after, lender="", item="", reason=event.reason,
                            denied_by=(*request.denied_by, event.lender))  # fmt: skip
        case e.Ended():
            _free(book, request, count=True)
            after = replace(after, reason=event.reason)
        case e.Shelved():
            after = replace(after, hold_until=event.hold_until)
        case e.Moved():
            after = replace(after, reason=event.reason or after.reason)
            _move(book, after, event, entry)
        case e.Lent() | e.Renewed() | e.Recalled() | e.RecallWithdrawn():
            book.put(_loan(book, request, event, entry))
    book.put(after)


def _assign(book: Book, request: Request, after: Request, event: e.Assigned) -> Request:
    if request.lender != event.lender:
        _count(book, lender=event.lender, borrower=request.home, by=1)
    if request.item:
        book.put(replace(need(book, Item, request.item), request=""))
    if event.item:
        book.put(replace(need(book, Item, event.item), request=request.id))
    return replace(after, lender=event.lender, item=event.item)


def _free(book: Book, request: Request, *, count: bool) -> None:
    """The item is held no more; ``count``: it was never sent, so nobody lent anything."""
    if request.item:
        item = need(book, Item, request.item)
        gone = machine().states[request.state].place == "patron"  # lost and paid: not on the shelf
        book.put(replace(item, request="", status="missing" if gone else item.status))
        count = count and not gone
    if count and request.lender:
        _count(book, lender=request.lender, borrower=request.home, by=-1)


def _count(book: Book, *, lender: str, borrower: str, by: int) -> None:
    for institution, lent, borrowed in sorted([(lender, by, 0), (borrower, 0, by)]):
        before = book.find(Balance, institution) or Balance(institution=institution)
        book.put(replace(before, lent=before.lent + lent, borrowed=before.borrowed + borrowed))


def _move(book: Book, after: Request, event: e.Moved, entry: Entry) -> None:
    if machine().states[after.state].final:
        _free(book, after, count=False)
    loan = book.find(Loan, after.id)
    if loan is None:
        return
    match event.trigger:
        case "claim-returned":
            book.put(replace(loan, claimed_at=entry.at))
        case "presume-lost" | "report-lost":
            book.put(replace(loan, lost_at=entry.at))
        case "return":
            book.put(replace(loan, returned_at=entry.at))


def _loan(
    book: Book,
    request: Request,
    event: e.Lent | e.Renewed | e.Recalled | e.RecallWithdrawn,
    entry: Entry,
) -> Loan:
    if isinstance(event, e.Lent):
        return Loan(
            request=request.id,
            item=request.item,
            home=request.home,
            lender=request.lender,
            lent_at=entry.at,
            due_at=event.due_at,
            terms=event.terms,
        )
    loan = need(book, Loan, request.id)
    match event:
        case e.Renewed():
            return replace(loan, due_at=event.due_at, terms=event.terms, renewals=loan.renewals + 1)
        case e.Recalled():
            return replace(
                loan, due_at=event.due_at, recalled_at=entry.at, due_before_recall=loan.due_at
            )
        case _:
            return replace(
                loan,
                due_at=loan.due_before_recall or loan.due_at,
                recalled_at=None,
                due_before_recall=None,
            )
