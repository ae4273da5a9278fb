"""The German fold: one word in three spellings is one, and words that only look so stay apart."""

from __future__ import annotations

from itertools import product
from typing import TYPE_CHECKING

import pytest

from mappings import index_body, load_catalogue
from mappings.tables import read_table

if TYPE_CHECKING:
    from collections.abc import Iterator

    from elasticsearch import Elasticsearch

INDEX = "hkall-test-german"
DIGRAPHS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue", "ß": "ss"})
PLAIN = str.maketrans({"ä": "a", "ö": "o", "ü": "u", "ß": "ss"})
WORDS = [
    "müller",
    "schön",
    "räuber",
    "über",
    "übung",
    "göttingen",
    "süd",
    "schwül",
    "grün",
    "molekül",
    "größe",
    "bücher",
    "städte",
    "rät",
    "lüge",
    "gemüse",
    "gürtel",
    "günter",
    "vergüten",
    "blüte",
    "blümchen",
    "böhm",
    "köln",
    "zürich",
    "übel",
    "üppig",
    "öl",
    "öffentlich",
    "ärzte",
    "österreich",
    "höhe",
    "mädchen",
    "kähne",
]
APART = [
    "poe/po",
    "noel/nol",
    "joel/jol",
    "manuel/manul",
    "samuel/samul",
    "raphael/raphal",
    "michael/michal",
    "israel/isral",
    "blue/blu",
    "true/tru",
    "value/valu",
    "queue/queu",
    "due/du",
    "does/dos",
    "goes/gos",
    "poet/pot",
    "ueda/uda",
    "michaelis/michalis",
    "rodriguez/rodriguz",
    "coeur/cour",
    "influence/influnce",
    "monroe/monro",
    "duet/dut",
    "nuevo/nuvo",
    "recueil/recuil",
    "statuen/statun",
]


@pytest.fixture(scope="module")
def index(node: Elasticsearch) -> Iterator[Elasticsearch]:
    node.options(ignore_status=404).indices.delete(index=INDEX)
    node.indices.create(index=INDEX, **index_body(load_catalogue()))
    yield node
    node.indices.delete(index=INDEX)


def folded(node: Elasticsearch, words: list[str]) -> list[str]:
    found = node.indices.analyze(index=INDEX, analyzer="german_folded", text=" ".join(words))
    return [token["token"] for token in found["tokens"]]


@pytest.mark.es
def test_three_spellings_are_one_word(index: Elasticsearch) -> None:
    """Umlaut, digraph and bare vowel meet, and folding what is folded changes nothing."""
    written = folded(index, WORDS)
    assert folded(index, [word.translate(DIGRAPHS) for word in WORDS]) == written
    assert folded(index, [word.translate(PLAIN) for word in WORDS]) == written
    assert folded(index, written) == written


@pytest.mark.es
def test_words_without_an_umlaut_stay_apart(index: Elasticsearch) -> None:
    """A name or a word of another language keeps its e: it is not the word without it."""
    left, right = zip(*(pair.split("/") for pair in APART), strict=True)
    pairs = zip(folded(index, list(left)), folded(index, list(right)), strict=True)
    assert [one for one, other in pairs if one == other] == []


@pytest.mark.es
def test_every_listed_word_keeps_its_vowel(index: Elasticsearch) -> None:
    """No row of the table is without effect: a word that begins so is left as it is."""
    rows = read_table("german_plain.tsv", ("before", "after", "extent"))
    words = [before + after for before, after, _ in rows]
    assert folded(index, words) == words


HEADS = [
    "b",
    "br",
    "d",
    "f",
    "fl",
    "gr",
    "h",
    "k",
    "kl",
    "l",
    "m",
    "r",
    "sch",
    "schl",
    "st",
    "tr",
    "w",
    "z",
]
TAILS = [
    "cke",
    "hler",
    "hnen",
    "rger",
    "rzen",
    "tter",
    "chse",
    "ssel",
    "nsche",
    "llen",
    "mpfe",
    "ndler",
    "gel",
    "dchen",
    "ber",
    "ter",
    "chlein",
]


@pytest.mark.es
def test_made_words_meet_in_every_spelling(index: Elasticsearch) -> None:
    """An umlaut within a word of German sounds is one with its digraph and its bare vowel.

    But for what begins as a listed word does (Rael), and flue before n, which is influence.
    """
    rows = read_table("german_plain.tsv", ("before", "after", "extent"))
    listed = (*(before + after for before, after, _ in rows), "fluen")
    made = map("".join, product(HEADS, "äöü", TAILS))
    words = [word for word in made if not word.translate(DIGRAPHS).startswith(listed)]
    assert len(words) > 800
    written = folded(index, words)
    assert folded(index, [word.translate(DIGRAPHS) for word in words]) == written
    assert folded(index, [word.translate(PLAIN) for word in words]) == written
