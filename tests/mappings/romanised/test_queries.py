"""The keys of a query against the joined runs of an index, simulated in Python."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from mappings.romanised import LONGEST_RUN, derived_units, index_units, query_keys, windows
from mappings.romanised.chinese import syllables
from mappings.romanised.words import plain
from mappings.tables import read_table

PINYIN = sorted(syllables().pinyin)
WADE_GILES = {
    row[1]: plain(row[0])
    for row in read_table("romanised/syllables.tsv", ("pinyin", "wade_giles", "also"))
    if row[1]
}


def runs(values):
    """What the index holds of values: their units joined in runs of one to eight."""
    found = set()
    for value in values:
        units = value.split()
        for first in range(len(units)):
            for last in range(first + 1, min(len(units), first + LONGEST_RUN) + 1):
                found.add("".join(units[first:last]))
    return found


def finds(query, values):
    """Whether every word of a query is satisfied by one of its keys."""
    held = runs(values)
    return all(held & set(keys) for keys in query_keys(query.split()))


FOUND = [
    (
        "Hong lou meng",
        "zh",
        "Hong lou meng|Honglou meng|Hongloumeng|hung lou meng|hungloumeng|hong lou|Hung-lou-mêng|hong2 lou2 meng4",
    ),
    ("Hung lou mêng", "zh", "Hong lou meng|Honglou meng|Hongloumeng|hung lou meng|HUNGLOUMENG"),
    ("Dao de jing", "zh", "Tao te ching|Tao-te-ching|Tao tê ching|Daodejing"),
    ("Jin ping mei", "zh", "Chin ping mei|Chin p'ing mei|Jinpingmei"),
    ("Tang shi san bai shou", "zh", "Tang shih|T'ang shih san pai shou|tangshi"),
    ("Lu, Xun, 1881-1936", "zh", "Lu Hsun|Lu Xun|Luxun|Lu Hsün"),
    ("Xi'an shi bian", "zh", "Xian shibian|Xi'an shibian|Hsi-an shih pien|xi an shi bian"),
    ("Lü shi chun qiu", "zh", "Lüshi chunqiu|lvshi chunqiu|Lushi chunqiu|Lü-shih ch'un-ch'iu"),
    ("Luotuo Xiangzi", "zh", "Lo-t'o Hsiang-tzu|luo tuo xiang zi"),
    (
        "Tōkyō monogatari",
        "ja",
        "Tokyo monogatari|Toukyou monogatari|Tookyoo monogatari|tokyomonogatari|とうきょうものがたり|トウキョウ モノガタリ",
    ),
    ("Genji monogatari", "ja", "Genjimonogatari|genzi monogatari|げんじものがたり"),
    ("Wagahai wa neko de aru", "ja", "わがはいはねこである|wagahai wa neko|wagahaiwanekodearu"),
    ("ワガハイ ワ ネコ デ アル", "ja", "wagahai wa neko de aru|わがはいはねこである"),
    ("Shin'yaku seisho", "ja", "Shinyaku seisho|Shin-yaku seisho|shin yaku seisho"),
    ("Nihon shinbun", "ja", "nihon shimbun|nihonshimbun|Nihon sinbun"),
    ("Ch'unhyang chŏn", "ko", "Chunhyangjeon|Ch'unhyangjŏn|chunhyang chon|춘향전"),
    ("Han'guksa", "ko", "Hanguksa|Han'guksa|한국사"),
    ("Chosŏnsa", "ko", "Joseonsa|Chosŏnsa|조선사|Choson sa"),
]


@pytest.mark.parametrize(
    ("value", "language", "query"),
    [
        (value, language, query)
        for value, language, queries in FOUND
        for query in queries.split("|")
    ],
)
def test_found(value, language, query):
    """What people type finds what is recorded, however either divides its words."""
    assert finds(query, index_units(value, language))


NOT_FOUND = [
    ("Hong lou meng", "zh", "Qing lou meng|hong meng lou ming|honglin|hung"),
    ("Zhongguo yi xue", "zh", "Zhongguo wen xue|lung|chin up"),
    ("Long xu", "zh", "lung cancer|lung"),
    ("Tōkyō monogatari", "ja", "Kyoto monogatari|たいきょうものがたり"),
    ("Hanguksa", "ko", "Hangugo|한국어"),
]


@pytest.mark.parametrize(
    ("value", "language", "query"),
    [
        (value, language, query)
        for value, language, queries in NOT_FOUND
        for query in queries.split("|")
    ],
)
def test_not_found(value, language, query):
    """Other words find nothing; English words are not read as Wade-Giles."""
    assert not finds(query, index_units(value, language))


@pytest.mark.parametrize("word", ["紅樓夢", "歷史", "紅樓meng"])
def test_han_has_no_keys(word):
    """No native form in Han ever matches through a reading."""
    assert query_keys([word]) == ((),)
    assert query_keys(["hong", word])[1] == ()


def test_derived_pinyin_is_found():
    """A title of which no romanisation is recorded is found by its pinyin and by Wade-Giles."""
    units = derived_units("重慶森林", "zh")
    assert units == ("chong qing sen lin",)
    assert finds("Chongqing senlin", units)
    assert finds("Ch'ung-ch'ing sen-lin", units)


DIVIDED = st.lists(
    st.tuples(st.sampled_from(PINYIN), st.booleans()), min_size=1, max_size=LONGEST_RUN
)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(DIVIDED)
def test_any_word_division(parts):
    """Any division of a recorded value into words finds it."""
    value = " ".join(syllable for syllable, _ in parts)
    query = "".join(syllable + (" " if cut else "") for syllable, cut in parts).strip()
    assert finds(query, index_units(value, "zh", "pinyin"))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    st.lists(
        st.tuples(st.sampled_from(sorted(WADE_GILES)), st.sampled_from(" -")),
        min_size=1,
        max_size=4,
    )
)
def test_wade_giles_with_its_marks(parts):
    """Wade-Giles that says so itself finds the pinyin, with hyphens or without."""
    query = "".join(name + joint for name, joint in parts).strip(" -") + " hsüeh"
    value = " ".join([WADE_GILES[name] for name, _ in parts] + ["xue"])
    assert finds(query, (value,))


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.text("abcdefghijklmnopqrstuvwxyz'-", max_size=12), max_size=20))
def test_cost_is_bounded(words):
    """Any words have a bounded number of keys, none of them empty."""
    found = query_keys(words)
    assert len(found) == len(words)
    assert all(len(keys) <= 96 and all(keys) for keys in found)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(PINYIN), min_size=1, max_size=30))
def test_windows_cover_a_long_word(parts):
    """The pieces of a word are runs that the index holds of it, and leave none of its letters out."""
    word = "'".join(parts)
    pieces = windows(word)
    if len(parts) <= LONGEST_RUN:
        assert pieces == (word,)
    else:
        assert set(pieces) <= runs(index_units(word, "zh", "pinyin"))
        assert len("".join(pieces)) >= len(plain(word))
