"""See and see-also headings: the file, and looking forms up in it."""

import pytest

from mappings.headings import checked, headings
from mappings.romanised.chinese import pinyin_of, wade_giles_of
from mappings.romanised.words import letters, words_of
from mappings.scripts import has_cjk
from mappings.tables import TableError


def test_the_file_is_whole():
    """There are enough headings, of both kinds, each with a source."""
    found = list(headings())
    assert len(found) >= 150
    assert {heading.kind for heading in found} == {"person", "place"}
    assert all(heading.source for heading in found)


@pytest.mark.parametrize(
    ("asked", "among"),
    [
        ("沈从文", "Shen, Ts'ung-wen"),
        ("Shen Tsʻung-wen", "沈從文"),
        ("Congwen Shen", "沈從文"),
        ("Leung, Ping-kwan", "梁秉鈞"),
        ("Ping-kwan Leung", "Liang, Bingjun"),
        ("梁秉钧", "Leung, Ping-kwan"),
        ("LU XUN", "周樹人"),
        ("鲁迅", "Lu, Hsün"),
        ("Louis Cha", "金庸"),
        ("Eileen Chang", "張愛玲"),
        ("Peking", "北京"),
        ("Canton", "廣州"),
        ("台北", "Taipei"),
        ("Soseki Natsume", "夏目漱石"),
        ("이광수", "李光洙"),
    ],
)
def test_others(asked, among):
    """Any form finds the others, in any case, variant of Han, and order of the parts of a name."""
    others = headings().others(asked)
    assert among in others
    assert asked not in others


@pytest.mark.parametrize("asked", ["", "Xun Lu", "hu shi", "xian", "紅樓夢", "China", "夏目"])
def test_what_is_no_heading(asked):
    """What is no form, or an everyday word too, has no other forms."""
    assert headings().others(asked) == ()


def test_see_also_leads_both_ways():
    """A pen name with a heading of its own and the name behind it point to each other."""
    assert "梁秉鈞" in headings().see_also("也斯")
    assert "也斯" in headings().see_also("Ping-kwan Leung")
    assert headings().see_also("魯迅") == ()
    for heading in headings():
        for also in heading.also:
            assert heading.forms[0] in headings().see_also(also)


def test_pinyin_and_wade_giles_agree():
    """Of two romanised forms of a Chinese name with the same syllables, the spellings agree."""
    for heading in headings():
        if heading.source not in {"LCNAF", "postal"}:
            continue
        latin = [form for form in heading.forms if not has_cjk(form)]
        apostrophes = [form for form in latin if "'" in letters(form) and "-" in form]
        pinyin = {parse(form, pinyin_of) for form in latin} - {None}
        for form in apostrophes:
            by_wade_giles = parse(form, wade_giles_of)
            assert by_wade_giles is None or not pinyin or by_wade_giles in pinyin, form


def parse(form, reader):
    syllables = [reader(word.text) for word in words_of(form)]
    return None if None in syllables else sum(syllables, ())


@pytest.mark.parametrize(
    ("row", "problem"),
    [
        (["animal", "甲", "A", "", "LCNAF"], "unknown kind"),
        (["person", "甲", "A", "", ""], "source"),
        (["person", "甲", "", "", "LCNAF"], "another form"),
        (["person", "甲", "A", "乙", "LCNAF"], "no heading"),
    ],
)
def test_wrong_rows(row, problem):
    """A row that does not hold together is refused, with its line."""
    with pytest.raises(TableError, match=problem):
        checked([row])


def test_a_form_of_two_headings():
    """A form that would lead to two headings is refused."""
    rows = [["person", "甲", "Same", "", "LCNAF"], ["person", "乙", "SAME", "", "LCNAF"]]
    with pytest.raises(TableError, match="form of 甲 too"):
        checked(rows)
