"""Derived pinyin: the readings of the library, of the characters as they are written, in little memory."""

import gzip
import re
import subprocess
import sys
from pathlib import Path

import pytest
import zstandard
from hypothesis import given
from hypothesis import strategies as st
from icu import Transliterator
from pypinyin import lazy_pinyin
from pypinyin.constants import PHRASES_DICT, PINYIN_DICT

from demo.compose import compose
from demo.works import load_editions
from mappings.romanised import index_units
from mappings.romanised.mandarin import mandarin_units
from mappings.romanised.pinyin import own_readings, readings, syllables_of
from mappings.romanised.words import letters, plain
from mappings.tables import read_table

ROWS = read_table("romanised/mandarin.tsv", ("kind", "text", "pinyin"))


def as_the_library_reads(text):
    return [plain(letters(each)) for each in lazy_pinyin(text, v_to_u=True, errors="ignore")]


def test_characters():
    """Every character has the readings that the library has, in its order."""
    assert readings().characters.keys() == PINYIN_DICT.keys()
    for code, found in PINYIN_DICT.items():
        plainly = dict.fromkeys(plain(letters(each)) for each in found.split(","))
        assert own_readings(chr(code)) == list(plainly)


def test_phrases():
    """Every phrase has the syllables that the library has."""
    wrong = [
        phrase
        for phrase, found in PHRASES_DICT.items()
        if syllables_of(phrase) != [plain(letters(each[0])) for each in found]
    ]
    assert wrong == []


@given(st.lists(st.sampled_from(sorted(PHRASES_DICT)), min_size=1, max_size=6))
def test_runs(phrases):
    """A run is parted into phrases as the library parts it, also where they overlap."""
    run = "".join(phrases)
    assert syllables_of(run) == as_the_library_reads(run)
    assert syllables_of(run[1:]) == as_the_library_reads(run[1:])


SHARED = Path(__file__).parents[4] / "shared" / "data" / "marc"
STRETCH = re.compile("[\u3007\u3400-\u9fff]{2,}")
SIMPLIFY = Transliterator.createInstance("Traditional-Simplified").transliterate


def stretches(paths):
    """Every stretch of Han in the files, each once."""
    return {found for path in paths for found in STRETCH.findall(unpacked(path))}


def unpacked(path):
    data = path.read_bytes()
    if path.suffix == ".gz":
        data = gzip.decompress(data)
    if path.suffix == ".zst":
        data = zstandard.ZstdDecompressor().decompress(data, max_output_size=1 << 28)
    return data.decode(errors="ignore")


def read_otherwise(found):
    simplified = map(SIMPLIFY, sorted(found))
    return [
        each
        for each in simplified
        if list(filter(None, syllables_of(each))) != as_the_library_reads(each)
    ]


def test_stretches_of_the_sample(tmp_path):
    """The titles, names and subjects of the sample are read as the library reads them."""
    found = stretches(compose(tmp_path).values())
    assert len(found) > 1000
    assert read_otherwise(found) == []


def test_stretches_of_real_records():
    """Whatever real records have in Han is read as the library reads it."""
    if not SHARED.is_dir():
        pytest.skip("no collection of real MARC files beside the checkout")
    found = stretches(SHARED.iterdir())
    assert len(found) > 4000
    assert read_otherwise(found) == []


def test_recorded_readings():
    """Cataloguers read 96 of 100 Chinese titles of the sample so; the rest are rare readings."""
    editions = [each for each in load_editions() if each.lang == "chi" and each.title.rom]
    agree = [
        each
        for each in editions
        if set(index_units(each.title.rom, "zh", "pinyin")) & set(mandarin_units(each.title.text))
    ]
    assert len(editions) > 200
    assert len(agree) / len(editions) >= 0.96


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("中國名著", "zhong guo ming zhu"),  # as a class 着, zhe
        ("著作權法", "zhu zuo quan fa"),
        ("執著", "zhi zhuo"),
        ("補缺", "bu que"),  # as a class 欠, qian
        ("辯護士", "bian hu shi"),  # as a class 瓣, ban
        ("扭轉乾坤", "niu zhuan qian kun"),
        ("乾隆", "qian long"),
        ("乾嘉學派", "qian jia xue pai"),
        ("餅乾", "bing gan"),
        ("重慶", "chong qing"),
        ("姊妹", "zi mei"),  # simplified 姐, jie
        ("圖書館學", "tu shu guan xue"),
        ("綠野仙蹤", "lu ye xian zong"),
    ],
)
def test_as_written(text, reading):
    """A phrase is found in simplified characters, and read as the characters were before."""
    assert mandarin_units(text)[0] == reading


@pytest.mark.parametrize(
    "row", [row for row in ROWS if row[0] not in {"surname", "last"}], ids=lambda r: r[1]
)
def test_rows(row):
    """A kept character and a word have the reading of their row."""
    assert mandarin_units(row[1]) == (row[2],)


@pytest.mark.parametrize(
    ("text", "reading"),
    [
        ("呼蘭河傳", "hu lan he zhuan"),
        ("白蛇传 : 京剧", "bai she zhuan jing ju"),
        ("水滸後傳", "shui hu hou zhuan"),
        ("民俗流傳", "min su liu chuan"),
        ("傳統", "chuan tong"),
        ("唐宋傳奇", "tang song chuan qi"),
        ("面對著作者", "mian dui zhu zuo zhe"),
        ("看著你", "kan zhe ni"),
    ],
)
def test_ends_and_particles(text, reading):
    """傳 that ends a title is a biography, but for phrases; 著 after a verb is no work."""
    assert mandarin_units(text)[0] == reading


def test_the_library_is_not_imported():
    """To derive readings does not bring the library's dictionaries into the process."""
    code = (
        "import sys; from mappings.romanised.units import derived_units\n"
        "assert derived_units('重慶', 'zh') == ('chong qing',); print('pypinyin' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"
