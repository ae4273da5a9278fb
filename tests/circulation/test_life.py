"""One request from the wish to the shelf it came from, on both databases."""

from __future__ import annotations

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from circulation import moving
from circulation.asking import Wish, ask
from circulation.audit import audit
from circulation.desk import Refused
from circulation.machine import NoSuchStep
from circulation.model import Balance
from circulation.store.reading import entries, things
from circulation.store.store import open_store
from circulation.views import account


def test_a_request_goes_its_whole_way(both):
    """Requested, held, shipped, received, shelved, lent, returned, sent back, checked in."""
    both.patron()
    both.items("CUHK:1", "LU:1")
    request = both.shelved(both.ask())
    assert request.state == "on-hold-shelf"
    request = both.check_out(request)
    assert (request.state, both.due(request)) == ("on-loan", "2005-11-16 22:00")
    both.later(10)
    request = both.give_back(request)
    assert (request.state, both.fines(request)) == ("returned", [])
    request = both.move(request, "send-back", "check-in")
    assert request.state == "checked-in"
    assert both.do(lambda desk: desk.item(request.item)).on_shelf
    assert both.audit().findings == ()


def test_an_act_that_fails_leaves_nothing(both):
    """What an act wrote before it was refused is not kept, nor is its event."""
    both.patron()
    both.item("CUHK:1")
    before = both.audit().events

    def half(desk):
        ask(desk, "HKU:1", Wish(records=both.records))
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        both.do(half)
    assert both.audit().events == before
    assert both.do(lambda desk: desk.item("CUHK:1")).on_shelf


def test_an_audit_is_of_one_moment(both):
    """What desks do while the log is read is neither in the log that is played nor in what is compared."""
    both.item("CUHK:1")
    with both.store.reading() as connection:
        log = list(entries(connection))
        both.item("CUHK:2", record="CUHK:b2")
        assert audit(log, things(connection), both.calendars).findings == ()
    assert both.audit().things == 2


def test_a_question_waits_for_no_act(both):
    """While an act has a patron and a request locked, their account can be looked at as it was before."""
    both.patron()
    both.item("CUHK:1")
    request = both.ask()
    with both.store.unit() as unit:
        desk = both.service.desk(unit, both.now)
        desk.patron("HKU:1")
        moving.move(desk, request.id, "ship")
        seen = both.service.look(both.now, lambda desk: account(desk, "HKU:1"))
    assert [each.request.state for each in seen.requests] == ["item-hold"]
    assert both.request(request).state == "shipped"


def test_two_first_loans_of_a_library_at_once(postgres, world_of):
    """Neither finds a balance of the lender, both make one: the second act is done again, and counts on."""
    with open_store(postgres.fresh()) as store:
        world = world_of(store)
        for number in (1, 2):
            world.patron(f"HKU:{number}")
            world.item(f"CUHK:{number}", record=f"CUHK:b{number}")
        tries = []

        def late(desk):
            desk.unit.find(Balance, "CUHK")
            if not tries:
                world.ask("HKU:2", records=("CUHK:b2",))
            tries.append(desk)
            return ask(desk, "HKU:1", Wish(records=("CUHK:b1",)))

        assert world.do(late).state == "item-hold"
        assert len(tries) == 2
        assert world.do(lambda desk: desk.unit.balances()["CUHK"].lent) == 2
        assert world.audit().findings == ()


def test_the_log_cannot_be_rewritten(both):
    """The database itself refuses to change or to delete an event."""
    both.item("CUHK:1")
    for statement in ("DELETE FROM event", "UPDATE event SET data = '{}'"):
        with (
            pytest.raises(DBAPIError, match="only added to"),
            both.store.engine.begin() as connection,
        ):
            connection.execute(text(statement))


@pytest.mark.parametrize(
    ("statement", "what"),
    [
        ("UPDATE fine SET cents = cents + 100", "fine.cents"),
        ("UPDATE loan SET renewals = 5", "loan.renewals"),
        ("UPDATE item SET request = 'X'", "item.request"),
        ("UPDATE request SET state = 'on-loan'", "request.state"),
        ("DELETE FROM payment", "payment"),
        ("UPDATE balance SET lent = 77", "balance.lent"),
        ("DELETE FROM closure", "closure"),
    ],
)
def test_the_audit_finds_what_was_changed_by_hand(world, statement, what):
    """Whatever is kept and does not follow from the log is a finding."""
    world.patron()
    world.item("CUHK:1")
    world.close("HKU", "2005-12-30")
    request = world.lent()
    world.later(30)
    request = world.give_back(request)
    world.pay(world.fine_list(request)[0], 100)
    assert world.audit().findings == ()
    with world.store.engine.begin() as connection:
        connection.execute(text(statement))
    assert {finding.what for finding in world.audit().findings} >= {what}


def test_the_audit_finds_a_fine_that_does_not_follow(world):
    """An event with another sum than due date, days and terms give is a finding."""
    from circulation.events import Fined

    world.patron()
    world.item("CUHK:1")
    request = world.lent()
    world.later(30)
    world.give_back(request)
    extra = Fined(fine="R.9", request=request.id, institution="HKU", reason="late-return", cents=5)
    world.do(lambda desk: desk.write(extra))
    assert [finding.what for finding in world.audit().findings] == ["fine"]


def test_a_step_that_the_table_lacks_says_what_is_possible(world):
    """Checking in what was not even shipped is refused with what can be done."""
    world.patron()
    world.item("CUHK:1")
    request = world.ask()
    with pytest.raises(NoSuchStep) as caught:
        world.move(request, "check-in")
    assert "held at the lender" in caught.value.message
    assert "ship" in caught.value.hint


def test_opening_again_finds_what_was_kept(database, world_of):
    """A second opening of the same database makes nothing anew."""
    with open_store(database) as store:
        world = world_of(store)
        world.patron()
        world.item("CUHK:1")
        kept = world.ask()
    with open_store(database) as store:
        world = world_of(store)
        assert world.request(kept) == kept
        with pytest.raises(Refused):
            world.ask()
