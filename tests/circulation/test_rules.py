"""Policy files, calendars, due dates and fines, against rules said in another way."""

from __future__ import annotations

import shutil
from datetime import date, timedelta
from importlib.resources import files
from pathlib import Path
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.datafile import DataFileError
from base.errors import UsageFailure
from circulation.calendar import Calendar, general_holidays, load_weeks
from circulation.clock import NOON, instant, parse_instant
from circulation.dues import loan_due, recall_due, renewal_due
from circulation.fines import late_fine
from circulation.machine import Table, machine, problems
from circulation.model import Category, Closure, Loan, Terms
from circulation.policy import NoRegime, Policies, card_year_end
from circulation.reasons import facts
from circulation.rules import Rules

SHIPPED = Path(str(files("circulation"))) / "policies"
DAY = date(2024, 2, 1)


@pytest.fixture
def folder(tmp_path):
    """A copy of the policy files, to be damaged."""
    return shutil.copytree(SHIPPED, tmp_path / "policies")


@pytest.mark.parametrize(
    ("line", "wrong", "says"),
    [
        (
            "  quota: {value: 10, source: article}",
            "  quota: {value: ten, source: article}",
            "Expected `int`",
        ),
        (
            "  quota: {value: 10, source: article}",
            "  quota: {value: 10, source: hearsay}",
            "hearsay",
        ),
        (
            "  quota: {value: 10, source: article}",
            "  quote: {value: 10, source: article}",
            "no such rule",
        ),
        (
            "  quota: {value: 10, source: article}",
            "  quota: {value: 10, for: [dean], source: article}",
            "Invalid enum",
        ),
        (
            "  quota: {value: 10, source: article}",
            "  quota: {value: 10, for: [staff], source: article}",
            "for everybody",
        ),
        (
            "  card: {value: julac, source: article}",
            "  card: {value: gold, source: article}",
            "gold",
        ),
        (
            "  card: {value: julac, source: article}",
            "  card: {value: julac, unknown: true, source: article}",
            "unknown",
        ),
    ],
)
def test_a_wrong_policy_file_is_refused_when_it_is_loaded(folder, line, wrong, says):
    """Whatever is wrong with a value is said with file and key, before anything runs by it."""
    file = folder / "2005-network.yaml"
    text = file.read_text(encoding="utf-8")
    assert line in text
    file.write_text(text.replace(line, wrong), encoding="utf-8")
    with pytest.raises(DataFileError) as caught:
        Policies(folder)
    assert caught.value.file == "2005-network.yaml"
    assert says in caught.value.problem


def test_every_regime_library_and_category_has_every_rule():
    """No combination is without a value; each says where it is from, or that it is not known."""
    policies = Policies()
    for regime, day in (
        ("trial-2004", date(2004, 2, 1)),
        ("2005", date(2010, 1, 1)),
        ("2017", DAY),
    ):
        for institution in policies.members:
            for category in get_args(Category):
                policy = policies.at(institution, day, category)
                assert policy.regime == regime
                assert set(policy.provenance) == set(Rules.__struct_fields__)
                for rule, origin in policy.provenance.items():
                    assert origin.source in policies.sources, rule
                    assert not origin.unknown or origin.source == "ours", rule


def test_every_fact_that_refuses_has_a_source():
    """Whatever is no rule of a policy says where it is from, and what lifts it."""
    known = Policies().sources
    assert {name for name, fact in facts().items() if fact.source not in known or not fact.lifts} == set()  # fmt: skip


def test_an_unknown_regime_is_refused():
    """A misspelt regime is said with those there are."""
    with pytest.raises(NoRegime) as caught:
        Policies(regime="2006")
    assert "trial-2004" in caught.value.hint


def test_the_machine_is_sound_and_a_damaged_one_is_not():
    """Doubles, dead ends, unreachable states, unknown names: each is found."""
    import msgspec

    table = machine().table
    assert problems(table) == []
    raw = msgspec.to_builtins(table)
    ship = next(row for row in raw["transitions"] if row["trigger"] == "ship")
    for change, says in [
        ({"to": "nowhere"}, "no state 'nowhere'"),
        ({"guards": ["maybe"]}, "no guard 'maybe'"),
        ({"events": ["Flew"]}, "first event"),
        ({"trigger": "receive"}, "two transitions"),
        ({"to": "received"}, "nothing leads to shipped"),
        ({"from": ["checked-in"]}, "final, but left"),
    ]:
        rows = [row | change if row is ship else row for row in raw["transitions"]]
        damaged = msgspec.convert(raw | {"transitions": rows}, Table)
        assert any(says in problem for problem in problems(damaged)), says


def test_general_holidays_of_hong_kong():
    """The package names general holidays, with substitutes: Lunar New Year, Easter, Ching Ming, Buddha."""
    assert {
        date(2005, 2, 9),
        date(2005, 3, 25),
        date(2005, 10, 11),
        date(2005, 12, 27),
    } <= general_holidays(2005)
    assert {
        date(2024, 2, 10),
        date(2024, 2, 12),
        date(2024, 2, 13),
        date(2024, 4, 4),
        date(2024, 5, 15),
    } <= general_holidays(2024)
    assert len([day for day in general_holidays(2024) if day.weekday() != 6]) >= 16


def test_the_card_year_ends_on_the_last_of_july():
    """1 August begins a year, 31 July ends it."""
    assert card_year_end(date(2024, 7, 31), "08-01") == date(2024, 7, 31)
    assert card_year_end(date(2024, 8, 1), "08-01") == date(2025, 7, 31)


closures = st.sets(st.dates(date(2024, 1, 1), date(2024, 6, 30)), max_size=40)
instants = st.builds(
    lambda day, minute: instant(day, NOON) + timedelta(minutes=minute),
    st.dates(date(2024, 1, 1), date(2024, 5, 30)),
    st.integers(-700, 700),
)
policies_2017 = Policies(regime="2017")
homes = st.sampled_from(sorted(policies_2017.members))
categories = st.sampled_from(get_args(Category))


def calendar_with(days):
    own = [Closure(institution="HKU", day=day) for day in days]
    return Calendar(load_weeks().default, own)


def terms(**more):
    told = {
        "loan_days": 15, "fine_cents": 200, "recalled_fine_cents": 400, "fine_counts": "calendar",
        "grace_days": 0, "grace_lapses": False, "fine_cap_cents": 10000, "lost_fee_cents": 0,
        "lost_unknown_price_cents": 0}  # fmt: skip
    return Terms(**(told | more))


@given(homes, categories, instants, closures)
def test_a_due_date_is_open_at_closing_time_and_not_before_its_days(home, category, at, days):
    """The due day is the first open one from loan day + days on; the due time is its closing time."""
    rules = policies_2017.at(home, at.date(), category).rules
    calendar = calendar_with(days)
    due = loan_due(rules, calendar, at)
    first = at.date() + timedelta(days=rules.loan_days)
    between = [first + timedelta(days=n) for n in range((due.date() - first).days)]
    assert due.date() >= first
    assert calendar.is_open(due.date())
    assert not any(calendar.is_open(day) for day in between)
    assert due.time() == calendar.closing(due.date())


@given(homes, categories, instants, closures, st.integers(0, 60))
def test_a_recall_never_lengthens_and_a_renewal_keeps_the_span(home, category, at, days, later):
    """Recall: due no later than before. Renewal: due no later than the first open day from the span's end."""
    rules = policies_2017.at(home, at.date(), category).rules
    calendar = calendar_with(days)
    loan = Loan(request="R", item="I", home=home, lender="CUHK", lent_at=at,
                due_at=loan_due(rules, calendar, at), terms=terms())  # fmt: skip
    now = at + timedelta(days=later)
    assert recall_due(rules, calendar, loan, now) <= loan.due_at
    span_end = at.date() + timedelta(days=rules.max_span_days)
    assert renewal_due(rules, calendar, loan, now).date() <= calendar.next_open(span_end)


@given(
    at=instants,
    days=closures,
    late=st.integers(0, 120),
    recalled_after=st.none() | st.integers(-10, 60),
    counts=st.sampled_from(["calendar", "open"]),
    grace=st.integers(0, 5),
    lapses=st.booleans(),
    cap=st.none() | st.integers(0, 20000),
)
def test_a_fine_is_the_sum_of_its_days(at, days, late, recalled_after, counts, grace, lapses, cap):  # noqa: PLR0913, PLR0917 - what a fine depends on
    """Walking day by day from the due date gives the same fine; it is never negative, never above its cap."""
    calendar = calendar_with(days)
    due = calendar.end_of(at.date())
    recalled = None if recalled_after is None else due + timedelta(days=recalled_after, hours=-1)
    loan = Loan(request="R", item="I", home="HKU", lender="CUHK", lent_at=at - timedelta(days=15),
                due_at=due, recalled_at=recalled,
                terms=terms(fine_counts=counts, grace_days=grace, grace_lapses=lapses, fine_cap_cents=cap))  # fmt: skip
    back = due + timedelta(days=late, hours=-3)
    rates = []
    for number in range(1, late + 1):
        day = due.date() + timedelta(days=number)
        if counts == "calendar" or calendar.is_open(day):
            rates.append(400 if recalled and day > recalled.date() else 200)
    if back > calendar.end_of(back.date()):  # closing times differ: then it is the next day's
        return
    expected = 0 if len(rates) <= grace else sum(rates if lapses else rates[grace:])
    expected = expected if cap is None else min(expected, cap)
    found = late_fine(loan, calendar, back)
    assert found == expected
    assert 0 <= found <= (cap if cap is not None else found)


@pytest.mark.parametrize(
    ("text", "iso"),
    [("2005-11-01", "2005-11-01T12:00:00+08:00"), ("2005-11-01T09:30", "2005-11-01T09:30:00+08:00"),
     ("2005-11-01T01:30Z", "2005-11-01T09:30:00+08:00"), ("20051101", "2005-11-01T12:00:00+08:00"),
     ("2004-02-29T16:00Z", "2004-03-01T00:00:00+08:00")],
)  # fmt: skip
def test_times_are_hong_kongs(text, iso):
    """A day is its noon; a time without an offset is Hong Kong's."""
    assert parse_instant(text).isoformat() == iso


@pytest.mark.parametrize("text", ["2005-02-29", "0001-01-01", "9999-12-31T23:59Z", "noon"])
def test_what_is_no_time_of_a_calendar_is_said(text):
    """No such day, no such year here, no time at all: a line, not an overflow later."""
    with pytest.raises(UsageFailure):
        parse_instant(text)
