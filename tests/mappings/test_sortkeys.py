"""Titles in the orders that standards and dictionaries give them."""

import random
from typing import get_args, get_type_hints

import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.settings import Search
from mappings import load_catalogue
from mappings.sortkeys import LONGEST, filing_form, is_collation, kana_of, sort_key

CATALOGUE = load_catalogue()
COLLATIONS = {
    tier.property: tier.collation
    for tier in (CATALOGUE.tiers[name] for name in CATALOGUE.types["collated"].tiers)
}

ORDERS = {
    # the number of strokes, 1 to 12 of them; then the radical (CLDR: kTotalStrokes, kRSUnicode)
    "stroke: strokes": ("stroke", "一 乙 二 人 三 大 天 王 北 西 李 林 香 高 國 黃"),
    "stroke: words": ("stroke", "三字經 三國演義 水滸傳 西遊記 紅樓夢 聊齋誌異"),
    "stroke: both scripts": ("stroke", "1984|一千零一夜|Buddenbrooks|Zauberberg"),
    "pinyin: syllables": ("pinyin", "安徽 北京 成都 大連 廣州 杭州 南京 上海 天津 武漢 西安"),
    "pinyin: tones": ("pinyin", "媽 麻 馬 罵"),
    "pinyin: simplified": ("pinyin", "重庆 龙江 龙头 隆中 楼兰 上海"),
    # JIS X 4061: sound marks decide after all letters, small kana and katakana after them
    "kana: letters": ("kana", "あ い う え お か き く さ た な は ま や ら わ ん"),
    "kana: sound marks": ("kana", "はは はば はぱ ばば ぱぱ ひひ"),
    "kana: marks after letters": ("kana", "かき かぎ がき かく"),
    "kana: small letters": ("kana", "きゃく きやく きゅう きゆう"),
    "kana: two scripts": ("kana", "アキ あく アケ あこ いえ"),
    "kana: iteration and length": ("kana", "カー カア カイ ここ ここち こころ"),
    # DIN 5007-2 (names: ä as ae) and DIN 5007-1 (words: ä as a)
    "german: DIN 5007-2": ("german", "Göbel Goethe Göthe Götz Goldmann"),
    "german: physicians": ("german", "Adler Aerzte Ärzte Aerztin Arzt Azteken"),
    "german: sharp s": ("german", "Masse Maße Massen"),
    "root: DIN 5007-1": ("root", "Göbel Goethe Goldmann Göthe Götz"),
    "root: accents after letters": ("root", "cote coté côte côté coteau"),
    "root: word by word": ("root", "New|New York|Newark|Newton"),
    "root: numbers by value": ("root", "Band 2|Band 10|Band 100"),
    "root: punctuation does not count": ("root", "«Aden»|Aden, Arabie|Aden : Reise|Adenauer"),
    "root: hyphens part words": ("root", "Semi-annual|Semi public|Semicolon"),
    "root: hangul": ("root", "가나 가마 각오 나라 다리 하늘"),
}


@pytest.mark.parametrize("name", ORDERS)
def test_order(name):
    """Shuffled, and sorted by their keys, the titles stand as the standard has them."""
    collation, text = ORDERS[name]
    expected = text.split("|") if "|" in text else text.split()
    shuffled = random.Random(11).sample(expected, len(expected))
    assert sorted(shuffled, key=lambda title: sort_key(title, COLLATIONS[collation])) == expected


def test_kana_of_two_scripts_stand_together():
    """Hiragana and katakana of one word have one key."""
    assert sort_key("こころ", COLLATIONS["kana"]) == sort_key("ココロ", COLLATIONS["kana"])


def test_the_orders_are_those_that_a_setting_may_name():
    """What `search.collation` allows is what the catalogue makes keys for."""
    allowed = get_args(get_type_hints(Search)["collation"])
    assert sorted(allowed) == sorted(COLLATIONS)


def test_unknown_collations_are_known_as_such():
    """ICU falls back in silence where it has no rules: here that is a mistake."""
    assert all(map(is_collation, COLLATIONS.values()))
    assert not any(map(is_collation, ("zh-u-co-strokes", "xx", "de-u-co-stroke")))


def test_readings_are_written_as_libraries_write_them():
    """Particles by their sound, a long o with う, an apostrophe between syllables."""
    assert kana_of("Wagahai wa neko de aru") == "わがはい わ ねこ で ある"
    assert kana_of("Tōkyō") == "とうきょう"
    assert kana_of("Kenʼichi") == kana_of("Ken'ichi") == "けんいち"


@given(st.text(max_size=40))
def test_the_filing_form_is_final(text):
    """Filing a filing form changes nothing, and no text is left without a key."""
    once = filing_form(text)
    assert filing_form(once) == once
    assert bool(once) == bool(text[:LONGEST])


@given(
    st.text(alphabet="ab éß紅樓夢あガ홍길", min_size=1, max_size=12), st.sampled_from('«»「」"(…¡')
)
def test_marks_around_a_title_move_it_nowhere(title, mark):
    """In every order a title in quotation marks stands where it stands without them."""
    for locale in COLLATIONS.values():
        plain = sort_key(title, locale)
        assert not title.strip() or sort_key(f"{mark}{title}{mark}", locale) == plain
