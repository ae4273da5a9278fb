"""Fields and their forms in another script (880): whichever practice, whatever is wrong with it."""

import pytest

from indexer.transform.script import forms, is_romanised
from indexer.transform.view import parse_linkage

PAIRED = """
100 1 $6880-01$aCao, Xueqin.
245 10$6880-02$aHong lou meng /$cCao Xueqin zhu.
880 1 $6100-01/$1$a曹雪芹.
880 10$6245-02/$1$a紅樓夢 /$c曹雪芹著.
"""

TITLES = {
    "US practice": "245 10$6880-01$aHong lou meng\n880 10$6245-01/$1$a紅樓夢",
    "own script in the main field": "245 10$6880-01$a紅樓夢\n880 10$6245-01/(B$aHong lou meng",
    "without script code": "245 10$6880-01$aHong lou meng\n880 10$6245-01$a紅樓夢",
    "right to left code": "245 10$6880-01$aHong lou meng\n880 10$6245-01/$1/r$a紅樓夢",
    "one digit": "245 10$6880-1$aHong lou meng\n880 10$6245-1$a紅樓夢",
    "wrong number": "245 10$6880-03$aHong lou meng\n880 10$6245-05/$1$a紅樓夢",
    "main field without a link": "245 10$aHong lou meng\n880 10$6245-01/$1$a紅樓夢",
    "unlinked": "245 10$aHong lou meng\n880 10$6245-00/$1$a紅樓夢",
    "parallel repeated": "245 10$aHong lou meng\n245 10$a紅樓夢",
    "parallel, own script first": "245 10$a紅樓夢\n245 10$aHong lou meng",
    "linked field first": "880 10$6245-01/$1$a紅樓夢\n245 10$6880-01$aHong lou meng",
}


@pytest.mark.parametrize("practice", TITLES)
def test_both_scripts_are_shown_and_found(transform, practice):
    """Every practice gives the same title, romanised title and tiers."""
    document = transform(TITLES[practice]).document
    assert document["display"]["title"] == "紅樓夢"
    assert document["display"]["title_romanised"] == "Hong lou meng"
    assert document["title"]["latin"] == ["Hong lou meng"]
    assert document["title"]["han"] == ["紅樓夢"]
    assert sorted(document["title"]["whole"]) == ["hong lou meng", "红楼梦"]


def test_japanese_practice(transform):
    """Kanji in the main field, kana and romaji as readings: kanji are shown, all are found."""
    document = transform("""
100 1 $6880-01$a夏目漱石
245 10$6880-02$a吾輩は猫である
880 1 $6100-01/$1$aナツメ, ソウセキ
880 1 $6100-01/(B$aNatsume, Sōseki
880 10$6245-02/$1$aワガハイ ワ ネコ デ アル
880 10$6245-02/(B$aWagahai wa neko de aru""").document
    assert document["display"]["title"] == "吾輩は猫である"
    assert document["display"]["title_romanised"] == "Wagahai wa neko de aru"
    assert document["display"]["authors"] == ["夏目漱石"]
    assert document["display"]["authors_romanised"] == ["Natsume, Sōseki"]
    assert document["title"]["ja"] == ["吾輩は猫である", "ワガハイ ワ ネコ デ アル"]
    assert document["author_person"]["han"] == ["夏目漱石", "ナツメ, ソウセキ"]


def test_pairs_are_not_mixed_up(transform):
    """Two names with two linked names: each gets its own, in any order of the linked ones."""
    document = transform("""
245 00$aX
700 1 $6880-02$aA Yi$4trl
700 1 $6880-03$aB Er$4ill
880 1 $6700-03/$1$a乙二
880 1 $6700-02/$1$a甲一""").document
    assert document["display"]["contributors"] == [
        {"name": "甲一", "name_romanised": "A Yi", "role": "trl", "kind": "person"},
        {"name": "乙二", "name_romanised": "B Er", "role": "ill", "kind": "person"},
    ]


def test_an_unlinked_field_is_no_partner_of_a_linked_one(transform):
    """A linked pair and an 880 without partner: the pair stays, the other is found all the same."""
    document = transform("""
245 00$aX
700 1 $6880-01$aA Yi$4trl
880 1 $6700-01/$1$a甲一
880 1 $6700-00/$1$a丙三""").document
    assert [c["name"] for c in document["display"]["contributors"]] == ["甲一"]
    assert document["author_person"]["han"] == ["甲一", "丙三"]


def test_responsibility_in_both_scripts(transform):
    """The statement of responsibility is shown in both scripts."""
    shown = transform(PAIRED).document["display"]
    assert shown["responsibility"] == "曹雪芹著"
    assert shown["responsibility_romanised"] == "Cao Xueqin zhu"


@pytest.mark.parametrize(
    "wreck", ["880 10$a紅樓夢", "880 10$6$a紅", "880 10$6zzz$a紅", "880   $6-/"]
)
def test_an_880_that_says_nothing_does_no_harm(transform, wreck):
    """A linked field without a usable link is left out; the record stays."""
    document = transform(f"245 10$aHong lou meng\n{wreck}").document
    assert document["display"]["title"] == "Hong lou meng"


def test_no_linkage_control_in_values(transform):
    """The text of $6 is in no value, nor in what is shown."""
    text = repr(transform(PAIRED + "505 0 $6880-07$aEins").document)
    assert "880-" not in text
    assert "245-" not in text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("880-01", ("880", "01")),
        ("245-01/$1/r", ("245", "01")),
        ("245-00", ("245", "")),
        ("100-12/(3/r", ("100", "12")),
        ("880-1", ("880", "01")),
        ("880", ("880", "")),
        ("880-", ("880", "")),
        ("", ("", "")),
    ],
)
def test_parse_linkage(text, expected):
    """Tag and number are read; 00 and nothing are no number."""
    assert parse_linkage(text) == expected


@pytest.mark.parametrize(
    ("text", "romanised"),
    [
        ("Hong lou meng", True),
        ("Sōseki, ŏ ŭ ʻ ' ü đ", True),
        ("1999", True),
        ("Tchaïkovski : ｆｕｌｌ", True),
        ("紅樓夢", False),
        ("Hong 紅", False),
        ("Война", False),
        ("Ελλάδα", False),
        ("ספר", False),
        ("ソウセキ", False),
    ],
)
def test_is_romanised(text, romanised):
    """Letters decide: Latin with any marks is romanised, one letter of another script is not."""
    assert is_romanised(text) is romanised


def test_a_reading_gives_way_to_what_it_reads():
    """Kana before kanji: the kanji are shown; kana alone is shown as it is."""
    assert forms(["Kokoro", "ココロ", "心"]) == ("心", "Kokoro", "ココロ")
    assert forms(["Kokoro", "こころ"]) == ("こころ", "Kokoro", "")
    assert forms(["", ""]) == ("", "", "")
