"""What a record says of readings, whichever practice it follows, and what is derived where it says nothing."""

import pytest

FIXED = "008 {made}s1998    ch            000 0 {language} d\n"


def fixed(language, made="010101"):
    return FIXED.format(made=made, language=language)


@pytest.fixture
def title(transform):
    """The tiers of the title of a record."""

    def run(text, language="chi", made="010101"):
        return transform(fixed(language, made) + text).document["title"]

    return run


PRACTICES = {
    "US practice": "245 10$6880-01$aHong lou meng\n880 10$6245-01/$1$a紅樓夢",
    "own script in the main field": "245 10$6880-01$a紅樓夢\n880 10$6245-01/(B$aHong lou meng",
    "wrong number": "245 10$6880-03$aHong lou meng\n880 10$6245-05/$1$a紅樓夢",
    "parallel repeated": "245 10$aHong lou meng\n245 10$a紅樓夢",
    "parallel, own script first": "245 10$a紅樓夢\n245 10$aHong lou meng",
}


@pytest.mark.parametrize("language", ["chi", "eng", "   "])
@pytest.mark.parametrize("practice", PRACTICES)
def test_a_recorded_reading_is_the_only_one(title, practice, language):
    """The romanised form of a pair is its reading, and nothing is derived beside it."""
    tiers = title(PRACTICES[practice], language)
    assert tiers["rom"] == ["hong lou meng"]
    assert "derived" not in tiers


def test_wade_giles_is_read_as_pinyin(title):
    """A record from before the change is found by pinyin."""
    tiers = title("245 10$6880-01$aHung lou meng\n880 10$6245-01/$1$a紅樓夢", made="850101")
    assert tiers["rom"] == ["hong lou meng"]


@pytest.mark.parametrize(
    ("made", "other", "expected"),
    [
        ("850101", "", ["chang cheng", "zhang zheng"]),
        ("850101", "246 3 $6880-02$aChung-kuo\n880 3 $6246-02/$1$a中國", ["zhang zheng"]),
        ("850101", "246 3 $6880-02$aZhongguo\n880 3 $6246-02/$1$a中國", ["chang cheng"]),
        ("010101", "", ["chang cheng"]),
        ("001001", "", ["chang cheng"]),
        ("000930", "", ["chang cheng", "zhang zheng"]),
    ],
)
def test_the_record_tells_where_a_value_does_not(title, made, other, expected):
    """The other readings of the record, else the day it was made, tell its romanisation."""
    text = "245 10$6880-01$aChang cheng\n880 10$6245-01/$1$a長城\n" + other
    assert title(text.strip(), made=made)["rom"] == expected


def test_japanese_practice(title):
    """Kana and romaji readings of kanji are one reading; kanji are not read as Chinese."""
    tiers = title(
        "245 10$6880-02$a吾輩は猫である\n880 10$6245-02/$1$aワガハイ ワ ネコ デ アル\n"
        "880 10$6245-02/(B$aWagahai wa neko de aru",
        "jpn",
    )
    assert tiers["rom"] == ["wagahai wa neko de aru", "ｗａｇａｈａｉ ｗａ ｎｅｋｏ ｄｅ ａｒｕ"]
    assert "derived" not in tiers


def test_the_language_of_a_pair_is_its_own(transform):
    """A Japanese author and a Korean title in a Chinese record are read as what they are."""
    document = transform(
        fixed("chi")
        + "245 10$6880-01$aChosŏn sa\n880 10$6245-01/$1$a조선사\n"
        + "100 1 $6880-02$aKyōgoku, Natsuhiko\n880 1 $6100-02/$1$aきょうごく, 夏彦"
    ).document
    assert document["title"]["rom"] == ["choson sa", "coson sa"]
    assert document["author_person"]["rom"] == [
        "kyogoku natsuhiko",
        "ｋｙｏ⁓ｇｏｋｕ ｎａｔｓｕｈｉｋｏ",
    ]


def test_korean_is_read_in_both_romanisations(title):
    """The Revised Romanization is never recorded: it is derived beside what is."""
    tiers = title("245 10$6880-01$aChosŏn sa\n880 10$6245-01/$1$a朝鮮史", "kor")
    assert tiers["rom"] == ["choson sa", "coson sa"]
    assert "joseonsa" in tiers["derived"]
    assert tiers["hangul"] == ["조선사"]


def test_unlinked_native_forms_are_read(title):
    """A native form without partner beside a linked pair gets a derived reading."""
    tiers = title(
        "245 00$6880-01$aHong lou meng\n880 00$6245-01/$1$a紅樓夢\n880 00$6245-00/$1$a石頭記"
    )
    assert tiers["rom"] == ["hong lou meng"]
    assert tiers["derived"] == ["shi tou ji"]


def test_foreign_titles_are_no_readings(title):
    """A title in English in a Chinese record is not a reading, nor are its subject headings."""
    assert "rom" not in title("245 00$aThe history of printing")


def test_subject_headings_are_no_readings(transform):
    """Headings of a thesaurus are in its language, even where they look like pinyin."""
    document = transform(fixed("chi") + "245 00$a書\n650  0$aMen$zChina").document
    assert "rom" not in document["subject_topic"]


def test_names_are_read_in_any_record(transform):
    """A name in Han is read as Chinese where the record tells no other language."""
    text = "245 00$aX\n700 1 $a沈從文"
    assert transform(fixed("eng") + text).document["author_person"]["derived"] == ["shen cong wen"]
    assert "derived" not in transform(fixed("jpn") + text).document["author_person"]


def test_romanised_words_are_not_stemmed(transform):
    """A reading in a bilingual record goes to no tier of stems."""
    document = transform(
        fixed("eng") + "245 10$6880-01$aHong lou meng\n880 10$6245-01/$1$a紅樓夢\n246 31$aDreams"
    ).document
    assert "en" not in document["title"]
    assert document["title_variant"]["en"] == ["Dreams"]
