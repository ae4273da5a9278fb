"""Syllables of pinyin and of Wade-Giles, and which of the two a text is in."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pypinyin.constants import PINYIN_DICT

from mappings.romanised import index_units, scheme_of
from mappings.romanised.chinese import pinyin_of, spellings_of, syllables, wade_giles_of
from mappings.romanised.words import letters, plain
from mappings.tables import read_table

ROWS = read_table("romanised/syllables.tsv", ("pinyin", "wade_giles", "also"))
PINYIN = sorted(row[0] for row in ROWS)


@pytest.mark.parametrize("syllable", PINYIN)
def test_every_syllable_is_one(syllable):
    """A syllable of pinyin parses as itself, in any case and with v or u and dots for ü."""
    assert pinyin_of(syllable) == (plain(syllable),)
    assert index_units(syllable.upper(), "zh", "pinyin") == (plain(syllable),)
    assert pinyin_of(syllable.replace("ü", "v")) == (plain(syllable),)


def test_the_table_is_a_bijection():
    """A spelling of Wade-Giles stands for one syllable; o and lo, rare ones, have none."""
    spelt = [name for row in ROWS for name in (row[1], *row[2].split()) if name]
    assert len(set(spelt)) == len(spelt)
    assert len(set(PINYIN)) == len(PINYIN)
    assert {row[0] for row in ROWS if not row[1]} == {"o", "lo"}


@pytest.mark.parametrize("row", [row for row in ROWS if row[1]], ids=lambda row: row[1])
def test_wade_giles_is_read_back(row):
    """Each spelling of Wade-Giles is read as its syllable, and among what it may be unmarked."""
    assert wade_giles_of(row[1]) == (plain(row[0]),)
    assert plain(row[0]) in spellings_of(plain(row[1]))[0]


def test_readings_of_characters_are_syllables():
    """The first reading of every character of the Basic Multilingual Plane is in the table, but for interjections."""
    readings = {
        letters(PINYIN_DICT[code].split(",")[0])
        for code in PINYIN_DICT
        if code in range(0x4E00, 0x9FA6)
    }
    assert {r for r in readings if not pinyin_of(r)} <= {"m", "n", "ng", "hm", "hng", "r", "ê", "fiao", "wong", "din", "cei", "kei"}  # fmt: skip


@pytest.mark.parametrize(
    ("text", "units"),
    [
        ("Hong lou meng", "hong lou meng"),
        ("Honglou meng", "hong lou meng"),
        ("Hónglóu mèng", "hong lou meng"),
        ("hong2lou2 meng4", "hong lou meng"),
        ("Hung lou mêng", "hong lou meng"),
        ("HUNG-LOU-MENG", "hong lou meng"),
        ("Xi'an", "xi an"),
        ("Xiʼan", "xi an"),
        ("Xian", "xian"),
        ("Lü shi chun qiu", "lu shi chun qiu"),
        ("Lǚ shì chūn qiū", "lu shi chun qiu"),
        ("Lv shi chun qiu", "lu shi chun qiu"),
        ("Lü-shih chʻun-chʻiu", "lu shi chun qiu"),
        ("Tʻang shih san pai shou", "tang shi san bai shou"),
        ("Chung-kuo che hsüeh shih", "zhong guo zhe xue shi"),
        ("Lu, Hsün, 1881-1936", "lu xun 1881 1936"),
        ("Mao, Tse-tung", "mao ze dong"),
        ("fang'an", "fang an"),
        ("Zhongguo yu Europe", "zhong guo yu europe"),
    ],
)
def test_units(text, units):
    """A recorded value becomes the syllables of its pinyin, whichever romanisation it is in."""
    assert index_units(text, "zh") == (units,)


def test_both_readings_where_nothing_tells():
    """A value that either romanisation may have written is read both ways, unless its record tells."""
    assert index_units("Chang cheng", "zh") == ("chang cheng", "zhang zheng")
    assert index_units("Chang cheng", "zh", "pinyin") == ("chang cheng",)
    assert index_units("Chang cheng", "zh", "wade-giles") == ("zhang zheng",)


@pytest.mark.parametrize(
    "text", ["The tung tree", "Hung by a jury", "Sung by Bing Crosby in Ching mai"]
)
@pytest.mark.parametrize("scheme", ["pinyin", "wade-giles", "unknown"])
def test_foreign_words_are_no_wade_giles(text, scheme):
    """A run that does not parse keeps its words, even one that looks like Wade-Giles."""
    found = set(" ".join(index_units(text, "zh", scheme)).split())
    assert not found & {"tong", "hong", "song"}


def test_scheme_of_a_record():
    """The values of a record tell together what one alone does not, or contradict each other."""
    assert scheme_of(["Chang cheng", "Hung lou meng"]) == "wade-giles"
    assert scheme_of(["Chang cheng", "Zhongguo"]) == "pinyin"
    assert scheme_of(["Chang cheng"]) == "unknown"
    assert scheme_of(["Hung lou meng", "Zhongguo"]) == "unknown"


SYLLABLES = st.lists(st.sampled_from(PINYIN), min_size=1, max_size=8)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(SYLLABLES)
def test_units_of_units_are_the_same(parts):
    """Units are a fixed point, and capitals, hyphens and apostrophes make no other ones."""
    spaced = " ".join(parts)
    units = index_units(spaced, "zh", "pinyin")
    assert units == (plain(spaced),)
    assert index_units(units[0], "zh", "pinyin") == units
    assert index_units("-".join(parts).title(), "zh", "pinyin") == units
    assert index_units("'".join(parts), "zh", "pinyin") == units


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(SYLLABLES)
def test_word_division_keeps_the_letters(parts):
    """However the syllables are joined, the joined units are the same letters."""
    joined = "".join(parts)
    assert "".join(index_units(joined, "zh", "pinyin")).replace(" ", "") == plain(joined)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(sorted(syllables().wade_giles)), min_size=1, max_size=6))
def test_wade_giles_of_a_run(spellings):
    """A run of syllables of Wade-Giles is the run of their pinyin."""
    expected = " ".join(plain(syllables().wade_giles[name]) for name in spellings)
    assert index_units(" ".join(spellings), "zh", "wade-giles") == (expected,)
