"""Six languages find each other: the rates over the lists of pairs, on a real index."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from bench.languages.judge import REQUIRED
from bench.languages.pairs import HALVES, ReadingPair, Variant, load_lists, load_pairs
from bench.languages.rates import failures, totals

pytestmark = [pytest.mark.es, pytest.mark.timeout(1200)]

LISTS = load_lists()
OPEN = [listed for listed in load_pairs(("open",)) if listed.list == "han-titles"]
TITLES = sorted({listed.pair.form for listed in OPEN})
"""Titles of Han characters, each on the shelf."""


@pytest.mark.parametrize("name", LISTS.lists)
@pytest.mark.parametrize("half", HALVES)
def test_a_list_reaches_what_is_wanted(half, name, verdicts):
    """The share of pairs that hold in either half, and of those whose exact form comes first."""
    total = next(t for t in totals(verdicts) if (t.half, t.list) == (half, name))
    about = LISTS.lists[name]
    checks = {*REQUIRED[about.claim], "exact"}
    counted = [v for v in verdicts if (v.half, v.list) == (half, name)]
    why = [(v.first, v.second, failures(v, checks)) for v in counted if failures(v, checks)]
    assert total.counted.share >= about.wanted, why
    assert total.exact.share >= LISTS.exact, why


def test_the_judge_refuses_wrong_pairs(wrong_verdicts):
    """Of pairs that are no pairs every check that applies to the two texts fails."""
    reasons = [failures(verdict, ("standard", "wide", "apart")) for verdict in wrong_verdicts]
    assert all(reasons), reasons


def test_a_longer_title_is_not_the_same(wrong_verdicts):
    """Equal hits means equal: that one title is found by both is not enough."""
    verdict = next(v for v in wrong_verdicts if v.second == "香港史")
    assert failures(verdict, ("standard",)) == ["香港史 does not find 香港"]


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_any_mixture_of_forms_finds_the_same(data, shelf, open_classes):
    """A title, and the title with any of its characters in another form, find the same titles."""
    title = data.draw(st.sampled_from(TITLES))
    mixed = "".join(
        data.draw(st.sampled_from(open_classes.others(character))) for character in title
    )
    assert shelf.find(mixed, "standard").all == shelf.find(title, "standard").all != frozenset()


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(data=st.data())
def test_any_part_of_a_title_finds_it_in_every_form(data, shelf, open_classes):
    """Two characters or more of a title, in any forms, find it."""
    pair = data.draw(st.sampled_from([listed.pair for listed in OPEN]))
    at = data.draw(st.integers(0, len(pair.form) - 2))
    end = data.draw(st.integers(at + 2, len(pair.form)))
    mixed = "".join(data.draw(st.sampled_from(open_classes.others(c))) for c in pair.form[at:end])
    own = {title for title, form in shelf.forms.items() if form.text in (pair.form, pair.other)}
    assert own <= shelf.find(mixed, "standard").all


def test_native_forms_hear_nothing(shelf, pairs):
    """A native title finds in width `wide` no more of the pairs' Latin titles than in `standard`."""
    latin = {title for title, form in shelf.forms.items() if form.text.isascii()}
    for pair in {p.pair.native for p in pairs if isinstance(p.pair, ReadingPair)}:
        more = shelf.find(pair, "wide").all - shelf.find(pair, "standard").all
        assert more & latin == frozenset(), pair


def test_variants_are_found_by_field_too(shelf, pairs):
    """A title in two forms is the same within its field: no field lacks what the others have."""
    for listed in pairs:
        if (
            isinstance(listed.pair, Variant)
            and listed.list == "han-titles"
            and listed.half == "open"
        ):
            first, second = (
                shelf.find(f"title:{text}", "standard").all
                for text in (listed.pair.form, listed.pair.other)
            )
            assert first == second != frozenset(), listed.pair
