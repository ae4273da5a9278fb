"""Headings are reached by whatever way somebody begins to type them."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from mappings.suggestions import (
    LONGEST_FORM,
    LONGEST_KEY,
    Heading,
    entries,
    keys_typed,
    read_entry,
    typed_key,
    whole,
)

RED = Heading("紅樓夢", "Hong lou meng")
HEADINGS = {
    "Chinese": (RED, ["chi"]),
    "Chinese, simplified, nothing romanised": (Heading("红楼梦", ""), ["chi"]),
    "Chinese, romanised alone, Wade-Giles": (Heading("", "Hung lou mêng"), ["chi"]),
    "Japanese with kana": (Heading("紅楼夢", "Kōrōmu", "コウロウム"), ["jpn"]),
    "Japanese, romanised": (Heading("坊っちゃん", "Botchan"), ["jpn"]),
    "Korean": (Heading("홍길동전", "Hong Kil-tong chŏn"), ["kor"]),
    "Korean in Hanja": (Heading("歷史", "Yŏksa"), ["kor"]),
    "Chinese name": (Heading("魯迅, 1881-1936", "Lu, Xun, 1881-1936"), ["chi"]),
    "French name": (Heading("", "Beauvoir, Simone de, 1908-1986"), ["fre"]),
    "German title": (Heading("", "Über allen Gipfeln"), ["ger"]),
}
TYPED = [
    ("Chinese", "紅樓 红楼 紅楼 honglou hung-lou Honglou'"),
    ("Chinese", "hong lou|hung lou|Hong Lou Me"),
    ("Chinese, simplified, nothing romanised", "紅樓 honglou hung-lou"),
    ("Chinese, romanised alone, Wade-Giles", "honglou hung-lou"),
    ("Japanese with kana", "紅樓 こうろう コウロウ ｺｳﾛｳ korom kouroumu kōrō"),
    ("Japanese, romanised", "坊っ botch ぼっちゃ"),
    ("Korean", "홍 홍길 홍ㄱ 홍기 honggil hongkil"),
    ("Korean", "hong kil|hong gil|Hong Kil-t"),
    ("Korean in Hanja", "歷 历史 역사 yoksa yeoksa 역ㅅ"),
    ("Chinese name", "鲁迅 luxun lu,x"),
    ("Chinese name", "xun lu|Lu Hsün"),
    ("French name", "beauv"),
    ("French name", "simone de b|Beauvoir, S"),
    ("German title", "über uber UBERALLEN"),
]


def reached(name, text):
    heading, languages = HEADINGS[name]
    keys = [read_entry(line).key for line in entries(heading, languages)]
    return any(key.startswith(typed) for key in keys for typed in keys_typed(text))


@pytest.mark.parametrize(
    ("name", "text"),
    [(n, t) for n, texts in TYPED for t in (texts.split("|") if "|" in texts else texts.split())],
)
def test_a_beginning_leads_to_the_heading(name, text):
    """In any form of the characters, romanisation, kana or unfinished hangul."""
    assert reached(name, text)


@pytest.mark.parametrize("name", ["Chinese", "Korean", "French name", "German title"])
def test_no_letter_on_the_way_loses_the_heading(name):
    """Typed letter by letter, with its word division or without, the heading stays in sight."""
    text = HEADINGS[name][0].romanised
    for end in range(1, len(text) + 1):
        assert reached(name, text[:end]), text[:end]
        assert reached(name, text[:end].replace(" ", "").replace("-", "")), text[:end]


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Chinese", "樓夢"),
        ("Chinese", "lou"),
        ("Chinese", "こうろう"),
        ("Korean", "길동"),
        ("French name", "beauvais"),
    ],
)
def test_what_it_does_not_begin_with_leads_nowhere(name, text):
    """Neither from its middle nor by a reading of another language."""
    assert not reached(name, text)


def test_the_article_may_be_left_out():
    """Other beginnings lead to the same heading, which is shown whole."""
    lines = [
        read_entry(line) for line in entries(Heading("", "The stranger"), ["eng"], ["stranger"])
    ]
    assert {line.key for line in lines} == {"thestranger", "stranger"}
    assert {line.romanised for line in lines} == {"The stranger"}


def test_a_line_is_bounded():
    """Keys and forms of any length leave a line that the index takes."""
    for line in entries(Heading("夢" * 5000, "meng " * 5000), ["chi"]):
        entry = read_entry(line)
        assert len(entry.key) <= LONGEST_KEY
        assert max(len(entry.own), len(entry.romanised)) <= LONGEST_FORM


@given(st.text(max_size=20))
def test_a_key_parts_no_line(text):
    """Whatever is typed, a key holds no sign that ends it, and making it again changes nothing."""
    key = typed_key(text)
    assert "\t" not in key
    assert typed_key(key) == key
    assert all("\t" not in typed for typed in keys_typed(text))
    assert whole(key).startswith(key)
