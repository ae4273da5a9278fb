"""Members to a title: united, without doubles, the same whatever order they come in."""

import random

import pytest

from indexer.merge import merge
from mappings import load_catalogue
from records.model import Copy, Origin, RecordId, StoredRecord


@pytest.fixture(scope="module")
def catalogue():
    return load_catalogue()


def member(institution, number, sequence, document, added="2026-01-01", copies=()):
    return StoredRecord(
        id=RecordId(institution, number),
        kind="bibliographic",
        syntax="iso2709",
        origin=Origin("x", 0, 0),
        data=b"",
        document=document,
        copies=copies,
        sequence=sequence,
        added=added,
    )


ROMANISED = member(
    "HKU",
    "1",
    1,
    {
        "title": {"latin": ["Hong lou meng"], "whole": ["hong lou meng"]},
        "year": [1982],
        "isbn": ["9787020002207"],
        "call_number": ["PL1"],
        "sort_title": {"root": "aa", "kana": "ab"},
        "display": {"title": "Hong lou meng", "isbn": ["9787020002207"], "notes": ["a", "b", "c"]},
    },
    added="2026-02-01",
    copies=(Copy(location="Main", call_number="PL1"),),
)
BOTH = member(
    "CUHK",
    "2",
    2,
    {
        "title": {
            "latin": ["Hong lou meng"],
            "han": ["紅樓夢"],
            "whole": ["hong lou meng", "红楼梦"],
        },
        "year": [1982, 1983],
        "isbn": ["9787020002207", "9789571405353"],
        "sort_title": {"root": "bb", "kana": "bc"},
        "display": {
            "title": "紅樓夢",
            "title_romanised": "Hong lou meng",
            "isbn": ["9789571405353"],
        },
    },
)
JOINED = {BOTH.id: (Copy(location="Annex", call_number="PL2"),)}


def test_values_are_united(catalogue):
    """Each tier and each list holds the values of all members, once, the oldest member's first."""
    document = merge("HKU:1", [ROMANISED, BOTH], {}, catalogue)
    assert document["title"] == {
        "latin": ["Hong lou meng"],
        "han": ["紅樓夢"],
        "whole": ["hong lou meng", "红楼梦"],
    }
    assert document["year"] == [1982, 1983]
    assert document["isbn"] == ["9787020002207", "9789571405353"]


def test_the_fullest_member_is_shown(catalogue):
    """Both scripts come before more fields; the sort key is that of the title shown."""
    document = merge("HKU:1", [ROMANISED, BOTH], {}, catalogue)
    assert document["display"]["title"] == "紅樓夢"
    assert document["display"]["isbn"] == ["9787020002207", "9789571405353"]
    assert document["sort_title"] == {"root": "bb", "kana": "bc"}


def test_the_oldest_of_equals_is_shown(catalogue):
    """Members that say equally much: the first that came in is shown."""
    one = member("HKU", "1", 5, {"display": {"title": "A"}})
    two = member("LU", "2", 4, {"display": {"title": "B"}})
    assert merge("LU:2", [one, two], {}, catalogue)["display"]["title"] == "B"


def test_who_holds_it(catalogue):
    """Members, institutions, copies of both kinds of records, locations and the first day."""
    document = merge("HKU:1", [BOTH, ROMANISED], JOINED, catalogue)
    assert document["title_id"] == "HKU:1"
    assert document["members"] == [
        {"institution": "HKU", "control_number": "1"},
        {"institution": "CUHK", "control_number": "2"},
    ]
    assert document["held_by"] == ["HKU", "CUHK"]
    assert document["holdings"] == [
        {"institution": "HKU", "control_number": "1", "location": "Main", "call_number": "PL1"},
        {"institution": "CUHK", "control_number": "2", "location": "Annex", "call_number": "PL2"},
    ]
    assert document["location"] == ["HKU:Main", "CUHK:Annex"]
    assert document["added"] == "2026-01-01"


def test_call_numbers_of_joined_holdings_are_found(catalogue):
    """A call number that only a holdings record has is searched and browsed."""
    document = merge("HKU:1", [ROMANISED, BOTH], JOINED, catalogue)
    assert document["call_number"] == ["PL1", "PL2"]
    assert len(document["shelf_key"]) == 1  # of PL2: the members of this test have no keys


def test_availability_is_left_to_circulation(catalogue):
    """Nothing is said about availability when an index is built."""
    document = merge("HKU:1", [ROMANISED], {}, catalogue)
    assert not {"available_at", "requestable_at"} & set(document)


def test_order_of_members_does_not_matter(catalogue):
    """The same members make the same document, key for key, in whatever order they are given."""
    members = [ROMANISED, BOTH, member("LU", "3", 3, {"year": [1990], "display": {"title": "C"}})]
    expected = list(merge("HKU:1", members, JOINED, catalogue).items())
    shuffler = random.Random(7)
    for _ in range(10):
        shuffler.shuffle(members)
        assert list(merge("HKU:1", members, JOINED, catalogue).items()) == expected


def test_members_are_not_changed(catalogue):
    """Merging leaves the stored documents as they were."""
    before = repr((ROMANISED, BOTH))
    merge("HKU:1", [ROMANISED, BOTH], JOINED, catalogue)
    assert repr((ROMANISED, BOTH)) == before


def test_suggestions_of_all_members_weigh_by_their_holders(catalogue):
    """Each member's headings lead to the title; it counts for more the more libraries hold it."""
    one = member("HKU", "1", 1, {"suggest_title": ["a\tA\t"], "display": {"title": "A"}})
    two = member("LU", "2", 2, {"suggest_title": ["a\tA\t", "b\tB\t"], "display": {"title": "B"}})
    made = merge("HKU:1", [one, two], {}, catalogue)["suggest_title"]
    assert made == {"input": ["a\tA\t", "b\tB\t"], "weight": 2}
