"""What acts ask of the store, without SQL: a book to read and write in, the log, a few questions."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

from circulation.evolve import Book

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from circulation.events import Entry
    from circulation.evolve import T
    from circulation.model import Balance, Card, Closure, Fine, Item, Loan, Notice, Patron, Request


class Unit(Book, Protocol):
    """One act: everything in it is kept together at its end, or nothing is.

    What `find` gives is locked for the rest of the act; the other questions lock nothing.
    """

    def log(self, entry: Entry) -> None:
        """Add to the event log."""

    def patron(self, key: int) -> Patron | None:
        """The patron of a key, locked: one act at a time counts against a quota."""

    def patron_named(self, name: str) -> Patron | None:
        """The patron of a card's barcode, else of ``INST:number``."""

    def cards(self, patron: int) -> Sequence[Card]:
        """A patron's cards."""

    def link(self, request: str, patron: int) -> None:
        """Note who asked."""

    def borrower(self, request: str) -> Patron | None:
        """Who asked; None where that was erased."""

    def requests_of(self, patron: int) -> Sequence[Request]:
        """A patron's requests that have not ended."""

    def loans_of(self, patron: int) -> Sequence[Loan]:
        """The loans of these requests."""

    def debts_of(self, patron: int) -> Sequence[Fine]:
        """A patron's fines that are not wholly paid."""

    def fines_for(self, request: str) -> Sequence[Fine]:
        """All fines of a request, the first one first."""

    def items_of(self, records: Iterable[str]) -> Sequence[Item]:
        """The items of these records that are not withdrawn, by their ids."""

    def balances(self) -> dict[str, Balance]:
        """Sent and got, by institution."""

    def closures(self) -> Sequence[Closure]:
        """Every library's own days."""

    def load(self, kind: type[T], keys: Iterable[str]) -> None:
        """Find many at once: what `find` will be asked for next."""

    def notices(self, notices: Sequence[Notice]) -> None:
        """Write notices; of a request, kind and key only one is ever kept."""
