"""The headings of a record that are suggested."""

from mappings.suggestions import read_entry

RECORD = """
008 040101s2004    ja            000 1 jpn d
100 1 $6880-01$aNatsume, Sōseki,$d1867-1916
245 13$6880-02$aLa vie :$bun roman /$cX.
700 1 $aHawkes, David,$etranslator
700 1 $aCao, Xueqin.$tHong lou meng
880 1 $6100-01/$1$a夏目漱石,$d1867-1916
880 1 $6100-01/$1$aナツメ, ソウセキ"""


def keys(lines):
    return {read_entry(line).key for line in lines}


def forms(lines):
    return {(read_entry(line).own, read_entry(line).romanised) for line in lines}


def test_the_title_is_reached_whole_and_without_its_article(transform):
    """With other title information, without it, from the filing word on; shown is the title proper."""
    lines = transform(RECORD).document["suggest_title"]
    assert keys(lines) == {"lavie", "vie", "lavieunroman"}
    assert forms(lines) == {("", "La vie")}


def test_names_are_reached_in_every_form(transform):
    """Own script, kana, both orders, without dates; authors and others, but no author of a part."""
    lines = transform(RECORD).document["suggest_author"]
    assert {"夏目漱石", "natsumesoseki", "sosekinatsume", "hawkesdavid", "davidhawkes"} <= keys(
        lines
    )
    assert ("夏目漱石, 1867-1916", "Natsume, Sōseki, 1867-1916") in forms(lines)
    assert not any("Xueqin" in romanised for _, romanised in forms(lines))
