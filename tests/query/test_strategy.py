"""Strategies: how their lines are read, what they find, and what has changed since."""

import json

import msgspec
import pytest
from click.testing import CliRunner

from cli import cli
from query.strategy import StrategyError, StrategyRun, changes, read_lines, read_strategy

PLAIN = """\
// cats and dogs
cat OR dog*
title:food // what they eat
#1 AND #2
"""


@pytest.mark.parametrize(
    "text",
    [
        PLAIN,
        "1. cat OR dog*\n2. title:food\n3. #1 AND #2\n",
        "#1 cat OR dog*\n#2 title:food\n#3 #1 AND #2\n",
        "S1 cat OR dog*\r\nS2 title:food\r\nS3 S1 AND S2\r\n",
    ],
)
def test_lines_are_numbered_in_any_way_or_not(text, definition):
    """Each way of numbering gives the same lines, and sets stand for the lines above."""
    lines = read_strategy(text)
    assert [line.number for line in lines] == [1, 2, 3]
    readings = [read.reading for read in read_lines(lines, definition, width="standard")]
    assert readings == ["cat OR dog*", "title:food", "(cat OR dog*) AND title:food"]


def test_a_year_or_a_set_at_the_beginning_is_no_number():
    """Only where every line has a rising number are they numbers; an address is no comment."""
    assert [line.text for line in read_strategy("1984 novel\nhttp://x.y\n#1 OR #2")] == [
        "1984 novel",
        "http://x.y",
        "#1 OR #2",
    ]


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "no lines"),
        ("// nothing\n", "no lines"),
        ("cat\n\ndog AND\nx OR", r"line 3, #2: position 5: AND has nothing after it \(and 1 more"),
        ("cat\n#2 OR cat", "there is no line #2 above"),
    ],
)
def test_a_line_that_is_no_query_is_named(text, message, definition):
    """The line of the file, its number, and what is wrong with it; no line counts on itself."""
    with pytest.raises(StrategyError, match=message):
        read_lines(read_strategy(text), definition, width="standard")


@pytest.mark.es
def test_a_strategy_counts_each_line_and_says_what_changed(
    connection, library, node_settings, monkeypatch, tmp_path
):
    """Exact counts with the day and the index; a replay tells only what is otherwise."""
    monkeypatch.setenv("HKALL_HOME", node_settings.home)
    action = {"index": library, "alias": f"{library}-titles"}
    connection.request("POST", "/_aliases", {"actions": [{"add": action}]})
    file, earlier = tmp_path / "s.txt", tmp_path / "before.json"
    file.write_text("nature\n紅樓夢\n#1 OR #2\n#1 NOT nurture\n", encoding="utf-8")

    def hkall(*args):
        command = ["--prefix", library, "strategy", "run", str(file), *args]
        return CliRunner().invoke(cli, command, catch_exceptions=False)

    found = msgspec.json.decode(hkall("--json").stdout, type=StrategyRun)
    assert [line.total for line in found.lines] == [2, 2, 4, 1]
    assert (found.index, found.width) == (library, "standard")
    earlier.write_bytes(msgspec.json.encode(found))
    same = hkall("--since", str(earlier))
    assert (same.exit_code, same.stderr) == (0, "")
    assert "#3" in same.stdout
    fewer = msgspec.structs.replace(found.lines[0], total=1)
    other = msgspec.structs.replace(found, lines=(fewer, *found.lines[1:3]), index="x")
    assert changes(other, found) == [f"index: {library}, was x", "#1: 2 titles, were 1", "#4: new"]
    earlier.write_text(json.dumps({"lines": 1}), encoding="utf-8")
    assert hkall("--since", str(earlier)).exit_code == 2
