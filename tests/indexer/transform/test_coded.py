"""Values from coded fields: formats, languages, years."""

import pytest

from indexer.transform.build.languages import split_codes
from indexer.transform.build.years import written_year


def leader(kind):
    return f"00000n{kind} a2200000 i 4500"


def fixed(at, code):
    return "008 " + " " * at + code + " " * (40 - at - len(code))


FORMATS = [
    ("am", "", ["book"]),
    ("tm", "", ["book"]),
    ("ai", "", ["book"]),
    ("as", "", ["journal"]),
    ("aa", "", ["article"]),
    ("ab", "", ["article"]),
    ("ac", "", ["archive"]),
    ("pc", "", ["archive"]),
    ("cm", "", ["score"]),
    ("dm", "", ["score"]),
    ("em", "", ["map"]),
    ("im", "", ["audio"]),
    ("jm", "", ["audio"]),
    ("km", "", ["image"]),
    ("mm", "", ["electronic"]),
    ("rm", "", ["object"]),
    ("gm", "", ["video"]),
    ("gm", fixed(33, "v"), ["video"]),
    ("gm", fixed(33, "s"), ["image"]),
    ("am", fixed(23, "o"), ["book", "electronic"]),
    ("am", fixed(23, "s"), ["book", "electronic"]),
    ("am", fixed(23, "r"), ["book"]),
    ("em", fixed(29, "o"), ["map", "electronic"]),
    ("em", fixed(23, "o"), ["map"]),
    ("ai", fixed(21, "w"), ["book", "electronic"]),
    ("am", "006 m     o  d", ["book", "electronic"]),
    ("am", "006 j", ["book", "audio"]),
    ("am", "007 cr", ["book", "electronic"]),
    ("am", "007 sd", ["book", "audio"]),
    ("am", "007 vf", ["book", "video"]),
    ("am", "245 00$aX$h[electronic resource]", ["book", "electronic"]),
    ("am", "245 00$aX$h[電子資源]", ["book", "electronic"]),
    ("jm", "245 00$aX$h[sound recording]", ["audio"]),
    ("am", "338   $aonline resource$bcr$2rdacarrier", ["book", "electronic"]),
    ("am", "336   $astill image$bsti$2rdacontent", ["book"]),
    ("~m", "336   $astill image$bsti$2rdacontent", ["image"]),
    ("~m", "", None),
]


@pytest.mark.parametrize(("kind", "line", "expected"), FORMATS)
def test_formats(transform, kind, line, expected):
    """The coded fields give these formats, the main one first."""
    text = f"LDR {leader(kind)}\n{line or '500   $a-'}"
    if "245" not in line:
        text += "\n245 00$aX"
    assert transform(text).document.get("format") == expected


LANGUAGES = [
    (fixed(35, "chi"), ["chi"]),
    (fixed(35, "CHI"), ["chi"]),
    (fixed(35, "   "), None),
    (fixed(35, "|||"), None),
    (fixed(35, "mul"), None),
    (fixed(35, "und"), None),
    (fixed(35, "mul") + "\n041 0 $achi$aeng", ["chi", "eng"]),
    (fixed(35, "eng") + "\n041 1 $aengfre$hger", ["eng", "fre"]),
    (fixed(35, "eng") + "\n041 0 $achi eng$djpn", ["eng", "chi", "jpn"]),
    ("041 0 $aeng$bchi", ["eng"]),
    ("008 too short", None),
    (fixed(35, "qqq"), None),
]


@pytest.mark.parametrize(("text", "expected"), LANGUAGES)
def test_languages(transform, text, expected):
    """008 first, then 041 $a and $d; summaries and originals are not languages of the content."""
    assert transform(text).document.get("language") == expected


def test_split_codes():
    """Codes that run together are parted; what is no row of codes stays."""
    assert split_codes("engfreger") == ["eng", "fre", "ger"]
    assert split_codes("eng") == ["eng"]
    assert split_codes("en") == ["en"]


YEARS = [
    (fixed(6, "s1998    "), [1998]),
    (fixed(6, "t19981997"), [1998]),
    (fixed(6, "r20101931"), [2010]),
    (fixed(6, "c19539999"), [1953]),
    (fixed(6, "d19531960"), [1953]),
    (fixed(6, "m19531960"), [1953, 1960]),
    (fixed(6, "m19539999"), [1953]),
    (fixed(6, "q19501959"), [1950, 1959]),
    (fixed(6, "e19980212"), [1998]),
    (fixed(6, "s19uu    "), None),
    (fixed(6, "nuuuuuuuu"), None),
    (fixed(6, "||||||||||"), None),
    (fixed(6, "s9999    "), None),
    (fixed(6, "s0000    "), None),
    (fixed(6, "s19uu    ") + "\n260   $c[1985?]", [1985]),
    (fixed(6, "s1998    ") + "\n260   $c1985", [1998]),
    ("264  4$c©1990\n264  1$cc1991", [1991]),
    ("264  4$c©1990", [1990]),
    ("260   $cn.d.", None),
    ("260   $6880-01$c[n.d.]\n880   $6260-01/$1$c昭和55年", [1980]),
    ("008 short", None),
]


@pytest.mark.parametrize(("text", "expected"), YEARS)
def test_years(transform, text, expected):
    """The dates of 008 by their type, else what the imprint says."""
    assert transform(text).document.get("year") == expected


@pytest.mark.parametrize(
    ("text", "year"),
    [
        ("c1999", 1999),
        ("[1999?]", 1999),
        ("1999-2001", 1999),
        ("１９９９年", 1999),
        ("昭和55 [1980]", 1980),
        ("昭和55年", 1980),
        ("平成元年", 1989),
        ("民國六十年", 1971),
        ("民國87 [1998]", 1998),
        ("民国二十三年", 1934),
        ("光緒三十二年", 1906),
        ("康熙六十一年", 1722),
        ("檀紀4288", 1955),
        ("199-?", None),
        ("19990101", None),
        ("", None),
        ("民國", None),
    ],
)
def test_written_year(text, year):
    """Western digits of any width, else the year of an era."""
    assert written_year(text) == year
