"""Translations as people write them, the command, and searches of a real index in other languages."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from cli import cli
from query import QueryError, SearchRequest, search
from query.dialects import translate

PAGE = (Path(__file__).parents[3] / "docs" / "dialects.md").read_text(encoding="utf-8")
SHOWN = re.findall(r"^\| `(\w+)` \| `(\w+)` \| `([^`]+)` \| `([^`]+)` \|$", PAGE, re.MULTILINE)
EXAMPLES = [
    *SHOWN,
    ("ovid", "pubmed", "(hip adj3 pain).ti,ab.", '"hip pain"[tiab:~2]'),
    ("ovid", "pubmed", "exp Asthma/ or wheez$.ti,ab.", '"Asthma"[mh] OR wheez*[tiab]'),
    (
        "pubmed",
        "ovid",
        '"Lung Diseases"[majr] AND child*[ti]',
        "exp *Lung Diseases/ and child*.ti.",
    ),
    ("ovid", "ebsco", "exp Asthma/ and wom#n.ti.", 'MH "Asthma+" AND TI wom?n'),
    ("ebsco", "ovid", "(tea OR coffee) N5 health", "(tea or coffee) adj6 health"),
    (
        "ebsco",
        "cql",
        "TI tax W8 reform",
        "dc.title = tax prox/unit=word/distance<=9/ordered dc.title = reform",
    ),
    ("pubmed", "hkall", "a OR b AND 1990:2000[dp]", "(a OR b) AND year:1990..2000"),
    (
        "hkall",
        "pubmed",
        "(title:tea OR title:茶) year:1990..",
        "(tea[ti] OR 茶[ti]) AND 1990:3000[dp]",
    ),
    ("pubmed", "primo", "a OR b AND c", "(a OR b) AND c"),
    ("primo", "proquest", "a AND b OR c", "(a AND b) OR c"),
    ("wos", "scopus", "TS=(tea NEAR/5 health)", "TITLE-ABS-KEY(tea W/5 health)"),
    ("ovid", "primo", "red adj chamber", '"red chamber"'),
    ("scopus", "pubmed", "TITLE(heart PRE/0 attack)", '"heart attack"[ti]'),
    ("hkall", "scopus", "tea year:2010..2012", "tea AND (PUBYEAR > 2009 AND PUBYEAR < 2013)"),
    ("cql", "hkall", 'dc.title == "red chamber"', 'title=="red chamber"'),
    ("ovid", "hkall", "dog$1", "dog#"),
    (
        "hkall",
        "pubmed",
        'subject:"tea" author:x language:eng',
        '"tea"[mh:noexp] AND x[au] AND eng[la]',
    ),
    ("hkall", "scopus", "ready not a", 'ready AND "not" AND a'),
    ("hkall", "scopus", "title:(a b) OR summary:(a b)", "TITLE(a AND b) OR ABS(a AND b)"),
    ("wos", "ovid", "TS=(a NEAR/2 b OR c)", "((a adj3 b) or c).ti,ab,sh."),
    ("ovid", "cql", "smith j$.au.", 'dc.creator = "smith j*"'),
    ("ovid", "proquest", "exp Tea/", 'MAINSUBJECT.EXACT.EXPLODE("Tea")'),
    ("pubmed", "ovid", '"Wit and Humor as Topic"[mh]', 'exp "Wit and Humor as Topic"/'),
    ("scopus", "ovid", "TITLE({heart attack?})", '"heart attack".ti.'),
    ("hkall", "ovid", "dog## colo#r", "dog$2 and colo?r"),
    ("hkall", "primo", 'a "and" b', 'a AND "and" AND b'),
    ("hkall", "ebsco", '"AND" TI', '"AND" AND "TI"'),
]


def test_the_page_shows_translations():
    """Its table is found; each row of it is translated below."""
    assert len(SHOWN) > 5


@pytest.mark.parametrize(("source", "target", "text", "expected"), EXAMPLES)
def test_a_query_becomes_what_a_searcher_would_write(source, target, text, expected, definition):
    """Proximity is counted as the target counts, signs and fields are the target's."""
    found = translate(text, source, target, definition)
    assert found.query == expected
    assert found.losses == ()


@pytest.mark.parametrize(
    ("target", "text", "code"),
    [
        ("primo", "callnumber:PL2750*", "no-counterpart"),
        ("pubmed", "heldby:HKU", "no-counterpart"),
        ("primo", "NOT a", "cannot-be-written"),
        ("primo", "*", "cannot-be-written"),
        ("primo", "#1", "cannot-be-written"),
    ],
)
def test_what_cannot_be_said_is_refused(target, text, code, definition):
    """Codes have no near field, and nothing stands for every title: the place is said."""
    with pytest.raises(QueryError) as raised:
        translate(text, "hkall", target, definition)
    assert raised.value.code == code


def run(*args):
    return CliRunner().invoke(cli, ["query", "translate", *args], catch_exceptions=False)


def test_the_query_alone_goes_to_standard_output():
    """What was lost is talk; with --strict it decides the exit code."""
    args = ("--from", "ovid", "--to", "primo", "hip adj3 pain")
    plain, strict = run(*args), run("--strict", *args)
    assert (plain.stdout, plain.exit_code, strict.exit_code) == ("hip AND pain\n", 0, 1)
    assert plain.stderr.startswith("lost at 1: Primo cannot say NEAR/2")
    assert run("--strict", "--to", "primo", "hip pain").exit_code == 0


def test_json_holds_both():
    """The query, its reading and every loss with its code and place."""
    answer = json.loads(run("--from", "ovid", "--to", "primo", "--json", "hip adj3 pain").stdout)
    assert (answer["query"], answer["reading"]) == ("hip AND pain", "hip NEAR/2 pain")
    loss = answer["losses"][0]
    assert (loss["code"], loss["start"], loss["end"]) == ("lost-proximity", 0, 13)


def test_mistakes_are_a_line_and_exit_2():
    """An unknown language, and a query that is none."""
    for args, message in [
        (("--from", "dialog", "a"), "no dialect dialog"),
        (("--from", "pubmed", "a[zz]"), "is not a field"),
    ]:
        result = run(*args)
        assert (result.exit_code, result.stdout) == (2, "")
        assert message in result.stderr.splitlines()[0]


PAIRS = [
    ("pubmed", "nature OR stranger AND camus[au]", "(nature OR stranger) AND author:camus"),
    ("primo", "nature OR stranger AND Camus", "nature OR (stranger AND Camus)"),
    ("proquest", "nature AND stranger OR hong", "nature AND (stranger OR hong)"),
    ("ovid", "(nature adj3 hong).ti.", "title:(nature NEAR/2 hong)"),
    ("ovid", "(nature adj4 hong).ti.", "title:(nature NEAR/3 hong)"),
    ("ebsco", "TI nature W3 hong", "title:(nature PRE/3 hong)"),
    (
        "ebsco",
        "AU (camus OR kernighan) NOT TI stranger",
        "author:(camus OR kernighan) NOT title:stranger",
    ),
    (
        "cql",
        'dc.title any "nature stranger" and dc.date < 1900',
        "title:(nature OR stranger) AND year:..1899",
    ),
    ("cql", 'dc.title == "nature"', 'title=="nature"'),
    ("wos", "TI=(langu?ge NEAR/0 programming)", "title:(langu?ge NEAR/0 programming)"),
    ("scopus", "TITLE(nature OR stranger AND hong)", "title:((nature OR stranger) AND hong)"),
    ("primo", "紅樓夢 NOT 研究", "紅樓夢 NOT 研究"),
]


@pytest.mark.es
@pytest.mark.parametrize(("dialect", "text", "own"), PAIRS)
def test_a_search_finds_what_its_translation_finds(dialect, text, own, connection, library):
    """The same titles in the same order, and the reading is that of our own words."""
    asked = SearchRequest(text, dialect=dialect, width="standard", limit=50)
    found = search(connection, library, asked)
    same = search(connection, library, SearchRequest(own, width="standard", limit=50))
    assert found.reading == same.reading
    assert [hit.id for hit in found.hits] == [hit.id for hit in same.hits]


@pytest.mark.es
def test_the_pairs_tell_dialects_apart(connection, library):
    """The searches find something, and the order of operators decides what."""
    totals = [
        search(connection, library, SearchRequest(text, dialect=dialect, width="standard")).total
        for dialect, text in [
            ("primo", "nature OR stranger AND camus"),
            ("pubmed", "nature OR stranger AND camus"),
        ]
    ]
    assert totals == [3, 1]
