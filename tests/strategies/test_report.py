"""Reports: read again as they were written, compared, and told as a search record."""

import io

import msgspec
import pytest

from query.notes import Note
from strategies import Report, ReportUnreadable, compare, read_report, search_record
from strategies.model import ExportReport, FileReport, IndexReport, LineReport
from strategies.record import items
from strategies.render import write_table


def line(number, ids, text="tea", limits=(), keep=True):
    total = len(ids)
    digest = "d" + "".join(ids)
    kept = tuple(ids) if keep else None
    return LineReport(
        number, number, text, text, limits, total, "2026-11-25", ids=kept, digest=digest
    )


def report(*lines, index="hkall-titles-1", **changes):
    made = Report(
        version=1,
        strategy="tea.txt",
        strategy_digest="abc",
        searched="2026-11-25T08:00:00+00:00",
        program="0.1.0",
        elasticsearch="9.1.0",
        width="standard",
        operators=("localised",),
        index=IndexReport(index, "2026-11-24T20:00:00+00:00", "i1", "q1", 1234),
        lines=lines,
    )
    return msgspec.structs.replace(made, **changes)


def test_a_report_is_read_as_it_was_written(tmp_path):
    """All of it, also the comparison and the exports of that run."""
    first = report(line(1, ["a", "b"]))
    export = ExportReport(1, "ris", 2, 2, 0, (FileReport("x.ris", "", 2, 0, 2),))
    whole = msgspec.structs.replace(first, changes=compare(first, first), exports=(export,))
    file = tmp_path / "report.json"
    file.write_bytes(msgspec.json.encode(whole))
    assert read_report(file) == whole


@pytest.mark.parametrize("data", [b"1. tea\n", b"{}", b'{"version": 9}', b"\xff"])
def test_what_is_no_report_is_refused(tmp_path, data):
    """A strategy instead of a report, another JSON, a newer form."""
    file = tmp_path / "report.json"
    file.write_bytes(data)
    with pytest.raises(ReportUnreadable, match=r"report\.json"):
        read_report(file)


def test_a_report_that_is_not_there_is_refused(tmp_path):
    """As any file that cannot be read."""
    with pytest.raises(ReportUnreadable, match="cannot be read"):
        read_report(tmp_path / "none.json")


def test_titles_that_came_and_went_are_named():
    """Equal counts are not taken for equal titles."""
    found = compare(report(line(1, ["a", "b"])), report(line(1, ["b", "c"]), index="other"))
    (change,) = found.lines
    assert (change.then, change.now, change.same) == (2, 2, False)
    assert (change.added, change.gone) == (("c",), ("a",))
    assert found.index_changed
    assert not found.query_fingerprint_changed


@pytest.mark.parametrize(
    ("now", "same"),
    [(["a", "b"], True), (["a", "c"], False), (["a"], False)],
)
def test_beyond_the_limit_the_digest_tells(now, same):
    """Whether titles are the same is known without their ids; which ones are not is not."""
    then = report(line(1, ["a", "b"], keep=False))
    (change,) = compare(then, report(line(1, now, keep=False))).lines
    assert (change.same, change.added, change.gone) == (same, None, None)


def test_lines_that_are_new_gone_or_rewritten_are_said():
    """By their numbers."""
    then = report(line(1, ["a"]), line(2, ["b"]))
    now = report(line(1, ["a"], text="tea china"), line(3, ["c"]))
    first, second, third = compare(then, now).lines
    assert first.text_changed
    assert (second.then, second.now) == (1, None)
    assert (third.then, third.now) == (None, 1)


def test_what_is_not_as_it_was_is_in_the_record():
    """The index, the language, lines that are written or read otherwise: counts moved for a reason."""
    then = report(line(1, ["a"]), line(2, ["b"]), line(3, ["c"]), dialect="ovid")
    read_so = msgspec.structs.replace(line(2, ["b"]), reading="tea AND tea")
    now = report(line(1, ["a"], text="cha"), read_so, line(3, ["c"]), index="hkall-titles-2")
    changes = compare(then, now)
    assert changes.said() == ("another index is live", "the lines are read in another language")
    text = search_record(msgspec.structs.replace(now, changes=changes))
    for shown in (
        "Another index is live.",
        "#1: 1 then, 1 now (0 added, 0 gone); the line is written otherwise",
        "#2: 1 then, 1 now (0 added, 0 gone); the line is read otherwise",
    ):
        assert shown in text
    assert "#3: 1 then, 1 now (0 added, 0 gone)\n" in text


def test_the_record_has_every_item_of_prisma_s():
    """Sixteen items, in their order, each with something said of it."""
    assert list(items()) == list(range(1, 17))
    text = search_record(report(line(1, ["a"])))
    heads = [row for row in text.splitlines() if row[:1].isdigit()]
    assert heads == [f"{number}. {item.name}" for number, item in items().items()]
    rows = text.splitlines()
    assert all(rows[rows.index(head) + 1].startswith("    ") for head in heads)


def test_the_record_says_what_was_searched_and_found():
    """Lines with counts and limits, the index, the date, the exports, what could not be written."""
    export = ExportReport(
        2, "marc", 3, 3, 4, (FileReport("x/HKU.mrc", "HKU", 2, 3, 2),), ("HKU:1: gone",)
    )
    lines = line(1, ["a"] * 1234), line(2, ["a"], "茶 language:chi", ("language:chi",))
    then = report(line(1, ["a"]))
    text = search_record(report(*lines, exports=(export,), changes=compare(then, report(*lines))))
    for shown in (
        "#1    1,234  tea",
        "#2        1  茶 language:chi",
        "#2: language:chi",
        "hkall-titles-1, published 2026-11-24",
        "Index fingerprint i1, query fingerprint q1",
        "All lines on 2026-11-25",
        "Last line (#2): 1 titles.",
        "3 of 3 titles, 4 records",
        "1 could not be written",
        "#1: 1 then, 1,234 now",
    ):
        assert shown in text


def test_a_note_of_several_lines_is_printed_once_with_their_numbers():
    """A dialect's unverified rule concerns most lines of a strategy."""
    notes = (
        Note("unverified-rule", "sets could not be verified", 0, 3),
        Note("x", "tea is tea", 0, 3),
    )
    first = msgspec.structs.replace(line(1, ["a"]), warnings=notes)
    third = msgspec.structs.replace(line(3, ["a"]), warnings=notes[:1])
    out = io.StringIO()
    write_table(report(first, line(2, ["a"]), third), out)
    rows = out.getvalue().splitlines()
    assert rows[-2:] == ["#1 #3 note: sets could not be verified", "#1 note: tea is tea"]


def test_no_limits_are_said_to_be_none():
    """PRISMA-S asks for that sentence where it is so."""
    assert "No limits were used." in search_record(report(line(1, ["a"])))
