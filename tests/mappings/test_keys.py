"""Folding: whole keys and the common form of Han characters."""

from __future__ import annotations

from unicodedata import normalize

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings import fold_han, whole_key
from mappings.keys import LONGEST, han_variants, signs
from mappings.tables import read_table

WORDS = st.text(
    st.sampled_from(
        "aZßÆœłĐéΑΣςйЁ中國国衞ガｶﾞゃ가ㆍ한ㄱ々〇・‧’'ʻ`.,:;-_ \u3000\u0301\u309910×﷼ﬁ①㈱"
    )
    | st.characters(exclude_categories=["Cs"]),
    max_size=40,
)

SAME = [
    ("L’Étranger", "l'etranger"),
    ("Müller, Straße", "MULLER STRASSE"),
    ("Œuvres d’Æsop", "oeuvres d'aesop"),
    ("Pʻing yao chuan", "P'ing yao chuan"),
    ("J.R.R. Tolkien", "J. R. R. Tolkien"),
    ("紅 樓　夢", "红楼梦"),
    ("香港衞生", "香港卫生"),
    ("學問のすゝめ", "学問のすすめ"),
    ("コンピューター入門", "コンピュータ入門"),
    ("ヴァイオリン", "バイオリン"),
    ("關ヶ原 馬鹿々々しい", "関ケ原馬鹿馬鹿しい"),
    ("リンゴ", "りんご"),
    ("日本の図書館", "日本の圖書館"),
    ("ｶﾞﾗｽ", "ガラス"),
    ("約翰‧史密斯", "約翰・史密斯"),
    ("가ㆍ나", "가·나"),
    ("대한 민국", "대한민국"),
    ("Łódź", "lodz"),
    ("Ἀθῆναι", "αθηναι"),
    ("Chung-kuo", "chung kuo"),
]
DIFFERENT = [
    ("C++", "C"),
    ("C#", "C"),
    ("ガラス", "カラス"),
    ("がん", "かん"),
    ("Hong Kong", "Hongkong"),
    ("中國", "中國人"),
]


@pytest.mark.parametrize(("one", "other"), SAME)
def test_two_spellings_of_one_heading_have_one_key(one: str, other: str) -> None:
    """Case, accents, signs, width and Han variants do not part a heading from itself."""
    assert whole_key(one) == whole_key(other) != ""


@pytest.mark.parametrize(("one", "other"), DIFFERENT)
def test_what_is_different_stays_different(one: str, other: str) -> None:
    """Sound marks, signs that are part of a name and word boundaries tell headings apart."""
    assert whole_key(one) != whole_key(other)


@given(WORDS)
def test_folding_a_key_again_changes_nothing(text: str) -> None:
    """A key is its own key."""
    key = whole_key(text)
    assert whole_key(key) == key


@given(WORDS)
def test_normal_forms_have_one_key(text: str) -> None:
    """Text that came decomposed has the key of the same text composed."""
    assert whole_key(normalize("NFD", text)) == whole_key(normalize("NFC", text))


@given(WORDS)
def test_a_key_is_short_and_has_single_spaces(text: str) -> None:
    """No key is longer than the limit, starts or ends with a space, or has two in a row."""
    key = whole_key(text * 50)
    assert len(key) <= LONGEST
    assert key == " ".join(key.split(" ")).strip(" ")
    assert "  " not in key


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_folding_han_keeps_every_position(text: str) -> None:
    """Characters map one to one, and folding twice changes nothing."""
    folded = fold_han(text)
    assert len(folded) == len(text)
    assert fold_han(folded) == folded


@pytest.mark.parametrize("form", ["common", "shinjitai", "traditional"])
def test_no_target_of_the_table_is_a_source(form: str) -> None:
    """Every chain of variants is resolved to its end."""
    table = han_variants(form)
    assert not {target for target in table.values() if ord(target) in table}
    assert all(len(target) == 1 for target in table.values())


# Forms that conversion between traditional and simplified characters alone leaves apart.
@pytest.mark.parametrize(
    "pair",
    [
        "衞衛",
        "峯峰",
        "敎教",
        "戶戸",
        "靑青",
        "緖緒",
        "淸清",
        "國囯",
        "甯寧",
        "嶽岳",
        "臺台",
        "綫線",
        "裏裡",
        "羣群",
        "牀床",
        "爲為",
        "説說",
        "眞真",
        "內内",
        "佛仏",
        "廣広",
        "圖図",
        "譯訳",
        "濟済",
        "櫻桜",
        "邊辺",
        "濱浜",
        "龍竜",
        "鹽塩",
        "德徳",
        "歷歴",
        "學学",
        "萬万",
        "書书",
        "後后",
        "髮发",
        "鄧邓",
    ],
)
def test_variants_meet(pair: str) -> None:
    """Hong Kong, older and Japanese forms fold with the ordinary one."""
    assert fold_han(pair[0]) == fold_han(pair[1])


def test_forms_of_japan_and_korea() -> None:
    """What kuromoji and nori look up is written as their dictionaries write it."""
    shinjitai, traditional = han_variants("shinjitai"), han_variants("traditional")
    assert "圖書館學 图书馆学 辯護士 讀む 衞生 嶋".translate(shinjitai) == (
        "図書館学 図書館学 弁護士 読む 衛生 島"
    )
    assert "図書館学 图书馆学 教育 歴史 国語 万".translate(traditional) == (
        "圖書館學 圖書館學 敎育 歷史 國語 萬"
    )
    assert "机 后 云 里 芸 缶".translate(shinjitai) == "机 后 云 里 芸 缶"
    assert "云 里 谷 松".translate(traditional) == "云 里 谷 松"


@pytest.mark.parametrize(
    "pair", ["鮎鯰", "二貳", "埼崎", "箴針", "談譚", "脅脇", "咲笑", "磁瓷", "他她", "峒洞", "浜瀕"]
)
def test_other_words_do_not_meet(pair: str) -> None:
    """Characters that Unihan calls variants in meaning, but that are other words, stay apart."""
    assert fold_han(pair[0]) != fold_han(pair[1])


@pytest.mark.parametrize("pair", ["人入", "土士", "末未", "日曰", "中忠", "香番", "書晝"])
def test_other_characters_do_not_meet(pair: str) -> None:
    """Characters that only look alike stay apart."""
    assert fold_han(pair[0]) != fold_han(pair[1])


def test_extension_b_is_folded_by_code_point() -> None:
    """Characters outside the Basic Multilingual Plane are folded too."""
    beyond = [code for code in han_variants() if code > 0xFFFF]
    assert len(beyond) > 1000
    assert fold_han(chr(beyond[0])) == han_variants()[beyond[0]]


def test_signs_have_the_characters_of_their_names() -> None:
    """The table of signs is by class: middle dots part words, apostrophes are one."""
    table = signs()
    assert table.separators[0x318D] == " "
    assert set(table.apostrophes.values()) == {"'"}
    assert table.letters[0xE6] == "ae"
    assert table.silent[0x2BB] == ""
    assert table.invisible[0xFE0F] == table.invisible[0xE01EF] == ""
    assert 0xE01F0 not in table.invisible


def test_what_nobody_sees_is_not_in_a_key() -> None:
    """Variation selectors and soft hyphens do not keep two spellings of a heading apart."""
    assert whole_key("葛\U000e0100城") == whole_key("葛城")
    assert whole_key("Zeit\u00adschrift\u200e") == whole_key("Zeitschrift")


def test_readings_of_hanja_are_hangul_with_the_commonest_first() -> None:
    """Every reading is one Hangul syllable; what is taught at school stands first."""
    rows = read_table("hanja_readings.tsv", ("code_point", "character", "hangul"))
    assert len(rows) > 8000
    for code, character, readings in rows:
        assert f"U+{ord(character):04X}" == code
        found = readings.split()
        assert found
        assert len(set(found)) == len(found)
        assert all("가" <= reading <= "힣" for reading in found)
    first = {row[1]: row[2].split()[0] for row in rows}
    expected = {"不": "불", "女": "녀", "老": "로", "樂": "락", "車": "차", "金": "금", "歷": "력"}
    assert {character: first[character] for character in expected} == expected
