"""The way of an item: hold shelf, recall, claims, losses, notices; and what is beside the loan."""

from __future__ import annotations

import pytest

from circulation import asking, beside, lending, nightly
from circulation.machine import NoSuchStep
from circulation.service import Service


@pytest.mark.scenario("not-collected", source="INN1")
def test_not_collected_goes_back(world):
    """What is not collected in time goes back to its library, uncirculated, and costs nothing."""
    world.patron()
    world.item("CUHK:1")
    request = world.shelved(world.ask())
    world.later(7)
    assert world.night().uncollected == 0
    world.later(1)
    assert world.night().uncollected == 1
    request = world.move(request, "send-back", "check-in")
    assert (request.state, world.fines(request)) == ("checked-in", [])
    assert world.do(lambda desk: desk.item("CUHK:1")).on_shelf


class Busy(Service):
    """A service at which a desk is quicker than the night that has just asked what is due."""

    desk_act = None

    def act(self, at, work, *, by=""):
        if by == "night" and self.desk_act:
            waiting, self.desk_act = self.desk_act, None
            super().act(at, waiting)
        return super().act(at, work, by=by)


@pytest.mark.parametrize("late", [16, 90])
def test_the_night_leaves_alone_what_a_desk_has_just_done(world, late):
    """What is returned after the night asked what is due, or lost, is returned; the night goes on with the rest."""
    world.patron(category="undergraduate")
    requests = []
    for number in (1, 2):
        world.item(f"CUHK:{number}", record=f"CUHK:b{number}")
        requests.append(world.lent(records=(f"CUHK:b{number}",)))
    if late > 60:
        world.later(20)
        world.night()
    world.later(late)
    busy = Busy(world.store, world.service.policies, world.calendars)
    busy.desk_act = lambda desk: lending.give_back(desk, requests[0].id)
    done = nightly.run(busy, world.now)
    assert (done.overdue, done.lost) == ((0, 1) if late > 60 else (1, 0))
    assert [world.request(each).state for each in requests] == [
        "returned", "presumed-lost" if late > 60 else "overdue"]  # fmt: skip
    assert world.audit().findings == ()


@pytest.mark.scenario("recall-reaches", source="INN1")
def test_a_recall_reaches_only_a_loan(world):
    """A recall reaches the patron only while the item is on loan: in transit or received it does not, returned it is ignored."""
    world.patron()
    world.item("CUHK:1")
    request = world.shelved(world.ask())
    with pytest.raises(NoSuchStep):
        world.recall(request)
    request = world.check_out(request)
    assert world.recall(request).state == "recalled"
    request = world.give_back(request)
    with pytest.raises(NoSuchStep):
        world.recall(request)


@pytest.mark.scenario("recall-withdrawn", source="INN1")
def test_a_withdrawn_recall_gives_the_date_back(world):
    """If the owner's hold is cancelled, the recall is withdrawn and the due date of before comes back."""
    world.patron(category="teacher")
    world.item("CUHK:1")
    request = world.lent()
    before = world.due(request)
    world.recall(request)
    assert world.due(request) < before
    request = world.do(lambda desk: lending.withdraw_recall(desk, request.id))
    assert (request.state, world.due(request)) == ("on-loan", before)
    world.later(1)
    assert world.renew(request).state == "renewed"


@pytest.mark.scenario("overdue-then-recalled", source="ours")
def test_recalled_while_overdue(world):
    """Days after a recall cost the rate of recalled items, the days before it the ordinary one."""
    world.patron()
    world.item("CUHK:1")
    request = world.lent()
    world.at("2005-11-19T10:00")
    world.night()
    assert world.recall(request).state == "overdue"
    world.at("2005-11-21T10:00")
    assert world.fines(world.give_back(request)) == [("late-after-recall", 3 * 200 + 2 * 400)]


@pytest.mark.scenario("claims-returned", source="INN3")
def test_claims_returned(world):
    """What is claimed to be returned costs nothing more, and is presumed lost after four weeks."""
    world.patron()
    world.item("CUHK:1")
    request = world.lent()
    world.at("2005-11-18T10:00")
    world.do(lambda desk: lending.claim_returned(desk, request.id))
    world.later(27)
    assert world.night().lost == 0
    world.later(1)
    assert world.night().lost == 1
    assert world.fines(request) == [("late-return", 2 * 200), ("lost", 50000)]


@pytest.mark.scenario("claims-returned-found", source="INN3")
def test_claims_returned_and_found(world):
    """A claimed item that is found on the shelf costs what it cost on the day of the claim."""
    world.patron()
    world.item("CUHK:1")
    request = world.lent()
    world.at("2005-11-18T10:00")
    world.do(lambda desk: lending.claim_returned(desk, request.id))
    world.later(10)
    assert world.fines(world.give_back(request)) == [("late-return", 2 * 200)]


@pytest.mark.scenario("presumed-lost", source="INV")
def test_long_overdue_is_presumed_lost(world):
    """Long overdue is presumed lost; paid for, the request ends and the item is missing."""
    world.patron()
    world.item("CUHK:1", price_cents=8000)
    request = world.lent()
    world.later(80)
    night = world.night()
    assert (night.overdue, night.lost) == (1, 1)
    assert "nothing-owed" in world.refused(
        lambda: world.do(lambda desk: lending.settle(desk, request.id))
    )
    for fine in world.fine_list(request):
        world.pay(fine)
    request = world.do(lambda desk: lending.settle(desk, request.id))
    assert request.state == "lost-and-paid"
    item = world.do(lambda desk: desk.item("CUHK:1"))
    assert (item.status, item.request) == ("missing", "")


@pytest.mark.scenario("lost-and-found", source="ours")
def test_what_was_presumed_lost_comes_back(world):
    """What was presumed lost and comes back costs no more lateness; an unpaid replacement is forgiven."""
    world.patron()
    world.item("CUHK:1")
    request = world.lent()
    world.later(80)
    world.night()
    owed = world.account().owed_cents
    world.later(30)
    world.give_back(request)
    assert (owed, world.account().owed_cents) == (10000 + 50000, 10000)
    assert world.audit().findings == ()


@pytest.mark.scenario("due-on-closure-moves", source="ours")
def test_a_due_date_on_a_closure_moves(world):
    """A due date on a day on which the home library is closed moves to its next open day."""
    world.patron()
    world.item("CUHK:1")
    world.close("HKU", "2005-11-16")
    world.close("HKU", "2005-11-17")
    assert world.due(world.lent()) == "2005-11-18 22:00"


@pytest.mark.scenario("due-on-holiday-moves", source="ours")
def test_a_due_date_on_a_general_holiday_moves(world):
    """General holidays of Hong Kong are closures; a library may say that it opens all the same."""
    world.at("2005-12-10T10:00")
    world.patron()
    world.item("CUHK:1")
    world.item("CUHK:2", record="CUHK:b2")
    request = world.lent()
    assert world.due(request) == "2005-12-28 22:00"  # 25 to 27 December
    world.close("HKU", "2005-12-26", opens=True)
    assert world.due(world.lent(records=("CUHK:b2",))) == "2005-12-26 22:00"


@pytest.mark.scenario("after-closing-time", source="ours")
def test_after_closing_time_is_the_next_day(world):
    """What comes back after closing time counts as come back the next day."""
    world.patron()
    world.item("CUHK:1")
    world.item("CUHK:2", record="CUHK:b2")
    one, other = world.lent(), world.lent(records=("CUHK:b2",))
    world.at("2005-11-16T22:00")
    assert world.fines(world.give_back(one)) == []
    world.at("2005-11-16T22:01")
    assert world.fines(world.give_back(other)) == [("late-return", 200)]


@pytest.mark.scenario("terms-are-kept", source="ours")
def test_a_loan_keeps_its_terms(world):
    """A loan keeps the terms of the day on which its due date was set, whatever the policy says later."""
    world.use("by-date")
    world.at("2017-06-20T10:00")
    world.patron("HKBU:1")
    world.item("CUHK:1")
    request = world.lent("HKBU:1")
    world.at("2017-07-08T10:00")
    assert world.fines(world.give_back(request)) == [("late-return", 3 * 200)]  # no grace in 2005
    assert world.audit().findings == ()


@pytest.mark.scenario("notices", source="CUHK1")
def test_notices(world):
    """Notices: ready for pickup, reminder three days before, on the due day, overdue first and third, recall with the new date, cancellation, presumed lost."""
    world.patron(email="reader@example.org")
    world.item("CUHK:1")
    world.night()
    request = world.shelved(world.ask())
    world.night()
    world.check_out(request)
    for _ in range(80):
        world.later(1)
        world.night()
    told = [(f"{n.at:%m-%d}", n.kind, n.occasion) for n in world.notices()]
    assert [(day, kind) for day, kind, _ in told] == [
        ("11-01", "ready"),
        ("11-13", "reminder"),
        ("11-16", "due"),
        ("11-17", "overdue"),
        ("11-24", "overdue"),
        ("12-01", "overdue"),
        ("01-15", "lost"),
    ]
    assert all(n.address == "reader@example.org" for n in world.notices())


@pytest.mark.scenario("notice-of-recall", source="CUHK1")
def test_notices_of_recall_and_cancellation(world):
    """A recall's notice names the new date, a cancellation's why."""
    world.patron(category="teacher")
    world.item("CUHK:1")
    world.item("CUHK:2", record="CUHK:b2")
    request = world.lent()
    world.deny(world.ask(records=("CUHK:b2",)))
    world.recall(request)
    world.night()
    told = {n.kind: n.text for n in world.notices()}
    assert "2005-11-15 22:00" in told["recalled"]
    assert "no library is left" in told["cancelled"]


def test_a_night_that_was_missed_sends_the_last_notice_only(world):
    """After ten days without a night there is one overdue notice, and a second night adds none."""
    world.patron()
    world.item("CUHK:1")
    world.lent()
    world.later(25)
    world.night()
    world.night()
    assert [(n.kind, n.occasion) for n in world.notices() if n.kind == "overdue"] == [
        ("overdue", "8")
    ]


@pytest.mark.scenario("document-delivery", source="article")
def test_document_delivery(world):
    """The network also stands for document delivery: a copy of an article or chapter; the volume stays there."""
    world.patron()
    world.item("CUHK:1", format="serial")
    request = world.move(world.copy(), "supply")
    assert request.state == "supplied"
    assert world.move(request, "deliver").state == "delivered"
    assert world.do(lambda desk: desk.item("CUHK:1")).on_shelf
    assert world.account().taken == 0


@pytest.mark.scenario("document-declaration", source="ours")
def test_document_delivery_has_conditions(world):
    """A copy needs the copyright declaration, and no more pages than the rule allows."""
    world.patron()
    world.item("CUHK:1", format="serial")
    reasons = world.refused(lambda: world.copy(pages=51, declared=False))
    assert set(reasons) == {"document_declaration", "document_pages"}


@pytest.mark.scenario("interlibrary-loan", source="article")
def test_interlibrary_loan(world):
    """Interlibrary loan is for what no member holds: ordered outside by staff, then lent, due and returned as a loan."""
    world.patron()
    world.item("CUHK:1")
    held = lambda desk: beside.ask_outside(desk, "HKU:1", "a book", world.records)  # noqa: E731
    assert "held" in world.refused(lambda: world.do(held))
    request = world.do(lambda desk: beside.ask_outside(desk, "HKU:1", "Aurousseau 1923"))
    request = world.do(lambda desk: beside.order(desk, request.id, "British Library"))
    request = world.move(request, "receive")
    request = world.check_out(request)
    assert world.due(request) == "2005-11-16 22:00"
    world.later(16)
    request = world.give_back(request)
    assert world.fines(request) == [("late-return", 200)]
    assert world.move(request, "send-back", "check-in").state == "checked-in"
    assert world.audit().findings == ()


@pytest.mark.scenario("interlibrary-loan-unfilled", source="ours")
def test_nobody_outside_has_it(world):
    """What a library outside denies is asked of another one; where staff give up, the request ends unfilled; what nobody orders in time expires."""
    world.patron()
    request = world.do(lambda desk: beside.ask_outside(desk, "HKU:1", "Aurousseau 1923"))
    world.do(lambda desk: beside.order(desk, request.id, "British Library"))
    assert world.deny(request).state == "requested"
    assert world.do(lambda desk: asking.end(desk, request.id, "give-up")).state == "unfilled"
    waiting = world.do(lambda desk: beside.ask_outside(desk, "HKU:1", "Pelliot 1904"))
    ordered = world.do(lambda desk: beside.ask_outside(desk, "HKU:1", "Maspero 1918"))
    world.do(lambda desk: beside.order(desk, ordered.id, "British Library"))
    world.later(31)
    assert world.night().expired == 1
    assert [world.request(each).state for each in (waiting, ordered)] == ["expired", "ordered"]
    assert world.audit().findings == ()


@pytest.mark.scenario("visit-reader-card", source="JULAC")
def test_a_readers_visit(world):
    """Readers' visits: a reader card for undergraduates costs HK$50 a host and year, 1 August to 31 July."""
    world.patron()
    request = world.do(lambda desk: beside.ask_visit(desk, "HKU:1", "LU"))
    request = world.do(lambda desk: beside.admit(desk, request.id))
    assert f"{request.hold_until:%Y-%m-%d}" == "2006-07-31"
    assert world.fines(request) == [("service", 5000)]
    world.at("2006-08-01T10:00")
    assert world.night().visits_over == 1


@pytest.mark.scenario("visit-borrower-card", source="JULAC")
@pytest.mark.parametrize(
    "category", ["teacher", "senior-administrator", "researcher", "research-postgraduate"]
)
def test_a_borrowers_visit(world, category):
    """A borrower card is for full-time academic and equivalent staff, researchers and postgraduates, without a fee."""
    world.patron(category=category)
    request = world.do(lambda desk: beside.ask_visit(desk, "HKU:1", "LU"))
    request = world.do(lambda desk: beside.admit(desk, request.id))
    assert (request.citation, world.fines(request)) == ("borrower card", [])


@pytest.mark.scenario("visit-not-for-all", source="JULAC")
def test_no_visit_for_others(world):
    """Who has no JULAC card, or asks for the own library, is refused."""
    world.patron(category="alumnus", cards=())
    assert "visit_readers" in world.refused(
        lambda: world.do(lambda desk: beside.ask_visit(desk, "HKU:1", "LU"))
    )
    world.use("2017")  # when the home library's card was enough for a loan
    world.patron("HKU:3", cards=("home",))
    assert "visit_card" in world.refused(
        lambda: world.do(lambda desk: beside.ask_visit(desk, "HKU:3", "LU"))
    )
    world.patron("LU:2")
    assert "host" in world.refused(
        lambda: world.do(lambda desk: beside.ask_visit(desk, "LU:2", "LU"))
    )
