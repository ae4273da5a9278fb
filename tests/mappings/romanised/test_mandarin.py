"""Derived pinyin: the readings of the library, of the characters as they are written, in little memory."""

from hypothesis import given
from hypothesis import strategies as st
from pypinyin import lazy_pinyin
from pypinyin.constants import PHRASES_DICT, PINYIN_DICT

from mappings.romanised.pinyin import own_readings, readings, syllables_of
from mappings.romanised.words import letters, plain
from mappings.tables import read_table

ROWS = read_table("romanised/mandarin.tsv", ("kind", "text", "pinyin"))


def as_the_library_reads(text):
    return [plain(letters(each)) for each in lazy_pinyin(text, v_to_u=True, errors="ignore")]


def test_characters():
    """Every character has the readings that the library has, in its order."""
    assert readings().characters.keys() == PINYIN_DICT.keys()
    for code, found in PINYIN_DICT.items():
        plainly = dict.fromkeys(plain(letters(each)) for each in found.split(","))
        assert own_readings(chr(code)) == list(plainly)


def test_phrases():
    """Every phrase has the syllables that the library has."""
    wrong = [
        phrase
        for phrase, found in PHRASES_DICT.items()
        if syllables_of(phrase) != [plain(letters(each[0])) for each in found]
    ]
    assert wrong == []


@given(st.lists(st.sampled_from(sorted(PHRASES_DICT)), min_size=1, max_size=6))
def test_runs(phrases):
    """A run is parted into phrases as the library parts it, also where they overlap."""
    run = "".join(phrases)
    assert syllables_of(run) == as_the_library_reads(run)
    assert syllables_of(run[1:]) == as_the_library_reads(run[1:])
