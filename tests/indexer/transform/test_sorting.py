"""What a record is sorted by, in each of the orders."""

import pytest

from mappings import load_catalogue, sort_key

CATALOGUE = load_catalogue()
TIERS = [CATALOGUE.tiers[name] for name in CATALOGUE.types["collated"].tiers]
COLLATIONS = {tier.property: tier.collation for tier in TIERS}

ARTICLES = {
    "indicator": ("245 14$aDer Zauberberg", "Zauberberg"),
    "indicator after a quotation mark": ('245 15$a"Der Zauberberg"', "Zauberberg"),
    "marks of ISO 6630": ("245 10$a\x98Der\x9c Zauberberg", "Zauberberg"),
    "marks of ISO 6630, other encoding": ("245 10$a\x88L'\x89étranger", "étranger"),
    "marks beside an indicator": ("245 14$a\x98Der\x9c Zauberberg", "Zauberberg"),
    "marks in a linked field": ("245 10$6880-01$a紅樓夢\n880 14$6245-01$aThe dream", "紅樓夢"),
    "no article": ("245 10$aDerby", "Derby"),
    "mark that never ends": ("245 10$a\x98Der Zauberberg", "Der Zauberberg"),
    "mark in another subfield": ("245 10$aBerg :$b\x98der\x9c Roman", "Berg der Roman"),
    "nothing but an article": ("245 13$aDas", "Das"),
}


@pytest.mark.parametrize("name", ARTICLES)
def test_the_article_counts_in_no_order(transform, name):
    """Indicators and non-sorting marks are heeded by every collation alike."""
    record, filed = ARTICLES[name]
    made = transform(record).document["sort_title"]
    assert made == {order: sort_key(filed, locale) for order, locale in COLLATIONS.items()}


READINGS = {
    "kana recorded": "245 10$6880-01$a雪国\n880 10$6245-01/$1$aユキグニ\n880 10$6245-01/(B$aYukiguni",
    "kana recorded, in words": "245 10$6880-01$a雪国\n880 10$6245-01/$1$aユキ グニ",
    "romanisation recorded": "245 10$6880-01$aYukiguni\n880 10$6245-01/$1$a雪国",
}


@pytest.mark.parametrize("name", READINGS)
def test_kanji_sort_by_their_reading(transform, name):
    """Kana where they are recorded, else the kana of the romanisation; other orders take the kanji."""
    made = transform("041 0 $ajpn\n" + READINGS[name]).document["sort_title"]
    assert made["kana"] == sort_key("ゆきぐに", "ja")
    assert made["stroke"] == sort_key("雪国", COLLATIONS["stroke"])
    assert sort_key("ゆき", "ja") < made["kana"] < sort_key("ゆきげしき", "ja")


def test_romanised_chinese_is_no_japanese_reading(transform):
    """Pinyin is not made kana: without a reading, Han sort as Han."""
    record = "041 0 $achi\n245 10$6880-01$aHong lou meng\n880 10$6245-01/$1$a紅樓夢"
    assert transform(record).document["sort_title"]["kana"] == sort_key("紅樓夢", "ja")


def test_authors_sort_by_their_reading(transform):
    """Surname before forename in kana as well."""
    made = transform("""
041 0 $ajpn
100 1 $6880-01$a夏目漱石
880 1 $6100-01/$1$aナツメ, ソウセキ
880 1 $6100-01/(B$aNatsume, Sōseki""").document["sort_author"]
    assert made["kana"] == sort_key("なつめ そうせき", "ja")
    assert made["german"] == sort_key("夏目漱石", COLLATIONS["german"])


def test_a_record_without_an_author_has_no_key(transform):
    """It comes last, whatever the order."""
    assert "sort_author" not in transform("245 10$aX").document
