"""The regime since 2017: what the libraries publish, row by row."""

from __future__ import annotations

import pytest

START = "2024-02-01T10:00"  # a Thursday in a term; Lunar New Year is 10 to 13 February


@pytest.fixture
def world(world):
    """The 2017 regime on a day of 2024."""
    world.use("2017")
    world.at(START)
    return world


def rules(world, institution, category="undergraduate", day="2024-02-01"):
    return world.policies("2017").at(institution, world.day(day), category).rules


@pytest.mark.scenario("2017-quota-by-category", source="HKU1 CUHK1 POLY1")
@pytest.mark.parametrize(
    ("institution", "category", "quota"),
    [
        ("HKU", "teacher", 30),
        ("HKU", "senior-administrator", 30),
        ("HKU", "undergraduate", 15),
        ("HKU", "research-postgraduate", 15),
        ("CUHK", "emeritus", 30),
        ("CUHK", "research-postgraduate", 15),
        ("CUHK", "staff", 15),
        ("PolyU", "teacher", 30),
        ("PolyU", "staff", 15),
        ("EdUHK", "teacher", 30),
        ("HKUST", "teacher", 30),
    ],
)
def test_fifteen_or_thirty_by_category(world, institution, category, quota):
    """15 or 30 items by category."""
    assert rules(world, institution, category).quota == quota


@pytest.mark.scenario("2017-requests-count", source="HKU1 CUHK1 POLY1")
def test_requests_count_too(world):
    """Requests count too: the quota is taken at request."""
    world.patron()
    for number in range(15):
        world.item(f"CUHK:{number}", record=f"CUHK:b{number}")
        world.ask(records=(f"CUHK:b{number}",))
    world.item("CUHK:x", record="CUHK:bx")
    assert world.refused(lambda: world.ask(records=("CUHK:bx",)))["quota"].found == 15


@pytest.mark.scenario("2017-quota-freed-by-lender", source="HKU1")
def test_the_quota_is_freed_when_the_lender_checks_in(world):
    """The quota is freed when the lender checks the item in, not when it is returned at home."""
    world.patron()
    world.item("CUHK:1")
    request = world.lent()
    world.give_back(request)
    assert world.account().taken == 1
    world.move(request, "send-back")
    assert world.account().taken == 1
    world.move(request, "check-in")
    assert world.account().taken == 0


@pytest.mark.scenario("2017-card", source="ours")
def test_the_home_librarys_card_is_needed(world):
    """Since 2017 a request needs the home library's card."""
    world.patron(cards=("julac",))
    world.item("CUHK:1")
    assert world.refused(world.ask)["card"].value == "home"


@pytest.mark.scenario("2017-loan-periods", source="HKU1 CUHK1 POLY1 UST1")
@pytest.mark.parametrize(
    ("institution", "category", "days", "span"),
    [
        ("HKU", "teacher", 30, 90),
        ("HKU", "visiting-scholar", 30, 90),
        ("HKU", "taught-postgraduate", 30, 90),
        ("HKU", "undergraduate", 15, 45),
        ("HKU", "honorary", 15, 45),
        ("HKU", "extension-student", 15, 45),
        ("CUHK", "undergraduate", 15, 45),
        ("CUHK", "research-postgraduate", 30, 90),
        ("CUHK", "staff", 15, 45),
        ("PolyU", "teacher", 30, 90),
        ("PolyU", "staff", 15, 45),
        ("HKBU", "undergraduate", 15, 45),
        ("HKBU", "research-postgraduate", 30, 90),
        ("HKBU", "staff", 30, 90),
        ("HKBU", "extension-student", 15, 45),
        ("HKUST", "teacher", 30, 90),
        ("EdUHK", "teacher", 30, 90),
    ],
)
def test_loan_period_and_span(world, institution, category, days, span):
    """Loans of 15 or 30 days, renewable within a span of 45 or 90 days."""
    found = rules(world, institution, category)
    assert (found.loan_days, found.max_span_days) == (days, span)


@pytest.mark.scenario("2017-renewals-within-span", source="CUHK1 POLY3 BU2 UST1")
def test_any_number_of_renewals_within_the_span(world):
    """Any number of renewals until a maximum span: 45 days for 15-day patrons."""
    world.patron()
    world.item("CUHK:1")
    request = world.lent()
    dues = []
    for _ in range(3):
        world.later(14)
        dues.append(world.due(world.renew(request)))
    assert dues == ["2024-03-01 22:00", "2024-03-15 22:00", "2024-03-17 19:00"]
    world.later(3)
    assert world.refused(lambda: world.renew(request))["max_span_days"].value == 45


@pytest.mark.scenario("2017-from-day-of-renewal", source="CUHK1 EDU3")
def test_the_new_due_date_counts_from_the_day_of_renewal(world):
    """The new due date is counted from the date of renewal."""
    world.patron("CUHK:1")
    world.item("HKU:1")
    request = world.lent("CUHK:1")
    world.later(1)
    assert world.due(world.renew(request)) == "2024-02-17 19:00"


@pytest.mark.scenario("2017-recalled-not-renewed", source="CUHK1")
def test_a_recalled_loan_is_not_renewed(world):
    """A recalled loan is not renewed."""
    world.patron()
    world.item("CUHK:1")
    request = world.lent()
    world.recall(request)
    assert "recalled" in world.refused(lambda: world.renew(request))


@pytest.mark.scenario("cuhk-recall-14-days", source="CUHK2")
def test_cuhk_recalls_with_fourteen_days(world):
    """CUHK: recalled items are due 14 days after the recall."""
    world.patron(category="teacher")
    world.item("CUHK:1")
    request = world.lent()
    world.later(1)
    world.recall(request)
    assert world.due(request) == "2024-02-16 22:00"


@pytest.mark.scenario("cuhk-recalled-fine", source="CUHK2")
def test_cuhk_fines_recalled_items(world):
    """CUHK: HK$4 an item and day for recalled HKALL items."""
    world.patron("CUHK:1", "teacher")
    world.item("HKU:1")
    request = world.lent("CUHK:1")
    world.recall(request)
    world.at("2024-02-19T10:00")
    assert world.fines(world.give_back(request)) == [("late-after-recall", 4 * 400)]


@pytest.mark.scenario("cuhk-recall-stops-renewals", source="CUHK2")
def test_cuhk_renews_nothing_while_a_recalled_item_is_overdue(world):
    """CUHK: while a recalled item is overdue nothing on the account renews."""
    world.patron("CUHK:1", "teacher")
    world.item("HKU:1", record="HKU:b1")
    world.item("HKU:2", record="HKU:b2")
    one, other = (world.lent("CUHK:1", records=(f"HKU:b{n}",)) for n in (1, 2))
    world.recall(one)
    world.at("2024-02-20T10:00")
    assert "recall_stops_renewals" in world.refused(lambda: world.renew(other))
    world.give_back(one)
    assert world.renew(other).state == "renewed"


@pytest.mark.scenario("cuhk-cancellation-reasons", source="CUHK2")
@pytest.mark.parametrize("reason", ["not-on-shelf", "lent-locally", "unfit"])
def test_a_lender_denies_for_three_reasons(world, reason):
    """The lender may cancel: not on the shelf, lent locally, unfit for loan."""
    world.patron("CUHK:1")
    world.item("HKU:1")
    request = world.deny(world.ask("CUHK:1"), reason)
    assert request.state == "unfilled"
    assert not world.do(lambda desk: desk.item("HKU:1")).on_shelf


@pytest.mark.scenario("polyu-fine", source="POLY1")
def test_polyu_fines_two_dollars(world):
    """PolyU: HK$2 a day; late return after a recall is fined as overdue; a late renewal is fined."""
    world.patron("PolyU:1", "teacher")
    world.items("HKU:1")
    request = world.lent("PolyU:1")
    world.at("2024-03-05T10:00")
    world.renew(request)
    assert world.fines(request) == [("late-renewal", 3 * 200)]
    world.recall(request)
    world.at("2024-03-21T10:00")
    assert world.fines(world.give_back(request))[1] == ("late-after-recall", 2 * 200)


@pytest.mark.scenario("pickup-windows", source="POLY3 CITY1 EDU1 LU4")
@pytest.mark.parametrize(
    ("home", "until"),
    [
        ("PolyU", "2024-02-06"),
        ("CityU", "2024-02-06"),
        ("EdUHK", "2024-02-06"),
        ("LU", "2024-02-04"),
    ],
)
def test_pickup_windows(world, home, until):
    """PolyU, CityU and EdUHK hold an item five days; Lingnan three opening days."""
    world.patron(f"{home}:1", "teacher")
    world.item("HKU:1")
    request = world.shelved(world.ask(f"{home}:1"))
    assert f"{request.hold_until:%Y-%m-%d}" == until


@pytest.mark.scenario("lu-opening-days", source="LU4")
def test_lingnans_window_counts_opening_days(world):
    """Lingnan's three days are opening days: Lunar New Year does not count."""
    world.at("2024-02-09T10:00")
    world.patron("LU:1")
    world.item("HKU:1")
    request = world.shelved(world.ask("LU:1"))
    assert f"{request.hold_until:%Y-%m-%d}" == "2024-02-15"


@pytest.mark.scenario("hkbu-grace", source="BU1")
@pytest.mark.parametrize(
    ("back", "fines"),
    [
        ("2024-03-05", []),
        ("2024-03-06", [("late-return", 200)]),
        ("2024-03-08", [("late-return", 600)]),
    ],
)
def test_hkbu_grace(world, back, fines):
    """HKBU: HK$2 a day after a grace of three calendar days."""
    world.patron("HKBU:1", "teacher")
    world.item("HKU:1")
    request = world.lent("HKBU:1")
    assert world.due(request) == "2024-03-02 19:00"
    world.at(f"{back}T10:00")
    assert world.fines(world.give_back(request)) == fines


@pytest.mark.scenario("hkbu-recalled-fine", source="BU1")
def test_hkbu_fines_recalled_items(world):
    """HKBU: HK$4 a day for recalled items."""
    world.patron("HKBU:1", "teacher")
    world.item("CUHK:1")
    request = world.lent("HKBU:1")
    world.recall(request)
    world.at("2024-02-21T10:00")  # six days after it was due, three of them grace
    assert world.fines(world.give_back(request)) == [("late-after-recall", 3 * 400)]


@pytest.mark.scenario("hkbu-cap", source="BU1")
def test_hkbu_caps_and_presumes_lost(world):
    """HKBU: a fine stops at HK$100, and then the item is presumed lost."""
    world.patron("HKBU:1", "teacher")
    world.item("HKU:1", price_cents=25000)
    request = world.lent("HKBU:1")
    world.at("2024-04-23T20:00")
    assert world.night().lost == 0
    world.at("2024-04-24T20:00")
    assert world.night().lost == 1
    assert world.fines(request) == [("late-return", 10000), ("lost", 25000 + 10000)]


@pytest.mark.scenario("hkbu-renewal-block", source="BU1")
def test_hkbu_blocks_renewals(world):
    """HKBU: renewals are blocked at HK$150 owed."""
    world.patron("HKBU:1", "teacher")
    world.items("HKU:1")
    world.item("HKU:2", record="HKU:b2")
    lost, other = world.lent("HKBU:1"), world.lent("HKBU:1", records=("HKU:b2",))
    world.lose(lost)
    reason = world.refused(lambda: world.renew(other))["renewal_block_cents"]
    assert (reason.value, reason.found) == (15000, 50000)


@pytest.mark.scenario("hkbu-overdue-renewal", source="BU2")
def test_hkbu_renews_overdue_items(world):
    """HKBU: overdue items may still be renewed online, with the fine after the grace."""
    world.patron("HKBU:1", "teacher")
    world.item("HKU:1")
    request = world.lent("HKBU:1")
    world.at("2024-03-07T10:00")
    assert world.renew(request).state == "renewed"
    assert world.fines(request) == [("late-renewal", 2 * 200)]


@pytest.mark.scenario("eduhk-schedule-2025", source="EDU2")
@pytest.mark.parametrize(
    ("category", "cents", "cap"), [("teacher", 100, 3000), ("undergraduate", 200, 4000)]
)
def test_eduhk_from_2025(world, category, cents, cap):
    """EdUHK from 1 January 2025: HK$1 a day on 30-day loans and HK$2 on shorter ones, caps HK$30 and HK$40."""
    found = rules(world, "EdUHK", category, "2025-01-01")
    assert (found.fine_cents, found.fine_cap_cents) == (cents, cap)
    assert found.fine_counts == "open"
    assert rules(world, "EdUHK", category, "2024-12-31").fine_counts == "calendar"


@pytest.mark.scenario("eduhk-open-days", source="EDU2")
def test_eduhk_counts_open_days(world):
    """EdUHK counts a fine in open days."""
    world.at("2025-01-02T10:00")
    world.patron("EdUHK:1", "teacher")
    world.item("HKU:1")
    request = world.lent("EdUHK:1")
    assert world.due(request) == "2025-02-01 19:00"  # 29 to 31 January is Lunar New Year
    world.close("EdUHK", "2025-02-03")
    world.at("2025-02-05T10:00")
    assert world.fines(world.give_back(request)) == [("late-return", 3 * 100)]


@pytest.mark.scenario("eduhk-block", source="EDU2")
def test_eduhk_blocks_above_a_hundred_dollars(world):
    """EdUHK: more than HK$100 owed blocks."""
    world.patron("EdUHK:1", "teacher")
    world.item("HKU:1", price_cents=1)
    world.items("HKU:2", "HKU:3", record="HKU:b2")
    lost, other = world.lent("EdUHK:1"), world.lent("EdUHK:1", records=("HKU:b2",))
    world.lose(lost)
    asked = world.refused(lambda: world.ask("EdUHK:1", records=("HKU:b2",)))
    assert asked["block_cents"].found == 10001
    assert "renewal_block_cents" in world.refused(lambda: world.renew(other))
    world.pay(world.fine_list(lost)[0], 1)
    world.later(1)
    assert world.renew(other).state == "renewed"


@pytest.mark.scenario("eduhk-recalled-suspends", source="EDU2")
def test_eduhk_suspends_while_a_recalled_item_is_overdue(world):
    """EdUHK: an overdue recalled item counts as overdue and suspends loans, renewals and HKALL requests."""
    world.patron("EdUHK:1", "teacher")
    world.item("HKU:1")
    world.item("HKU:2", record="HKU:b2")
    world.item("HKU:3", record="HKU:b3")
    one, other = world.lent("EdUHK:1"), world.lent("EdUHK:1", records=("HKU:b2",))
    world.item("HKU:4", record="HKU:b4")
    waiting = world.shelved(world.ask("EdUHK:1", records=("HKU:b4",)))
    world.recall(one)
    world.at("2024-02-20T10:00")
    lent = world.refused(lambda: world.check_out(waiting, "EdUHK:1"))
    assert lent["recall_stops_loans"].source.startswith("EDU2")
    assert "recall_stops_renewals" in world.refused(lambda: world.renew(other))
    asked = world.refused(lambda: world.ask("EdUHK:1", records=("HKU:b3",)))
    assert "block_recalled_overdue" in asked


@pytest.mark.scenario("eduhk-overdue-not-renewable", source="EDU3")
def test_eduhk_does_not_renew_overdue_items(world):
    """EdUHK: overdue items are not renewable."""
    world.patron("EdUHK:1", "teacher")
    world.item("HKU:1")
    request = world.lent("EdUHK:1")
    world.at("2024-03-05T10:00")
    assert world.refused(lambda: world.renew(request))["renew_overdue"].source == "EDU3"


@pytest.mark.scenario("eduhk-books-only", source="EDU1")
@pytest.mark.parametrize("kind", ["serial", "av", "image", "other"])
def test_eduhk_lends_books_only(world, kind):
    """EdUHK lends books only: no serials, media or other non-print."""
    world.patron()
    world.item("EdUHK:1", format=kind)
    reason = world.refused(world.ask)["lends"]
    assert (reason.institution, reason.value) == ("EdUHK", ("book",))


@pytest.mark.scenario("cityu-excluded", source="CITY1")
@pytest.mark.parametrize("category", ["exchange-student", "extension-student"])
def test_cityu_excludes_visiting_students(world, category):
    """CityU: exchange, visiting and short-course students are excluded."""
    world.patron("CityU:1", category)
    world.item("HKU:1")
    assert world.refused(lambda: world.ask("CityU:1"))["eligible"].source.startswith("CITY1")


@pytest.mark.scenario("cityu-reference", source="CITY1")
def test_cityu_lends_no_reference_or_serials(world):
    """CityU: reference and serials never lend."""
    world.patron()
    world.item("CityU:1", format="serial", lending="reference")
    assert {"lends", "lends_classes"} <= set(world.refused(world.ask))


@pytest.mark.scenario("lu-grace-lapses", source="LU1")
@pytest.mark.parametrize(("days", "cents"), [(3, 0), (4, 4 * 200), (6, 6 * 200)])
def test_lingnans_grace_lapses(world, days, cents):
    """Lingnan: a grace of three days; past it, the fine is charged from the original due date."""
    world.patron("LU:1", "teacher")
    world.item("HKU:1")
    request = world.lent("LU:1")
    world.at(f"2024-03-{2 + days:02}T10:00")
    found = world.fines(world.give_back(request))
    assert found == ([("late-return", cents)] if cents else [])


@pytest.mark.scenario("lu-block", source="LU1")
def test_lingnan_blocks_at_thirty_dollars(world):
    """Lingnan: blocked at HK$30 owed."""
    world.patron("LU:1", "teacher")
    world.item("HKU:1")
    world.item("HKU:2", record="HKU:b2")
    request = world.lent("LU:1")
    world.at("2024-03-17T10:00")
    assert world.fines(world.give_back(request)) == [("late-return", 3000)]
    reason = world.refused(lambda: world.ask("LU:1", records=("HKU:b2",)))["block_cents"]
    assert reason.found == 3000
    world.pay(world.fine_list(request)[0], 1)
    assert world.ask("LU:1", records=("HKU:b2",)).state == "item-hold"


@pytest.mark.scenario("lu-third-notice", source="LU1")
def test_lingnan_blocks_at_the_third_notice(world):
    """Lingnan: blocked at the third overdue notice, on day 15."""
    world.patron("LU:1", "teacher")
    world.item("HKU:1")
    world.item("HKU:2", record="HKU:b2")
    world.lent("LU:1")
    world.at("2024-03-16T10:00")
    assert world.ask("LU:1", records=("HKU:b2",)).state == "item-hold"
    world.item("HKU:3", record="HKU:b3")
    world.at("2024-03-17T10:00")
    assert "block_long_overdue" in world.refused(lambda: world.ask("LU:1", records=("HKU:b3",)))


@pytest.mark.scenario("lu-recall", source="LU3")
def test_lingnan_recalls_after_fifteen_days(world):
    """Lingnan: recallable after 15 days, back within 7 days of the notice."""
    world.patron(category="teacher")
    world.item("LU:1")
    early, late = world.lent(), "2024-02-21T10:00"
    world.recall(early)
    assert world.due(early) == "2024-02-16 22:00"
    world.at("2024-02-02T10:00")
    world.item("LU:2", record="LU:b2")
    other = world.lent(records=("LU:b2",))
    world.at(late)
    world.recall(other)
    assert world.due(other) == "2024-02-28 22:00"


@pytest.mark.scenario("lu-loss", source="LU2")
@pytest.mark.parametrize(("price", "cents"), [(12000, 22000), (None, 50000)])
def test_lingnans_losses(world, price, cents):
    """Lingnan: a loss costs the price and HK$100 and the fine; HK$500 if the price is not known."""
    world.patron("LU:1", "teacher")
    world.item("HKU:1", price_cents=price)
    request = world.lent("LU:1")
    world.at("2024-03-07T10:00")
    world.lose(request)
    assert world.fines(request) == [("late-return", 5 * 200), ("lost", cents)]


@pytest.mark.scenario("hku-blocks", source="HKU3")
def test_hku_blocks_requests(world):
    """HKU: requests are refused if charges are over the limit, with an overdue recalled item, or with more than 5 long-overdue items."""
    world.patron(category="teacher")
    for number in range(6):
        world.item(f"CUHK:{number}", record=f"CUHK:b{number}")
        world.lent(records=(f"CUHK:b{number}",))
    world.item("CUHK:x", record="CUHK:bx")
    world.recall(world.account().requests[0].request)
    world.at("2024-03-20T10:00")
    world.lose(world.account().requests[5].request)
    reasons = world.refused(lambda: world.ask(records=("CUHK:bx",)))
    assert set(reasons) == {"block_cents", "block_recalled_overdue", "block_long_overdue"}
    assert reasons["block_long_overdue"].value == 5


@pytest.mark.scenario("home-library-sets-rates", source="BU1 POLY1")
def test_the_home_library_sets_the_rates(world):
    """Rates, caps, grace, calendars, quotas and windows are those of the patron's home library, whoever lends."""
    for home, expected in (("HKBU", []), ("PolyU", [("late-return", 2 * 200)])):
        world.at(START)
        world.patron(f"{home}:1", "teacher")
        world.item(f"CUHK:{home}", record=f"CUHK:{home}")
        request = world.lent(f"{home}:1", records=(f"CUHK:{home}",))
        world.at("2024-03-04T10:00")
        assert world.fines(world.give_back(request)) == expected
