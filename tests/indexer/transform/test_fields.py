"""Each field of the catalogue: a record that has it, one that has it blank, one without it."""

import re

import pytest

from indexer.merge import MERGED

FIXED = "990101s1998    ch            000 0 chi d"

# field, lines of the record, what the document holds there
ROWS = [
    (
        "title",
        "245 14$aThe tale :$bwith more /$cby One.",
        {"latin": ["The tale : with more"], "whole": ["the tale with more"]},
    ),
    (
        "title_main",
        "245 14$aThe tale :$bwith more /$cby One.",
        {"latin": ["The tale"], "whole": ["the tale", "tale"]},
    ),
    (
        "title_parts",
        "740 0 $aAnother work.",
        {"latin": ["Another work"], "whole": ["another work"]},
    ),
    (
        "title_uniform",
        "240 10$aHong lou meng.$lEnglish",
        {"latin": ["Hong lou meng. English"], "whole": ["hong lou meng english"]},
    ),
    ("title_variant", "246 3 $a石頭記", {"han": ["石頭記"], "whole": ["石头记"]}),
    (
        "series",
        "490 1 $aPenguin classics ;$vL12",
        {"latin": ["Penguin classics ; L12"], "whole": ["penguin classics l12"]},
    ),
    (
        "author_person",
        "100 1 $aMüller, Herta,$d1953-$eauthor.",
        {
            "latin": ["Müller, Herta, 1953-"],
            "german": ["Müller, Herta, 1953-"],
            "whole": ["muller herta 1953"],
        },
    ),
    (
        "author_corporate",
        "110 2 $a香港大學.$b圖書館.",
        {key: ["香港大學. 圖書館"] for key in ["han", "ja", "ko"]}
        | {"whole": ["香港大学图书馆"], "derived": ["xiang gang da xue tu shu guan"]},
    ),
    (
        "author_meeting",
        "711 2 $aConference on Maps$n(2nd :$d1999 :$cHong Kong)$jauthor.",
        {
            "latin": ["Conference on Maps (2nd : 1999 : Hong Kong)"],
            "german": ["Conference on Maps (2nd : 1999 : Hong Kong)"],
            "whole": ["conference on maps 2nd 1999 hong kong"],
        },
    ),
    (
        "responsibility",
        "245 10$aX /$c夏目漱石著.",
        {key: ["夏目漱石著"] for key in ["han", "ja", "ko"]}
        | {"whole": ["夏目漱石着"], "derived": ["xia mu shu shi zhu"]},
    ),
    ("role", "700 1 $aA$4trl$eeditor.\n711 2 $aB$jauthor.", ["trl", "edt", "aut"]),
    (
        "subject_topic",
        "650  0$aCats$zChina$vFiction.",
        {"latin": ["Cats China Fiction"], "whole": ["cats china fiction"]},
    ),
    ("subject_place", "651  0$aKowloon.", {"latin": ["Kowloon"], "whole": ["kowloon"]}),
    ("subject_period", "650  0$aArt$y1900-1950.", {"latin": ["1900-1950"], "whole": ["1900 1950"]}),
    (
        "subject_person",
        "600 10$aLu, Xun,$d1881-1936.",
        {
            "latin": ["Lu, Xun, 1881-1936"],
            "german": ["Lu, Xun, 1881-1936"],
            "whole": ["lu xun 1881 1936"],
        },
    ),
    ("genre", "655  7$aNovels.$2lcgft", {"latin": ["Novels"], "whole": ["novels"]}),
    ("form", "650  0$aCats$vFiction.", {"latin": ["Fiction"], "whole": ["fiction"]}),
    (
        "subject_heading",
        "650  0$aCats$zChina$zBeijing$vFiction.",
        ["Cats -- China -- Beijing -- Fiction"],
    ),
    ("isbn", "020   $a957-14-0535-3 (pbk.) :$z9789571405353", ["9789571405353"]),
    ("issn", "022   $a0028-0836$y1476-4687", ["0028-0836", "1476-4687"]),
    ("lccn", "010   $a   85012345 ", ["85012345"]),
    ("oclc", "035   $a(OCoLC)ocm00012345\n035   $a(HKU)99", ["12345"]),
    (
        "publisher",
        "264  1$aTaipei :$bSanmin,$c1998.",
        {"latin": ["Sanmin"], "german": ["Sanmin"], "whole": ["sanmin"]},
    ),
    (
        "place",
        "260   $a[London] :$bX",
        {"latin": ["[London]"], "german": ["[London]"], "whole": ["london"]},
    ),
    ("year", f"008 {FIXED}", [1998]),
    ("language", f"008 {FIXED}\n041 1 $achieng$hger", ["chi", "eng"]),
    ("language_original", "041 1 $aeng$hger", ["ger"]),
    ("call_number", "050  4$aPL2727.S2$bA1 1998", ["PL2727.S2A1 1998"]),
    ("notes", "500   $aIncludes index.", {"latin": ["Includes index"]}),
    ("contents", "505 0 $a1. One -- 2. Two.", {"latin": ["1. One -- 2. Two"]}),
    ("summary", "520   $a一個故事。", {"han": ["一個故事。"]}),
    ("edition", "250   $a2nd ed.", {"latin": ["2nd ed."]}),
    ("related", "776 08$iPrint:$aA.$tThe tale.", {"latin": ["A. The tale"]}),
]
ALWAYS = {
    *("control_number", "display", "format", "sort_title", "suggest_title", "title", "title_main"),
}
TESTED_ELSEWHERE = {"publisher_number", "shelf_key", "sort_author", "suggest_author"}


def test_every_field_has_a_row(catalogue):
    """A field that is added to the catalogue without a row here is noticed."""
    mapped = {name for name, field in catalogue.fields.items() if field.build not in MERGED}
    assert mapped == {row[0] for row in ROWS} | ALWAYS | TESTED_ELSEWHERE


@pytest.mark.parametrize(("field", "text", "expected"), ROWS, ids=[row[0] for row in ROWS])
def test_success(transform, field, text, expected):
    """A record that has the field gives exactly these values in exactly these tiers."""
    assert transform(text).document[field] == expected


@pytest.mark.parametrize(("field", "text", "expected"), ROWS, ids=[row[0] for row in ROWS])
def test_blank(transform, field, text, expected):  # noqa: ARG001 - the same table
    """Subfields and codes of blanks give no value, not an empty one."""
    blank = re.sub(r"\$(\w)[^$\n]*", r"$\1   ", text)
    blank = re.sub(r"^008 .*", "008 " + " " * 40, blank, flags=re.MULTILINE)
    if "245" in blank:
        blank += "\n130 0 $aTitle in another field"
    assert field not in transform(blank).document


@pytest.mark.parametrize("field", [row[0] for row in ROWS if row[0] not in ALWAYS])
def test_missing(transform, field):
    """A record without the field's MARC fields has no such property."""
    assert field not in transform("245 00$aX").document


def test_publisher_number_and_shelf_key(transform):
    """Numbers of publishers and shelf keys come through their normalisers."""
    document = transform("028 02$aST-4 5 / 6\n082 04$a895.1/348").document
    assert document["shelf_key"] == ["00000895.1348"]
    assert document["publisher_number"]


def test_sort_title_leaves_the_article_out(transform):
    """The Tale files as Tale; a wrong count, or one that would cut CJK, changes nothing."""
    tale = transform("245 00$aTale").document["sort_title"]
    assert transform("245 14$aThe Tale").document["sort_title"] == tale
    assert transform("245 13$aTale").document["sort_title"] == tale
    assert (
        transform("245 12$a紅樓夢").document["sort_title"]
        == transform("245 10$a紅樓夢").document["sort_title"]
    )


def test_sort_author_follows_the_first_author(transform):
    """Authors sort as they are shown; a record without one has no key."""
    one = transform("100 1 $aAbe, Kōbō").document["sort_author"]["root"]
    two = transform("100 1 $aBo, Juyi").document["sort_author"]["root"]
    assert one < two
    assert "sort_author" not in transform("245 00$aX").document


def test_values_are_distinct_and_composed(transform):
    """NFD and NFC spellings of one value, and the same value twice, are one value in NFC."""
    document = transform("246 3 $aCafe\u0301\n246 3 $aCaf\u00e9\n246 3 $aCafé /").document
    assert document["title_variant"]["latin"] == ["Caf\u00e9"]


@pytest.mark.parametrize(
    ("language", "text", "tiers"),
    [
        ("chi", "山月記", {"han", "derived"}),
        ("jpn", "山月記", {"han", "ja"}),
        ("kor", "春香傳", {"han", "ko", "hangul", "derived"}),
        ("chi", "こころ", {"han", "ja", "derived"}),
        ("eng", "춘향전", {"han", "ko", "derived"}),
        ("chi", "卡拉OK文化", {"han", "latin", "derived"}),
        ("jpn", "Natsume", {"latin", "rom"}),
        ("jpn", "The tales", {"latin"}),
        ("chi", "Hung lou meng", {"latin", "rom"}),
        ("eng", "Hung lou meng", {"latin", "en"}),
        ("ger", "Müller", {"latin", "german", "de"}),
        ("fre", "Œuvre", {"latin", "fr"}),
        ("rus", "Война и мир", {"latin"}),
    ],
)
def test_tiers_by_script_and_language(transform, language, text, tiers):
    """A title goes to the tiers of its scripts; Han alone to those of the record's language."""
    fixed = FIXED.replace("chi", language)
    document = transform(f"008 {fixed}\n245 00$a{text}").document
    assert set(document["title"]) == tiers | {"whole"}


def test_control_number_in_both_forms(transform):
    """A record is found by its bare number and by the number with its institution."""
    assert transform("001 b77").document["control_number"] == ["HKU:b77", "b77"]


def test_control_characters_vanish(transform):
    """Non-sorting marks, tabs and zero-width spaces leave no trace in a value."""
    document = transform("245 00$a\x98The\x9c\t tale\u200b").document
    assert document["display"]["title"] == "The tale"


def test_punctuation_after_the_material_designation_stays(transform):
    """The designation is left out of the title, the colon that follows it is not."""
    document = transform("245 00$aNature$h[text] :$ba weekly /$cX").document
    assert document["title"]["latin"] == ["Nature : a weekly"]
    assert document["display"]["title"] == "Nature : a weekly"


@pytest.mark.parametrize("code", ["c", "n"])
def test_punctuation_that_the_record_leaves_out(transform, code):
    """A record whose leader says that ISBD marks are omitted is shown with them."""
    found = transform(f"""LDR 00000nam a2200000 {code} 4500
245 00$6880-01$aHong Kong$bculture$cAckbar Abbas
264  1$aLondon$bPiper$c1964
880 00$6245-01/$1$a香港$b文化""")
    shown = found.document["display"]
    assert shown["title"] == "香港 : 文化"
    assert shown["title_romanised"] == "Hong Kong : culture"
    assert shown["publication"] == "London : Piper, 1964"
