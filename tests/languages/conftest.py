"""One catalogue of the pairs among the sample, and what was found of each pair."""

import pytest

from bench.languages.judge import Classes, judge
from bench.languages.library import library
from bench.languages.pairs import Distinct, Listed, PairList, ReadingPair, Variant, load_pairs

WRONG = [
    Variant("紅樓夢", "金瓶梅", "chi/chi", "wrong", "title"),
    Variant("香港", "香港史", "chi/chi", "wrong", "title"),
    ReadingPair("吶喊", "Na han", "Pang huang", "chi", "wrong", "recorded"),
    Distinct("紅樓夢", "红楼梦", "chi", "wrong", "wide", "title"),
]
"""Pairs of which nothing holds: a judge that lets them pass judges nothing."""


@pytest.fixture(scope="session")
def pairs():
    """Every pair of both halves."""
    return load_pairs()


@pytest.fixture(scope="session")
def classes(pairs):
    """The characters that the lists know as forms of one another."""
    return Classes(pairs)


@pytest.fixture(scope="session")
def open_classes():
    """The same by the open half alone."""
    return Classes(load_pairs(("open",)))


@pytest.fixture(scope="session")
def shelf(node, node_settings, pairs):  # noqa: ARG001 - the node must run
    """The catalogue of the pairs, right and wrong ones."""
    with library(node_settings, [*(listed.pair for listed in pairs), *WRONG]) as found:
        yield found


@pytest.fixture(scope="session")
def verdicts(shelf, pairs, classes):
    """Each pair judged."""
    return [judge(listed, shelf, classes) for listed in pairs]


@pytest.fixture(scope="session")
def wrong_verdicts(shelf, classes):
    """The wrong pairs judged."""
    about = PairList("equal", 1.0)
    return [judge(Listed("wrong", "open", 1, pair, about), shelf, classes) for pair in WRONG]
