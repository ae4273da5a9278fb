"""Strategies that were written for other systems: their lines, sets and limits."""

import json

import pytest
from click.testing import CliRunner

from cli import cli
from strategies import StrategyError, read_strategy, understand

OVID = """\
1. tea.ti. or 茶.ti.
2. (china or chinese).mp.
3. 1 and 2
4. or/1-2
5. limit 3 to (chinese language and yr="1950 -Current")
6. exp Tea/ not 1
"""
OWN = """\
1. title:tea OR title:茶
2. china OR chinese
3. #1 AND #2
4. #1 OR #2
5. #3 AND language:"chinese" AND year:1950..
6. subject:"Tea" AND NOT #1
"""
PUBMED = """\
#1 tea[ti] OR 茶[ti] AND china
#2 #1 NOT 1990:2000[dp]
"""
EBSCO = """\
S1 TI (tea OR 茶)
S2 china
S3 S1 AND S2 OR S1
"""


@pytest.fixture
def readings(definition):
    def run(text, dialect=""):
        read = understand(read_strategy(text.encode(), "test.txt"), definition, (), dialect)
        return [line.reading.reading for line in read.lines]

    return run


def test_lines_of_ovid_are_those_of_our_own(readings):
    """Numbers, rows of numbers and limits name sets; every line is what ours would be."""
    assert readings(OVID, "ovid") == readings(OWN)


def test_other_systems_call_sets_otherwise(readings):
    """#1 of PubMed and S1 of EBSCO, each in its own order of operators."""
    assert readings(PUBMED, "pubmed") == [
        "(title:tea OR title:茶) AND china",
        "#1 AND NOT year:1990..2000",
    ]
    assert readings("1. tea\n2. cql.resultSetId = 1 not dc.title = map", "cql") == [
        "tea",
        "#1 AND NOT title:map",
    ]
    assert readings("#1 TITLE(tea)\n#2 #1 AND NOT KEY(map)", "scopus") == [
        "title:tea",
        "#1 AND NOT subject:map",
    ]
    assert readings(EBSCO, "ebsco") == ["title:(tea OR 茶)", "china", "(#1 AND #2) OR #1"]


def test_problems_have_the_places_of_their_lines(readings):
    """A set that is not there, a field that is none: row, code and place."""
    with pytest.raises(StrategyError) as caught:
        readings("1. tea.ti.\n2. 1 and 7\n3. x.zz.", "ovid")
    found = [(p.line.number, p.problem.code, p.problem.span.start) for p in caught.value.problems]
    assert found == [(2, "unknown-line", 6), (3, "unknown-field", 1)]


@pytest.mark.es
def test_a_run_counts_what_our_own_lines_count(sample, tmp_path):
    """The report of the sample says which language it was; each line finds the same titles."""
    env = {"HKALL_HOME": sample.home, "HKALL_CACHE": sample.cache}
    reports = []
    for name, text, more in [("ovid", OVID, ["--dialect", "ovid"]), ("own", OWN, [])]:
        path = tmp_path / f"{name}.txt"
        path.write_text(text, encoding="utf-8")
        args = ["--demo", "strategy", "run", str(path), "--json", *more]
        result = CliRunner(env=env).invoke(cli, args, catch_exceptions=False)
        assert result.exit_code == 0, result.output
        reports.append(json.loads(result.stdout))
    theirs, ours = reports
    assert (theirs["dialect"], ours["dialect"]) == ("ovid", "")
    assert [line["ids"] for line in theirs["lines"]] == [line["ids"] for line in ours["lines"]]
    assert theirs["lines"][0]["total"] > 0
    saved = tmp_path / "report.json"
    saved.write_text(json.dumps(theirs), encoding="utf-8")
    record = CliRunner().invoke(cli, ["strategy", "record", str(saved)], catch_exceptions=False)
    assert "Written in the language of Ovid." in record.stdout
