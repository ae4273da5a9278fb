"""Who may ask for what, who lends, and what a refusal says."""

from __future__ import annotations

from datetime import date

import pytest

from circulation import asking, lending
from circulation.machine import NoSuchStep


@pytest.mark.scenario("home-shelf-refuses", source="INN1 HKU2 SEL")
def test_on_the_shelf_at_home(world):
    """On the shelf at home: refused; the own collection comes first."""
    world.patron()
    world.items("HKU:1", "CUHK:1")
    reason = world.refused(world.ask)["home_shelf_refuses"]
    assert (reason.found, reason.source) == ("HKU:1", "INN1")


@pytest.mark.scenario("home-copies-out", source="HKU2 CITY1 EDU1 LU4")
def test_home_copies_are_out(world):
    """One may ask when the home library's copies are out and a copy elsewhere is available."""
    world.patron()
    world.item("HKU:1", status="on-loan")
    world.item("CUHK:1")
    assert world.ask().lender == "CUHK"


@pytest.mark.scenario("some-copy-available", source="HKU2 CITY1 EDU1 LU4")
def test_every_copy_is_out(world):
    """Some copy elsewhere must be available: not lent, missing, in process, or held."""
    world.patron()
    for number, status in enumerate(["on-loan", "missing", "in-process", "unfit"]):
        world.item(f"CUHK:{number}", status=status)
    world.patron("LU:1")
    world.item("HKBU:1")
    world.ask("LU:1")
    assert world.refused(world.ask)["available"].found == 5


@pytest.mark.scenario("volume-named", source="HKU1 INN3")
def test_a_set_needs_a_volume(world):
    """Of a multi-volume set the patron must name the volume; any text in a volume field makes it a set."""
    world.patron()
    world.item("CUHK:1", volume="v.1")
    world.item("CUHK:2", volume="v.2")
    assert world.refused(world.ask)["volume_needed"].found == ["v.1", "v.2"]
    assert world.ask(volume="V.2").item == "CUHK:2"
    assert "volume" in world.refused(lambda: world.ask(volume="v.9"))


@pytest.mark.scenario("volume-at-home", source="ours")
def test_another_volume_at_home_does_not_refuse(world):
    """Another volume of the set on the shelf at home does not refuse the one that is asked for."""
    world.patron()
    world.item("HKU:1", volume="v.1")
    world.item("CUHK:2", volume="v.2")
    assert world.ask(volume="v.2").state == "item-hold"


@pytest.mark.scenario("not-eligible", source="CITY1")
@pytest.mark.parametrize("category", ["alumnus", "external", "exchange-student"])
def test_who_is_not_eligible(world, category):
    """Alumni, visitors, exchange students, external members are not eligible."""
    world.patron(category=category)
    world.item("CUHK:1")
    assert world.refused(world.ask)["eligible"].found == category


@pytest.mark.scenario("load-balance", source="HKU-press EXL4")
def test_the_lender_is_chosen_by_load_balance(world):
    """The lender is chosen by load balance: what libraries send and get is evened."""
    world.patron(category="teacher")
    lenders = []
    for number in range(6):
        keys = [f"{code}:{number}" for code in ("CUHK", "LU", "CityU")]
        for key in keys:
            world.item(key, record=f"{key.partition(':')[0]}:n{number}")
        records = tuple(f"{code}:n{number}" for code in ("CUHK", "LU", "CityU"))
        lenders.append(world.ask(records=records).lender)
    assert sorted(lenders[:3]) == sorted(lenders[3:]) == ["CUHK", "CityU", "LU"]


@pytest.mark.scenario("balance-of-borrowing", source="HKU-press")
def test_who_has_borrowed_lends(world):
    """A library that has got more than it has sent is asked first."""
    world.patron("LU:1")
    world.item("HKBU:9", record="HKBU:b9")
    world.ask("LU:1", records=("HKBU:b9",))
    world.patron()
    world.items("CUHK:1", "LU:1")
    assert world.ask().lender == "LU"


@pytest.mark.scenario("denial-rerouted", source="INN1")
def test_after_a_denial_another_library(world):
    """After a denial another copy is tried, never the same server again; if none is left it is cancelled."""
    world.patron()
    world.items("CUHK:1", "CUHK:2", "LU:1")
    request = world.ask()
    asked = [request.lender]
    request = world.deny(request)
    asked.append(request.lender)
    assert sorted(asked) == ["CUHK", "LU"]
    request = world.deny(request, "lent-locally")
    assert request.state == "unfilled"
    assert sorted(request.denied_by) == ["CUHK", "LU"]
    assert world.do(lambda desk: desk.unit.balances())["HKU"].borrowed == 0


@pytest.mark.scenario("cancel-before-shipped", source="HKU-st INN1")
def test_cancelled_only_before_it_is_shipped(world):
    """A patron may cancel only before the item is shipped."""
    world.patron()
    world.item("CUHK:1")
    assert world.cancel(world.ask()).state == "cancelled"
    request = world.move(world.ask(), "ship")
    with pytest.raises(NoSuchStep, match="shipped"):
        world.cancel(request)


@pytest.mark.scenario("transfer", source="INN1")
def test_transfer_to_another_copy(world):
    """The lender may transfer the request to another of its copies."""
    world.patron()
    world.items("CUHK:1", "CUHK:2", "LU:1")
    request = world.ask()
    request = world.do(lambda desk: asking.transfer(desk, request.id, "CUHK:2"))
    assert (request.item, request.state) == ("CUHK:2", "item-hold")
    assert world.do(lambda desk: desk.item("CUHK:1")).on_shelf
    assert "same-lender" in world.refused(
        lambda: world.do(lambda desk: asking.transfer(desk, request.id, "LU:1"))
    )


@pytest.mark.scenario("receive-unannounced", source="INN1")
def test_received_without_being_shipped(world):
    """An item may be received unannounced: nobody noted that it was shipped."""
    world.patron()
    world.item("CUHK:1")
    assert world.move(world.ask(), "receive").state == "received"


@pytest.mark.scenario("local-hold", source="INN1")
def test_converted_to_a_local_hold(world):
    """A request may be converted to a hold on a copy of the own library."""
    world.patron()
    world.item("CUHK:1")
    request = world.ask()
    request = world.do(lambda desk: asking.end(desk, request.id, "convert"))
    assert request.state == "local-hold"
    assert world.do(lambda desk: desk.item("CUHK:1")).on_shelf


@pytest.mark.scenario("request-expires", source="INN2")
def test_an_unfilled_request_expires(world):
    """A request that nobody fills in time expires, and the copy is free again."""
    world.patron()
    world.item("CUHK:1")
    request = world.ask()
    world.later(30)
    assert world.night().expired == 0
    world.later(1)
    assert world.night().expired == 1
    assert world.request(request).state == "expired"
    assert world.do(lambda desk: desk.item("CUHK:1")).on_shelf


@pytest.mark.scenario("pickup-elsewhere", source="ours")
def test_collected_at_another_library(world):
    """A request may name another library of the network to collect it at."""
    world.patron()
    world.item("CUHK:1")
    assert world.ask(pickup="LU").pickup == "LU"
    assert "pickup" in world.refused(lambda: world.ask(pickup="MIT"))


@pytest.mark.scenario("all-reasons", source="ours")
def test_a_refusal_names_every_reason(world):
    """A refusal names all its reasons, each with its rule, value, source and what lifts it."""
    world.patron(category="alumnus", cards=(), valid_until=date(2005, 10, 1), blocked="address")
    world.items("HKU:1")
    reasons = world.refused(world.ask)
    assert set(reasons) == {
        "eligible", "valid_until", "blocked", "card", "home_shelf_refuses", "held-elsewhere"}  # fmt: skip
    assert all(reason.text and reason.lifts for reason in reasons.values())
    assert reasons["card"].source == "article"


@pytest.mark.scenario("same-again", source="ours")
def test_the_same_is_not_asked_for_twice(world):
    """A patron who has asked for a title, or has it, cannot ask for it again."""
    world.patron()
    world.items("CUHK:1", "LU:1")
    request = world.ask()
    assert world.refused(world.ask)["same-again"].found == request.id
    world.give_back(world.check_out(world.shelved(request)))
    assert world.ask().lender != request.lender  # what is on its way back is had no more


def test_the_same_volume_is_the_same_however_it_is_written(world):
    """``V. 1`` is ``v.  1`` when it is asked for again, as it is when it is looked for on the shelf."""
    world.patron()
    world.items("CUHK:1", "LU:1", volume="v. 1")
    world.item("LU:2", record="LU:b1", volume="v. 2")
    request = world.ask(volume="V. 1")
    assert world.refused(lambda: world.ask(volume="v.  1"))["same-again"].found == request.id
    assert world.ask(volume="v. 2").item == "LU:2"


def test_a_copy_of_a_chapter_is_not_the_book(world):
    """Who waits for a copy of a chapter may still ask for the book."""
    world.patron()
    world.items("CUHK:1", "LU:1")
    world.copy()
    assert world.ask().state == "item-hold"


@pytest.mark.scenario("blocked-by-debts", source="EDU2")
def test_debts_block(world):
    """Who owes more than the limit cannot request; paying a part lifts it."""
    world.patron()
    world.item("CUHK:1", price_cents=5000)
    world.item("CUHK:2", record="CUHK:b2")
    request = world.lent()
    world.lose(request)
    reason = world.refused(lambda: world.ask(records=("CUHK:b2",)))["block_cents"]
    assert (reason.found, reason.value, reason.lifts) == (15000, 10000, "Pay HK$50.00.")
    world.pay(world.fine_list(request)[0], 5000)
    assert world.ask(records=("CUHK:b2",)).state == "item-hold"


@pytest.mark.scenario("own-card-collects", source="article")
def test_only_the_patron_who_asked_collects(world):
    """An item is handed to the patron who asked for it, by any card of theirs."""
    world.patron()
    world.patron("HKU:2")
    world.item("CUHK:1")
    request = world.shelved(world.ask())
    assert "own-card" in world.refused(lambda: world.check_out(request, "HKU:2"))
    lent = world.do(lambda desk: lending.check_out(desk, request.id, "julac-HKU:1"))
    assert lent.state == "on-loan"


def test_leading_zeros_of_numbers_are_kept(world):
    """HKU:0123 and HKU:123 are two patrons."""
    world.patron("HKU:0123")
    world.patron("HKU:123")
    accounts = [world.account(name).patron.number for name in ("HKU:0123", "HKU:123")]
    assert accounts == ["0123", "123"]
