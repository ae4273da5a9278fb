"""Hangul in both romanisations, Hanja in hangul."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mappings.romanised import derived_units, hangul_of, index_units
from mappings.romanised.hanja import hangul_forms, initial_sound
from mappings.romanised.korean import common_korean, mccune_reischauer, revised

# The examples of the two standards: Notification 2000-8 of the Ministry of Culture and Tourism, and
# the ALA-LC table for Korean; of the latter breves and apostrophes left out.
WORDS = [
    ("구미", "gumi", "kumi"),
    ("영동", "yeongdong", "yongdong"),
    ("백암", "baegam", "paegam"),
    ("옥천", "okcheon", "okchon"),
    ("합덕", "hapdeok", "haptok"),
    ("호법", "hobeop", "hobop"),
    ("월곶", "wolgot", "wolgot"),
    ("벚꽃", "beotkkot", "potkkot"),
    ("구리", "guri", "kuri"),
    ("설악", "seorak", "sorak"),
    ("칠곡", "chilgok", "chilgok"),
    ("대관령", "daegwallyeong", "taegwallyong"),
    ("백마", "baengma", "paengma"),
    ("종로", "jongno", "chongno"),
    ("왕십리", "wangsimni", "wangsimni"),
    ("별내", "byeollae", "pyollae"),
    ("신라", "silla", "silla"),
    ("해돋이", "haedoji", "haedoji"),
    ("같이", "gachi", "kachi"),
    ("좋고", "joko", "choko"),
    ("놓다", "nota", "nota"),
    ("묵호", "mukho", "mukho"),
    ("집현전", "jiphyeonjeon", "chiphyonjon"),
    ("독립문", "dongnimmun", "tongnimmun"),
    ("한국사", "hanguksa", "hanguksa"),
    ("조선", "joseon", "choson"),
    ("발해", "balhae", "parhae"),
    ("결정", "gyeoljeong", "kyolchong"),
]


@pytest.mark.parametrize(("word", "by_revised", "by_mccune"), WORDS)
def test_romanisations(word, by_revised, by_mccune):
    """A word of hangul is what each standard makes of it, sound changes included."""
    assert revised(word) == by_revised
    assert mccune_reischauer(word) == by_mccune


@pytest.mark.parametrize("word", [row[0] for row in WORDS])
def test_in_common(word):
    """Both romanisations have one form in common."""
    assert common_korean(revised(word)) == common_korean(mccune_reischauer(word))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(st.characters(min_codepoint=0xAC00, max_codepoint=0xD7A3), min_size=1, max_size=6))
def test_any_hangul(word):
    """Every syllable there is is romanised in letters alone."""
    for romanised in (revised(word), mccune_reischauer(word)):
        assert romanised.isascii()
        assert romanised.isalpha()


def test_recorded_and_derived_meet():
    """What a record has in McCune-Reischauer and what is asked in the Revised one share a unit run."""
    recorded = {units.replace(" ", "") for units in index_units("Ch'unhyang chŏn", "ko")}
    assert recorded & {units.replace(" ", "") for units in derived_units("춘향전", "ko")}
    assert recorded & {units.replace(" ", "") for units in index_units("Chunhyangjeon", "ko")}
    name = {units.replace(" ", "") for units in index_units("Yi, Kwang-su", "ko")}
    assert name & set(derived_units("이광수", "ko"))


HANJA = [
    ("歷史", "역사"),
    ("女性", "여성"),
    ("子女", "자녀"),
    ("勞動", "노동"),
    ("新羅", "신라"),
    ("羅列", "나열"),
    ("比率", "비율"),
    ("失業率", "실업률"),
    ("學問論", "학문론"),
    ("韓國史", "한국사"),
    ("韩国史", "한국사"),
    ("国学", "국학"),
    ("歷史의 硏究", "역사의 연구"),
    ("音樂", "음악"),
    ("快樂", "쾌락"),
    ("不動", "부동"),
    ("不安", "불안"),
    ("論語集註", "논어집주"),
    ("韓國歷史", "한국역사"),
    ("社會學理論", "사회학이론"),
    ("新女性", "신여성"),
    ("朝鮮王朝實錄", "조선왕조실록"),
    ("東國李相國集", "동국이상국집"),
    ("한국 歷史", "한국 역사"),
    ("Seoul", "Seoul"),
]


@pytest.mark.parametrize(("hanja", "hangul"), HANJA)
def test_hangul_of(hanja, hangul):
    """Hanja is spelt as South Korea spells it, by the rule of initial sounds."""
    assert hangul_of(hanja) == hangul
    assert hangul_of(hangul) == hangul


def test_initial_sounds():
    """The syllables that articles 10 to 12 of the orthography name, and no others, change."""
    changed = "".join(map(initial_sound, "녀뇨뉴니랴려례료류리라래로뢰루르"))
    assert changed == "여요유이야여예요유이나내노뇌누느"
    assert "".join(map(initial_sound, "나노가력여")) == "나노가역여"


def test_names():
    """A short text may be a name: 金 as a surname, initial sounds in the given name."""
    assert hangul_forms("金素月") == ("금소월", "김소월")
    assert hangul_forms("黃金時代") == ("황금시대",)
    assert hangul_forms("韓龍雲") == ("한룡운", "한용운")
    assert hangul_forms("韓國史") == ("한국사",)


def test_a_word_is_read_as_two_where_that_sounds_otherwise():
    """한국문학사 as a library divides it; a seam without a change makes no other reading."""
    assert "hankuk munhaksa" in derived_units("한국문학사", "ko")
    assert not any(" " in units for units in derived_units("독립신문", "ko"))
