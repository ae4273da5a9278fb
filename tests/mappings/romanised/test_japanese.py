"""Romaji of every school and kana: one spelling."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mappings.keys import han_variants
from mappings.romanised import index_units, query_keys
from mappings.romanised.japanese import joined_forms, romaji_of, shortened
from mappings.tables import read_table

KANA = [row[0] for row in read_table("romanised/kana.tsv", ("kana", "romaji"))]
SPELLINGS = [
    ("tokyo", "Tōkyō Tôkyô Toukyou Tookyoo TOKYO とうきょう トウキョウ トーキョー ﾄｳｷｮｳ"),
    ("shinbun", "shimbun shinbun sinbun しんぶん"),
    ("shinyaku", "shin'yaku shinʼyaku shin-yaku shinyaku しんやく"),
    ("shakai", "shakai syakai しゃかい"),
    ("josei", "josei zyosei jyosei じょせい"),
    ("tsuzuki", "tsuzuki tuzuki つづき つゞき"),
    ("fuji", "Fuji Huzi ふじ"),
    ("matcha", "matcha maccha mattya まっちゃ"),
    ("botchan", "Botchan Bocchan ぼっちゃん"),
    ("gakko", "gakkō gakkou ガッコウ"),
    ("kokoro", "kokoro こころ こゝろ ココロ"),
    ("o", "o wo を"),
    ("vaiorin", "vaiorin ヴァイオリン"),
]


def short(text):
    """The unit without lengths."""
    return index_units(text, "ja")[0]


def wide(text):
    """ASCII as the forms with lengths are written; ``~`` for a long vowel."""
    return "".join("⁓" if c == "~" else chr(ord(c) + 0xFEE0) for c in text)


@pytest.mark.parametrize(("unit", "spellings"), SPELLINGS, ids=[row[0] for row in SPELLINGS])
def test_one_unit(unit, spellings):
    """Every way to write a word is the same unit, joined."""
    found = {short(text).replace(" ", "") for text in spellings.split()}
    assert found == {unit}


@pytest.mark.parametrize(
    ("sound", "spellings"),
    [
        ("to~kyo~", "Tōkyō Tôkyô Toukyou Tookyoo とうきょう トウキョウ トーキョー"),
        ("tokyo", "Tokyo ときょ"),
        ("bi~ru", "Bīru Biiru ビール びいる"),
        ("biru", "Biru ビル"),
        ("oba~san", "Obāsan Obaasan おばあさん"),
        ("omo~", "omou omō おもう"),
        ("sensei", "sensei せんせい"),
    ],
)
def test_lengths_are_those_of_the_spelling(sound, spellings):
    """Beside the short form there is one with its lengths, in wide letters; schools do not matter."""
    found = {index_units(text, "ja")[-1] for text in spellings.split()}
    assert found == {wide(sound)}


@pytest.mark.parametrize(
    ("one", "other"), [("ビール", "ビル"), ("おばあさん", "おばさん"), ("ゆうき", "ゆき")]
)
def test_kana_keeps_its_lengths(one, other):
    """A query in kana asks for what it sounds like alone; suggestions take either."""
    (asked,), (others,) = query_keys([one]), query_keys([other])
    assert set(asked) & {*others, *index_units(other, "ja")} == set()
    assert asked[0] in index_units(one, "ja")
    assert query_keys([one], lengths=False)[0][0] == query_keys([other], lengths=False)[0][0]


def test_kana_beside_digits():
    """Only the kana of a word are romanised."""
    assert short("ヘイセイ 26ネンド") == "heisei 26nendo"


@pytest.mark.parametrize("word", ["history", "Xi", "L'amour", "Python"])
def test_other_words_stand(word):
    """What is no romaji is the folded word."""
    assert short(word) == word.lower().replace("'", "")


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(KANA), min_size=1, max_size=6))
def test_kana_is_read_as_its_romaji(pieces):
    """Kana, its katakana and its romaji are one unit, and units of units are the same."""
    kana = "".join(pieces)
    unit = shortened(romaji_of(kana))
    katakana = "".join(chr(ord(c) + 0x60) if "ぁ" <= c <= "ゖ" else c for c in kana)
    assert index_units(kana, "ja") == index_units(katakana, "ja")
    assert short(kana) == short(unit) == unit


PARTS = ["o", "ko", "kou", "uta", "oo", "kyuu", "una", "boe", "n"]


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.sampled_from(PARTS), st.sampled_from(PARTS))
def test_joined_words_keep_the_vowels_of_both(first, second):
    """Two words written as one are among the forms of what their record joins from the parts."""
    assert shortened(first) + shortened(second) in joined_forms(first + second)


def test_nippon_is_asked_as_nihon_too():
    """日本 is read Nihon in what is derived; who types Nippon asks for both, in Latin letters and in kana."""
    assert {"nippon", "nihon"} <= set(query_keys(["Nippon"])[0])
    assert wide("nihonshi") in query_keys(["にっぽんし"])[0]


TITLES = read_table("japanese_titles.tsv", ("title", "parts", "reading"))


@pytest.mark.parametrize(("title", "parts", "reading"), TITLES, ids=[row[0] for row in TITLES])
def test_titles_of_classics(title, parts, reading):
    """Each part has a reading in katakana, and the characters are those that kuromoji gets to see."""
    assert parts.replace(" ", "") == title == title.translate(han_variants("shinjitai"))
    assert len(parts.split()) == len(reading.split())
    assert all("ァ" <= character <= "ヺ" or character == " " for character in reading)
