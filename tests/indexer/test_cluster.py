"""The interim matcher: connected components of records that share a key."""

from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from indexer.cluster import InterimMatcher, cluster, match_keys
from records import GoneTitle, Origin, RecordId, StoredRecord, open_store
from records.codec import Codec

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


class Looking(InterimMatcher):
    """Remembers what it was shown."""

    def partition(self, keys):
        shown = list(keys)
        self.shown = {sequence for _, sequence in shown}
        return super().partition(shown)


def put(store, **keys):
    for number, its in keys.items():
        made = StoredRecord(
            RecordId("HKU", number),
            "bibliographic",
            "iso2709",
            Origin("f", 0, 0),
            b"",
            {},
            tuple(its),
        )
        store.put(Codec().pack(made, f"{number}{its}".encode()), "2026-01-01", 1)


def groups(store):
    return {title.id: [m.id.control_number for m in title.members] for title in store.iter_titles()}


def test_only_what_a_change_touches_is_looked_at(tmp_path):
    """A bridge that goes leaves two titles; one that comes makes them one; others are not shown."""
    with open_store(tmp_path / "store.sqlite") as store:
        put(store, a="x", b="xy", c="y", **{f"o{n}": [f"o{n // 2}"] for n in range(20)})
        assert cluster(store, Looking()) == 11
        assert groups(store)["HKU:a"] == ["a", "b", "c"]
        matcher, others = Looking(), len(groups(store)) - 1
        store.delete(RecordId("HKU", "b"), "bibliographic", 2)
        assert cluster(store, matcher) == 2
        assert matcher.shown == {store.get(RecordId("HKU", n)).sequence for n in "ac"}
        assert (groups(store)["HKU:a"], groups(store)["HKU:c"]) == (["a"], ["c"])
        put(store, b="xy")
        assert cluster(store, matcher) == 2
        assert matcher.shown == {store.get(RecordId("HKU", n)).sequence for n in "abc"}
        assert groups(store)["HKU:a"] == ["a", "b", "c"]
        assert len(groups(store)) == others + 1
        assert cluster(store, matcher) == 0


def test_a_title_whose_founder_goes_is_called_after_the_next(tmp_path):
    """The former id is told as gone, and leads to what is left."""
    with open_store(tmp_path / "store.sqlite") as store:
        put(store, a="x", b="x", **{f"o{n}": [f"o{n}"] for n in range(9)})
        cluster(store, Looking())
        before = store.last_change()
        store.delete(RecordId("HKU", "a"), "bibliographic", 2)
        cluster(store, Looking())
        told = list(store.changes_after(before))
        assert [each.id for each in told] == ["HKU:a", "HKU:b"]
        assert told[0] == GoneTitle("HKU:a", "HKU:b")
