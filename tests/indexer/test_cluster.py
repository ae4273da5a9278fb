"""The interim matcher: connected components of records that share a key."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from indexer.cluster import InterimMatcher, match_keys

ISBN = "9789629960100"


def test_the_same_number_title_and_year_make_a_title():
    """10 and 13 digits, script variants and capitals do not keep an edition apart."""
    one = match_keys(["978-0-306-40615-7"], [], "The Title : sub", 1999)
    other = match_keys(["0306406152 (pbk.)"], [], "the title / SUB", "1999")
    assert one
    assert one == other


def test_another_year_title_or_number_does_not():
    """All three must agree."""
    keys = match_keys(["0306406152"], [], "Title", 1999)
    assert not set(keys) & set(match_keys(["0306406152"], [], "Title", 2000))
    assert not set(keys) & set(match_keys(["0306406152"], [], "Other", 1999))
    assert not set(keys) & set(match_keys(["9780131103627"], [], "Title", 1999))


def test_what_is_not_known_makes_no_key():
    """Without a valid number, a title or a year there is nothing to share."""
    assert match_keys(["0306406153"], ["0000-0001"], "Title", 1999) == ()
    assert match_keys(["0306406152"], [], " / ", 1999) == ()
    assert match_keys(["0306406152"], [], "Title", None) == ()


def test_issns_count_like_isbns_but_are_not_them():
    """A journal is matched by its ISSN."""
    (key,) = match_keys([], ["0317-8471"], "Journal", 1975)
    assert key.startswith("issn:")


pairs = st.lists(st.tuples(st.sampled_from("abcdefgh"), st.integers(1, 12)), max_size=40)


@given(pairs=pairs, seed=st.integers())
def test_partitions_are_connected_components_founded_by_the_oldest(pairs, seed):
    """The oracle joins sets until nothing changes; the order of equal keys does not matter."""
    shuffled = sorted(set(pairs))
    random.Random(seed).shuffle(shuffled)
    shuffled.sort(key=lambda pair: pair[0])
    groups = [{n for k, n in pairs if k == key} for key, _ in pairs]
    expected = {}
    for number in {n for _, n in pairs}:
        members = {number}
        while grown := set().union(members, *(g for g in groups if g & members)) - members:
            members |= grown
        if len(members) > 1:
            expected[number] = min(members)
    assert dict(InterimMatcher().partition(shuffled)) == expected
