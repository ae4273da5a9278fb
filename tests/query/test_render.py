"""The table for people."""

import io

from query.notes import Note
from query.render import write_table
from query.searching import Hit, SearchResult

LONG = "電子図書館電子書籍貸出サービス調査報告電子図書館電子書籍貸出サービス調査報告"


def test_long_titles_without_spaces_are_folded_and_never_cut():
    """Every character of a CJK title is shown, whatever the width."""
    hit = Hit("HKU:1", 1.0, LONG, "", ("夏目漱石",), "", 2014, *([()] * 6))
    note = Note("left-out", "“&” was left out", 0, 1)
    result = SearchResult(1, "a", "wide", (note,), (), (hit,), {}, 3)
    out = io.StringIO()
    write_table(result, out)
    shown = out.getvalue()
    assert "…" not in shown
    assert all(character in shown for character in set(LONG))
    assert "repaired at 1: “&” was left out" in shown
    assert max(map(len, shown.splitlines())) <= 80


def test_what_is_one_line_stays_one_and_empty_facets_are_not_shown():
    """A long reading is not broken within a pipe; a facet without values has no table."""
    reading = " AND ".join(["word"] * 40)
    result = SearchResult(0, reading, "wide", (), (), (), {"language": []}, 3)
    out = io.StringIO()
    write_table(result, out)
    assert out.getvalue().splitlines()[1:] == [f"read as: {reading}  ·  wide"]
