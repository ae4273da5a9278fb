"""Boolean sets against an evaluator that shares no code with the compiler."""

import random

import pytest

from query import SearchRequest, search

pytestmark = pytest.mark.es

VOCABULARY = [
    "red",
    "chamber",
    "dream",
    "lu",
    "xun",
    "diary",
    "紅",
    "樓",
    "夢",
    "魯",
    "迅",
    "研",
    "究",
]
FIELDS = {"title": "title", "author": "author_person", "subject": "subject_topic"}
QUERIES = 400


@pytest.fixture(scope="module")
def shelf(make_index, title_type):
    """Sixty titles of random words and random characters, and their index."""
    chance = random.Random(1842)
    titles = []
    for number in range(60):
        text = {field: [_value(chance)] for field in FIELDS.values() if chance.random() < 0.8}
        titles.append(title_type(f"T:{number}", text))
    return titles, make_index(titles)


def _value(chance):
    if chance.random() < 0.5:
        return " ".join(chance.choices(VOCABULARY[:6], k=chance.randint(1, 4)))
    return "".join(chance.choices(VOCABULARY[6:], k=chance.randint(1, 5)))


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
    if chance.random() < 0.5:
        words = chance.choices(VOCABULARY[:6], k=chance.choice([1, 1, 2]))
        text, holds = f'"{" ".join(words)}"', lambda value: _side_by_side(words, value.split())
    else:
        text = "".join(chance.choices(VOCABULARY[6:], k=chance.randint(1, 2)))
        holds = lambda value: text in value  # noqa: E731 - beside its siblings
    if chance.random() < 0.4:
        name = chance.choice(list(FIELDS))
        return f"{name}:{text}", lambda title: any(map(holds, title.text.get(FIELDS[name], [])))
    return text, lambda title: any(
        holds(value) for values in title.text.values() for value in values
    )


def _side_by_side(words, among):
    return any(among[at : at + len(words)] == words for at in range(len(among)))


def _request(text):
    return SearchRequest(text, limit=100, width="standard")


def test_generated_queries_find_the_sets_that_logic_gives(connection, shelf):
    """AND, OR, NOT, phrases, fields and CJK runs find exactly the titles that set logic gives."""
    titles, index = shelf
    chance = random.Random(1997)
    sizes = []
    for _ in range(QUERIES):
        text, matches = _query(chance)
        found = {hit.id for hit in search(connection, index, _request(text)).hits}
        assert found == {title.id for title in titles if matches(title)}, text
        sizes.append(len(found))
    assert sum(0 < size < len(titles) for size in sizes) > QUERIES / 3
