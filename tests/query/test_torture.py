"""Texts that searchers type and that catalogues fail at, each on a real index: what is found."""

import pytest

from query import QueryError, SearchRequest, search

pytestmark = pytest.mark.es

TITLES = {
    1: {"title": "Ram janmabhoomi and its critics"},
    2: {"title": "Rāmajanmabhūmi"},
    3: {"title": "I’m a cyborg, but that’s okay"},
    4: {"title": "中國歷史"},
    5: {"title": "香港歷史"},
    6: {"title": "中國與香港"},
    7: {"title": "Demeter does not remember"},
    8: {"title": "Ready or not"},
    9: {"title": "Simulation and the Monte Carlo method"},
    10: {"title": "Clarinet sonata in B♭ major"},
    11: {"title": "Clarinet sonata in B minor"},
    12: {"title": "Programming in C#"},
    13: {"title": "Programming in C++"},
    14: {"title": "Programming in C"},
    15: {"title": "Expert F# development"},
    16: {"title": "Nocturne in F major"},
    17: {"title": "Pro .NET performance"},
    18: {"title": "Net fishing"},
    19: {"title": "O’Reilly cookbook"},
    20: {"title": "The AT&T case"},
    21: {"title": "At the T junction"},
    22: {"title": "A guide to http://www.example.org/catalogue"},
    23: {"title": "A:B:C of bookbinding"},
    24: {"title": "Re: mail in the office"},
    25: {"title": "AFSC/RACE/GAP report"},
    26: {"title": "RACE and a gap"},
    27: {"title": "Hong Kong 1842-1997"},
    28: {"title": "IT and society"},
    29: {"title": "IT in society"},
    30: {"title": "To be or not to be"},
    31: {"title": "Flat and sharp"},
    32: {"title": "Postsharp handbook"},
    33: {"title": "가나다 이야기"},
    34: {"title": "魯迅小說集", "author_person": "魯迅", "title_variant": "Lu Xun"},
    35: {"title": "香江舊史"},
    36: {"title": "Dune : book one"},
    37: {"title": "非洲"},
    38: {"title": "是非"},
}


@pytest.fixture(scope="module")
def shelf(make_index, title_type):
    titles = [
        title_type(f"T:{number}", {field: [value] for field, value in text.items()})
        for number, text in TITLES.items()
    ]
    titles.append(title_type("T:40", {"title": ["An identified book"]}, isbn=["9780306406157"]))
    titles.append(title_type("T:41", {"title": ["A book that cites 978-0-306-40615-7"]}))
    return make_index(titles)


@pytest.fixture
def find(connection, shelf):
    def run(text, **options):
        asked = {"limit": 100, "width": "standard", "offers": False} | options
        result = search(connection, shelf, SearchRequest(text, **asked))
        return sorted(int(hit.id.removeprefix("T:")) for hit in result.hits)

    return run


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("“Ram janmabhoomi” OR Rāmajanmabhūmi", [1, 2]),
        ("«Ram janmabhoomi»", [1]),
        ("„Monte Carlo“", [9]),
        ("「中國」『歷史』", [4]),
        ("《香港》", [5, 6, 27]),
        ("i’m a cyborg but that’s okay", [3]),
        ("i'm a cyborg but that's okay", [3]),
        ("（中國 OR 香港）AND 歷史", [4, 5]),
        ("title：中國", [4, 6]),
        ("中國　歷史", [4]),
        ("中國 與 香港", [6]),
        ("中國 NOT 香港", [4]),
        ("中國 AND NOT 香港", [4]),
        ("非", [37, 38]),
        ("DEMETER DOES NOT REMEMBER", [7]),
        ("READY OR NOT", [8]),
        ("SIMULATION AND THE MONTE CARLO METHOD", [9]),
        ("clarinet NOT minor", [10]),
        ("978-0-306-40615-7", [40, 41]),
        ("0-306-40615-2", [40]),
        ("0306406152", [40]),
        ("C++", [13]),
        ("C#", [12]),
        ("F#", [15]),
        ("B♭", [10]),
        ("b♭ major", [10]),
        ('"in B♭"', [10]),
        (".NET", [17]),
        ("O'Reilly", [19]),
        ("O’Reilly", [19]),
        ("AT&T", [20]),
        ("*sharp", [12, 15, 31, 32]),
        ("title:*sharp", [12, 15, 31, 32]),
        ("http://www.example.org", [22]),
        ("http://www.example.org/catalogue", [22]),
        ("A:B:C", [23]),
        ("A:B:C bookbinding", [23]),
        ("A:B:C of*", [23]),
        ("*inding A:B:C", [23]),
        ("re: mail", [24]),
        ("AFSC/RACE/GAP", [25]),
        ("Hong Kong 1842-1997", [27]),
        ('"IT and Society"', [28]),
        ('"to be or not to be"', [30]),
        ("Ra\u0304majanmabhu\u0304mi", [2]),
        ("\u1100\u1161\u1102\u1161\u1103\u1161", [33]),
        ("魯迅 Lu Xun", [34]),
        ("dune : book", [36]),
        ("香*史", [5, 35]),
        ('"香*史"', [5, 35]),
        ('"香?歷"', [5]),
        ('"香#歷"', [5]),
        ('title:"香*史"', [5, 35]),
        ('"香史"', []),
    ],
)
def test_what_others_fail_at_is_found(find, text, expected):
    """Signs, quotation marks, scripts, stop words: each finds these titles and no others."""
    assert find(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("中國 與 香港", [6]),
        ("中國 与 歷史", [4]),
        ("中國歷史 或 香港歷史", [4, 5]),
        ("中國 AND NOT 香港", [4]),
        ("中國 非 香港", [4]),
        ("中國 與 非 香港", [4]),
        ("中國與香港", [6]),
        ("是非", [38]),
    ],
)
def test_localised_operators_where_they_are_asked_for(find, text, expected):
    """與 或 非 that stand free are operators; within a run of characters they are characters."""
    assert find(text, operators=("localised",)) == expected


def test_an_operator_alone_is_no_query(find):
    """非 alone is a character, or where it is an operator an error with its place."""
    with pytest.raises(QueryError) as raised:
        find("非", operators=("localised",))
    assert (raised.value.code, raised.value.position) == ("operator-without-right", 0)


def test_a_star_alone_finds_everything(find):
    """* is every title; ? and ?? hold nothing to search for."""
    assert len(find("*")) == len(TITLES) + 2
    for text in ("?", "??"):
        with pytest.raises(QueryError) as raised:
            find(text)
        assert raised.value.code == "nothing-to-search"


def test_many_terms_and_many_brackets(find):
    """2,000 alternatives are searched; 10,000 brackets are refused at once."""
    assert find(" OR ".join(["cyborg", *(f"w{n}" for n in range(1999))])) == [3]
    with pytest.raises(QueryError) as raised:
        find("(" * 10_000 + "a" + ")" * 10_000)
    assert raised.value.code == "too-deep"


BOTH = {
    "Latin": ("camus", "étranger", {"author_person": "Camus, Albert", "title": "L’Étranger"}),
    "Han": ("曹雪芹", "紅樓夢", {"author_person": "曹雪芹", "title": "紅樓夢"}),
    "kana": ("よしもと", "キッチン", {"author_person": "よしもとばなな", "title": "キッチン"}),
    "hangul": ("한강", "채식주의자", {"author_person": "한강", "title": "채식주의자"}),
    "Cyrillic": ("толстой", "война", {"author_person": "Толстой, Лев", "title": "Война и мир"}),
    "Greek": ("καζαντζάκης", "ζορμπά", {"author_person": "Καζαντζάκης", "title": "Ζορμπά"}),
    "mixed": ("周作人", "arms", {"author_person": "周作人", "title": "Call to arms"}),
    "mixed names": ("鲁迅", "xun", {"author_person": "魯迅", "title": "Lu Xun"}),
}


@pytest.fixture(scope="module")
def both(make_index, title_type):
    titles = [
        title_type(f"T:{script}", {field: [value] for field, value in text.items()})
        for script, (_, _, text) in BOTH.items()
    ]
    return make_index(titles)


@pytest.mark.parametrize("width", ["standard", "wide"])
@pytest.mark.parametrize("script", BOTH)
def test_the_author_and_the_title_may_each_hold_a_word(connection, both, script, width):
    """``a AND b`` finds the title whose author holds a and whose title holds b, in every script."""
    author, title, _ = BOTH[script]
    for text in (f"{author} AND {title}", f"{title} {author}", f"author:{author} title:{title}"):
        asked = SearchRequest(text, limit=20, width=width, offers=False)
        assert [hit.id for hit in search(connection, both, asked).hits] == [f"T:{script}"], text
    if script == "mixed names":  # 魯迅 is a heading: each field holds one of its forms
        return
    wrong = SearchRequest(f"author:{title} title:{author}", width=width, offers=False)
    assert search(connection, both, wrong).total == 0
