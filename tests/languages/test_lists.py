"""The lists of pairs: their sizes, and that the two halves share nothing."""

from collections import Counter

import pytest

from bench.languages.judge import Classes
from bench.languages.pairs import HALVES, Distinct, ReadingPair, Variant, load_lists, load_pairs
from bench.languages.records import record
from mappings import has_latin
from mappings.tables import TableError, parse_table

SIZES = {
    "han-characters": 300, "han-titles": 100, "korean-spacing": 40, "japanese": 40, "german": 40, "french": 40,
    "romanised": 60, "kana": 30, "distinct": 100,
}  # fmt: skip
HANJA = 30


def texts(listed):
    match listed.pair:
        case Variant():
            return {listed.pair.form, listed.pair.other}
        case ReadingPair():
            return {listed.pair.native}
        case Distinct():
            return {(listed.pair.held, listed.pair.asked)}


@pytest.mark.parametrize("name", SIZES)
def test_lists_are_as_long_as_promised(name):
    """Both halves together, without the kinds that do not count, each a good half of it."""
    about = load_lists().lists[name]
    counted = [p for p in load_pairs() if p.list == name and p.pair.kind not in about.apart]
    assert len(counted) >= SIZES[name]
    assert min(Counter(p.half for p in counted).values()) >= SIZES[name] // 2
    assert {p.half for p in counted} == set(HALVES)


def test_hanja_are_as_many_as_promised():
    """In each half: the list has other Korean readings too."""
    kinds = Counter((p.half, p.pair.kind) for p in load_pairs())
    assert min(kinds[half, "hanja-hangul"] for half in HALVES) >= HANJA // 2


@pytest.mark.parametrize("name", load_lists().lists)
def test_halves_share_nothing(name):
    """What is held out is of other characters, titles and names than what the tables were made with."""
    known = {half: set() for half in HALVES}
    for listed in load_pairs():
        if listed.list == name:
            known[listed.half] |= texts(listed)
    assert known["open"] & known["held-out"] == set()


def test_no_pair_is_of_one_form():
    """Two texts that are the same show nothing."""
    for listed in load_pairs():
        match listed.pair:
            case Variant():
                assert listed.pair.form != listed.pair.other
            case Distinct():
                assert listed.pair.held != listed.pair.asked


def test_single_characters_are_single():
    """A character is one code point, whatever plane it is of."""
    for listed in load_pairs():
        if listed.list == "han-characters":
            assert len(listed.pair.form) == len(listed.pair.other) == 1


def test_distinct_words_are_no_forms_of_one_another():
    """A pair that must not match does not differ by forms that the other lists hold to be equal."""
    classes = Classes(load_pairs())
    for listed in load_pairs():
        if isinstance(listed.pair, Distinct):
            held = listed.pair.held.split() if has_latin(listed.pair.held) else [listed.pair.held]
            asked = classes.plain(listed.pair.asked)
            found = [text for text in held if asked == classes.plain(text)]
            assert not found, listed
            assert has_latin(asked) or asked not in classes.plain(held[0]), listed


def test_a_wrong_row_is_named():
    """A row with a cell too few says its file and line."""
    with pytest.raises(TableError) as caught:
        parse_table("form\tother\n學\t学\n圖\n", ("form", "other"), "open/x.tsv")
    assert caught.value.line == 3


def test_records_pair_the_scripts():
    """A romanised title stands in 245, the native one in the 880 that is linked with it."""
    from bench.languages.records import Form

    made = record(Form("紅樓夢", "chi", romanised="Hong lou meng"), "pair00001")
    assert made["245"]["6"] == "880-01"
    assert made["880"]["6"] == "245-01/$1"
    assert made["880"]["a"] == "紅樓夢"
    assert made["008"].data[35:38] == "chi"
    assert len(made["008"].data) == 40
