"""Boolean sets against an evaluator in memory that shares no code with the compiler.

``QUERY_ORACLE`` sets how many queries are made, ``QUERY_SEED`` of which chance.
"""

import os
import random
import re

import pytest

from query import compile_tree, parse

pytestmark = pytest.mark.es

# no two of them side by side are a heading: what other forms find is not for this evaluator
LATIN = ["red", "chamber", "dream", "old", "stone", "diary", "dreams"]
CJK = ["紅", "樓", "夢", "書", "風", "研", "究"]
FIELDS = {"title": "title", "author": "author_person", "subject": "subject_topic"}
QUERIES, AT_ONCE = int(os.environ.get("QUERY_ORACLE", "1200")), 100
SEED = int(os.environ.get("QUERY_SEED", "1997"))


@pytest.fixture(scope="module")
def shelf(make_index, title_type):
    """Sixty titles of random words and random characters, and their index."""
    chance = random.Random(SEED + 1842)
    titles = []
    for number in range(60):
        text = {field: [_value(chance)] for field in FIELDS.values() if chance.random() < 0.8}
        titles.append(title_type(f"T:{number}", text))
    return titles, make_index(titles)


def _value(chance):
    if chance.random() < 0.5:
        return " ".join(chance.choices(LATIN, k=chance.randint(1, 5)))
    return "".join(chance.choices(CJK, k=chance.randint(1, 6)))


def _query(chance, depth=0):
    """Text with full brackets, and a function from a title's values to whether it matches."""
    roll = chance.random()
    if depth > 3 or roll < 0.35:
        return _leaf(chance)
    left, has_left = _query(chance, depth + 1)
    right, has_right = _query(chance, depth + 1)
    if roll < 0.6:
        return f"({left} AND {right})", lambda title: has_left(title) and has_right(title)
    if roll < 0.85:
        return f"({left} OR {right})", lambda title: has_left(title) or has_right(title)
    return f"({left} NOT {right})", lambda title: has_left(title) and not has_right(title)


def _leaf(chance):
    text, holds = chance.choice(LEAVES)(chance)
    if chance.random() < 0.4:
        name = chance.choice(list(FIELDS))
        return f"{name}:({text})", lambda title: any(map(holds, title.text.get(FIELDS[name], [])))
    return text, lambda title: any(
        holds(value) for values in title.text.values() for value in values
    )


def _phrase(chance):
    words = chance.choices(LATIN, k=chance.choice([1, 1, 2]))
    return f'"{" ".join(words)}"', lambda value: _side_by_side(words, value.split())


def _characters(chance):
    text = "".join(chance.choices(CJK, k=chance.randint(1, 2)))
    return text, lambda value: text in value


def _gap(chance):
    first, last = chance.choices(CJK, k=2)
    sign, between = chance.choice([("?", "."), ("#", ".?"), ("*", ".*"), ("??", "..")])
    pattern = re.compile(f"{first}{between}{last}")
    return f"{first}{sign}{last}", lambda value: bool(pattern.search(value))


def _truncated(chance):
    word = chance.choice([word for word in LATIN if len(word) > 3])
    at = chance.randint(2, len(word) - 1)
    text, pattern = chance.choice(
        [
            (f"{word[:at]}*", f"{word[:at]}.*"),
            (f"*{word[-3:]}", f".*{word[-3:]}"),
            (f"{word[:2]}?{word[3:]}", f"{word[:2]}.{word[3:]}"),
            (f"{word[:2]}*{word[-1]}", f"{word[:2]}.*{word[-1]}"),
            (f"{word}#", f"{word}.?"),
            (f"*{word[:4]}*", f".*{word[:4]}.*"),
        ]
    )
    matches = re.compile(pattern).fullmatch
    if text.endswith("?"):
        text = f"{word[:2]}?{word[3:]}x*"
        matches = re.compile(f"{word[:2]}.{word[3:]}x.*").fullmatch
    return text, lambda value: any(map(matches, value.split()))


def _truncated_phrase(chance):
    first, second = (chance.choice([w for w in LATIN if len(w) > 3]) for _ in range(2))
    matches = re.compile(rf"(?:^| ){first[:3]}[^ ]* {second[:4]}[^ ]*").search
    return f'"{first[:3]}* {second[:4]}*"', lambda value: bool(matches(value))


def _near(chance):
    words = chance.choice([LATIN, CJK])
    first, last = chance.sample(words, 2)
    most, ordered = chance.randint(0, 3), chance.random() < 0.4
    text = f"{first} {'PRE' if ordered else 'NEAR'}/{most} {last}"

    def holds(value):
        parts = value.split() if words is LATIN else list(value)
        return any(
            at != to and abs(to - at) - 1 <= most and (at < to or not ordered)
            for at, one in enumerate(parts)
            for to, other in enumerate(parts)
            if (one, other) == (first, last)
        )

    return text, holds


def _whole(chance):
    words = chance.choices(LATIN, k=chance.randint(1, 2))
    text = " ".join(words)
    if chance.random() < 0.5:
        return f'=="{text}"', lambda value: value == text
    return f'"^{text}"', lambda value: f"{value} ".startswith(f"{text} ")


LEAVES = [_phrase, _characters, _gap, _truncated, _truncated_phrase, _near, _whole]


def _side_by_side(words, among):
    return any(among[at : at + len(words)] == words for at in range(len(among)))


def test_generated_queries_find_the_sets_that_logic_gives(connection, shelf, definition):
    """Every operator, over every kind of term, finds exactly the titles that set logic gives."""
    titles, index = shelf
    chance = random.Random(SEED)
    sizes = []
    for _ in range(QUERIES // AT_ONCE):
        queries = [_query(chance) for _ in range(AT_ONCE)]
        found = _find(connection, index, [text for text, _ in queries], definition)
        for (text, matches), ids in zip(queries, found, strict=True):
            assert ids == {title.id for title in titles if matches(title)}, text
        sizes += map(len, found)
    assert sum(0 < size < len(titles) for size in sizes) > QUERIES / 3


def _find(connection, index, texts, definition):
    """The ids that each text finds, in width standard."""
    lines = []
    for text in texts:
        tree = parse(text, definition, width="standard").tree
        query = compile_tree(tree, definition, "standard")
        lines += [{}, {"query": query, "size": 100, "_source": False}]
    answer = connection.request("POST", f"/{index}/_msearch", lines)
    return [{hit["_id"] for hit in each["hits"]["hits"]} for each in answer["responses"]]
