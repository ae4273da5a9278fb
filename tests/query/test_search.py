"""Searches of a real index."""

from functools import partial

import pytest

from query import NoIndexError, QueryError, RequestError, SearchRequest, fetch_document, search
from query.document import NoSuchTitleError
from query.tables import tables

pytestmark = pytest.mark.es


@pytest.fixture
def find(connection, library):
    def run(text, **options):
        return search(connection, library, SearchRequest(text, **{"limit": 100, **options}))

    return run


def numbers(result):
    return sorted(int(hit.id.removeprefix("HKU:")) for hit in result.hits)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("xueqin dream", [3]),  # author and title
        ("曹雪芹 meng", [1]),  # a native author, a romanised title
        ("紅樓夢", [1, 2]),
        ("红楼梦", [1, 2]),
        ("紅樓 夢", [1, 2]),
        ("「紅樓夢」", [1, 2]),
        ("樓夢", [1, 2]),
        ("夢樓", []),
        ("夢", [1, 2]),
        ("紅樓*", [1, 2]),
        ("title:紅樓夢", [1, 2]),
        ("subject:紅樓夢", [2]),
        ("題名：紅樓夢", [1, 2]),
        ("muller", [3]),
        ("MÜLLER", [3]),
        ("étranger", [4, 5]),
        ("l'etranger", [4, 5]),
        ("O'Brien", [3]),
        ("obrien*", [3]),
        ("C++", [6]),
        ("c++ programming", [6]),
        ('"programming language"', [6, 7]),
        ('"language programming"', []),
        ("progr* lang*", [6, 7]),
        ("nature NOT nurture", [8]),
        ("nature OR karaoke", [8, 9, 12]),
        ("nature AND (nurture OR macmillan)", [8, 9]),
        ("卡拉OK", [12]),
        ("卡拉ok文化", [12]),
        ("卡拉O*", [12]),
        ("READY OR NOT", [13]),
        ("soseki", [10]),
        ("猫である", [10]),
        ("채식주의자", [11]),
        ("채식*", [11]),
        ("1842-1997", [14]),
        ("978-7-02-000220-7", [1]),
        ("isbn:702000220X", [1]),
        ("language:French", [4]),
        ("language:(fre OR kor)", [4, 11]),
        ("year:1997", [6, 14, 15]),
        ("year:..1905", [8, 10]),
        ("year:2005-", [11, 13]),
        ("format:journal", [8]),
        ("heldby:cuhk", [1]),
        ("added:2026-02", [3]),
        ("added:..2026-01-31 nature", [8, 9]),
        ("publisher:*", [8]),
        ("* NOT language:eng", [1, 2, 4, 10, 11, 12, 15]),
        ("NOT language:eng", [1, 2, 4, 10, 11, 12, 15]),
        ("中國歷史", [15]),
        ("（中國 OR 채식주의자）AND 歷史", [15]),
        ("Hong Kong", [9, 14, 15]),
        ('"中國 歷史"', [15]),
        ("id:HKU:7", [7]),
        ("nosuchword", []),
    ],
)
def test_finds_exactly_these_titles(find, text, expected):
    """A query finds the titles that its reading says, in every script, and no other."""
    result = find(text)
    assert (numbers(result), result.total) == (expected, len(expected))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("*ranger", [4, 5]),
        ("*trang*", [4, 5]),
        ("str?nger", [5]),
        ("étran*er", [4, 5]),
        ("languag#", [6, 7]),
        ("languages#", []),
        ("title:*rogrammi*", [6, 7]),
        ("Étr?ng*", [4, 5]),
        ("紅?夢", [1, 2]),
        ("紅#夢", [1, 2]),
        ("紅??研", [2]),
        ("紅*究", [2]),
        ("紅?樓", []),
        ("红?夢研", [2]),
        ("中?歷", [15]),
        ("*樓夢", [1, 2]),
        ("卡*文化", [12]),
        ('"progr* langu*"', [6, 7]),
        ('"langu* progr*"', []),
        ('"red cham*"', [3]),
        ('"卡拉O*"', [12]),
        ('title:"c++ prog*"', [6]),
        ("red NEAR/0 chamber", [3]),
        ("chamber NEAR/0 red", [3]),
        ("red PRE/0 chamber", [3]),
        ("chamber PRE/0 red", []),
        ("dream NEAR/2 chamber", []),
        ("dream NEAR/3 chamber", [3]),
        ("(dream OR nightmare) NEAR/3 (chamb* OR room)", [3]),
        ('"dream of" PRE/2 chamber', [3]),
        ("title:dream NEAR/3 title:chamber", [3]),
        ("author:(dream NEAR/9 chamber)", []),
        ("(dream NEAR/1 the) NEAR/1 chamber", [3]),
        ("吾輩 NEAR/1 猫", [10]),
        ("吾輩 NEAR/0 猫", []),
        ("卡拉 NEAR/2 文化", [12]),
        ("red NEAR/50 cao", []),
        ('title:"^the"', [5, 6, 7]),
        ('title:"^the c++"', [6]),
        ('title:"^natu"', []),
        ('title:"^natu*"', [8, 9]),
        ('title:"^紅樓"', [1, 2]),
        ('"^hong kong"', [14]),
        ("title==nature", [8]),
        ('title=="紅樓夢"', [1]),
        ('=="ready or not"', [13]),
        ('=="ready or"', []),
        ("nature^5 OR karaoke", [8, 9, 12]),
        ("978 7 02 000220 7", [1]),
        ("what is nature?", []),
        ("hong kong nature?", [9]),
    ],
)
def test_truncation_proximity_and_whole_values(find, text, expected):
    """Truncated words, words near each other, beginnings and whole values find these titles."""
    result = find(text, width="standard")
    assert (numbers(result), result.total) == (expected, len(expected))


def test_a_boost_changes_the_order_alone(find):
    """The boosted alternative comes first, and the same titles are found."""
    first = [hit.id for hit in find("nature^50 OR karaoke").hits]
    last = [hit.id for hit in find("nature OR karaoke^50").hits]
    assert sorted(first) == sorted(last)
    assert (first[-1], last[0]) == ("HKU:12", "HKU:12")


def test_parts_are_counted_on_request(find):
    """Every part with the titles that it finds by itself; none where nobody asks."""
    result = find("title:(nature OR dream) NOT nurture", counts=True)
    assert [(each.clause, each.total) for each in result.counts] == [
        ("title:nature", 2),
        ("title:dream", 1),
        ("title:(nature OR dream)", 3),
        ("nurture", 1),
        ("title:(nature OR dream) AND NOT nurture", 2),
    ]
    assert find("nature").counts == ()
    many = find(" OR ".join(f"w{number}" for number in range(60)), counts=True)
    assert len(many.counts) == 50
    assert [note.message for note in many.warnings] == ["the first 50 of 61 parts are counted"]


def test_a_mixed_query_says_what_the_other_reading_finds(find):
    """The warning has the number of titles that OR before AND would find."""
    result = find("karaoke OR nature AND macmillan")
    assert numbers(result) == [8, 12]
    (warning,) = result.warnings
    assert warning.code == "mixed"
    assert warning.message.endswith("(karaoke OR nature) AND macmillan, and find 1 titles")


def test_a_beginning_of_too_many_words_is_refused_by_name(make_index, title_type, connection):
    """A proximity of a beginning that the index has thousands of says which one it is."""
    titles = [
        title_type(f"W:{part}", {"title": [" ".join(f"ab{part}x{n}" for n in range(1000))]})
        for part in range(70)
    ]
    index = make_index(titles)
    with pytest.raises(QueryError, match=r"ab\*") as raised:
        search(connection, index, SearchRequest("ab* NEAR/3 ab1x1"))
    assert raised.value.code == "too-many-words"
    assert search(connection, index, SearchRequest("ab*")).total == 70


def test_the_exact_title_comes_first(find):
    """A title that is the words and no more ranks above longer ones."""
    assert [hit.id for hit in find("nature").hits] == ["HKU:8", "HKU:9"]


def test_a_match_in_the_title_ranks_above_one_in_the_subject(find):
    """Weights of the fields order the titles found."""
    assert [hit.id for hit in find("紅樓夢").hits] == ["HKU:1", "HKU:2"]
    assert [hit.id for hit in find("étranger").hits] == ["HKU:4", "HKU:5"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("=后", [2, 4]),
        ("=後", [1, 3]),
        ("title:=后", [2]),
        ('="皇后"', [2, 4]),
        ("=muller", [6, 8]),
        ("=Müller", [5, 7]),
        ('="Frau Müller"', [7]),
        ("=Straße", [10]),
        ("=strasse", [9]),
        ("=étranger", [11]),
        ("=カラス", [13]),
        ("NOT =后 AND title:后", [1, 3]),
    ],
)
def test_an_equals_sign_asks_for_the_very_letters(find_form, text, expected):
    """=term finds what is written so, in fields and without, and nothing that folds to it."""
    assert numbers(find_form(text)) == expected


@pytest.mark.parametrize(
    ("text", "first", "then"),
    [
        ("后", [2], [1, 3]),
        ("後", [1, 3], [2]),
        ("Müller", [5, 7], [6, 8]),
        ("muller", [6, 8], [5, 7]),
        ("title:Straße", [10], [9]),
        ("strasse", [9], [10]),
        ("étranger", [11], [12]),
        ("カラス", [13], [14]),
        ('"frau müller"', [7], [8]),
    ],
)
@pytest.mark.parametrize("width", ["standard", "wide"])
def test_what_is_written_as_asked_ranks_above_what_folds_to_it(find_form, text, first, then, width):
    """In the same field, whichever value is longer, every exact form stands above every other."""
    found = [int(hit.id.removeprefix("HKU:")) for hit in find_form(text, width=width).hits]
    found = [number for number in found if number in {*first, *then}]
    assert (sorted(found[: len(first)]), sorted(found[len(first) :])) == (first, then)


FORMS = {
    1: {"title": "後"},
    2: {"title": "皇后與她的兒子們：一個王朝的興亡史"},
    3: {"title": "戰後香港的經濟與社會變遷史料彙編續集"},
    4: {"subject_topic": "皇后"},
    5: {"title": "Lebenserinnerungen eines alten Mannes namens Müller aus Hamburg an der Elbe"},
    6: {"title": "Muller"},
    7: {"title": "Frau Müller"},
    8: {"title": "Frau Muller"},
    9: {"title": "Die lange Strasse von Bern nach Basel und zurück im Winter"},
    10: {"title": "Straße"},
    11: {"title": "L’Étranger"},
    12: {"title": "Etranger"},
    13: {"title": "カラス"},
    14: {"title": "ｶﾗｽ"},
}


@pytest.fixture(scope="module")
def forms(make_index, title_type):
    return make_index(
        [
            title_type(f"HKU:{number}", {field: [value] for field, value in text.items()})
            for number, text in FORMS.items()
        ]
    )


@pytest.fixture
def find_form(connection, forms):
    def run(text, **options):
        return search(connection, forms, SearchRequest(text, **{"limit": 100, **options}))

    return run


def test_hits_carry_what_the_contract_says(find):
    """A hit has the display, the holders and the member records of its title."""
    hit = find("978-7-02-000220-7").hits[0]
    assert (hit.id, hit.title, hit.year, hit.held_by) == ("HKU:1", "紅樓夢", 1982, ("HKU", "CUHK"))
    assert [(member.institution, member.control_number) for member in hit.members] == [("HKU", "1")]


def test_limits_are_alternatives_within_and_conditions_across(find):
    """Values of one limit are joined by OR, limits by AND, and the reading says so."""
    result = find("*", limits={"language": ("fre", "Korean"), "year": ("..1950", "2007")})
    assert numbers(result) == [4, 11]
    assert result.reading == "* AND language:(fre OR Korean) AND year:(..1950 OR 2007)"


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("year", [2015, 2007, 2001]),
        ("year-asc", [1869, 1905, 1929]),
        ("title", [1929, 1988, 1997]),
    ],
)
def test_hits_stand_in_the_order_asked_for(find, sort, expected):
    """By year both ways, and by title in the order of collation."""
    text = "*" if sort != "title" else "C OR C++ OR dream NOT kernighan OR c programming"
    assert [hit.year for hit in find(text, sort=sort, limit=3).hits] == expected


def test_ties_break_by_id_and_pages_do_not_overlap(find, titles):
    """With equal scores the order is that of the ids, and paging shows every title once."""
    pages = [find("*", start=start, limit=4) for start in range(0, len(titles), 4)]
    ids = [hit.id for page in pages for hit in page.hits]
    assert ids == sorted(title.id for title in titles)
    assert {page.total for page in pages} == {len(titles)}


@pytest.mark.parametrize(
    "text", ["中國歷史" * 100, '"' + "hong kong " * 300 + '"', "中" + "a'" * 3000]
)
def test_long_terms_are_answered(find, text):
    """What somebody pastes from an abstract is searched, whatever it costs to rank it."""
    assert find(text).total == 0
    assert find(f"紅樓夢 OR {text}").total == 2


def test_facets_count_the_titles_found(find):
    """Values come with labels and exact counts; years by decades, newest first."""
    facets = find("nature OR kong", facets=("all",)).facets
    assert [(value.value, value.count) for value in facets["language"]] == [("eng", 3)]
    assert facets["language"][0].label == "English"
    assert [(value.value, value.count) for value in facets["year"]] == [
        ("2000..2009", 1),
        ("1990..1999", 1),
        ("1860..1869", 1),
    ]
    assert [(value.value, value.count) for value in facets["format"]] == [
        ("book", 2),
        ("journal", 1),
    ]
    assert find("nature", facets=("format",)).facets.keys() == {"format"}


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"start": 9_991, "limit": 10}, "up to number 10000"),
        ({"start": -1}, "from -1"),
        ({"sort": "size"}, "no order size"),
        ({"facets": ("colour",)}, "no facet colour"),
    ],
)
def test_impossible_requests_are_refused(find, options, message):
    """Each says what is wrong and what to do, with the exit code of wrong usage."""
    with pytest.raises(RequestError, match=message) as raised:
        find("*", **options)
    assert raised.value.hint
    assert raised.value.exit_code == 2


def test_the_last_page_that_can_be_shown_is_shown(find):
    """From 9,990 with a limit of 10 is inside the window."""
    assert find("*", start=9_990, limit=10).total > 0


def test_no_index_is_said_with_the_way_out(connection):
    """Before anything is built, a search says so."""
    with pytest.raises(NoIndexError, match="no catalogue yet") as raised:
        search(connection, "test-query-none", SearchRequest("a"))
    assert "hkall reindex" in raised.value.hint


def test_a_title_is_found_by_its_id_and_by_a_members_number(connection, library):
    """The document has display and members; an unknown id is an error."""
    document = fetch_document(connection, library, "HKU:10")
    assert (document["id"], document["display"]["title"]) == ("HKU:10", "吾輩は猫である")
    with pytest.raises(NoSuchTitleError):
        fetch_document(connection, library, "HKU:99")


def test_the_largest_query_allowed_is_answered(find):
    """Elasticsearch takes what the program's own limits let through."""
    budget = tables().budget
    find = partial(find, width="standard")
    wide = " OR ".join(f"w{n}" for n in range(budget.max_leaves - 1)) + " OR karaoke"
    assert numbers(find(wide)) == [12]
    deep = "karaoke"
    for level in range(budget.max_depth // 2 - 1):
        deep = f"(karaoke AND (w{level} OR {deep}))"
    assert numbers(find(deep)) == [12]
    costly = " OR ".join(f"subject:w{n}" for n in range(budget.max_clauses // 24))
    assert numbers(find(f"{costly} OR karaoke")) == [12]
