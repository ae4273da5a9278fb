"""Readings and headings in a real index: what is found by how it is read, and what is not."""

import pytest

from query import SearchRequest, search

pytestmark = pytest.mark.es

TITLES = {
    1: ("chi", "title", ["紅樓夢", "Honglou meng"]),
    2: ("chi", "title", ["红楼梦研究", "Hung lou meng yen chiu"]),
    3: ("chi", "title", ["紅樓夢大辭典"]),  # no romanisation recorded
    4: ("eng", "title", ["A dream of the red chamber"]),
    5: ("jpn", "title", ["東京大学百年史", "Tōkyō Daigaku hyakunenshi"]),
    6: ("kor", "title", ["韓國의 歷史"]),
    7: ("kor", "title", ["한국의 역사", "Han'guk ŭi yŏksa"]),
    8: ("jpn", "title", ["カラス", "Karasu"]),
    9: ("chi", "title", ["中华人民共和国宪法", "Zhonghua Renmin Gongheguo xian fa"]),
    10: ("chi", "author_person", ["沈從文", "Shen, Congwen, 1902-1988"]),
    11: ("eng", "author_person", ["Shen, Ts'ung-wen"]),
    12: ("eng", "author_person", ["Shen, Yun"]),
    13: ("eng", "title", ["Histories of Hong Kong"]),
    14: ("chi", "title", ["理事會", "Li shi hui"]),
    15: ("chi", "title", ["歷史會"]),
    16: ("kor", "title", ["화학 입문"]),
    17: ("kor", "title", ["史記"]),
    18: ("kor", "title", ["韓國史", "Han'guksa"]),
    19: ("chi", "title", ["水滸傳", "Shui hu zhuan"]),
    20: ("chi", "title", ["西安", "Xi'an"]),
    21: ("chi", "title", ["先秦史"]),
}  # fmt: skip


@pytest.fixture(scope="module")
def shelf(make_index, title_type):
    """Titles whose readings meet."""
    return make_index(
        [
            title_type(f"R:{number}", {field: values}, language=[language])
            for number, (language, field, values) in TITLES.items()
        ]
    )


@pytest.fixture
def find(connection, shelf):
    def run(text, width):
        result = search(connection, shelf, SearchRequest(text, limit=100, width=width))
        return {int(hit.id.removeprefix("R:")) for hit in result.hits}, result

    return run


@pytest.mark.parametrize(
    ("text", "standard", "wide"),
    [
        *((text, {1, 2}, {1, 2, 3}) for text in (
            "hongloumeng", "Honglou meng", "hong lou meng", "hung lou meng", "HONG LOU MENG",
            '"Hong lou meng"', '"honglou meng"', "title:(hong lou meng)", 'title:"hung lou meng"',
        )),
        ("紅樓夢", {1, 2, 3}, {1, 2, 3}),
        ('"meng honglou"', set(), set()),
        ("tokyo daigaku", {5}, {5}),
        ("Tōkyōdaigaku", {5}, {5}),
        ("toukyou", {5}, {5}),
        ("カラス", {8}, {8}),
        ("karasu", {8}, {8}),
        ("からす", {8}, {8}),
        ("역사", {7}, {6, 7}),
        ("한국역사", set(), set()),
        ("한국사", set(), {18}),
        ("hanguksa", {18}, {18}),
        ("shui hu chuan", {19}, {19}),
        ("西安", {20}, {20}),
        ("歷史", {6, 15}, {6, 15}),
        ("yoksa", {7}, {6, 7}),
        ('"zhong hua ren min gong he guo xian fa"', {9}, {9}),
        ("zhonghuarenmingongheguoxianfa", {9}, {9}),
        ('"zhong hua ren min gong he guo xian fu"', set(), set()),
        ("魯迅 Lu Xun", set(), set()),
        ("紅樓夢 hung lou meng", {1, 2}, {1, 2, 3}),
        ("lishi hui", {14}, {14, 15}),
        ("理事", {14}, {14}),
        ("畫學", set(), set()),
        ("詐欺", set(), set()),
        ("사기", set(), {17}),
        ("history", set(), {13}),
        ("histories", {13}, {13}),
    ],
)  # fmt: skip
def test_a_reading_finds_what_is_read_so(find, text, standard, wide):
    """Recorded readings match in every width, derived ones and stems in the wide one alone."""
    assert (find(text, "standard")[0], find(text, "wide")[0]) == (standard, wide)


@pytest.mark.parametrize(
    "text",
    [
        "hongloumeng",
        "hung lou meng",
        "toukyou",
        "역사",
        "yoksa",
        "history",
        "lishi hui",
        "shen congwen",
    ],
)
@pytest.mark.parametrize("width", ["standard", "wide"])
def test_not_excludes_what_the_term_finds(find, text, width):
    """A term and its NOT part the catalogue, in each width."""
    found, others = find(text, width)[0], find(f"NOT ({text})", width)[0]
    assert found | others == set(TITLES)
    assert not found & others


@pytest.mark.parametrize("width", ["standard", "wide"])
@pytest.mark.parametrize(
    "text", ["hongloumeng", "역사", "history", "紅樓夢", "=夢", '"hong lou meng"']
)
def test_a_term_finds_the_same_however_much_is_asked_beside_it(find, text, width):
    """The match set of a term is the same among forty others, where fewer fields rank."""
    beside = " OR ".join(f"nosuchword{number}" for number in range(40))
    assert find(f"{text} OR {beside}", width)[0] == find(text, width)[0]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("沈从文", {10, 11}),
        ("沈 从文", {10, 11}),
        ("Shen Congwen", {10, 11}),
        ('author:"Shen, Ts\'ung-wen"', {10, 11}),
        ("Ts'ung-wen Shen", {10, 11}),
        ("=沈從文", {10}),
        ('="Shen, Congwen"', {10}),
        ("shen", {10, 11, 12}),
    ],
)
def test_a_heading_is_found_by_its_other_forms(find, text, expected):
    """Words, a phrase or a run of characters that are a heading; never below =."""
    found, result = find(text, "standard")
    assert found == expected
    said = {note.code for note in result.warnings}
    assert said == ({"heading"} if expected == {10, 11} else set())


def test_what_is_recorded_so_ranks_above_what_is_only_read_so(find):
    """A recorded reading as typed, then recorded ones in another form, then derived ones."""
    ids = [hit.id for hit in find("Honglou meng", "wide")[1].hits]
    assert ids == ["R:1", "R:2", "R:3"]
