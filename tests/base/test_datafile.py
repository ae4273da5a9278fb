"""Data files are validated as a whole, and what is wrong is said with file, line and key."""

from __future__ import annotations

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from base.datafile import DataFileError, line_of, load


class Row(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    name: str
    weight: float = 1.0


class Table(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    rows: list[Row]


def test_a_right_file_becomes_typed_values(tmp_path):
    """Defaults are filled in and types are those of the Struct."""
    file = tmp_path / "t.yaml"
    file.write_text("rows:\n- name: 紅樓夢\n- {name: b, weight: 2}\n", encoding="utf-8")
    assert load(file, Table).rows == [Row("紅樓夢"), Row("b", 2.0)]


@pytest.mark.parametrize(
    ("text", "line", "word"),
    [
        ("rows:\n- name: a\n- name: b\n  weight: heavy\n", 4, "float"),
        ("rows:\n- name: a\n- weight: 3\n", 3, "name"),
        ("rows:\n- name: a\n  wieght: 3\n", 2, "wieght"),
        ("rows: [\n", 2, "YAML"),
        ("", None, "object"),
        ("rows: no\n", 1, "array"),
    ],
)
def test_a_wrong_file_is_reported_with_its_line(tmp_path, text, line, word):
    """The error names the file, the line of the deepest known key, and the problem."""
    file = tmp_path / "t.yaml"
    file.write_text(text, encoding="utf-8")
    with pytest.raises(DataFileError, match=word) as caught:
        load(file, Table)
    assert caught.value.line == line
    assert "t.yaml" in caught.value.message


def test_a_file_that_cannot_be_read_is_a_data_file_error(tmp_path):
    """An absent file and bytes that are no UTF-8 are the same kind of error."""
    with pytest.raises(DataFileError, match="cannot be read"):
        load(tmp_path / "absent.yaml", Table)
    (tmp_path / "latin.yaml").write_bytes(b"rows: \xff\n")
    with pytest.raises(DataFileError, match="cannot be read"):
        load(tmp_path / "latin.yaml", Table)


@given(st.lists(st.integers(0, 9), min_size=1, max_size=20), st.data())
def test_the_line_of_an_item_is_where_it_stands(weights, data):
    """Item i of a block sequence that starts on line 2 stands on line i + 2."""
    text = "rows:\n" + "".join(f"- {weight}\n" for weight in weights)
    index = data.draw(st.integers(0, len(weights) - 1))
    assert line_of(text, f"$.rows[{index}]") == index + 2
