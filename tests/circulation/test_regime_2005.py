"""The regime of 2005: what the encyclopedia article says of lending, and what follows from it."""

from __future__ import annotations

import pytest

from circulation.institutions import institution_code

TEACHERS = ("teacher", "researcher", "research-postgraduate", "taught-postgraduate")


@pytest.mark.scenario("2005-request-elsewhere", source="article")
def test_a_book_of_another_university(world):
    """A reader with a JULAC library card asks for another university's book; it is sent to the reader's own university, collected there, and returned there."""
    world.patron(cards=("julac",))
    world.item("CUHK:1")
    request = world.lent()
    assert (request.lender, request.pickup) == ("CUHK", "HKU")
    assert world.give_back(request).state == "returned"


@pytest.mark.scenario("2005-julac-card", source="article")
def test_the_julac_card_is_needed(world):
    """In 2005 a request needs the JULAC card; the home library's own card is not enough."""
    world.patron(cards=("home",))
    world.item("CUHK:1")
    reasons = world.refused(world.ask)
    assert reasons["card"].value == "julac"
    assert reasons["card"].source == "article"


@pytest.mark.scenario("2005-quota", source="article")
def test_at_most_ten_items(world):
    """At most 10 items a reader."""
    world.patron()
    for number in range(10):
        world.item(f"CUHK:{number}", record=f"CUHK:b{number}")
        world.lent(records=(f"CUHK:b{number}",))
    world.item("CUHK:x", record="CUHK:bx")
    reasons = world.refused(lambda: world.ask(records=("CUHK:bx",)))
    assert (reasons["quota"].value, reasons["quota"].found) == (10, 10)
    assert reasons["quota"].source == "article"


@pytest.mark.scenario("2005-quota-counts-loans", source="ours")
def test_the_ten_counts_loans_only(world):
    """The ten counts loans only: requests beside them are free, the eleventh loan is not."""
    world.patron()
    waiting = []
    for number in range(11):
        world.item(f"CUHK:{number}", record=f"CUHK:b{number}")
        waiting.append(world.shelved(world.ask(records=(f"CUHK:b{number}",))))
    for request in waiting[:10]:
        world.check_out(request)
    assert "quota" in world.refused(lambda: world.check_out(waiting[10]))
    world.give_back(waiting[0])
    assert world.check_out(waiting[10]).state == "on-loan"


@pytest.mark.scenario("2005-loan-15-days", source="article")
def test_fifteen_days_a_loan(world):
    """15 days a loan: loan day + 15, due at closing time."""
    world.patron()
    world.item("CUHK:1")
    assert world.due(world.lent()) == "2005-11-16 22:00"


@pytest.mark.scenario("2005-loan-30-days", source="article")
@pytest.mark.parametrize("category", TEACHERS)
def test_thirty_days_for_teachers(world, category):
    """30 days for university teachers, researchers and postgraduates."""
    world.patron(category=category)
    world.item("CUHK:1")
    assert world.due(world.lent()) == "2005-12-01 22:00"


@pytest.mark.scenario("2005-one-renewal", source="article")
def test_renewable_once(world):
    """Renewable online once; the renewal gives one full period from the day of renewal."""
    world.patron()
    world.item("CUHK:1")
    request = world.lent()
    world.later(10)
    assert world.due(world.renew(request)) == "2005-11-26 19:00"
    world.later(5)
    reasons = world.refused(lambda: world.renew(request))
    assert (reasons["max_renewals"].value, reasons["max_renewals"].found) == (1, 1)


@pytest.mark.scenario("2005-renewal-if-nobody-asked", source="article")
def test_no_renewal_where_somebody_asked(world):
    """A renewal is refused when somebody else has asked for the item."""
    from circulation import stock

    world.patron()
    key = world.item("CUHK:1")
    request = world.lent()
    world.do(lambda desk: stock.hold(desk, key))
    reasons = world.refused(lambda: world.renew(request))
    assert reasons["renew_if_asked"].text == "somebody else has asked for it"
    world.do(lambda desk: stock.hold(desk, key, withdrawn=True))
    world.later(1)
    assert world.renew(request).state == "renewed"


@pytest.mark.scenario("2005-fine-late-return", source="article")
def test_a_late_return_is_fined(world):
    """Fines for late return."""
    world.patron()
    world.item("CUHK:1")
    request = world.lent()
    world.at("2005-11-19T10:00")
    assert world.fines(world.give_back(request)) == [("late-return", 3 * 200)]


@pytest.mark.scenario("2005-fine-late-renewal", source="article")
def test_a_late_renewal_is_fined(world):
    """Fines for late renewal: an overdue loan may be renewed and is fined up to that day."""
    world.patron()
    world.item("CUHK:1")
    request = world.lent()
    world.at("2005-11-18T10:00")
    world.renew(request)
    assert world.fines(request) == [("late-renewal", 2 * 200)]
    world.at("2005-11-20T10:00")
    assert world.fines(world.give_back(request)) == [("late-renewal", 400)]


@pytest.mark.scenario("2005-fine-after-recall", source="article")
def test_a_late_return_after_a_recall_is_fined(world):
    """Fines for late return after a recall, at the rate of recalled items."""
    world.patron(category="teacher")
    world.item("CUHK:1")
    request = world.lent()
    world.recall(request)
    assert world.due(request) == "2005-11-15 22:00"
    world.at("2005-11-17T10:00")
    assert world.fines(world.give_back(request)) == [("late-after-recall", 2 * 400)]


@pytest.mark.scenario("2005-recall-shortens", source="ours")
def test_a_recall_never_lengthens(world):
    """A recall shortens a loan, never lengthens it."""
    world.patron()
    world.item("CUHK:1")
    request = world.lent()
    before = world.due(request)
    world.later(10)
    world.recall(request)
    assert world.due(request) == before


@pytest.mark.scenario("2005-five-kinds", source="ours")
@pytest.mark.parametrize("kind", ["book", "image", "av"])
def test_books_images_and_av_lend(world, kind):
    """The 2005 default lends books, images and audio-visual material."""
    world.patron()
    world.item("CUHK:1", format=kind)
    assert world.ask().state == "item-hold"


@pytest.mark.scenario("2005-serials-as-copies", source="ours")
@pytest.mark.parametrize("kind", ["serial", "article"])
def test_serials_are_copied_not_lent(world, kind):
    """Serials and articles are shared by document delivery, and the refusal of a loan offers it."""
    world.patron()
    world.item("CUHK:1", format=kind)
    reason = world.refused(world.ask)["lends"]
    assert "hkall circ copy" in reason.lifts
    assert world.copy(pages=5, declared=True).state == "item-hold"


@pytest.mark.scenario("reference-never-lends", source="HKU3")
@pytest.mark.parametrize("lending", ["reference", "reserve", "short"])
def test_reference_and_reserve_never_lend(world, lending):
    """Reference and reserve never lend: three-hour loans and the like are not requestable."""
    world.patron()
    world.item("CUHK:1", lending=lending)
    assert world.refused(world.ask)["lends_classes"].found == lending


@pytest.mark.scenario("trial-three-libraries", source="article")
def test_the_trial_has_three_libraries(world):
    """A trial of three (CityU, LU, HKU) ran from January to October 2004."""
    world.use("by-date")
    world.at("2004-03-01T10:00")
    world.patron("HKU:1")
    world.patron("CUHK:1")
    world.items("LU:1", "CUHK:9")
    assert world.ask("HKU:1").lender == "LU"
    assert "member" in world.refused(lambda: world.ask("CUHK:1"))


@pytest.mark.scenario("trial-only-members-lend", source="article")
def test_in_the_trial_only_members_lend(world):
    """What stands in a library that takes no part yet cannot be requested."""
    world.use("trial-2004")
    world.at("2004-03-01T10:00")
    world.patron("HKU:1")
    world.item("CUHK:1")
    assert "held-elsewhere" in world.refused(world.ask)


@pytest.mark.scenario("no-regime-between", source="article")
def test_between_the_regimes_nothing_is_requested(world):
    """The full network opened in October 2005: between the trial's end and that day there are no rules."""
    from circulation.policy import NoRegime

    world.patron()
    world.item("LU:1")
    world.use("by-date")
    world.at("2005-03-01T10:00")
    with pytest.raises(NoRegime, match="no regime"):
        world.ask()


@pytest.mark.scenario("regimes-by-date", source="article")
def test_the_regime_follows_the_day(world):
    """The system was replaced in June and July 2017: from then on the quota is 15 or 30."""
    policies = world.policies("by-date")
    quotas = {
        day: policies.at("HKU", world.day(day), "undergraduate").rules.quota
        for day in ("2005-10-01", "2017-06-30", "2017-07-01")
    }
    assert quotas == {"2005-10-01": 10, "2017-06-30": 10, "2017-07-01": 15}


@pytest.mark.scenario("members-and-names", source="ours")
def test_institutions_carry_since_when_they_take_part(world):
    """Institutions carry since when they take part, and former names: HKIEd became EdUHK in 2016."""
    members = world.policies().members
    assert {code for code, m in members.items() if m.member_from.year == 2004} == {
        "HKU", "LU", "CityU"}  # fmt: skip
    assert len(members) == 8
    assert institution_code("HKIEd") == institution_code("香港教育學院") == "EdUHK"
    world.patron("EdUHK:007")
    world.item("CUHK:1")
    assert world.ask("HKIEd:007").home == "EdUHK"


@pytest.mark.scenario("cityu-renewal-window", source="CITY2")
def test_cityu_renews_in_the_last_week(world):
    """CityU (older page): renewals only in the last seven days of a loan, and not with HK$50 unpaid."""
    world.patron("CityU:1")
    world.item("CUHK:1")
    world.item("CUHK:2", record="CUHK:b2", price_cents=0)
    request = world.lent("CityU:1")
    world.later(7)
    reason = world.refused(lambda: world.renew(request))["renew_window_days"]
    assert reason.lifts == "Renew from 2005-11-09 on."
    world.later(1)
    other = world.lent("CityU:1", records=("CUHK:b2",))
    world.lose(other)
    assert "renewal_block_cents" in world.refused(lambda: world.renew(request))
    world.pay(world.fine_list(other)[0])
    assert world.renew(request).state == "renewed"


@pytest.mark.scenario("lu-blocked-at-five-dollars", source="LU1")
def test_lingnan_blocked_at_five_dollars_then(world):
    """Lingnan blocked at HK$5 before it was HK$30."""
    assert world.policies().at("LU", world.day("2016-01-01"), "teacher").rules.block_cents == 499
    assert world.policies().at("LU", world.day("2024-01-01"), "teacher").rules.block_cents == 2999


@pytest.mark.scenario("trial-falls-back", source="ours")
def test_what_is_not_known_of_the_trial_is_marked(world):
    """What no source says of the trial is as in 2005, and marked as not known."""
    policy = world.policies().at("HKU", world.day("2004-03-01"), "undergraduate")
    assert (policy.regime, policy.rules.quota, policy.rules.loan_days) == ("trial-2004", 10, 15)
    assert policy.provenance["quota"].unknown
    assert str(policy.provenance["quota"]).startswith("not known, by default (ours)")
