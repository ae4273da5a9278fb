"""Limits on a real node: the program's own are met before Elasticsearch's, whatever is asked."""

import os

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from query import QueryError, SearchRequest, search
from query.tables import tables

pytestmark = pytest.mark.es

EXAMPLES = int(os.environ.get("QUERY_LIMITS", "40"))
MOST = tables().budget.max_leaves
LIMITS = {"too-costly", "too-many-terms", "too-many-words", "too-deep", "too-long"}

term = st.one_of(
    st.sampled_from(
        ["dream", "紅樓夢", "図書館", "ライブラリー", "한국사", "история", "Müller", "歷史"]
    ),
    st.sampled_from(
        ["hong lou meng", "tokyo daigaku", '"red chamber"', '"紅樓 夢"', "C++", "AT&T"]
    ),
    st.sampled_from(["dre*", "*eam", "d?eam", "紅*夢", "紅?", "*ream*", '"dre* cha*"', "=Müller"]),
    st.sampled_from(
        ["title:dream", "subject:歷史", "author:(lu OR xun)", "year:1990-", "title:=后"]
    ),
    st.sampled_from(
        ["(red NEAR/3 chamber)", '"^the"', '=="nature"', "978-7-02-000220-7", "nature^3"]
    ),
    st.integers(1, 9999).map(lambda number: f"w{number}"),
)
size = st.one_of(st.integers(1, 30), st.integers(30, 400), st.integers(400, MOST))
asked = st.tuples(
    st.lists(term, min_size=1, max_size=12), size, st.sampled_from([" ", " OR ", " AND "])
)


@pytest.fixture(scope="module")
def ask(connection, library):
    def run(text, width="wide"):
        return search(connection, library, SearchRequest(text, width=width, offers=False))

    return run


def refusal(ask, text, width):
    """The documented error that a text gets; None where it is answered."""
    try:
        assert ask(text, width).total >= 0
    except QueryError as refused:
        return refused
    return None


def repeated(terms, size, joint):
    """So many terms, none the same as another where it is a plain word."""
    every = [terms[at % len(terms)] for at in range(size)]
    return joint.join(f"{one}{at}" if one.isalpha() else one for at, one in enumerate(every))


@given(asked=asked, width=st.sampled_from(["wide", "standard"]))
@example(asked=(["dream"], 150, " "), width="wide")
@example(asked=(["紅樓夢"], 150, " "), width="wide")
@example(asked=(["title:dream"], MOST, " OR "), width="wide")
@example(asked=(["ライブラリー"], 300, " OR "), width="wide")
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    phases=[
        Phase.explicit,
        Phase.reuse,
        Phase.generate,
    ],  # a smaller failure costs minutes of a node
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
def test_any_number_of_terms_is_answered_or_refused_by_a_limit(ask, asked, width):
    """Up to the limit of terms a search answers or names a limit with its way out."""
    refused = refusal(ask, repeated(*asked), width)
    assert refused is None or (refused.code in LIMITS and refused.problems[0].advice)


@pytest.mark.parametrize("joint", [" ", " OR "])
@pytest.mark.parametrize("terms", [131, 700, MOST])
def test_a_pasted_list_of_words_is_searched(ask, terms, joint):
    """As many words as a search may have are answered in the one box, and the width is said."""
    result = ask(joint.join(["nature", *(f"w{number}" for number in range(terms - 1))]))
    assert result.width == "standard"
    assert [note.code for note in result.warnings] == ["narrowed"]
    assert result.total == (0 if joint == " " else 2)


def test_a_few_words_keep_their_width(ask):
    """Nothing is narrowed that need not be."""
    result = ask(" OR ".join(f"w{number}" for number in range(100)))
    assert (result.width, result.warnings) == ("wide", ())


def test_a_query_that_costs_too_much_names_the_term(ask):
    """The message says from which term on it was too much."""
    with pytest.raises(QueryError, match=r"from “w[0-9]+” on") as raised:
        ask(" OR ".join(f"title:w{number}" for number in range(MOST)))
    assert raised.value.code == "too-costly"


@pytest.mark.parametrize(
    "text",
    [
        "ab" + "x" * 2000 + "#",
        "ab#" * 600,
        "ab*" * 600 + "c",
        "abc" + "?" * 900,
        "*" + "x" * 5000,
        "*abcd" * 300 + "*",
        "x" * 40_000,
        '"' + "abc* " * 300 + '"',
        '"' + "ab?c " * 300 + '"',
        "紅" + "?" * 900 + "夢",
        "紅*" * 900 + "夢",
        " NEAR/100 ".join(["abc*"] * 20),
        "(" + " OR ".join(["abc*"] * 900) + ") NEAR/9 (" + " OR ".join(["xyz*"] * 900) + ")",
        '"^' + "a b " * 900 + '"',
        'title=="' + "紅" * 9000 + '"',
        "=" + "紅" * 3000,
        "title:" + "x" * 40_000,
        "isbn:" + "9" * 40_000,
        "callnumber:" + "A" * 40_000,
        "callnumber:" + "A" * 9000 + "..B",
    ],
)
@pytest.mark.parametrize("width", ["wide", "standard"])
def test_odd_terms_meet_no_limit_of_elasticsearch(ask, text, width):
    """Very long, very often truncated or very deep terms are answered, or refused with a code."""
    refused = refusal(ask, text, width)
    assert refused is None or refused.problems[0].advice
